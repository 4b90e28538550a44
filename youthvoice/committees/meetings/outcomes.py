"""The outcome of an item at a meeting: it waits for the next one, is settled, goes up, or adults answer.

An item that has since left the agenda, such as one that went to the advocates, stays where it is. A Bal Sabha passes
items up to its Bal Panchayat, and that one to the Village Child Committee. The lower item stays and says that it went
up; the upper one is a new item with the same text and support, so nothing is lost on the way.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final, Literal, get_args

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.store import create_answer_due
from youthvoice.committees.agenda import store as agenda_store
from youthvoice.committees.agenda.entities import TOPICS, TRANSITIONS, WAITING_STATES, AgendaItem, ItemState
from youthvoice.committees.entities import Committee
from youthvoice.committees.meetings import rules, store
from youthvoice.committees.models import AgendaItemRow, CommitteeRow
from youthvoice.committees.store import find_committee
from youthvoice.errors import Refused


def answered(session: Session, answer_due: AnswerDue, day: date) -> None:
    """An adult answered: the item's state changes to `answered`."""
    _advance_item(session, answer_due, "answered", day)


def confirmed(session: Session, answer_due: AnswerDue, day: date) -> None:
    """Children confirmed that it is really done: the item's state changes to `done`."""
    _advance_item(session, answer_due, "done", day)


def opened_again(session: Session, answer_due: AnswerDue, day: date) -> None:
    """Children said "not yet": the item goes back to the adults."""
    _advance_item(session, answer_due, "with_adults", day)


def _advance_item(session: Session, answer_due: AnswerDue, to: ItemState, day: date) -> None:
    """Change the state of the item of an answer due, if the transition exists."""
    item = agenda_store.find_item(session, bytes.fromhex(answer_due.subject))
    if item is not None and to in TRANSITIONS[item.state]:
        agenda_store.change_state(session, item, to, day)


def carry_over(session: Session, committee_id: int, now: datetime, day: date) -> int:
    """Assign waiting items of a committee to its next meeting, unless their own meeting is still to come or goes on.

    Args:
        session: may write.
        committee_id: whose agenda.
        now: this moment.
        day: today at the site.

    Returns:
        How many items were assigned to another meeting.

    Raises:
        ConcurrentUpdate: somebody else changed one of them; call again in a new transaction.
    """
    if not list_with_waiting_items(session, [committee_id], now):
        return 0
    meeting = store.find_next_meeting(session, committee_id, now)
    carried = 0
    for item in agenda_store.list_items(session, [committee_id], WAITING_STATES):
        own_meeting = store.find_meeting(session, item.meeting_id) if item.meeting_id else None
        if own_meeting is None or rules.is_meeting_over(own_meeting, now):
            carried += carry_item(session, item, meeting, day)
    return carried


def carry_item(session: Session, item: AgendaItem, meeting: rules.Meeting | None, day: date) -> bool:
    """Assign one waiting item to a meeting; if it waited for another one before, it is marked "again".

    Args:
        session: may write.
        item: on the agenda, or discussed.
        meeting: the meeting; None leaves the item as it is, until there is one.
        day: today at the site.

    Returns:
        Whether it was assigned to another meeting.

    Raises:
        ConcurrentUpdate: somebody else has changed it since it was shown.
    """
    if meeting is None or meeting.id == item.meeting_id:
        return False
    body = replace(item.body, again=item.body.again + 1) if item.meeting_id else item.body
    if item.state == "discussed":
        agenda_store.change_state(session, item, "on_agenda", day, body=body, meeting_id=meeting.id)
        return True
    if body != item.body:
        item = agenda_store.change_item_body(session, item, body)
    agenda_store.assign_meeting(session, item, meeting.id)
    return True


def release_items(session: Session, meeting_ids: list[int]) -> None:
    """Remove the meeting from items whose meetings were deleted; they did not wait through those."""
    session.execute(update(AgendaItemRow).where(AgendaItemRow.meeting_id.in_(meeting_ids)).values(meeting_id=None))


