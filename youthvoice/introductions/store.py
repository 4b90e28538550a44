"""Store, approve, withdraw and find the parts of introductions; each change is a line of the log.

Only approved parts reach children, and each is checked against its MAC whenever it is read.
"""

import hmac
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accounts.store import site_ids_of_people
from youthvoice.audit.audit_log import Log
from youthvoice.db import count_changed
from youthvoice.errors import Refused
from youthvoice.introductions.entities import ApprovedIntroductions, DraftPart, IntroductionPart, PartKey
from youthvoice.introductions.models import IntroductionRow
from youthvoice.introductions.rules import GREETING, PORTRAIT, TEXT, WORDS, IntroductionRefused, digest_of
from youthvoice.privacy.crypto.record_macs import check_record_mac, record_mac
from youthvoice.privacy.keys.key_names import PEOPLE
from youthvoice.web.pages.unchanged_pages import etag_of

_COLUMNS = (
    IntroductionRow.person_id, IntroductionRow.kind, IntroductionRow.language, IntroductionRow.digest,
    IntroductionRow.media, IntroductionRow.approved_by, IntroductionRow.approved_on, IntroductionRow.seal,
)  # fmt: skip
"""All that an approved part needs but its content, which is large."""


def keep_draft(session: Session, person_id: int, part: DraftPart, log: Log) -> None:
    """Store a draft of one part, in place of an earlier draft; what children see stays.

    Raises:
        IntroductionRefused: the portrait of another adult of her sites is the same (`in_use`).
    """
    digest = digest_of(part.content)
    if part.key.kind == PORTRAIT and is_portrait_in_use(session, person_id, digest):
        raise IntroductionRefused("in_use")
    delete_part(session, person_id, part.key, approved=False)
    row = IntroductionRow(person_id=person_id, kind=part.key.kind, language=part.key.language, digest=digest)
    row.media, row.content, row.approved, row.seal = part.media, part.content, False, b""
    session.add(row)
    session.flush()
    log.add(session, "introduction.draft", f"{person_id} {part.key}")


def delete_part(session: Session, person_id: int, key: PartKey, *, approved: bool) -> bool:
    """Delete the draft or the approved part; returns whether there was one."""
    statement = delete(IntroductionRow).where(*_part_conditions(person_id, key, approved=approved))
    return count_changed(session, statement) > 0


def _part_conditions(person_id: int, key: PartKey, *, approved: bool) -> tuple[ColumnElement[bool], ...]:
    return (
        IntroductionRow.person_id == person_id,
        IntroductionRow.kind == key.kind,
        IntroductionRow.language == key.language,
        IntroductionRow.approved.is_(approved),
    )


def withdraw_part(session: Session, person_id: int, key: PartKey, log: Log, *, approved: bool) -> None:
    """Delete a part at its owner's wish; an approved one is no longer shown to any child."""
    if delete_part(session, person_id, key, approved=approved):
        log.add(session, "introduction.withdraw" if approved else "introduction.discard", f"{person_id} {key}")


def approve_parts(session: Session, person_id: int, parts: Mapping[PartKey, str], second_id: int, log: Log) -> None:
    """Show drafts to children from now on, in place of earlier approved parts.

    Args:
        session: may write.
        person_id: whose introduction it is.
        parts: the digest of each draft, as the colleague saw it.
        second_id: the colleague who approves.
        log: in the colleague's name.

    Raises:
        Refused: a draft changed since (`changed`), or another adult has the same portrait now (`in_use`).
    """
    for key, digest in parts.items():
        query = select(IntroductionRow).where(*_part_conditions(person_id, key, approved=False))
        row = session.scalar(query.with_for_update())
        if row is None or not hmac.compare_digest(row.digest, digest) or digest_of(row.content) != digest:
            raise Refused("changed")
        if key.kind == PORTRAIT and is_portrait_in_use(session, person_id, digest):
            raise Refused("in_use")
        delete_part(session, person_id, key, approved=True)
        row.approved, row.approved_by, row.approved_on = True, second_id, log.day
        row.seal = record_mac(context.keyring().key_or_new(PEOPLE), *_claims(row))
        session.flush()
        log.add(session, "introduction.approve", f"{person_id} {key}")


