"""Show everyday choices: the state of one, the children's board (S33), and the staff's list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accountability import labels
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accounts.store import names_of_people
from youthvoice.context import day_at
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.sites.store import Site, group_by_site
from youthvoice.surveys.batches.store import load_counts
from youthvoice.surveys.choices import forms
from youthvoice.surveys.choices.labels import CHOICE_STATES
from youthvoice.surveys.choices.store import Choice, list_choices
from youthvoice.surveys.questionnaires.questionnaire import Bin, Option, Question
from youthvoice.surveys.responses.screens import Speaker
from youthvoice.surveys.rounds.entities import Round, words_of_options
from youthvoice.surveys.rounds.status import find_answer_due
from youthvoice.surveys.rounds.store import has_choice_rounds, list_choice_rounds, questionnaire_of_round
from youthvoice.web.i18n import formats
from youthvoice.web.i18n.formats import format_short_day

OPEN, COUNTING, TOO_FEW, TOO_MANY, ASKED = "open", "counting", "too_few", "too_many", "asked"


@dataclass(frozen=True, slots=True)
class ChoiceStatus:
    """A choice with its state and result.

    Attributes:
        round: its round.
        question: its question.
        state: `open`, `counting`, `too_few`, `too_many`, `asked`, or the decider's reply: `yes` means done, `partly`
            not yet, `no_because` why not.
        won: one option, or two after a tie; empty where nothing won.
        answer_due: what the decider must answer; None where nothing won.
    """

    round: Round
    question: Question
    state: str
    won: tuple[Option | Bin, ...] = ()
    answer_due: AnswerDue | None = None


def find_choice_status(session: Session, round_: Round, site_id: int) -> ChoiceStatus:
    """Find the state of a choice at a site; the result is known as soon as its batch has closed.

    Where the key of the stored result is missing the choice counts as not counted yet; `youthvoice doctor` reports it.
    """
    question = questionnaire_of_round(session, round_).coded[0]
    state = round_.state(context.now())
    if state != "closed":
        return ChoiceStatus(round_, question, COUNTING if state == "ended" else OPEN)
    try:
        winners = load_counts(session, round_.batch_id).winners if round_.outcome == "chosen" else {}
    except (CannotOpen, KeyGone):
        return ChoiceStatus(round_, question, COUNTING)
    won = winners.get(question.name, ())
    if not won:
        return ChoiceStatus(round_, question, TOO_MANY if round_.outcome == "too_many" else TOO_FEW)
    answer_due = find_answer_due(session, round_.purpose, round_.slug, [site_id])
    reply = answer_due.reply() if answer_due else None
    tiles = tuple(tile for tile in question.tiles if tile.key in won)
    return ChoiceStatus(round_, question, reply.kind if reply else ASKED, tiles, answer_due)


BOARD_TIME = timedelta(days=31)
"""How long the board shows a result."""

MAX_ON_BOARD = 12

_BOX = "1F5F3"  # a ballot box

Shown = dict[str, object]
"""One choice as the board's template reads it, by name."""


def has_choices(session: Session, site_id: int, now: datetime) -> bool:
    """Whether the board of a site shows any choice."""
    return has_choice_rounds(session, site_id, now - BOARD_TIME)


def has_ended_choices(session: Session, site_id: int, now: datetime) -> bool:
    """Whether the board shows a choice that has ended: its result, that it is being counted, or why nothing won."""
    return has_choice_rounds(session, site_id, now - BOARD_TIME, until=now)


def load_choice_board(session: Session, site: Site) -> list[ChoiceStatus]:
    """The choices on the board of a site: first open ones by their end, then ended ones, the latest first."""
    now = context.now()
    rounds = [
        round_ for round_ in list_choice_rounds(session, site.id, now - BOARD_TIME) if round_.state(now) != "coming"
    ]
    statuses = [find_choice_status(session, round_, site.id) for round_ in rounds]
    open_ = sorted((status for status in statuses if status.state == OPEN), key=lambda status: status.round.ends_at)
    over = sorted(
        (status for status in statuses if status.state != OPEN), key=lambda status: status.round.ends_at, reverse=True
    )
    return [*open_, *over[:MAX_ON_BOARD]]


def names_on_board(session: Session, choice_statuses: Sequence[ChoiceStatus]) -> labels.PersonNames:
    """The names of all adults that the board mentions."""
    return names_of_people(
        session, {person for status in choice_statuses if status.answer_due for person in status.answer_due.people}
    )


def render_choice_board(
    choice_statuses: Sequence[ChoiceStatus], names: labels.PersonNames, site: Site, language: str, of_page: str
) -> str:
    """Render the children's board.

    Args:
        choice_statuses: from `load_choice_board`.
        names: from `names_on_board`.
        site: of the tablet.
        language: the child's.
        of_page: the language of everything else.
    """
    return render_template(
        "surveys/choices/open_choices.html",
        front_href="/language",
        open=[_open_values(status, site, language, of_page) for status in choice_statuses if status.state == OPEN],
        decided=[
            _decided_values(status, names, site, language, of_page)
            for status in choice_statuses
            if status.state != OPEN
        ],
    )


