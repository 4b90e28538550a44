"""Everyday choices as pages show them: where one stands, the board of the children (S33), the list of staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import render_template, url_for
from flask_babel import format_date, gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accountability import labels
from youthvoice.accountability.entities import AnswerDue, Reply
from youthvoice.accounts.store import names_of_people
from youthvoice.context import day_at
from youthvoice.privacy.crypto.symmetric_encryption import CannotOpen
from youthvoice.privacy.keys.key_files import KeyGone
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.sites.store import Site
from youthvoice.surveys.batches.store import load_winners
from youthvoice.surveys.choices import forms
from youthvoice.surveys.choices.form_adapter import LISTED_TIME
from youthvoice.surveys.choices.store import Choice, list_choices
from youthvoice.surveys.questionnaires.questionnaire import Bin, Option, Question
from youthvoice.surveys.responses.screens import Speaker
from youthvoice.surveys.rounds.entities import Round, words_of_options
from youthvoice.surveys.rounds.status import find_answer_due
from youthvoice.surveys.rounds.store import has_choice_rounds, list_choice_rounds, questionnaire_of_round
from youthvoice.web.i18n import formats

OPEN, COUNTING, TOO_FEW, TOO_MANY, ASKED = "open", "counting", "too_few", "too_many", "asked"


_UNDECIDED = {"too_many": TOO_MANY}


@dataclass(frozen=True, slots=True)
class ChoiceStatus:
    """One choice as it stands.

    Attributes:
        facts: its round.
        question: what is asked.
        state: `open`, `counting`, `too_few`, `too_many`, `asked`, or how the decider answered: `yes` is done, `partly`
            is not yet, `no_because` is why not.
        won: one picture, or two after a tie; empty where nothing won.
        owed: what the decider owes about it; None where nothing won.
    """

    facts: Round
    question: Question
    state: str
    won: tuple[Option | Bin, ...] = ()
    owed: AnswerDue | None = None

    @property
    def given(self) -> Reply | None:
        """The decider's answer; None while there is none."""
        return self.owed.reply() if self.owed else None


def find_choice_status(session: Session, keyring: Keyring, facts: Round, now: datetime) -> ChoiceStatus:
    """Where the round of a choice stands; what won is known as soon as its batch has closed.

    Where the key is not here that what won was locked under, it counts as not known yet; `flask doctor` tells of it.
    """
    question = questionnaire_of_round(session, facts).coded[0]
    at = facts.state(now)
    if at != "closed":
        return ChoiceStatus(facts, question, COUNTING if at == "ended" else OPEN)
    try:
        won = load_winners(session, keyring, facts.batch_id).get(question.name, ()) if facts.outcome == "chosen" else ()
    except (CannotOpen, KeyGone):
        return ChoiceStatus(facts, question, COUNTING)
    if not won:
        return ChoiceStatus(facts, question, _UNDECIDED.get(facts.outcome or "", TOO_FEW))
    owed = find_answer_due(session, keyring, facts.purpose, facts.slug)
    given = owed.reply() if owed else None
    tiles = tuple(tile for tile in question.tiles if tile.key in won)
    return ChoiceStatus(facts, question, given.kind if given else ASKED, tiles, owed)


BOARD_TIME = timedelta(days=31)
"""How long what was decided stands on the board."""


MAX_ON_BOARD = 12


_BOX = "1F5F3"


@dataclass(frozen=True, slots=True)
class OpenChoice:
    """A choice that can be made now."""

    words: Markup
    href: str
    code: str
    until: str


@dataclass(frozen=True, slots=True)
class ChoiceAnswer:
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
class DecidedChoice:
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
    answer: ChoiceAnswer | None


def has_choices(session: Session, site_id: int, now: datetime) -> bool:
    """Whether there is anything to see on the board of a site."""
    return has_choice_rounds(session, site_id, now - BOARD_TIME)


def load_choice_board(session: Session, keyring: Keyring, site: Site, now: datetime) -> list[ChoiceStatus]:
    """The choices of a site: the open ones, the next to end first; then the others, the latest first."""
    found = [
        find_choice_status(session, keyring, one, now) for one in list_choice_rounds(session, site.id, now - BOARD_TIME)
    ]
    begun = [one for one in found if one.facts.state(now) != "coming"]
    open_ = sorted((one for one in begun if one.state == OPEN), key=lambda one: one.facts.ends_at)
    over = sorted((one for one in begun if one.state != OPEN), key=lambda one: one.facts.ends_at, reverse=True)
    return [*open_, *over[:MAX_ON_BOARD]]


