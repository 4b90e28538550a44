"""What came of an item at a meeting; each in one transaction, and only on the drawn ways (`ways`)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal, get_args

from sqlalchemy.orm import Session

from youthvoice.accountability import store as answers
from youthvoice.committees.agenda import store as items
from youthvoice.committees.entities import TOPICS, CommitteeFacts, ItemFacts
from youthvoice.committees.item_states import WAITING
from youthvoice.committees.meetings import carry_over as carrying
from youthvoice.committees.meetings import promotion
from youthvoice.committees.meetings import store as meetings
from youthvoice.committees.meetings.entities import MeetingFacts
from youthvoice.committees.meetings.rules import why_void
from youthvoice.privacy.keys.keyring import Keyring

Outcome = Literal["again", "settled", "adults", "up"]
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)


class Refused(Exception):
    """It was not written.

    Attributes:
        code: `void` (no meeting that can decide; S24), `not_waiting`, `alone`, `without_owner`, `past`, `nowhere` or
            `closed`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Said:
    """What was entered about one item.

    Attributes:
        outcome: what came of it.
        decided: of a settled one: what the children decided.
        owner_id: who owes the answer; None where the facilitator does, or nobody was named.
        due: by when.
        about: what the answer is about, by language.
    """

    outcome: Outcome
    decided: str = ""
    owner_id: int | None = None
    due: date | None = None
    about: Mapping[str, str] | None = None


def why_not(committee: CommitteeFacts, meeting: MeetingFacts, item: ItemFacts) -> str:
    """Why nothing can come of an item at a meeting; empty where it can. Codes as in `Refused`."""
    if item.committee_id != committee.id or item.state not in WAITING:
        return "not_waiting"
    if item.body.alone:
        return "alone"
    return "void" if why_void(committee, meeting) else ""


def enter(  # noqa: PLR0913, PLR0917 - what, of what, where, when
    session: Session,
    keyring: Keyring,
    committee: CommitteeFacts,
    meeting: MeetingFacts,
    item: ItemFacts,
    said: Said,
    now: datetime,
    day: date,
) -> None:
    """Write what came of an item. Nothing is committed here.

    Args:
        session: may write.
        keyring: the key files.
        committee: whose meeting.
        meeting: that was held.
        item: on its agenda.
        said: what came of it.
        now: this moment.
        day: today at the site.

    Raises:
        Refused: with the code of why; nothing was written.
        Meanwhile: somebody else was faster.
    """
    if code := why_not(committee, meeting, item) or _lacks(committee, said, day):
        raise Refused(code)
    if said.outcome == "up":
        _refuse_without_above(session, committee)
    talked = _talk_about(session, keyring, item, meeting, day)
    if said.outcome == "again":
        following = meetings.next_of(session, committee.id, now)
        if not carrying.carry(session, keyring, talked, following, day):
            items.move(session, keyring, talked, "on_agenda", day)  # the job finds it a meeting
    elif said.outcome == "settled":
        body = replace(talked.body, decided=said.decided)
        items.move(session, keyring, talked, "settled", day, body=body, meeting_id=meeting.id)
    elif said.outcome == "up":
        promotion.go_up(session, keyring, talked, day, meeting.id)
    else:
        _give_to_adults(session, keyring, committee, talked, said, meeting, day)


def _lacks(committee: CommitteeFacts, said: Said, day: date) -> str:
    """An answer that adults owe has an owner and a date, always."""
    if said.outcome != "adults":
        return ""
    named = committee.kind.owner == "facilitator" or said.owner_id is not None
    if not named or said.due is None:
        return "without_owner"
    return "past" if said.due < day else ""


def _refuse_without_above(session: Session, committee: CommitteeFacts) -> None:
    try:
        promotion.above(session, committee)
    except promotion.NotUp as error:
        raise Refused(error.code) from None


def _talk_about(session: Session, keyring: Keyring, item: ItemFacts, meeting: MeetingFacts, day: date) -> ItemFacts:
    if item.state == "discussed":
        return item
    return items.move(session, keyring, item, "discussed", day, meeting_id=meeting.id)


def _give_to_adults(  # noqa: PLR0913, PLR0917 - as `enter`
    session: Session,
    keyring: Keyring,
    committee: CommitteeFacts,
    item: ItemFacts,
    said: Said,
    meeting: MeetingFacts,
    day: date,
) -> None:
    assert said.due is not None  # `_lacks`
    items.move(session, keyring, item, "with_adults", day, meeting_id=meeting.id)
    owner_id = said.owner_id or committee.facilitator_id
    about = said.about or item.body.words
    answers.owe(
        session, keyring, site_id=committee.site_id, kind="item", subject=item.subject, about=about, due=said.due,
        owner_id=owner_id, picture=TOPICS.get(item.body.topic, ""), day=day,
    )  # fmt: skip
