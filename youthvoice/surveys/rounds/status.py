"""Where a round stands: what its decider owes (S9, S33), whose turn it is, and how lists show it.

A pair is one asking: its answer is owed about its last round, and both rounds are found by it.
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
from youthvoice.accountability.store import create_answer_due, find_by_subject, list_settled_days, set_answerable_parts
from youthvoice.accounts.store import find_person
from youthvoice.audit.log_lines import LogLine
from youthvoice.sites.store import find_site
from youthvoice.surveys.questionnaires import store as questionnaires
from youthvoice.surveys.questionnaires.picture_library import picture_name
from youthvoice.surveys.questionnaires.questionnaire import Option, Question, Questionnaire
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.entities import EXEMPT, Round, describe_winner
from youthvoice.web.i18n.formats import format_day
from youthvoice.witnesses.log_scopes import LogSubject


def answer_kind(purpose: str) -> str:
    """As what the answer to a round of this purpose is owed: `choice` once something won, `round` from the start."""
    return "choice" if purpose in EXEMPT else "round"


def find_answer_due(session: Session, purpose: str, slug: str) -> AnswerDue | None:
    """What is owed about a round, with its answers; of the first round of a pair what is owed about both."""
    answer_due = find_by_subject(session, answer_kind(purpose), slug)
    if answer_due is not None or purpose in EXEMPT:
        return answer_due
    last = _last(session, slug)
    return None if last == slug else find_by_subject(session, "round", last)


def rounds_of_asking(session: Session, round_: Round) -> list[Round]:
    """The rounds of one asking, the first one first: both of a pair, else the one alone."""
    return store.list_rounds_of_pair(session, round_.pair) if round_.pair else [round_]


def settled_days(session: Session, rounds: Collection[Round]) -> dict[str, date]:
    """By slug of a round the day since which nothing is owed about it."""
    lasts = {round_.slug: rounds_of_asking(session, round_)[-1].slug for round_ in rounds}
    days = list_settled_days(session, "round", set(lasts.values()))
    return {slug: day for slug, last in lasts.items() if (day := days.get(last))}


def release_answer(session: Session, slug: str, parts: Sequence[AnswerablePart], day: date) -> None:
    """The view of a round is approved, or there will be none: nothing is left that its decider would wait for.

    The answer to a pair waits for its last round; where that one has no view, it can be given to what was published of
    the first one.

    Args:
        session: the transaction that approves or closes.
        slug: of the round.
        parts: the published questions; none where nothing could be published.
        day: today.
    """
    own = find_by_subject(session, "round", slug)
    if own is not None:
        set_answerable_parts(session, "round", slug, parts or own.parts, day)
        return
    of_both = find_by_subject(session, "round", _last(session, slug))
    if of_both is not None and parts and not of_both.parts:
        set_answerable_parts(session, "round", of_both.subject, parts, None)


def asked(session: Session, subject: str, time_zone: str) -> tuple[ReplyWords, date] | None:
    """The round that something is owed about: its title by language, and the last day on which it was open.

    Args:
        session: only read.
        subject: of what is owed; begins with the round's slug.
        time_zone: of the site that reads it.
    """
    round_ = store.find_round(session, subject.partition("/")[0])
    return (round_.titles, round_.last_day(time_zone)) if round_ else None


def _last(session: Session, slug: str) -> str:
    round_ = store.find_round(session, slug)
    return rounds_of_asking(session, round_)[-1].slug if round_ else slug


def create_choice_answer_due(
    session: Session, round_: Round, questionnaire: Questionnaire, won: Mapping[str, Sequence[str]], day: date
) -> None:
    """Write down that what won is to be done, in the transaction that closes the vote.

    Where nothing won a blank row is kept: nobody owes anything, and the row itself does not tell it. Where the decider
    has left, the coordinators owe it.

    Args:
        session: the closing transaction.
        round_: the round.
        questionnaire: what was asked; a choice has one counted question.
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
            picture=_picture(question, won.get(question.name, ())),
            day=day,
        )


def _picture(question: Question, keys: Sequence[str]) -> str:
    pictures = [tile.picture for tile in question.tiles if tile.key in keys and isinstance(tile, Option)]
    return next((code for code in pictures if code), "")


class RoundStatus(NamedTuple):
    """Where a round stands: words, a mark, `late` where an answer is over its day, and whose turn it is."""

    words: str
    mark: str
    when: str = ""
    turn: str = ""


class RoundView(NamedTuple):
    """A round in a list: what is known, where it stands, its days at its first site."""

    facts: Round
    now: RoundStatus
    first_day: date
    last_day: date


def list_round_views(session: Session, rounds: Sequence[Round]) -> list[RoundView]:
    """Rounds in the order of a list."""
    told_with = {round_.id: _told_with(session, round_) for round_ in rounds}
    standings = published_views().standings(session, list(told_with.values()))
    return [_round_view(session, round_, standings.get(told_with[round_.id])) for round_ in reversed(rounds)]