def list_with_waiting_items(session: Session, committee_ids: Collection[int], now: datetime) -> set[int]:
    """The committees of which some item has no meeting, or one that is over; nothing is decrypted."""
    waiting = (AgendaItemRow.committee_id.in_(committee_ids), AgendaItemRow.state.in_(WAITING_STATES))
    query = select(AgendaItemRow.committee_id, AgendaItemRow.meeting_id).where(*waiting).distinct()
    rows = session.execute(query).all()
    meetings = store.find_meetings(session, {row.meeting_id for row in rows if row.meeting_id})
    return {
        row.committee_id
        for row in rows
        if (meeting := meetings.get(row.meeting_id)) is None or rules.is_meeting_over(meeting, now)
    }


def has_decided(session: Session, meeting_id: int) -> bool:
    """Whether a meeting has settled an item, or sent one to adults or up."""
    query = select(AgendaItemRow.id).where(
        AgendaItemRow.meeting_id == meeting_id, AgendaItemRow.state.not_in(WAITING_STATES)
    )
    return session.scalar(query.limit(1)) is not None


_RETURNED_STATES = (*sorted(WAITING_STATES), "suggested")
"""States of items of a closed committee that go back to the committee below."""


def committee_above(session: Session, committee: Committee) -> Committee:
    """The committee to which this one passes items up.

    Raises:
        Refused: there is none, or it is closed.
    """
    above = find_committee(session, committee.goes_up_to_id) if committee.goes_up_to_id else None
    if above is None:
        raise Refused("nowhere")
    if not above.is_open:
        raise Refused("closed")
    return above


def promote_item(session: Session, item: AgendaItem, day: date, meeting_id: int | None = None) -> bytes:
    """Pass an item up to the committee above.

    Args:
        session: may write.
        item: a discussed one. Answers already due stay with their adults.
        day: today at the site.
        meeting_id: the meeting that decided it.

    Returns:
        The id of the new item there.

    Raises:
        Refused: there is no committee above that meets; nothing was written.
        IllegalTransition: it was not talked about yet.
        ConcurrentUpdate: somebody else has changed it since it was shown.
    """
    committee = find_committee(session, item.committee_id)
    assert committee is not None  # a foreign key says so
    upper_committee = committee_above(session, committee)
    agenda_store.change_state(session, item, "went_up", day, meeting_id=meeting_id)
    body = replace(item.body, again=0, alone=False, decided="", held=None)
    return agenda_store.add_item(session, upper_committee.id, body, day, from_id=item.id, support=item.support)


def return_items(session: Session, committee_id: int, day: date) -> int:
    """Return the items that still wait in a closed committee to the committees they came from.

    Items about which adults owe or gave an answer stay: adults answer all the same. If the committee below is closed as
    well, the item goes on to the one below that.

    Returns:
        How many items came back.

    Raises:
        ConcurrentUpdate: somebody else changed one of them; call again in a new transaction.
    """
    returned = 0
    for upper in agenda_store.list_items(session, [committee_id], _RETURNED_STATES):
        lower = agenda_store.find_item(session, upper.from_id) if upper.from_id else None
        if lower is None or lower.state != "went_up":
            continue
        _forget_lower_item(session, upper)
        agenda_store.change_state(session, lower, "discussed", day)
        returned += 1
        committee = find_committee(session, lower.committee_id)
        if committee and not committee.is_open:
            return_items(session, committee.id, day)
    return returned


def closed_with_items(session: Session) -> Sequence[int]:
    """The closed committees that still have waiting items from below; for the job."""
    lower = aliased(AgendaItemRow)
    query = (
        select(AgendaItemRow.committee_id)
        .join(CommitteeRow, CommitteeRow.id == AgendaItemRow.committee_id)
        .join(lower, lower.id == AgendaItemRow.from_id)
        .where(CommitteeRow.closed_on.is_not(None), AgendaItemRow.state.in_(_RETURNED_STATES), lower.state == "went_up")
    )
    return session.scalars(query.distinct().order_by(AgendaItemRow.committee_id)).all()


def _forget_lower_item(session: Session, item: AgendaItem) -> None:
    """Cut the link to the lower item, which may go up again elsewhere."""
    session.execute(update(AgendaItemRow).where(AgendaItemRow.id == item.id).values(from_id=None))


