"""The children's board of small choices: open, then decided, and then done, not yet, or why not (S33)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import render_template, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.accountability import public_labels as told
from youthvoice.accountability.entities import OwedFacts
from youthvoice.accountability.public_labels import Names
from youthvoice.accounts import store as people
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.sites.store import SiteFacts
from youthvoice.surveys.choices.status import COUNTING, OPEN, TOO_FEW, TOO_MANY, Standing, standing
from youthvoice.surveys.questionnaires.question import Option
from youthvoice.surveys.responses.screens import Speaker
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.choice_result import said_of
from youthvoice.web.i18n import dates as days

SHOWN = timedelta(days=31)
"""How long what was decided stands on the board."""
MOST = 12
_BOX = "1F5F3"


@dataclass(frozen=True, slots=True)
class Open:
    """A choice that can be made now."""

    words: Markup
    href: str
    code: str
    until: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of what won.

    Attributes:
        reply: how the decider answered; empty while nobody did.
        verdict: how the answer begins.
        words: the answer itself, or who gives it by when.
        who: who answered, and since or until when.
    """

    reply: str
    verdict: str
    words: Markup | str
    who: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A choice that is over.

    Attributes:
        picture: of what won, else of the question.
        question: what was asked.
        won: what won; empty where nothing did.
        nothing: why nothing won.
        answer: what became of it; None where nothing is owed.
    """

    picture: str
    question: Markup
    won: Markup
    nothing: str
    answer: Answer | None


def any_at(session: Session, site_id: int, now: datetime) -> bool:
    """Whether there is anything to see on the board of a site."""
    return store.has_choices_since(session, site_id, now - SHOWN)


def board(session: Session, keyring: Keyring, site: SiteFacts, now: datetime) -> list[Standing]:
    """The choices of a site: the open ones, the next to end first; then the others, the latest first."""
    found = [standing(session, keyring, one, now) for one in store.choices_since(session, site.id, now - SHOWN)]
    begun = [one for one in found if one.facts.state(now) != "coming"]
    open_ = sorted((one for one in begun if one.state == OPEN), key=lambda one: one.facts.ends_at)
    over = sorted((one for one in begun if one.state != OPEN), key=lambda one: one.facts.ends_at, reverse=True)
    return [*open_, *over[:MOST]]


def names_in(session: Session, found: Sequence[Standing]) -> Names:
    """The names of all adults that the board speaks of."""
    return people.names(session, {person for one in found if one.owed for person in one.owed.people})


def page(found: Sequence[Standing], names: Names, site: SiteFacts, language: str, of_page: str) -> str:
    """The page of the board.

    Args:
        found: from `board`.
        names: from `names_in`.
        site: of the tablet.
        language: the child's.
        of_page: the language of everything else.
    """
    return render_template(
        "surveys/choose.html",
        front_href="/language",
        open=[_open(one, site, language, of_page) for one in found if one.state == OPEN],
        decided=[_decided(one, names, site, language, of_page) for one in found if one.state != OPEN],
    )


def _speaker(one: Standing, language: str, of_page: str) -> Speaker:
    return Speaker(of_page, language, next(iter(one.question.text)))


def _open(one: Standing, site: SiteFacts, language: str, of_page: str) -> Open:
    ends = one.facts.ends_at.astimezone(ZoneInfo(site.time_zone))
    hour = days.hour(ends.time())
    today = ends.date() == running.today(site.time_zone)
    until = _("Until %(hour)s", hour=hour) if today else _("Until %(day)s", day=format_date(ends.date(), "d MMMM"))
    href = url_for("surveys.answer", slug=one.facts.slug)
    return Open(_speaker(one, language, of_page).say(one.question.text), href, one.question.picture or _BOX, str(until))


def _decided(one: Standing, names: Names, site: SiteFacts, language: str, of_page: str) -> Decided:
    speak = _speaker(one, language, of_page)
    first = one.won[0] if one.won else None
    picture = first.picture if isinstance(first, Option) else None
    return Decided(
        picture=picture or one.question.picture or _BOX,
        question=speak.say(one.question.text),
        won=speak.say(said_of(one.question, [tile.key for tile in one.won])),
        nothing=_nothing(one.state),
        answer=_answer(one.owed, names, running.today(site.time_zone), of_page) if one.owed else None,
    )


def _nothing(state: str) -> str:
    why = {
        COUNTING: _("We are counting."),
        TOO_FEW: _("Too few of us voted."),
        TOO_MANY: _("More votes came than we are, so nothing was chosen."),
    }
    return str(why.get(state, ""))


def _answer(owed: OwedFacts, names: Names, today: date, of_page: str) -> Answer:
    given = owed.reply()
    if given is None:
        return Answer("", told.open_("choice"), told.waits(owed, names, today), "")
    language = given.read_in(of_page)
    words = Speaker(of_page, language, language).say({language: given.words[language]})
    who = told.by_whom(given, names.get(given.by, ""), today)
    return Answer(given.kind, told.begins(given.kind, "choice"), words, who)
