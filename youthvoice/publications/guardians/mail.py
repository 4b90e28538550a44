"""Compose the guardians' mail from the frozen view only. Sends nothing.

Sender and subject are neutral, and the house is called by its mail name: whoever sees the inbox learns nothing.
"""

from dataclasses import dataclass
from datetime import date

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from youthvoice.accountability.public_labels import Names
from youthvoice.accountability.store import OwedFacts
from youthvoice.mail.messages import Words
from youthvoice.publications import adult_answers as replies
from youthvoice.publications import render as showing
from youthvoice.publications.snapshot import Frozen
from youthvoice.web.i18n import picture_labels as picture_words
from youthvoice.web.i18n.languages import direction, tag


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter is made for.

    Attributes:
        mail_name: the site's neutral name.
        language: of the address.
        link: the whole view.
        unsubscribe: ends the mail, by a page or at one click.
        picture: OpenMoji code of the picture that the family knows from paper; empty where none was agreed.
        word: the word beside it.
        ask_number: the telephone to call; or empty.
        ask_hours: when somebody answers it.
    """

    mail_name: str
    language: str
    link: str
    unsubscribe: str
    picture: str = ""
    word: str = ""
    ask_number: str = ""
    ask_hours: str = ""


def words_for(frozen: Frozen, letter: Letter, owed: OwedFacts | None, today: date, names: Names | None = None) -> Words:
    """The words of one mail, in the language of the address or the nearest there is.

    Once everything is answered it is the second letter: the answer comes first, what children said after it. Neither
    needs a request: the work process writes the second one.

    Args:
        frozen: the view.
        letter: what it is made for.
        owed: the answer so far; a letter that goes out late bears it.
        today: the day it is written, at the site.
        names: of everybody who is said beside the answer.
    """
    language = showing.best(frozen, letter.language)
    with force_locale(language):
        told = replies.told(frozen, owed, today, names)
        given = {
            "view": showing.view(frozen, language, told.to),
            "told": told,
            "letter": letter,
            "sign": picture_words.emoji(letter.picture) if letter.picture and letter.word else "",
            "sign_words": picture_words.words_of(letter.picture),
            "tag": tag(language),
            "direction": direction(language),
        }
        page = current_app.jinja_env.get_template
        return Words(
            sender_name=letter.mail_name,
            subject=str(_("A letter for you")),
            text=page("publications/letter.txt").render(given),
            html=page("publications/letter.html").render(given),
            language=language,
            unsubscribe=letter.unsubscribe,
        )
