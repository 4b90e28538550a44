"""What comes of an item at a meeting: it waits for the next, is settled, goes up, or adults answer.

An item that has left this way meanwhile, such as one that went to the advocates, stays where it is.

A Bal Sabha hands up to its Bal Panchayat, that one to the Village Child Committee. The item below stays where it is and
says that it went up; the one above is another, with the same words and the same support. Nothing is lost on the way.
"""

from collections.abc import Mapping, Sequence
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
    """An adult answered."""
    _advance_item(session, answer_due, "answered", day)


def confirmed(session: Session, answer_due: AnswerDue, day: date) -> None:
    """Children said that it is really done."""
    _advance_item(session, answer_due, "done", day)


def opened_again(session: Session, answer_due: AnswerDue, day: date) -> None:
    """Children said "not yet"."""
    _advance_item(session, answer_due, "with_adults", day)


def _advance_item(session: Session, answer_due: AnswerDue, to: ItemState, day: date) -> None:
    item = agenda_store.find_item(session, bytes.fromhex(answer_due.subject))
    if item is not None and to in TRANSITIONS[item.state]:
        agenda_store.change_state(session, item, to, day)


def carry_over(session: Session, committee_id: int, now: datetime, day: date) -> int:
    """Give every waiting item of a committee to its next meeting, if it has none that is still to come or goes on.

    Args:
        session: may write.
        committee_id: whose agenda.
        now: this moment.
        day: today at the site.

    Returns:
        How many items got another meeting.

    Raises:
        ConcurrentUpdate: somebody else changed one of them; call again in a new transaction.
    """
    if not _has_waiting_items(session, committee_id, now):
        return 0
    meeting = store.find_next_meeting(session, committee_id, now)
    carried = 0
    for item in agenda_store.list_items(session, [committee_id], WAITING_STATES):
        before = store.find_meeting(session, item.meeting_id) if item.meeting_id else None
        if before is None or rules.is_meeting_over(before, now):
            carried += carry_item(session, item, meeting, day)
    return carried


