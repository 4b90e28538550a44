"""Drafts of rounds: what one adult typed into the pages that open a round, encrypted and visible only to that adult.

A draft survives signing out and the lock of the page. It opens nothing: it becomes a request when its owner asks a
second adult, and a round when that adult agrees.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.surveys.models import RoundDraftsRow

OpeningDraft = Mapping[str, Sequence[str]]
"""Typed values, by the names of their fields."""

DAYS_KEPT: Final = 30
"""Days without a change after which a draft is deleted: its dates are past by then."""

MAX_DRAFT_BYTES: Final = 16_000
"""The most bytes of all drafts of one person, as JSON."""

_FREE_FOR_NEW: Final = 1000  # bytes that must be free for a new draft


class OpeningDrafts(NamedTuple):
    """The drafts of one person.

    Attributes:
        current: the draft that the pages show; empty where none was begun.
        aside: drafts that the person left to begin or take up another one.
    """

    current: OpeningDraft
    aside: tuple[OpeningDraft, ...] = ()

    @property
    def listed(self) -> dict[str, OpeningDraft]:
        """Every draft that is not empty, by a name that it keeps until it is changed."""
        return {_name_of(draft): draft for draft in (self.current, *self.aside) if draft}

    def without(self, name: str) -> "OpeningDrafts":
        """The drafts without the named one."""
        current: OpeningDraft = {} if _name_of(self.current) == name else self.current
        return OpeningDrafts(current, tuple(draft for draft in self.aside if _name_of(draft) != name))


def _name_of(draft: OpeningDraft) -> str:
    return hashlib.sha256(json.dumps(draft, sort_keys=True).encode()).hexdigest()[:16]


def load_drafts(session: Session, person_id: int) -> OpeningDrafts:
    """Load the drafts of a person; empty where there are none, or where the present keys do not open them.

    Nothing is kept of drafts that do not open once another one is stored; `youthvoice doctor` counts them until then.
    """
    row = session.get(RoundDraftsRow, person_id)
    return (_open_row(row) if row else None) or OpeningDrafts({})


def load_draft(session: Session, person_id: int) -> OpeningDraft:
    """Load the draft that the pages show."""
    return load_drafts(session, person_id).current


def keep_draft(session: Session, person_id: int, draft: OpeningDraft) -> bool:
    """Store the draft that the pages show; False, with nothing changed, when it is too long."""
    return _keep_drafts(session, person_id, load_drafts(session, person_id)._replace(current=draft))


def begin_draft(session: Session, person_id: int, draft: OpeningDraft) -> bool:
    """Begin another draft and set the current one aside; False, with nothing changed, when space runs out."""
    earlier = list(load_drafts(session, person_id).listed.values())
    size = len(json.dumps(earlier, ensure_ascii=False).encode())
    fits = not earlier or size + _FREE_FOR_NEW <= MAX_DRAFT_BYTES
    drafts = OpeningDrafts(draft, tuple(earlier_draft for earlier_draft in earlier if earlier_draft != draft))
    return fits and _keep_drafts(session, person_id, drafts)


def take_up_draft(session: Session, person_id: int, name: str) -> bool:
    """Continue a draft that was set aside; False where no draft has this name."""
    drafts = load_drafts(session, person_id)
    draft = drafts.listed.get(name)
    if draft is None:
        return False
    return _keep_drafts(session, person_id, OpeningDrafts(draft, tuple(drafts.without(name).listed.values())))


def throw_draft_away(session: Session, person_id: int, name: str) -> None:
    """Delete the named draft; the others stay."""
    _keep_drafts(session, person_id, load_drafts(session, person_id).without(name))


def forget_draft(session: Session, person_id: int) -> None:
    """Delete the draft that the pages show, once it became a request; those set aside stay."""
    _keep_drafts(session, person_id, load_drafts(session, person_id)._replace(current={}))


def expire_round_drafts() -> None:
    """Delete the drafts that nobody changed for `DAYS_KEPT` days; a job."""
    engine, over = db.engine(), RoundDraftsRow.changed_on <= context.today() - timedelta(days=DAYS_KEPT)
    with db.reading(engine) as session:
        if session.scalar(select(RoundDraftsRow.person_id).where(over).limit(1)) is None:
            return
    with db.writing(engine) as session:
        session.execute(delete(RoundDraftsRow).where(over))
    db.truncate_write_ahead_log(engine)


def check_round_drafts() -> Iterator[bool]:
    """Whether the drafts of each person open with the present key files."""
    return (_open_row(row) is not None for row in db.walk_rows(select(RoundDraftsRow), RoundDraftsRow.person_id))


def _keep_drafts(session: Session, person_id: int, drafts: OpeningDrafts) -> bool:
    row = session.get(RoundDraftsRow, person_id, with_for_update=True)
    if len(json.dumps(drafts._asdict(), ensure_ascii=False).encode()) > MAX_DRAFT_BYTES:
        return False
    if not drafts.listed:
        session.execute(delete(RoundDraftsRow).where(RoundDraftsRow.person_id == person_id))
        return True
    if row is None:
        row = RoundDraftsRow(person_id=person_id)
        session.add(row)
    content = {"current": dict(drafts.current), "aside": [dict(draft) for draft in drafts.aside]}
    row.locked = encrypt_json(context.keyring(), KEPT_WORDS, content, _purpose(person_id), _PADDED_LENGTH)
    row.changed_on = context.today()
    session.flush()
    return True


_PADDED_LENGTH: Final = MAX_DRAFT_BYTES + 500
"""Bytes of every stored row, whatever it holds."""


def _open_row(row: RoundDraftsRow) -> OpeningDrafts | None:
    """Open a person's drafts; None where the present keys do not open them."""
    try:
        content = decrypt_json(context.keyring(), KEPT_WORDS, row.locked, _purpose(row.person_id))
    except (CannotOpen, KeyGone):
        return None
    return OpeningDrafts(content["current"], tuple(content["aside"]))


def _purpose(person_id: int) -> SealingContext:
    return sealing_context("round", "drafts", person_id)
