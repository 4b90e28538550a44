"""Publications, encrypted and decrypted with the key files; the length of the encrypted view reveals nothing.

That length follows from the questionnaire and the audience, never from a band, a winner or n.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from youthvoice import context, db
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.disclosure.split_table import MAX_PARTS
from youthvoice.privacy.encrypted_json import check_opening, decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.publications import models, snapshot
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.rounds.split import publishable_questions, publishable_rows

_LINE_BYTES: Final = 700  # of an answer's line and its two tables at most, without texts

_PART_BYTES: Final = 300  # of the line of one part at most, its keys of 60 letters included

_HEAD_BYTES: Final = 2_000  # codes, days, names of fields

_PADDED_REASON_BYTES: Final = 2_500  # 600 letters


def max_view_size(snapshot_context: snapshot.SnapshotContext) -> int:
    """Bytes that no view of this round can exceed: all texts of the questionnaire, and a line for every answer."""
    names = sum(len(name.encode()) for name in (*snapshot_context.sites, snapshot_context.decider))
    parts = _count_part_lines(snapshot_context) * _PART_BYTES if snapshot_context.split else 0
    lines = _count_lines(snapshot_context.questionnaire) * _LINE_BYTES
    return snapshot_context.questionnaire.size + names + lines + parts + _HEAD_BYTES


def _count_part_lines(snapshot_context: snapshot.SnapshotContext) -> int:
    return MAX_PARTS * sum(
        len(publishable_rows(question))
        for question in publishable_questions(snapshot_context.questionnaire, snapshot_context.split)
    )


def _count_lines(questionnaire: Questionnaire) -> int:
    """Lines of all questions at most; three more of each than its options: the good side, and answers like silence."""
    return sum(3 + len(question.tiles) + len(question.merge or {}) for question in questionnaire.coded)


def encrypt_view(keyring: Keyring, slug: str, frozen: snapshot.Frozen, room: int) -> bytes:
    """Encrypt a view for one publication, padded to `room` bytes (`max_view_size`).

    Raises:
        KeyFileError: as `encrypt_json`.
    """
    return encrypt_json(keyring, KEPT_WORDS, frozen, _purpose(slug, "view"), room)


def open_view(keyring: Keyring, slug: str, blob: bytes) -> snapshot.Frozen:
    """Decrypt a view.

    Raises:
        CannotOpen, KeyGone, KeyFileError: as `decrypt_json`.
    """
    frozen: Any = decrypt_json(keyring, KEPT_WORDS, blob, _purpose(slug, "view"))
    return frozen  # type: ignore[no-any-return] # the value that `encrypt_view` encrypted


def encrypt_reason(keyring: Keyring, slug: str, reason: str) -> bytes:
    """Encrypt why a view was sent back: the text may quote the view."""
    return encrypt_json(keyring, KEPT_WORDS, reason, _purpose(slug, "reason"), _PADDED_REASON_BYTES)


def open_reason(keyring: Keyring, slug: str, blob: bytes | None) -> str:
    """Decrypt why a view was sent back; empty if it was not.

    Raises:
        CannotOpen, KeyGone, KeyFileError: as `decrypt_json`.
    """
    return str(decrypt_json(keyring, KEPT_WORDS, blob, _purpose(slug, "reason"))) if blob else ""


def _purpose(slug: str, what: str) -> SealingContext:
    return sealing_context("publication", slug, what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One publication, decrypted.

    Attributes:
        id: row of `publications`.
        slug: in addresses of staff pages.
        frozen: the view.
        state: waiting, approved, sent or sent_back.
        reason: why it was sent back; else empty.
    """

    id: int
    slug: str
    round_id: int
    audience: str
    version: int
    frozen: snapshot.Frozen
    state: str
    reason: str
    made_on: date
    approved_by: int | None
    approved_on: date | None
    sent_by: int | None
    sent_on: date | None


_AS_KEPT: Final = tuple(name for name in Publication.__slots__ if name not in {"frozen", "reason"})


def open_publication(publication: models.PublicationRow) -> Publication:
    """Decrypt a row.

    Raises:
        CannotOpen, KeyGone: the kept-words key is not the one it was encrypted with.
    """
    return Publication(
        **{name: getattr(publication, name) for name in _AS_KEPT},
        frozen=open_view(context.keyring(), publication.slug, publication.locked),
        reason=open_reason(context.keyring(), publication.slug, publication.reason),
    )


def check_publications() -> Iterator[bool]:
    """Whether each publication opens with the present key files."""
    return check_opening(db.walk_rows(select(models.PublicationRow), models.PublicationRow.id), open_publication)