def list_open_choices(session: Session, site: Site, language: str, of_page: str) -> list[Shown]:
    """List what children of a site can choose now, the next to end first.

    Args:
        session: only read.
        site: of the tablet.
        language: the child's.
        of_page: the language of everything else.
    """
    rounds = list_choice_rounds(session, site.id, context.now())
    statuses = [find_choice_status(session, round_, site.id) for round_ in rounds]
    open_ = sorted((status for status in statuses if status.state == OPEN), key=lambda status: status.round.ends_at)
    return [
        _open_values(status, site, language, of_page)
        for status in open_
        if status.round.state(context.now()) != "coming"
    ]


def _speaker(status: ChoiceStatus, language: str, of_page: str) -> Speaker:
    return Speaker(of_page, language, next(iter(status.question.text)))


def _open_values(status: ChoiceStatus, site: Site, language: str, of_page: str) -> Shown:
    ends = status.round.ends_at.astimezone(ZoneInfo(site.time_zone))
    hour = formats.format_spoken_hour(ends.time())
    today = ends.date() == context.today(site.time_zone)
    until = _("Until %(hour)s", hour=hour) if today else _("Until %(day)s", day=format_short_day(ends.date()))
    return {
        "words": _speaker(status, language, of_page).say(status.question.text),
        "href": url_for("surveys.answer", slug=status.round.slug),
        "code": status.question.picture or _BOX,
        "until": until,
    }


def _decided_values(status: ChoiceStatus, names: labels.PersonNames, site: Site, language: str, of_page: str) -> Shown:
    speaker = _speaker(status, language, of_page)
    first = status.won[0] if status.won else None
    picture = first.picture if isinstance(first, Option) else None
    return {
        "picture": picture or status.question.picture or _BOX,
        "question": speaker.say(status.question.text),
        "won": speaker.say(words_of_options(status.question, [tile.key for tile in status.won])),
        "nothing": _no_result_text(status.state),
        "answer": _answer_values(status.answer_due, names, context.today(site.time_zone), of_page)
        if status.answer_due
        else None,
    }


def _no_result_text(state: str) -> str:
    why = {
        COUNTING: _("We are counting."),
        TOO_FEW: _("Too few of us voted."),
        TOO_MANY: _("More votes came than we are, so nothing was chosen."),
    }
    return str(why.get(state, ""))


def _answer_values(answer_due: AnswerDue, names: labels.PersonNames, today: date, of_page: str) -> Shown:
    reply = answer_due.reply()
    if reply is None:
        waits = labels.waiting_label(answer_due, names, today)
        return {"reply": "", "verdict": labels.unanswered_label("choice"), "words": waits, "who": ""}
    language = reply.read_in(of_page)
    words = Speaker(of_page, language, language).say({language: reply.words[language]})
    who = labels.by_whom_label(reply, names.get(reply.by, ""), today)
    verdict = labels.reply_opening_label(reply.kind, "choice")
    return {"reply": reply.kind, "verdict": verdict, "words": words, "who": who}


class ChoiceView(NamedTuple):
    """A choice on a staff page.

    Attributes:
        choice: the choice.
        state: a key of `labels.CHOICE_STATES`.
        words: of the state.
        mark: of the state.
        evening: the day it ends, at its site.
        won: the result, by language; empty where nothing won.
        late: whether the result should have been carried out by now.
    """

    choice: Choice
    state: str
    words: str
    mark: str
    evening: date
    won: dict[str, str]
    late: bool


def list_choice_views(session: Session, sites: Sequence[Site]) -> list[tuple[Site, list[ChoiceView]]]:
    """The choices of each site for staff: waiting and overdue ones first, then the latest."""
    site_by_id = {site.id: site for site in sites}
    choices = list_choices(session, site_by_id, context.now() - forms.LISTED_TIME)
    choice_views = [make_choice_view(session, choice, site_by_id[choice.row.site_id]) for choice in choices]
    choice_views.sort(key=lambda view: not (view.late or view.state == "waits"))  # stable
    return group_by_site(sites, choice_views, lambda view: [view.choice.row.site_id])


def make_choice_view(session: Session, choice: Choice, site: Site) -> ChoiceView:
    """Make the staff view of one choice."""
    won: dict[str, str] = {}
    if choice.round is not None:
        status = find_choice_status(session, choice.round, site.id)
        state, won = status.state, words_of_options(status.question, [tile.key for tile in status.won])
    elif choice.row.dropped_on is not None:
        state = "dropped"
    else:
        state = "waits" if choice.waits(context.now()) else "missed"
    words, mark = CHOICE_STATES[state]
    evening = day_at(choice.row.closes_at, site.time_zone)
    late = state == "asked" and choice.row.answer_due < context.today(site.time_zone)
    return ChoiceView(choice, state, str(words), mark, evening, won, late)
