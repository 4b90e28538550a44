"""Compose the guardians' mail from the frozen view only. Sends nothing.

Sender and subject are neutral, and the house is called by its mail name: whoever sees the inbox learns nothing.
"""

from dataclasses import dataclass
from datetime import date

from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from youthvoice.answers.store import OwedFacts
from youthvoice.answers.told import Names
from youthvoice.mail.messages import Words
from youthvoice.publications import replies, showing
from youthvoice.publications.freezing import Frozen
from youthvoice.web.languages import direction, tag


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter is made for.

    Attributes:
        mail_name: the site's neutral name.
        language: of the address.
        link: the whole view.
        unsubscribe: ends the mail, by a page or at one click.
    """

    mail_name: str
    language: str
    link: str
    unsubscribe: str


def words_for(frozen: Frozen, letter: Letter, owed: OwedFacts | None, today: date, names: Names | None = None) -> Words:
    """The words of one mail, in the language of the address or the nearest there is.

    Args:
        frozen: the view.
        letter: what it is made for.
        owed: the answer so far; a letter that goes out late bears it.
        today: the day it is written.
        names: of everybody who is said beside the answer.
    """
    language = showing.best(frozen, letter.language)
    with force_locale(language):
        given = {
            "view": showing.view(frozen, language),
            "told": replies.told(frozen, owed, today, names),
            "letter": letter,
            "tag": tag(language),
            "direction": direction(language),
        }
        return Words(
            sender_name=letter.mail_name,
            subject=str(_("A letter for you")),
            text=render_template("publications/letter.txt", **given),
            html=render_template("publications/letter.html", **given),
            language=language,
            unsubscribe=letter.unsubscribe,
        )
