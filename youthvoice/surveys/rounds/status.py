"""The status of a round: the answer its decider must give (S9, S33), whose turn it is, and its line in lists.

A pair is answered once: the answer due belongs to its last round, and both rounds find it. Below that: which
lines of the log about rounds and questionnaires a user may read (`witnesses/log_scopes`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _, ngettext
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import COORDINATOR
from youthvoice.accountability.entities import AnswerablePart, AnswerDue, ReplyWords, published_views
from youthvoice.accountability.store import (
    create_answer_due,
    find_by_subject,
    find_by_subjects,
    list_settled_days,
    set_answerable_parts,
)
from youthvoice.accounts.store import find_person
from youthvoice.audit.log_lines import LogLine
from youthvoice.sites.store import Site, list_sites
from youthvoice.surveys.questionnaires import store as questionnaires
from youthvoice.surveys.questionnaires.picture_library import picture_name
from youthvoice.surveys.questionnaires.questionnaire import Option, Question, Questionnaire
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.entities import EXEMPT, RUNS_ON, UNATTENDED, Round, describe_winner
from youthvoice.web.i18n.formats import format_day
from youthvoice.witnesses.log_scopes import LogSubject


def answer_kind(purpose: str) -> str:
    """The kind of answer due for a purpose: `choice` once something won, `round` from the start."""
    return "choice" if purpose in EXEMPT else "round"


def find_answer_due(
    session: Session, purpose: str, slug: str, site_ids: Collection[int] | None = None
) -> AnswerDue | None:
    """Find the answer due about a round, with its replies; the first round of a pair finds that of both.

    Args:
        session: only read.
        purpose: of the round.
        slug: of the round.
        site_ids: of the reader: a choice is answered at each site apart, any other round once for all.
    """
    if purpose in EXEMPT:
        return find_by_subjects(session, answer_kind(purpose), [slug], site_ids).get(slug)
    answer_due = find_by_subject(session, answer_kind(purpose), slug)
    if answer_due is not None:
        return answer_due
    last = store.last_slug_of_pair(session, slug)
    return None if last == slug else find_by_subject(session, "round", last)


def waves_of_round(session: Session, round_: Round) -> list[Round]:
    """The rounds that are answered together, the first one first: both of a pair, else the single one."""
    return store.list_rounds_of_pair(session, round_.pair) if round_.pair else [round_]


def settled_days(session: Session, rounds: Collection[Round]) -> dict[str, date]:
    """The day since which a round needs no answer, by slug."""
    lasts = {slug: last.slug for slug, last in _last_waves(session, rounds).items()}
    days = list_settled_days(session, "round", set(lasts.values()))
    return {slug: day for slug, last in lasts.items() if (day := days.get(last))}


def release_answer(session: Session, slug: str, parts: Sequence[AnswerablePart], day: date) -> None:
    """Let the decider answer: the view of a round is approved, or there will be none.

    The answer to a pair waits for its last round. Where that one has no view, the decider can answer what was published
    of the first.

    Args:
        session: the transaction that approves or closes.
        slug: of the round.
        parts: the published questions; empty where nothing could be published.
        day: today.
    """
    own = find_by_subject(session, "round", slug)
    if own is not None:
        set_answerable_parts(session, "round", slug, parts or own.parts, day)
        return
    of_both = find_by_subject(session, "round", store.last_slug_of_pair(session, slug))
    if of_both is not None and parts and not of_both.parts:
        set_answerable_parts(session, "round", of_both.subject, parts, None)


def find_titles_and_last_days(
    session: Session, subjects: Collection[tuple[str, str]]
) -> dict[tuple[str, str], tuple[ReplyWords, date]]:
    """The rounds that answers are due about: the title by language, and the last day on which each was open.

    Args:
        session: only read.
        subjects: of answers due, which begin with the slug of a round, each with the time zone of its site.

    Returns:
        By subject and time zone; nothing for a subject without a round.
    """
    slugs = {subject.partition("/")[0] for subject, _zone in subjects}
    rounds = {round_.slug: round_ for round_ in store.list_rounds_by_slug(session, slugs)} if slugs else {}
    return {
        (subject, zone): (round_.titles, round_.last_day(zone))
        for subject, zone in subjects
        if (round_ := rounds.get(subject.partition("/")[0]))
    }


def create_choice_answer_due(
    session: Session, round_: Round, questionnaire: Questionnaire, won: Mapping[str, Sequence[str]], day: date
) -> None:
    """Create the answer due about the result of a choice, in the transaction that closes it.

    Where nothing won a placeholder row is stored: nobody must answer, and the row does not show it. Where the decider
    has left, the coordinators must answer.

    Args:
        session: the closing transaction.
        round_: the round.
        questionnaire: of the choice; it has one counted question.
        won: from `batches.rules.find_winners`.
        day: today at the site.
    """
    question = questionnaire.coded[0]
    decider = find_person(session, round_.decider_id)
    is_here = decider is not None and decider.left_on is None
    for site_id in round_.site_ids:  # children of each site read it on their board
        create_answer_due(
            session,
            site_id=site_id,
            kind="choice",
            subject=round_.slug,
            about=describe_winner(question, won.get(question.name, ())),
            might_be=describe_winner(question, question.keys),
            owner_id=round_.decider_id if is_here else None,
            owner_role=None if is_here else COORDINATOR,
            due=round_.answer_due,
            picture=_winning_picture(question, won.get(question.name, ())),
            day=day,
        )


def _winning_picture(question: Question, keys: Sequence[str]) -> str:
    pictures = [tile.picture for tile in question.tiles if tile.key in keys and isinstance(tile, Option)]
    return next((code for code in pictures if code), "")


class RoundStatus(NamedTuple):
    """The status of a round in words: label, mark, `late` where an answer is overdue, and whose turn it is."""

    words: str
    mark: str
    when: str = ""
    turn: str = ""


class RoundView(NamedTuple):
    """A round in a list: its status, and its days at its first site."""

    round: Round
    status: RoundStatus
    first_day: date
    last_day: date


def list_round_views(
    session: Session, rounds: Sequence[Round], site_ids: Collection[int] | None = None
) -> list[RoundView]:
    """The views of some rounds for a list, the newest first; `site_ids` of the reader as in `find_answer_due`."""
    lasts = _last_waves(session, rounds)
    viewed_ids = {round_.id: lasts[round_.slug].id if round_.has_cards else round_.id for round_ in rounds}
    standings = published_views().standings(session, list(viewed_ids.values()))
    sites = {site.id: site for site in list_sites(session, {round_.site_ids[0] for round_ in rounds})}
    subjects = {slug: {slug, last.slug} for slug, last in lasts.items()}
    due = {
        kind: find_by_subjects(
            session,
            kind,
            {each for round_ in rounds for each in subjects[round_.slug]},
            site_ids if kind == "choice" else None,
        )
        for kind in {answer_kind(round_.purpose) for round_ in rounds}
    }
    views = []
    for round_ in reversed(rounds):
        of_kind = due[answer_kind(round_.purpose)]
        last_slug = round_.slug if round_.purpose in EXEMPT else lasts[round_.slug].slug
        answer_due = of_kind.get(round_.slug) or of_kind.get(last_slug)
        views.append(
            _round_view(round_, sites.get(round_.site_ids[0]), answer_due, standings.get(viewed_ids[round_.id]))
        )
    return views


def _last_waves(session: Session, rounds: Collection[Round]) -> dict[str, Round]:
    """The last of the rounds that are answered together with each of these, by slug."""
    waves = store.list_rounds_of_pairs(session, {round_.pair for round_ in rounds if round_.pair})
    last_by_pair = {wave.pair: wave for wave in waves}
    return {round_.slug: last_by_pair.get(round_.pair, round_) if round_.pair else round_ for round_ in rounds}


def make_round_view(session: Session, round_: Round, site_ids: Collection[int] | None = None) -> RoundView:
    """The view of one round; while it is open nothing in it depends on what any child did."""
    return list_round_views(session, [round_], site_ids)[0]


def _round_view(round_: Round, site: Site | None, answer_due: AnswerDue | None, view: str | None) -> RoundView:
    zone = site.time_zone if site else "UTC"
    needs_no_answer = answer_due is None and round_.purpose in UNATTENDED and round_.closed_on is not None
    answered = needs_no_answer or (answer_due is not None and answer_due.settled_on is not None)
    with_next = answer_due is not None and answer_due.subject != round_.slug
    progress = RoundProgress(context.today(zone), answered, view, with_next)
    status = round_status(round_, context.now(), zone, progress)
    return RoundView(round_, status, round_.first_day(zone), round_.last_day(zone))


@dataclass(frozen=True, slots=True)
class RoundProgress:
    """What is known of a round besides its own row.

    Attributes:
        today: at its first site.
        answered: whether no answer is due any longer.
        view: the state of its newest view, from `published_views`; None where there is none.
        with_next: whether it is the first of a pair, answered with the second.
    """

    today: date
    answered: bool = False
    view: str | None = None
    with_next: bool = False


def round_status(round_: Round, now: datetime, time_zone: str, progress: RoundProgress) -> RoundStatus:
    """The status of a round and whose turn it is, without any number about children."""
    state = round_.state(now)
    if state == "coming":
        return RoundStatus(_("Starts %(day)s", day=format_day(round_.first_day(time_zone))), "clock")
    if state == "open":
        words = _("Open; kept until more answer") if round_.purpose in RUNS_ON else _("Open")
        return RoundStatus(words, "ring", turn=_("Children answer."))
    return _after_its_end(round_, state, progress)


def _after_its_end(round_: Round, state: str, progress: RoundProgress) -> RoundStatus:
    turn = _next_turn(round_, progress)
    if round_.purpose == "choice" and round_.outcome == "too_few":
        return RoundStatus(_("Too few voted"), "lock")
    if progress.answered:
        return RoundStatus(_("Answered"), "full", turn=turn)
    if round_.answer_due < progress.today and not progress.with_next:
        days = (progress.today - round_.answer_due).days
        return RoundStatus(ngettext("Answer %(num)s day over", "Answer %(num)s days over", days), "clock", "late", turn)
    if state == "ended":
        return _before_counting(round_)
    if round_.outcome == "counted":
        return RoundStatus(_view_label(progress.view), "tick" if progress.view == "sent" else "half", turn=turn)
    return {
        "chosen": RoundStatus(_("Chosen"), "tick", turn=turn),
        "too_few": RoundStatus(_("Fewer than ten: only letters are read"), "lock", turn=turn),
        "too_many": RoundStatus(_("More answers than children: not counted"), "lock", turn=turn),
        "discarded": RoundStatus(_("Not counted"), "lock", turn=turn),
    }.get(round_.outcome or "", RoundStatus(_("Closed"), "lock", turn=turn))


def _before_counting(round_: Round) -> RoundStatus:
    if round_.has_cards and round_.wave == "pre":
        return RoundStatus(_("Ended"), "half", turn=_("It is counted together with the round after."))
    return RoundStatus(_("Ended, waits for the tablets"), "half", turn=_("It is counted once every tablet is empty."))


def _view_label(view: str | None) -> str:
    """The label for the state of a counted round's view."""
    names: dict[str, str] = {
        "waiting": _("Counted; the view is not approved yet"),
        "sent_back": _("Counted; the view was sent back"),
        "approved": _("View approved, not sent yet"),
        "on_rhythm": _("View approved, not sent yet"),
        "sent": _("View sent to guardians"),
    }
    return names.get(view or "") or str(_("Counted; the view is being made"))


