"""Every query of minutes. They lie locked; two people who write at once never lose each other's words."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from youthvoice.committees.agenda.store import Meanwhile
from youthvoice.committees.meetings.entities import Field, MeetingFacts, Minutes, Note
from youthvoice.committees.meetings.minutes import rules as minutes_rules
from youthvoice.committees.meetings.minutes.encryption import lock_minutes, lock_voice, open_minutes, open_voice
from youthvoice.committees.models import Committee, Meeting, MinutesVoice
from youthvoice.privacy.keys.keyring import Keyring

__all__ = ["Meanwhile", "Minutes", "NotNow"]


class NotNow(Exception):
    """Minutes cannot be changed so.

    Attributes:
        code: `not_held`, `locked`, `not_locked`, or as `minutes_rules.why_not_approved`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def said(session: Session, keyring: Keyring, meeting_id: int) -> Minutes:
    """What the minutes of a meeting say; empty ones where there are none."""
    return open_minutes(keyring, meeting_id, session.scalar(select(Meeting.body).where(Meeting.id == meeting_id)))


def write(session: Session, keyring: Keyring, meeting: MeetingFacts, minutes: Minutes) -> None:
    """Keep a draft; what children had approved is a draft again, for they approved other words.

    Args:
        session: may write.
        keyring: the key files.
        meeting: as it was when the form was made.
        minutes: the three fields; its notes are not looked at.

    Raises:
        NotNow: `not_held`, or `locked`.
        Meanwhile: somebody else wrote since; nothing was written.
    """
    if not minutes_rules.may_write(meeting):
        raise NotNow("locked" if meeting.minutes == "locked" else "not_held")
    body = lock_minutes(keyring, meeting.id, replace(minutes, notes=()))
    _change(session, meeting, {"body": body, "minutes": "draft", "approved_on": None})


def approve(  # noqa: PLR0913, PLR0917 - which, by how many, of how many, when
    session: Session, keyring: Keyring, meeting: MeetingFacts, said_yes: int, quorum: int, day: date
) -> None:
    """The children said yes to what the minutes say. How many did is asked, and kept nowhere (S28).

    Args:
        session: may write.
        keyring: the key files.
        meeting: as it was shown.
        said_yes: how many children were there and said yes.
        quorum: of the committee.
        day: today at the site.

    Raises:
        NotNow: as `minutes_rules.why_not_approved`.
        Meanwhile: somebody else wrote since.
    """
    spoken = voices(session, meeting.id)
    if code := minutes_rules.why_not_approved(meeting, said(session, keyring, meeting.id), spoken, said_yes, quorum):
        raise NotNow(code)
    _change(session, meeting, {"minutes": "approved", "approved_on": day})


def note(session: Session, keyring: Keyring, meeting: MeetingFacts, words: str, day: date) -> None:
    """Add a note to locked minutes; what was said stays as it is.

    Raises:
        NotNow: `not_locked`: they can still be changed themselves.
        Meanwhile: somebody else added one since.
    """
    if not minutes_rules.may_note(meeting):
        raise NotNow("not_locked")
    before = said(session, keyring, meeting.id)
    body = lock_minutes(keyring, meeting.id, replace(before, notes=(*before.notes, Note(day, words))))
    _change(session, meeting, {"body": body})


def speak(  # noqa: PLR0913, PLR0917 - which, what part, in which sound
    session: Session, keyring: Keyring, meeting: MeetingFacts, name: Field, sound: bytes, kind: str
) -> None:
    """Keep a voice for one field, in place of an earlier one; the minutes are a draft again.

    Raises:
        NotNow, Meanwhile: as `write`.
    """
    if not minutes_rules.may_write(meeting):
        raise NotNow("locked" if meeting.minutes == "locked" else "not_held")
    _change(session, meeting, {"minutes": "draft", "approved_on": None})
    _drop(session, meeting.id, name)
    voice_id = secrets.token_bytes(16)
    values = {"id": voice_id, "meeting_id": meeting.id, "field": name}
    session.execute(insert(MinutesVoice).values(**values, sound=lock_voice(keyring, voice_id, sound, kind)))


def hush(session: Session, meeting: MeetingFacts, name: Field) -> None:
    """Take the voice of a field away.

    Raises:
        NotNow, Meanwhile: as `write`.
    """
    if not minutes_rules.may_write(meeting):
        raise NotNow("locked" if meeting.minutes == "locked" else "not_held")
    _change(session, meeting, {"minutes": "draft", "approved_on": None})
    _drop(session, meeting.id, name)


def voices(session: Session, meeting_id: int) -> frozenset[str]:
    """The fields of minutes that can be heard."""
    return frozenset(session.scalars(select(MinutesVoice.field).where(MinutesVoice.meeting_id == meeting_id)))


def voice(session: Session, keyring: Keyring, meeting_id: int, name: str) -> tuple[bytes, str] | None:
    """The sound of one field, and what kind it is; None where it was not spoken."""
    query = select(MinutesVoice.id, MinutesVoice.sound)
    row = session.execute(query.where(MinutesVoice.meeting_id == meeting_id, MinutesVoice.field == name)).first()
    return open_voice(keyring, row.id, row.sound) if row else None


def lock_approved(session: Session, site_id: int, today: date) -> None:
    """Minutes that children approved before today can only be added to; for the job."""
    here = select(Committee.id).where(Committee.site_id == site_id)
    rested = update(Meeting).where(
        Meeting.committee_id.in_(here), Meeting.minutes == "approved", Meeting.approved_on < today
    )
    session.execute(rested.values(minutes="locked", locked_on=today, version=Meeting.version + 1))


def _drop(session: Session, meeting_id: int, name: Field) -> None:
    session.execute(delete(MinutesVoice).where(MinutesVoice.meeting_id == meeting_id, MinutesVoice.field == name))


def _change(session: Session, meeting: MeetingFacts, values: Mapping[str, Any]) -> None:
    same = update(Meeting).where(Meeting.id == meeting.id, Meeting.version == meeting.version)
    changed = session.execute(same.values(**values, version=meeting.version + 1))
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise Meanwhile
