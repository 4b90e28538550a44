"""Queries about minutes, and their encryption.

Source: PRIVACY.md, the second promise, and T6.
"""

import base64
import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.committees.meetings import rules
from youthvoice.committees.models import CommitteeRow, MeetingRow, MinutesVoiceRow
from youthvoice.db import count_changed
from youthvoice.errors import ConcurrentUpdate, Refused
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.privacy.keys.keyring import Keyring

_PADDED_BYTES: Final = 12_000  # three fields of 1200 letters (three bytes each in Hindi) and their JSON


def encrypt_minutes(keyring: Keyring, meeting_id: int, minutes: rules.Minutes) -> bytes:
    """Encrypt minutes.

    Raises:
        KeyFileError: as `encrypt_json`.
    """
    content: dict[str, Any] = asdict(minutes)
    content["notes"] = [[note.day.isoformat(), note.words] for note in minutes.notes]
    purpose = sealing_context("committee", "minutes", meeting_id)
    return encrypt_json(keyring, KEPT_WORDS, content, purpose, _PADDED_BYTES)


def open_minutes(keyring: Keyring, meeting_id: int, blob: bytes | None) -> rules.Minutes:
    """Decrypt minutes; empty minutes if nobody has written any.

    Raises:
        CannotOpen, KeyGone, KeyFileError: as `decrypt_json`.
    """
    if blob is None:
        return rules.Minutes()
    content = decrypt_json(keyring, KEPT_WORDS, blob, sealing_context("committee", "minutes", meeting_id))
    notes = tuple(rules.MinutesNote(date.fromisoformat(day), words) for day, words in content.pop("notes"))
    return rules.Minutes(**content, notes=notes)


def encrypt_voice(keyring: Keyring, voice_id: bytes, sound: bytes, kind: str) -> bytes:
    """Encrypt the recording of one field.

    Args:
        keyring: the key files.
        voice_id: of its row, 16 bytes.
        sound: as recorded.
        kind: such as `audio/webm`.

    Raises:
        KeyFileError: as `encrypt_json`.
    """
    values = {"kind": kind, "sound": base64.b64encode(sound).decode()}
    return encrypt_json(keyring, KEPT_WORDS, values, sealing_context("committee", "minutes-voice", voice_id.hex()))


def open_voice(keyring: Keyring, voice_id: bytes, blob: bytes) -> tuple[bytes, str]:
    """Decrypt the recording of a field; returns the sound and its type.

    Raises:
        CannotOpen, KeyGone, KeyFileError: as `decrypt_json`.
    """
    content = decrypt_json(keyring, KEPT_WORDS, blob, sealing_context("committee", "minutes-voice", voice_id.hex()))
    return base64.b64decode(content["sound"]), str(content["kind"])


def read(session: Session, meeting_id: int) -> rules.Minutes:
    """The minutes of a meeting; empty minutes if there are none."""
    blob = session.scalar(select(MeetingRow.body).where(MeetingRow.id == meeting_id))
    return open_minutes(context.keyring(), meeting_id, blob)


def write(session: Session, meeting: rules.Meeting, minutes: rules.Minutes) -> None:
    """Save a draft; approved minutes become a draft again, since the children approved another text.

    Args:
        session: may write.
        meeting: as it was when the form was made.
        minutes: the three fields; its notes are ignored.

    Raises:
        Refused: `not_held`, or `locked`.
        ConcurrentUpdate: somebody else has written since; nothing was saved.
    """
    _change_draft(session, meeting, body=encrypt_minutes(context.keyring(), meeting.id, replace(minutes, notes=())))


def approve(session: Session, meeting: rules.Meeting, said_yes: int, quorum: int, day: date) -> None:
    """Approve minutes: children agreed to them. The number of children is checked, and not stored (S28).

    Args:
        session: may write.
        meeting: as it was shown.
        said_yes: how many children were present and agreed.
        quorum: of the committee.
        day: today at the site.

    Raises:
        Refused: as `rules.why_not_approved`.
        ConcurrentUpdate: somebody else wrote since.
    """
    spoken = voices(session, meeting.id)
    if code := rules.why_not_approved(meeting, read(session, meeting.id), spoken, said_yes, quorum):
        raise Refused(code)
    _change_minutes(session, meeting, {"minutes": "approved", "approved_on": day})