Outcome = Literal["again", "settled", "adults", "up"]

OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)


@dataclass(frozen=True, slots=True)
class OutcomeEntry:
    """The outcome of one item, as it was entered.

    Attributes:
        outcome: one of `OUTCOMES`.
        decided: of a settled item: what the children decided, by language.
        owner_id: the adult who owes the answer; None for the facilitator, or if nobody was named.
        due: the day by which the answer is due.
        about: what the answer is about, by language.
    """

    outcome: Outcome
    decided: Mapping[str, str] = field(default_factory=dict)
    owner_id: int | None = None
    due: date | None = None
    about: Mapping[str, str] | None = None


def outcome_refusal(committee: Committee, meeting: rules.Meeting, item: AgendaItem) -> str:
    """Why an item cannot have an outcome at a meeting; empty if it can. Codes as in `Refused`."""
    if item.committee_id != committee.id or item.state not in WAITING_STATES:
        return "not_waiting"
    if item.body.alone:
        return "alone"
    return "void" if rules.why_void(committee, meeting) else ""


def record_outcome(  # noqa: PLR0913, PLR0917 - what, of what, where, when
    session: Session,
    committee: Committee,
    meeting: rules.Meeting,
    item: AgendaItem,
    entry: OutcomeEntry,
    now: datetime,
    day: date,
) -> None:
    """Record the outcome of an item. The caller commits.

    Args:
        session: may write.
        committee: whose meeting.
        meeting: one that was held.
        item: on its agenda.
        entry: what came of it.
        now: this moment.
        day: today at the site.

    Raises:
        Refused: with the code of why; nothing was written.
        ConcurrentUpdate: somebody else has changed the item.
    """
    if code := outcome_refusal(committee, meeting, item) or _find_missing_answer(committee, entry, day):
        raise Refused(code)
    if entry.outcome == "up":
        committee_above(session, committee)  # refuses before anything is written
    discussed_item = _mark_discussed(session, item, meeting, day)
    if entry.outcome == "again":
        next_meeting = store.find_next_meeting(session, committee.id, now)
        if not carry_item(session, discussed_item, next_meeting, day):
            agenda_store.change_state(session, discussed_item, "on_agenda", day)  # the job finds it a meeting
    elif entry.outcome == "settled":
        body = replace(discussed_item.body, decided=entry.decided)
        agenda_store.change_state(session, discussed_item, "settled", day, body=body, meeting_id=meeting.id)
    elif entry.outcome == "up":
        promote_item(session, discussed_item, day, meeting.id)
    else:
        _give_to_adults(session, committee, discussed_item, entry, meeting, day)


def _find_missing_answer(committee: Committee, entry: OutcomeEntry, day: date) -> str:
    """What an outcome for adults lacks, as a code; empty if nothing. An answer due always has an owner and a day."""
    if entry.outcome != "adults":
        return ""
    has_owner = committee.kind.owner == "facilitator" or entry.owner_id is not None
    if not has_owner or entry.due is None:
        return "without_owner"
    return "past" if entry.due < day else ""


def _mark_discussed(session: Session, item: AgendaItem, meeting: rules.Meeting, day: date) -> AgendaItem:
    """The item in state `discussed`."""
    if item.state == "discussed":
        return item
    return agenda_store.change_state(session, item, "discussed", day, meeting_id=meeting.id)


def _give_to_adults(  # noqa: PLR0913, PLR0917 - as `record_outcome`
    session: Session, committee: Committee, item: AgendaItem, entry: OutcomeEntry, meeting: rules.Meeting, day: date
) -> None:
    """Give an item to adults, and create the answer due."""
    assert entry.due is not None  # `_find_missing_answer`
    agenda_store.change_state(session, item, "with_adults", day, meeting_id=meeting.id)
    owner_id = entry.owner_id or committee.facilitator_id
    about = entry.about or item.body.words
    create_answer_due(
        session, site_id=committee.site_id, kind="item", subject=item.subject, about=about, due=entry.due,
        owner_id=owner_id, picture=item.body.picture or TOPICS.get(item.body.topic, ""), day=day
    )  # fmt: skip
