"""Rounds that somebody began to open: locked, hers alone, kept over the lock of her page and over signing out.

What lies here opens nothing: it becomes a request when she asks a second adult, and a round when he agrees.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import lock_json, unlock_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.surveys.models import RoundDraftsRow

OpeningDraft = Mapping[str, Sequence[str]]
"""What was typed, by the names of fields."""

DAYS_KEPT: Final = 30
"""After so many days without a change what she began is thrown away: its dates are past by then."""

MAX_DRAFT_BYTES: Final = 16_000
"""Bytes of all unfinished rounds of one person together; each of them lies in that much room."""

_ROOM_FOR_ONE: Final = 1000  # bytes that a round begun anew must find


class OpeningDrafts(NamedTuple):
    """Rounds that one person began to open.

    Attributes:
        current: what the pages show; empty where none was begun.
        aside: those she left to begin another.
    """

    current: OpeningDraft
    aside: tuple[OpeningDraft, ...] = ()

    @property
    def listed(self) -> dict[str, OpeningDraft]:
        """Every one with something in it, by a name that it keeps until it is changed."""
        return {_name_of(one): one for one in (self.current, *self.aside) if one}

    def without(self, name: str) -> "OpeningDrafts":
        """The others."""
        current: OpeningDraft = {} if _name_of(self.current) == name else self.current
        return OpeningDrafts(current, tuple(one for one in self.aside if _name_of(one) != name))


def _name_of(draft: OpeningDraft) -> str:
    return hashlib.sha256(json.dumps(draft, sort_keys=True).encode()).hexdigest()[:16]


def load_drafts(session: Session, person_id: int) -> OpeningDrafts:
    """As typed, by the names of fields; empty when there is none of hers."""
    row = session.get(RoundDraftsRow, person_id)
    return (_open_row(row) if row else None) or OpeningDrafts({})


def load_draft(session: Session, person_id: int) -> OpeningDraft:
    """The one that the pages show."""
    return load_drafts(session, person_id).current


def keep_draft(session: Session, person_id: int, draft: OpeningDraft) -> bool:
    """Keep what the pages show; False, and nothing is changed, when there is no room for it."""
    return _keep_drafts(session, person_id, load_drafts(session, person_id)._replace(current=draft))


def begin_draft(session: Session, person_id: int, draft: OpeningDraft) -> bool:
    """Begin another round and lay the one before aside; False, and nothing is changed, when there is no room left."""
    left = list(load_drafts(session, person_id).listed.values())
    size = len(json.dumps(left, ensure_ascii=False).encode())
    fits = not left or size + _ROOM_FOR_ONE <= MAX_DRAFT_BYTES
    drafts = OpeningDrafts(draft, tuple(one for one in left if one != draft))
    return fits and _keep_drafts(session, person_id, drafts)


def take_up_draft(session: Session, person_id: int, name: str) -> bool:
    """Go on with one that was laid aside; False where there is none of that name any more."""
    drafts = load_drafts(session, person_id)
    wanted = drafts.listed.get(name)
    if wanted is None:
        return False
    return _keep_drafts(session, person_id, OpeningDrafts(wanted, tuple(drafts.without(name).listed.values())))


def throw_draft_away(session: Session, person_id: int, name: str) -> None:
    """It is gone; the others stay."""
    _keep_drafts(session, person_id, load_drafts(session, person_id).without(name))


def forget_draft(session: Session, person_id: int) -> None:
    """What the pages show was asked for; those laid aside stay."""
    _keep_drafts(session, person_id, load_drafts(session, person_id)._replace(current={}))


def expire_round_drafts() -> None:
    """The job: throw away what nobody changed for `DAYS_KEPT` days."""
    engine, over = db.engine(), RoundDraftsRow.changed_on <= context.today() - timedelta(days=DAYS_KEPT)
    with db.reading(engine) as session:
        if session.scalar(select(RoundDraftsRow.person_id).where(over).limit(1)) is None:
            return
    with db.writing(engine) as session:
        session.execute(delete(RoundDraftsRow).where(over))
    db.truncate_write_ahead_log(engine)


def count_unopenable_round_drafts(session: Session) -> int:
    """People whose unfinished rounds do not open with the key files that are here."""
    return sum(_open_row(row) is None for row in session.scalars(select(RoundDraftsRow)))


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
    inside = {"current": dict(drafts.current), "aside": [dict(one) for one in drafts.aside]}
    row.locked = lock_json(context.keyring(), KEPT_WORDS, inside, _bound(person_id), _ROOM)
    row.changed_on = context.today()
    session.flush()
    return True


_ROOM: Final = MAX_DRAFT_BYTES + 500


def _open_row(row: RoundDraftsRow) -> OpeningDrafts | None:
    """What was locked; None where its key is gone."""
    try:
        inside = unlock_json(context.keyring(), KEPT_WORDS, row.locked, _bound(row.person_id))
    except (CannotOpen, KeyGone):
        return None
    return OpeningDrafts(inside["current"], tuple(inside["aside"]))


def _bound(person_id: int) -> SealingContext:
    return sealing_context("round", "drafts", person_id)
