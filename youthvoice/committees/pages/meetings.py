"""What children see of a meeting: its agenda before it, its minutes afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice.committees import store
from youthvoice.committees.agenda import labels as agenda_words
from youthvoice.committees.entities import CommitteeFacts, ItemFacts
from youthvoice.committees.meetings import page as meeting_page
from youthvoice.committees.meetings import store as meetings
from youthvoice.committees.meetings.entities import MeetingFacts, Minutes
from youthvoice.committees.meetings.minutes import store as minutes
from youthvoice.committees.meetings.minutes.rules import children_may_read
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.sites.store import SiteFacts

MOST: Final = 12
"""Meetings of one committee on a child's page."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing on the agenda of a meeting that is still to come.

    Attributes:
        picture: OpenMoji code.
        title: what it says.
        again: whether it waited through a meeting before.
    """

    picture: str
    title: str | Markup
    again: bool


@dataclass(frozen=True, slots=True)
class OneMeeting:
    """A meeting on a child's page.

    Attributes:
        items: what is on its agenda, while it is still to come.
        minutes: what was said, if she may read it; None where she may not, or nobody wrote anything.
        voices: the fields that can be heard.
    """

    committee: CommitteeFacts
    meeting: MeetingFacts
    items: Sequence[Told]
    minutes: Minutes | None
    voices: frozenset[str]


def one(  # noqa: PLR0913, PLR0917 - which, for whom, when
    session: Session, keyring: Keyring, site: SiteFacts, meeting_id: int, language: str, now: datetime,
    *, represents: int | None = None,
) -> OneMeeting | None:  # fmt: skip
    """A meeting of a committee of the tablet's site; None for any other.

    Args:
        session: only read.
        keyring: the key files.
        site: of the tablet.
        meeting_id: which.
        language: the child's.
        now: this moment.
        represents: the committee of the representative who is signed in: she reads its drafts, too.
    """
    meeting = meetings.find(session, meeting_id)
    committee = store.find(session, meeting.committee_id) if meeting else None
    if meeting is None or committee is None or committee.site_id != site.id or meeting.state == "cancelled":
        return None
    hers = represents == committee.id
    reads = children_may_read(meeting) or (hers and meeting.minutes == "draft")
    said = minutes.said(session, keyring, meeting_id) if reads else None
    voices = minutes.voices(session, meeting_id) if reads else frozenset()
    coming: Sequence[ItemFacts] = ()
    if meeting.state == "planned":
        found = meeting_page.agenda(session, keyring, meeting, now)
        coming = found.here
    items = [Told(agenda_words.picture(each), agenda_words.title(each, language), each.body.again > 0)
             for each in coming]  # fmt: skip
    return OneMeeting(committee, meeting, items, said, voices)


def past(session: Session, site: SiteFacts, now: datetime) -> list[tuple[CommitteeFacts, list[MeetingFacts]]]:
    """The meetings of every committee of a site that were held, the latest first; those without any are left out."""
    every = [*store.at(session, [site.id]), *store.at(session, [site.id], closed=True)]
    found = [(one, meetings.past(session, one.id, now, MOST)) for one in every]
    held = [(one, [each for each in those if each.state == "held"]) for one, those in found]
    return [(one, those) for one, those in held if those]