def names_on_board(session: Session, found: Sequence[ChoiceStatus]) -> labels.PersonNames:
    """The names of all adults that the board speaks of."""
    return names_of_people(session, {person for one in found if one.owed for person in one.owed.people})


def render_choice_board(
    found: Sequence[ChoiceStatus], names: labels.PersonNames, site: Site, language: str, of_page: str
) -> str:
    """The page of the board.

    Args:
        found: from `load_choice_board`.
        names: from `names_on_board`.
        site: of the tablet.
        language: the child's.
        of_page: the language of everything else.
    """
    return render_template(
        "surveys/choices/open_choices.html",
        front_href="/language",
        open=[_open(one, site, language, of_page) for one in found if one.state == OPEN],
        decided=[_decided(one, names, site, language, of_page) for one in found if one.state != OPEN],
    )


def _speaker(one: ChoiceStatus, language: str, of_page: str) -> Speaker:
    return Speaker(of_page, language, next(iter(one.question.text)))


def _open(one: ChoiceStatus, site: Site, language: str, of_page: str) -> OpenChoice:
    ends = one.facts.ends_at.astimezone(ZoneInfo(site.time_zone))
    hour = formats.format_hour(ends.time())
    today = ends.date() == context.today(site.time_zone)
    until = _("Until %(hour)s", hour=hour) if today else _("Until %(day)s", day=format_date(ends.date(), "d MMMM"))
    href = url_for("surveys.answer", slug=one.facts.slug)
    return OpenChoice(
        _speaker(one, language, of_page).say(one.question.text), href, one.question.picture or _BOX, str(until)
    )


def _decided(one: ChoiceStatus, names: labels.PersonNames, site: Site, language: str, of_page: str) -> DecidedChoice:
    speak = _speaker(one, language, of_page)
    first = one.won[0] if one.won else None
    picture = first.picture if isinstance(first, Option) else None
    return DecidedChoice(
        picture=picture or one.question.picture or _BOX,
        question=speak.say(one.question.text),
        won=speak.say(words_of_options(one.question, [tile.key for tile in one.won])),
        nothing=_nothing(one.state),
        answer=_answer(one.owed, names, context.today(site.time_zone), of_page) if one.owed else None,
    )


def _nothing(state: str) -> str:
    why = {
        COUNTING: _("We are counting."),
        TOO_FEW: _("Too few of us voted."),
        TOO_MANY: _("More votes came than we are, so nothing was chosen."),
    }
    return str(why.get(state, ""))


def _answer(owed: AnswerDue, names: labels.PersonNames, today: date, of_page: str) -> ChoiceAnswer:
    given = owed.reply()
    if given is None:
        return ChoiceAnswer("", labels.unanswered_label("choice"), labels.waiting_label(owed, names, today), "")
    language = given.read_in(of_page)
    words = Speaker(of_page, language, language).say({language: given.words[language]})
    who = labels.by_whom_label(given, names.get(given.by, ""), today)
    return ChoiceAnswer(given.kind, labels.reply_opening_label(given.kind, "choice"), words, who)


class ChoiceView(NamedTuple):
    """A choice on a staff page.

    Attributes:
        choice: its row.
        state: code, a key of `forms.CHOICE_STATES`.
        words: of the state.
        mark: of the state.
        evening: the day it ends, at its site.
        won: what won, by language; empty where nothing did.
        late: whether what won should be done by now.
    """

    choice: Choice
    state: str
    words: str
    mark: str
    evening: date
    won: dict[str, str]
    late: bool


def list_choice_views(session: Session, site: Site) -> list[ChoiceView]:
    """The choices of a site: what waits and what is late first, then the latest."""
    found = [
        make_choice_view(session, one, site) for one in list_choices(session, [site.id], context.now() - LISTED_TIME)
    ]
    return sorted(found, key=lambda one: not (one.late or one.state == "waits"))  # stable


def make_choice_view(session: Session, choice: Choice, site: Site) -> ChoiceView:
    """One choice."""
    now, won = context.now(), {}
    if choice.round is not None:
        stands = find_choice_status(session, context.keyring(), choice.round, now)
        state, won = stands.state, words_of_options(stands.question, [one.key for one in stands.won])
    elif choice.dropped_on is not None:
        state = "dropped"
    else:
        state = "waits" if choice.waits(now) else "missed"
    words, mark = forms.CHOICE_STATES[state]
    evening = day_at(choice.plan.closes_at, site.time_zone)
    late = state == "asked" and choice.plan.answer_due < context.today(site.time_zone)
    return ChoiceView(choice, state, str(words), mark, evening, won, late)
