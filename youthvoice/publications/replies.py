"""What adults answered to a published round, in words for guardians and children. Adults' words, so never frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice import running
from youthvoice.answers import store as answers
from youthvoice.answers.store import Given, OwedFacts
from youthvoice.publications import words
from youthvoice.publications.freezing import Frozen
from youthvoice.web.languages import LANGUAGES, direction, tag

Row = tuple[str, str, str, str]  # reply, strong words, what was said, who


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of the answer.

    Attributes:
        did: yes and partly.
        could_not: no, because.
        waits: who answers by when; empty once everything is answered.
    """

    did: tuple[Row, ...]
    could_not: tuple[Row, ...]
    waits: str


def owed_for(session: Session, frozen: Frozen) -> OwedFacts | None:
    """What the decider owes about a round, with the answers so far."""
    return answers.about(session, running.keyring(), "round", frozen["round"])


def told(frozen: Frozen, owed: OwedFacts | None, today: date) -> Told:
    """The answers as a view shows them, in the language that gettext speaks now."""
    given = owed.replies if owed else ()
    texts = {part.name: part.words for part in owed.parts} if owed else {}
    language = _spoken(frozen)
    did = tuple(_row(frozen, one, texts, language) for one in given if one.kind != "no_because")
    could_not = tuple(_row(frozen, one, texts, language) for one in given if one.kind == "no_because")
    settled = owed is not None and owed.settled_on is not None
    return Told(did, could_not, "" if settled else waits(frozen, today))


def waits(frozen: Frozen, today: date) -> str:
    """Who answers, by when; said honestly when that day has passed (S13)."""
    given = {"name": frozen["decider"], "day": words.day(frozen["answer_due"])}
    if today > date.fromisoformat(frozen["answer_due"]):
        return str(_("%(name)s should have answered by %(day)s. We keep asking.", **given))
    return str(_("%(name)s answers by %(day)s.", **given))


def strong(kind: str) -> str:
    """How an answer begins."""
    return str({"yes": _("Yes:"), "partly": _("Partly:"), "no_because": _("No, because")}[kind])


def spoken(given: Given) -> Markup:
    """An adult's words in the language of the page, else in the first they were written in; marked with it."""
    wanted = str(get_locale() or "en")
    language = given.read_in(wanted)
    said = Markup('<span lang="{}" dir="{}">{}</span>').format(
        tag(language), direction(language), given.words[language]
    )
    if language == wanted or language not in LANGUAGES:
        return said
    name = Markup('<bdi lang="{}">{}</bdi>').format(tag(language), LANGUAGES[language].name)
    return said + Markup(" <small>({})</small>").format(name)


def _spoken(frozen: Frozen) -> str:
    code = str(get_locale() or "en")
    return code if code in frozen["languages"] else frozen["languages"][0]


def _row(frozen: Frozen, given: Given, texts: Mapping[str, Mapping[str, str]], language: str) -> Row:
    about = words.said(texts[given.part], language, frozen["languages"]) if given.part in texts else ""
    begin = f"{about} {strong(given.kind)}" if about else strong(given.kind)
    return given.kind, begin, spoken(given), frozen["decider"]