def add_note(session: Session, meeting: rules.Meeting, words: str, day: date) -> None:
    """Add a note to locked minutes; the rest stays as it is.

    Raises:
        Refused: `not_locked`: they can still be changed themselves.
        ConcurrentUpdate: somebody else added one since.
    """
    if not rules.may_add_note(meeting):
        raise Refused("not_locked")
    old = read(session, meeting.id)
    new = replace(old, notes=(*old.notes, rules.MinutesNote(day, words)))
    body = encrypt_minutes(context.keyring(), meeting.id, new)
    _change_minutes(session, meeting, {"body": body})


def add_voice(session: Session, meeting: rules.Meeting, name: rules.MinutesField, sound: bytes, kind: str) -> None:
    """Store a recording for one field, in place of an earlier one; the minutes become a draft again.

    Raises:
        Refused, ConcurrentUpdate: as `write`.
    """
    _change_draft(session, meeting)
    _delete_voice_row(session, meeting.id, name)
    voice_id = secrets.token_bytes(16)
    values = {"id": voice_id, "meeting_id": meeting.id, "field": name}
    session.execute(
        insert(MinutesVoiceRow).values(**values, sound=encrypt_voice(context.keyring(), voice_id, sound, kind))
    )


def delete_voice(session: Session, meeting: rules.Meeting, name: rules.MinutesField) -> None:
    """Delete the recording of a field.

    Raises:
        Refused, ConcurrentUpdate: as `write`.
    """
    _change_draft(session, meeting)
    _delete_voice_row(session, meeting.id, name)


def voices(session: Session, meeting_id: int) -> frozenset[str]:
    """The fields of minutes that have a recording."""
    return frozenset(session.scalars(select(MinutesVoiceRow.field).where(MinutesVoiceRow.meeting_id == meeting_id)))


def voice(session: Session, meeting_id: int, name: str) -> tuple[bytes, str] | None:
    """The recording of one field: sound and type; None without one."""
    query = select(MinutesVoiceRow.id, MinutesVoiceRow.sound)
    row = session.execute(query.where(MinutesVoiceRow.meeting_id == meeting_id, MinutesVoiceRow.field == name)).first()
    return open_voice(context.keyring(), row.id, row.sound) if row else None


def freeze_approved(session: Session, site_ids: Collection[int], today: date) -> None:
    """Freeze the minutes that children approved before today: from now on only notes can be added. For the job."""
    committee_ids = select(CommitteeRow.id).where(CommitteeRow.site_id.in_(site_ids))
    approved = update(MeetingRow).where(
        MeetingRow.committee_id.in_(committee_ids), MeetingRow.minutes == "approved", MeetingRow.approved_on < today
    )
    session.execute(approved.values(minutes="locked", locked_on=today, version=MeetingRow.version + 1))


def _delete_voice_row(session: Session, meeting_id: int, name: rules.MinutesField) -> None:
    session.execute(
        delete(MinutesVoiceRow).where(MinutesVoiceRow.meeting_id == meeting_id, MinutesVoiceRow.field == name)
    )


def _change_draft(session: Session, meeting: rules.Meeting, **values: Any) -> None:
    """Change minutes and make them a draft, if they may be written."""
    if code := rules.why_not_written(meeting):
        raise Refused(code)
    _change_minutes(session, meeting, {"minutes": "draft", "approved_on": None, **values})


def _change_minutes(session: Session, meeting: rules.Meeting, values: Mapping[str, Any]) -> None:
    """Change minutes, unless somebody else has changed them."""
    unchanged_row = update(MeetingRow).where(MeetingRow.id == meeting.id, MeetingRow.version == meeting.version)
    if not count_changed(session, unchanged_row.values(**values, version=meeting.version + 1)):
        raise ConcurrentUpdate