def make_round_view(session: Session, round_: Round) -> RoundView:
    """One round; nothing here depends on what any child did while it is open."""
    told_with = _told_with(session, round_)
    return _round_view(session, round_, published_views().standings(session, [told_with]).get(told_with))


def _told_with(session: Session, round_: Round) -> int:
    """The round whose view tells of it: of waves that cards link the last one."""
    return rounds_of_asking(session, round_)[-1].id if round_.has_cards else round_.id


def _round_view(session: Session, round_: Round, view: str | None) -> RoundView:
    site = find_site(session, round_.site_ids[0])
    zone = site.time_zone if site else "UTC"
    answer_due = find_answer_due(session, round_.purpose, round_.slug)
    nothing_owed = answer_due is None and round_.purpose in EXEMPT and round_.closed_on is not None
    answered = nothing_owed or (answer_due is not None and answer_due.settled_on is not None)
    with_next = answer_due is not None and answer_due.subject != round_.slug
    now = round_status(round_, context.now(), zone, RoundProgress(context.today(zone), answered, view, with_next))
    return RoundView(round_, now, round_.first_day(zone), round_.last_day(zone))


@dataclass(frozen=True, slots=True)
class RoundProgress:
    """What is known of a round besides its own row.

    Attributes:
        today: at its first site.
        answered: whether nothing is owed any more.
        view: where its newest view stands, as `published_views` says; None where there is none.
        with_next: whether it is answered together with the round after, as a pair is.
    """

    today: date
    answered: bool = False
    view: str | None = None
    with_next: bool = False


def round_status(round_: Round, now: datetime, time_zone: str, progress: RoundProgress) -> RoundStatus:
    """Where a round stands and whose turn it is, without a number of anything a child did."""
    state = round_.state(now)
    if state == "coming":
        return RoundStatus(_("Starts %(day)s", day=format_day(round_.first_day(time_zone))), "clock")
    if state == "open":
        words = _("Open; kept until more answer") if round_.purpose == "care" else _("Open")
        return RoundStatus(words, "ring", turn=_("Children answer."))
    return _after_its_end(round_, state, progress)


def _after_its_end(round_: Round, state: str, progress: RoundProgress) -> RoundStatus:
    turn = _turn(round_, progress)
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
        return RoundStatus(_of_a_view(progress.view), "tick" if progress.view == "sent" else "half", turn=turn)
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


def _of_a_view(view: str | None) -> str:
    """Where the view of a counted round stands."""
    names: dict[str, str] = {
        "waiting": _("Counted; the view is not approved yet"),
        "sent_back": _("Counted; the view was sent back"),
        "approved": _("View approved, not sent yet"),
        "on_rhythm": _("View approved, not sent yet"),
        "sent": _("View sent to guardians"),
    }
    return names.get(view or "") or str(_("Counted; the view is being made"))


def _turn(round_: Round, progress: RoundProgress) -> str:
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
    """Versions of questionnaires, for whoever may look at them (`witnesses/log_scopes`)."""
    if not caller.may("questionnaires.see"):
        return {}
    subjects = {}
    for questionnaire_row in questionnaires.list_every_version(session):
        title = questionnaires.load_questionnaire(session, questionnaire_row.id).title_in(caller.language)
        label = questionnaires.version_label(questionnaire_row)
        href = url_for("questionnaires.detail", questionnaire_id=questionnaire_row.id)
        subjects[label] = LogSubject(f"{title} · {label}", href)
    return subjects


def describe_questionnaire_line(session: Session, _caller: Caller, line: LogLine, subject: LogSubject) -> str:
    """The version; of a question that may be asked though it seems to ask about abuse, which one, and why.

    Of a picture that was withdrawn, which one, and what was chosen for its place.
    """
    label, _space, question = line.subject.partition(" ")
    if line.action.startswith("questionnaire.picture_"):
        return " · ".join((subject.words, " → ".join(map(picture_name, question.split()))))
    name, _slash, version = label.rpartition("/")
    questionnaire_row = questionnaires.find_version(session, name, int(version)) if question else None
    why = (
        (questionnaire_row.overrides or {}).get(question, "")
        if questionnaire_row and line.action == "questionnaire.not_abuse"
        else ""
    )
    return " · ".join(filter(None, (subject.words, question, f"“{why}”" if why else "")))


def round_log_subjects(session: Session, caller: Caller) -> dict[str, LogSubject]:
    """Whose lines of the log somebody sees who sees rounds: those of her sites (`witnesses/log_scopes`)."""
    if not caller.may("rounds.see"):
        return {}
    rounds = store.list_rounds(session, caller.site_ids)
    return {
        round_.slug: LogSubject(round_.title_in(caller.language), url_for("rounds.detail", slug=round_.slug))
        for round_ in rounds
    }
