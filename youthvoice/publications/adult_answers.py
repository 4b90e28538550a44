"""What adults answered to a published round, in words for guardians and children. Adults' words, so never frozen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.accountability import public_labels as answer_words
from youthvoice.accountability import store as answers
from youthvoice.accountability.public_labels import Names
from youthvoice.accountability.store import Given, OwedFacts
from youthvoice.accounts import store as people
from youthvoice.publications import labels as words
from youthvoice.publications.snapshot import Frozen
from youthvoice.surveys.rounds import answer_due as owing
from youthvoice.web.i18n.languages import LANGUAGES, direction, tag

_COMMITTEES_SHOWN: Final = 6
_LOOKED_AT: Final = 20  # items that are opened for these

Row = tuple[str, str, str, str]  # reply, strong words, what was said, who


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of the answer.

    Attributes:
        did: yes and partly, to everything at once.
        could_not: no, because, to everything at once.
        waits: who answers by when; empty once everything is answered.
        to: by the name of a question, the answer to it alone: it stands beside what it answers.
    """

    did: tuple[Row, ...]
    could_not: tuple[Row, ...]
    waits: str
    to: Mapping[str, Row] = field(default_factory=dict)


def owed_for(session: Session, frozen: Frozen) -> OwedFacts | None:
    """What the decider owes about a round, with the answers so far."""
    return owing.owed_for(session, running.keyring(), frozen["purpose"], frozen["round"])


def names(session: Session, owed: OwedFacts | None) -> Names:
    """The names of everybody who is said beside an answer."""
    return people.names(session, owed.people) if owed else {}


def told(frozen: Frozen, owed: OwedFacts | None, today: date, known: Names | None = None) -> Told:
    """The answers as a view shows them, in the language that gettext speaks now.

    What adults said last stands here until they say something else: a view for guardians does not change by what
    children do.

    Args:
        frozen: the view.
        owed: what the decider owes about it.
        today: at the site.
        known: names, as `names` gives them; the decider's own is in the view.
    """
    given = _last_said(owed) if owed else ()
    texts = {part.name: part.words for part in owed.parts} if owed else {}
    teller = _Rows(frozen, texts, _spoken(frozen), known or {}, today)
    shown = {question["name"] for question in frozen["questions"]}
    to = {one.part: teller.row(one, beside=True) for one in given if one.part in shown}
    did = tuple(teller.row(one) for one in given if one.kind != "no_because" and one.part not in to)
    could_not = tuple(teller.row(one) for one in given if one.kind == "no_because" and one.part not in to)
    settled = owed is not None and (owed.settled_on is not None or bool(owed.again))
    return Told(did, could_not, "" if settled else waits(frozen, owed, today, known or {}), to)


def waits(frozen: Frozen, owed: OwedFacts | None, today: date, known: Names) -> str:
    """Who answers, by when; said honestly when that day has passed (S13)."""
    if owed is not None:
        return answer_words.waits(owed, {owed.owner_id or 0: frozen["decider"], **known}, today)
    given = {"name": frozen["decider"], "day": words.day(frozen["answer_due"])}
    if today > date.fromisoformat(frozen["answer_due"]):
        return str(_("%(name)s should have answered by %(day)s. We keep asking.", **given))
    return str(_("%(name)s answers by %(day)s.", **given))


def from_committees(session: Session, site_ids: Collection[int], today: date) -> tuple[Row, ...]:
    """What adults answered to the committees of some sites, the latest first: their words only, and never how many.

    Args:
        session: only read.
        site_ids: whose.
        today: at the site.
    """
    items = answers.newest_items(session, running.keyring(), site_ids, _LOOKED_AT)
    said = [(given, one) for one in items if (given := one.last()) is not None]
    said.sort(key=lambda both: both[0].day, reverse=True)
    known = people.names(session, {given.by for given, _one in said})
    return tuple(
        (
            given.kind,
            answer_words.begins(given.kind),
            spoken(given),
            answer_words.by_whom(given, known.get(given.by, ""), today),
        )
        for given, _one in said[:_COMMITTEES_SHOWN]
    )


def strong(kind: str, owed_kind: str = "round") -> str:
    """How an answer begins."""
    return answer_words.begins(kind, owed_kind)


def spoken(given: Given) -> Markup:
    """An adult's words in the language of the page, else in the first they were written in; marked with it."""
    return in_words(given.words, given.read_in(str(get_locale() or "en")))


def in_words(words_: Mapping[str, str], language: str) -> Markup:
    """Words in a language that they have; marked with it, and named where the page speaks another.

    Args:
        words_: by language.
        language: one of theirs.
    """
    said = Markup('<span lang="{}" dir="{}">{}</span>').format(tag(language), direction(language), words_[language])
    if language == str(get_locale() or "en") or language not in LANGUAGES:
        return said
    name = Markup('<bdi lang="{}">{}</bdi>').format(tag(language), LANGUAGES[language].name)
    return said + Markup(" <small>({})</small>").format(name)


def _spoken(frozen: Frozen) -> str:
    code = str(get_locale() or "en")
    return code if code in frozen["languages"] else frozen["languages"][0]


def _last_said(owed: OwedFacts) -> tuple[Given, ...]:
    """Every answer there is, and of what was opened again the one there was."""
    parts = (*(given.part for given in owed.replies), *owed.again)
    said = (owed.last(part) for part in sorted(set(parts)))
    return tuple(given for given in said if given is not None)


@dataclass(frozen=True, slots=True)
class _Rows:
    frozen: Frozen
    texts: Mapping[str, Mapping[str, str]]
    language: str
    known: Names
    today: date

    def row(self, given: Given, *, beside: bool = False) -> Row:
        """An answer; where it does not stand beside its question, with that."""
        part = None if beside else self.texts.get(given.part)
        about = words.said(part, self.language, self.frozen["languages"]) if part else ""
        begin = f"{about} {strong(given.kind)}" if about else strong(given.kind)
        who = self.known.get(given.by, self.frozen["decider"])
        return given.kind, begin, spoken(given), answer_words.by_whom(given, who, self.today)