def _claims(row: Any) -> tuple[str, *tuple[str | int, ...]]:
    """The values of an approved part that its MAC covers; of a row of the table, or of its columns."""
    day = row.approved_on.isoformat() if row.approved_on else ""
    return (
        "introduction", row.person_id, row.kind, row.language, row.digest, row.media, row.approved_by or 0, day,
    )  # fmt: skip


def _is_genuine(row: Any) -> bool:
    return check_record_mac(row.seal, context.keyring().key_or_new(PEOPLE), *_claims(row))


def is_portrait_in_use(session: Session, person_id: int, digest: str) -> bool:
    """Whether children know another adult of the same sites by this very portrait."""
    query = select(IntroductionRow.person_id).where(
        IntroductionRow.kind == PORTRAIT,
        IntroductionRow.digest == digest,
        IntroductionRow.approved.is_(True),
        IntroductionRow.person_id != person_id,
    )
    other_ids = list(session.scalars(query))
    site_ids = site_ids_of_people(session, [person_id, *other_ids])
    return any(site_ids[other_id] & site_ids[person_id] for other_id in other_ids)


def forget_introduction(session: Session, person_id: int) -> None:
    """Delete everything by which an adult introduced herself, because she leaves."""
    session.execute(delete(IntroductionRow).where(IntroductionRow.person_id == person_id))


def list_own_parts(session: Session, person_id: int) -> list[IntroductionPart]:
    """Every part of one adult, drafts too, for herself and the colleague who is asked."""
    query = select(IntroductionRow).where(IntroductionRow.person_id == person_id)
    rows = session.scalars(query.order_by(IntroductionRow.kind, IntroductionRow.language, IntroductionRow.approved))
    return [
        IntroductionPart(
            row.person_id, PartKey(row.kind, row.language), row.digest, row.media,
            row.content.decode("utf-8", "replace") if row.media == TEXT else "", row.approved_by, row.approved_on,
        )
        for row in rows
        if not row.approved or _is_genuine(row)
    ]  # fmt: skip


def find_content(
    session: Session, digest: str, person_ids: Collection[int], *, approved: bool
) -> tuple[bytes, str] | None:
    """The bytes and media type of a portrait or greeting of one of these adults; None where there is none.

    Args:
        session: only read.
        digest: names it.
        person_ids: whose it may be.
        approved: whether only an approved one counts.
    """
    query = select(IntroductionRow).where(IntroductionRow.digest == digest, IntroductionRow.person_id.in_(person_ids))
    for row in session.scalars(query):
        is_visible = _is_genuine(row) if row.approved else not approved
        if is_visible and row.media != TEXT and digest_of(row.content) == digest:
            return row.content, row.media
    return None


def load_approved(session: Session) -> ApprovedIntroductions:
    """Every approved part of the installation."""
    rows = session.execute(select(*_COLUMNS).where(IntroductionRow.approved.is_(True)).order_by(IntroductionRow.id))
    parts = [
        IntroductionPart(row.person_id, PartKey(row.kind, row.language), row.digest, row.media)
        for row in rows
        if _is_genuine(row)
    ]
    texts = {  # of drafts too; below only those of approved parts are looked up
        digest_of(content): content.decode("utf-8", "replace")
        for content in session.scalars(select(IntroductionRow.content).where(IntroductionRow.kind == WORDS))
    }
    return ApprovedIntroductions(
        portraits={part.person_id: part.picture for part in parts if part.key.kind == PORTRAIT},
        greetings={(part.person_id, part.key.language): part.digest for part in parts if part.key.kind == GREETING},
        words={
            (part.person_id, part.key.language): texts[part.digest]
            for part in parts
            if part.key.kind == WORDS and part.digest in texts
        },
        version=etag_of(repr(sorted((part.person_id, str(part.key), part.digest) for part in parts)).encode()),
    )