def carry_item(session: Session, item: AgendaItem, meeting: rules.Meeting | None, day: date) -> bool:
    """Give one waiting item to a meeting; what waited for another one before bears "again" from now on.

    Args:
        session: may write.
        item: on the agenda, or discussed.
        meeting: which; None leaves it where it is, until there is one.
        day: today at the site.

    Returns:
        Whether it has another meeting now.

    Raises:
        ConcurrentUpdate: it is not as it was shown any more.
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
    """Items of meetings that were never planned have none, and did not wait through one."""
    session.execute(update(AgendaItemRow).where(AgendaItemRow.meeting_id.in_(meeting_ids)).values(meeting_id=None))


def _has_waiting_items(session: Session, committee_id: int, now: datetime) -> bool:
    """Whether some item has no meeting, or one that is over; nothing is opened for it."""
    rows = session.execute(
        select(AgendaItemRow.meeting_id)
        .where(AgendaItemRow.committee_id == committee_id, AgendaItemRow.state.in_(WAITING_STATES))
        .distinct()
    )
    ids = {row.meeting_id for row in rows}
    meetings = [meeting for one in ids if one and (meeting := store.find_meeting(session, one))]
    return None in ids or any(rules.is_meeting_over(meeting, now) for meeting in meetings)


def has_decided(session: Session, meeting_id: int) -> bool:
    """Whether something was settled, or went to adults or up, at a meeting."""
    gone = (
        select(AgendaItemRow.id)
        .where(AgendaItemRow.meeting_id == meeting_id, AgendaItemRow.state.not_in(WAITING_STATES))
        .limit(1)
    )
    return session.scalar(gone) is not None


_COMES_BACK = (*sorted(WAITING_STATES), "suggested")


def committee_above(session: Session, committee: Committee) -> Committee:
    """The committee to which this one hands up.

    Raises:
        Refused: there is none that meets.
    """
    found = find_committee(session, committee.goes_up_to_id) if committee.goes_up_to_id else None
    if found is None:
        raise Refused("nowhere")
    if not found.is_open:
        raise Refused("closed")
    return found


def promote_item(session: Session, item: AgendaItem, day: date, meeting_id: int | None = None) -> bytes:
    """Hand an item to the committee above.

    Args:
        session: may write.
        item: talked about. What adults owe already they answer themselves.
        day: today at the site.
        meeting_id: the meeting that did it.

    Returns:
        The id of the new item there.

    Raises:
        Refused: there is no committee above that meets; nothing was written.
        IllegalTransition: it was not talked about yet.
        ConcurrentUpdate: it is not as it was shown any more.
    """
    committee = find_committee(session, item.committee_id)
    assert committee is not None  # a foreign key says so
    to = committee_above(session, committee)
    agenda_store.change_state(session, item, "went_up", day, meeting_id=meeting_id)
    body = replace(item.body, again=0, alone=False, decided="", held=None)
    return agenda_store.add_item(session, to.id, body, day, from_id=item.id, support=item.support)


def return_items(session: Session, committee_id: int, day: date) -> int:
    """A committee was closed: whatever it had not talked about returns to where it came from.

    What adults owe an answer about, or have answered, stays: they answer all the same. Where the committee below was
    closed as well, the item goes on to the one below that.

    Returns:
        How many items came back.

    Raises:
        ConcurrentUpdate: somebody else changed one of them; call again in a new transaction.
    """
    back = 0
    for upper in agenda_store.list_items(session, [committee_id], _COMES_BACK):
        lower = agenda_store.find_item(session, upper.from_id) if upper.from_id else None
        if lower is None or lower.state != "went_up":
            continue
        _forget_lower_item(session, upper)
        agenda_store.change_state(session, lower, "discussed", day)
        back += 1
        committee = find_committee(session, lower.committee_id)
        if committee and not committee.is_open:
            return_items(session, committee.id, day)
    return back


def closed_with_items(session: Session) -> Sequence[int]:
    """The closed committees in which something waits that came from below; for the job."""
    lower = aliased(AgendaItemRow)
    query = (
        select(AgendaItemRow.committee_id)
        .join(CommitteeRow, CommitteeRow.id == AgendaItemRow.committee_id)
        .join(lower, lower.id == AgendaItemRow.from_id)
        .where(CommitteeRow.closed_on.is_not(None), AgendaItemRow.state.in_(_COMES_BACK), lower.state == "went_up")
    )
    return session.scalars(query.distinct().order_by(AgendaItemRow.committee_id)).all()


def _forget_lower_item(session: Session, item: AgendaItem) -> None:
    """What became of the item below is not looked for here any more: it may go up again, elsewhere."""
    session.execute(update(AgendaItemRow).where(AgendaItemRow.id == item.id).values(from_id=None))


Outcome = Literal["again", "settled", "adults", "up"]

OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)


@dataclass(frozen=True, slots=True)
class OutcomeEntry:
    """What was entered about one item.

    Attributes:
        outcome: what came of it.
        decided: of a settled one: what the children decided, by language.
        owner_id: who owes the answer; None where the facilitator does, or nobody was named.
        due: by when.
        about: what the answer is about, by language.
    """

    outcome: Outcome
    decided: Mapping[str, str] = field(default_factory=dict)
    owner_id: int | None = None
    due: date | None = None
    about: Mapping[str, str] | None = None


def why_not(committee: Committee, meeting: rules.Meeting, item: AgendaItem) -> str:
    """Why nothing can come of an item at a meeting; empty where it can. Codes as in `Refused`."""
    if item.committee_id != committee.id or item.state not in WAITING_STATES:
        return "not_waiting"
    if item.body.alone:
        return "alone"
    return "void" if rules.why_void(committee, meeting) else ""


def enter(  # noqa: PLR0913, PLR0917 - what, of what, where, when
    session: Session,
    committee: Committee,
    meeting: rules.Meeting,
    item: AgendaItem,
    entry: OutcomeEntry,
    now: datetime,
    day: date,
) -> None:
    """Write what came of an item. Nothing is committed here.

    Args:
        session: may write.
        committee: whose meeting.
        meeting: that was held.
        item: on its agenda.
        entry: what came of it.
        now: this moment.
        day: today at the site.

    Raises:
        Refused: with the code of why; nothing was written.
        ConcurrentUpdate: somebody else was faster.
    """
    if code := why_not(committee, meeting, item) or _find_missing_answer(committee, entry, day):
        raise Refused(code)
    if entry.outcome == "up":
        committee_above(session, committee)
    talked = _talk_about(session, item, meeting, day)
    if entry.outcome == "again":
        following = store.find_next_meeting(session, committee.id, now)
        if not carry_item(session, talked, following, day):
            agenda_store.change_state(session, talked, "on_agenda", day)  # the job finds it a meeting
    elif entry.outcome == "settled":
        body = replace(talked.body, decided=entry.decided)
        agenda_store.change_state(session, talked, "settled", day, body=body, meeting_id=meeting.id)
    elif entry.outcome == "up":
        promote_item(session, talked, day, meeting.id)
    else:
        _give_to_adults(session, committee, talked, entry, meeting, day)


def _find_missing_answer(committee: Committee, entry: OutcomeEntry, day: date) -> str:
    """An answer that adults owe has an owner and a date, always."""
    if entry.outcome != "adults":
        return ""
    named = committee.kind.owner == "facilitator" or entry.owner_id is not None
    if not named or entry.due is None:
        return "without_owner"
    return "past" if entry.due < day else ""


def _talk_about(session: Session, item: AgendaItem, meeting: rules.Meeting, day: date) -> AgendaItem:
    if item.state == "discussed":
        return item
    return agenda_store.change_state(session, item, "discussed", day, meeting_id=meeting.id)


def _give_to_adults(  # noqa: PLR0913, PLR0917 - as `enter`
    session: Session, committee: Committee, item: AgendaItem, entry: OutcomeEntry, meeting: rules.Meeting, day: date
) -> None:
    assert entry.due is not None  # `_find_missing_answer`
    agenda_store.change_state(session, item, "with_adults", day, meeting_id=meeting.id)
    owner_id = entry.owner_id or committee.facilitator_id
    about = entry.about or item.body.words
    create_answer_due(
        session, site_id=committee.site_id, kind="item", subject=item.subject, about=about, due=entry.due,
        owner_id=owner_id, picture=item.body.picture or TOPICS.get(item.body.topic, ""), day=day
    )  # fmt: skip