def _next_turn(round_: Round, progress: RoundProgress) -> str:
    """Who does what next about a round that has ended; empty when nothing is left to do."""
    turns = {
        "waiting": _("An advocate looks at it and approves it."),
        "sent_back": _("An advocate makes a new version."),
        "approved": _("A coordinator sends it."),
        "on_rhythm": _("Its letters send themselves."),
    }
    steps = [turns[progress.view]] if progress.view in turns and round_.outcome == "counted" else []
    if progress.with_next and not progress.answered:
        steps.append(_("It is answered together with the round after."))
    elif not progress.answered and (round_.outcome != "counted" or progress.view in {"approved", "on_rhythm", "sent"}):
        steps.append(_("%(name)s answers the children.", name=round_.decider_name))
    return " ".join(steps)


def questionnaire_log_subjects(session: Session, caller: Caller) -> dict[str, LogSubject]:
    """The questionnaire versions whose log lines a user may read (`witnesses/log_scopes`)."""
    if not caller.may("questionnaires.see"):
        return {}
    subjects = {}
    for questionnaire_row in questionnaires.list_every_version(session):
        version = questionnaires.parse_questionnaire(session, questionnaire_row.id, questionnaire_row.digest)
        title = version.title_in(caller.language)
        label = questionnaires.version_label(questionnaire_row)
        href = url_for("questionnaires.detail", questionnaire_id=questionnaire_row.id)
        subjects[label] = LogSubject(f"{title} · {label}", href)
    return subjects


