"""When minutes may be changed, approved, locked. Pure.

    draft -> approved by the children -> locked on the next day; from then on only a note can be added

Source: DESIGN.md 5, "An agenda"; STANDARDS S26, S28.
"""

from collections.abc import Collection

from youthvoice.committees.meetings.entities import FIELDS, MOST_LETTERS, MeetingFacts, Minutes


def may_write(meeting: MeetingFacts) -> bool:
    """Whether the three fields may be changed; what was approved is a draft again then."""
    return meeting.state == "held" and meeting.minutes != "locked"


def may_note(meeting: MeetingFacts) -> bool:
    """Whether only a note may be added."""
    return meeting.minutes == "locked"


def children_may_read(meeting: MeetingFacts) -> bool:
    """Whether every child may read them, not only representatives."""
    return meeting.minutes in {"approved", "locked"}


def why_not_approved(
    meeting: MeetingFacts, minutes: Minutes, voices: Collection[str], said_yes: int, quorum: int
) -> str:
    """Why children's yes does not approve minutes; empty where it does.

    Args:
        meeting: of which.
        minutes: what they say.
        voices: fields that were spoken.
        said_yes: how many children were there and said yes.
        quorum: of the committee.

    Returns:
        `no_draft`, `empty`, `too_few_yes`, or nothing.
    """
    if meeting.minutes != "draft":
        return "no_draft"
    if minutes.is_empty and not voices:
        return "empty"
    return "too_few_yes" if said_yes < max(1, quorum) else ""


def too_long(minutes: Minutes) -> list[str]:
    """The fields with too many letters."""
    return [name for name in FIELDS if len(minutes.said(name)) > MOST_LETTERS]