def describe_questionnaire_line(session: Session, _caller: Caller, line: LogLine, subject: LogSubject) -> str:
    """Describe a log line about a questionnaire: its version, and what was done.

    About a question that was allowed though it seems to ask about abuse: which one, and why. About a withdrawn picture:
    which one, and its substitute.
    """
    label, _space, question = line.subject.partition(" ")
    if line.action.startswith("questionnaire.picture_"):
        return " · ".join((subject.words, " → ".join(map(picture_name, question.split()))))
    name, _slash, version = label.rpartition("/")
    questionnaire_row = questionnaires.find_version(session, name, int(version)) if question else None
    reason = (
        (questionnaire_row.overrides or {}).get(question, "")
        if questionnaire_row and line.action == "questionnaire.not_abuse"
        else ""
    )
    return " · ".join(filter(None, (subject.words, question, f"“{reason}”" if reason else "")))


def round_log_subjects(session: Session, caller: Caller) -> dict[str, LogSubject]:
    """The rounds whose log lines a user may read: those of the user's sites (`witnesses/log_scopes`)."""
    if not caller.may("rounds.see"):
        return {}
    rounds = store.list_rounds(session, caller.site_ids)
    return {
        round_.slug: LogSubject(round_.title_in(caller.language), url_for("rounds.detail", slug=round_.slug))
        for round_ in rounds
    }
