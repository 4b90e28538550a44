"""Queries of a box: envelopes that wait, and the pages that it shows."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.orm import Session

from youthvoice import db
from youthvoice.box.bundle import MAX_ENVELOPES, BundleAnswer, Shelf, ShelfPage
from youthvoice.box.models import BoxEnvelopeRow, BoxPageRow
from youthvoice.compiled_sql import insert_into
from youthvoice.kiosk.offline.envelope import digest_of

_MANIFEST, _STATE, _NEXT = "manifest", "state", "next "
"""Names of the two rows that hold no page, and the beginning of the name of a page of an incomplete version."""

_HEAD_BYTES: Final = 64

_PER_TRANSACTION: Final = 32

Taken = Literal["whole", "part", "older"]
"""The result of an answer: all of its pages are shown, a part is missing, or newer ones are shown."""


@dataclass(frozen=True, slots=True)
class BoxState:
    """The state of a box.

    Attributes:
        pass_text: its pass, which it sends to the server; stored as `shown`.
        number: of the last answer; by the server's clock, microseconds since 1970 UTC.
        gone: whether the server has retired it.
    """

    pass_text: str
    number: int
    gone: bool = False


def keep_envelope(session: Session, blob: bytes) -> None:
    """Store an envelope until the server has it; the very same again changes nothing. The caller commits.

    Another one with the same outer number is stored beside it: a box opens neither, and the server takes the child's.

    Args:
        session: may write.
        blob: as the tablet sealed it.
    """
    into = insert_into(BoxEnvelopeRow, session.get_bind().dialect).values(digest=digest_of(blob), blob=blob)
    session.execute(into.on_conflict_do_nothing())


def forget_number(session: Session, number: bytes) -> None:
    """Delete what waits with an outer number, because the same child sends it again. The caller commits."""
    session.execute(delete(BoxEnvelopeRow).where(_OUTER_NUMBER.op("=")(number.hex().encode())))


_OUTER_NUMBER: Final = func.substr(BoxEnvelopeRow.blob, len("intake-2026-11\n") + 1, 32)
"""The second line of an envelope, in hexadecimal digits; the first one names its key."""


def list_part(session: Session, after: bytes, most: int, skip: Collection[bytes] = ()) -> list[bytes]:
    """Waiting envelopes that fit into a part, one at least where any is left.

    Args:
        session: only read.
        after: digest of the last envelope of the part before; empty for the first part.
        most: bytes.
        skip: digests of envelopes to leave out.
    """
    sizes = select(BoxEnvelopeRow.digest, func.length(BoxEnvelopeRow.blob)).where(BoxEnvelopeRow.digest > after)
    part: list[bytes] = []
    size = 0
    for digest, length in session.execute(sizes.order_by(BoxEnvelopeRow.digest)):
        if digest in skip:
            continue
        size += length
        if part and (size > most or len(part) == MAX_ENVELOPES):
            break
        part.append(session.scalars(select(BoxEnvelopeRow.blob).where(BoxEnvelopeRow.digest == digest)).one())
    return part


def list_waiting(session: Session) -> frozenset[bytes]:
    """Digests of the waiting envelopes."""
    return frozenset(session.scalars(select(BoxEnvelopeRow.digest)))


def count_envelopes(session: Session) -> int:
    """How many envelopes wait."""
    return session.scalar(select(func.count()).select_from(BoxEnvelopeRow)) or 0


def list_keys_used(session: Session) -> set[str]:
    """Names of the intake keys to which waiting envelopes are sealed, such as `intake-2026-11`."""
    heads = session.scalars(select(func.substr(BoxEnvelopeRow.blob, 1, _HEAD_BYTES)))
    return {bytes(head).split(b"\n", 1)[0].decode("ascii", "replace") for head in heads}


def forget_envelopes(engine: Engine, answer: BundleAnswer) -> None:
    """Delete the envelopes that the server has, a few per transaction, because a full disk takes no large change.

    They are found by digest and not by outer number: another one with the same number stays.
    """
    for first in range(0, len(answer.had), _PER_TRANSACTION):
        with db.writing(engine) as session:
            for digest in answer.had[first : first + _PER_TRANSACTION]:
                session.execute(delete(BoxEnvelopeRow).where(BoxEnvelopeRow.digest == digest))
        db.truncate_write_ahead_log(engine)


def find_state(session: Session) -> BoxState | None:
    """The state of this box; None before it is set up."""
    values = session.scalar(select(BoxPageRow.headers).where(BoxPageRow.name == _STATE))
    return BoxState(values["shown"], values["number"], values.get("gone", False)) if values else None


def find_manifest(session: Session) -> dict[str, Any] | None:
    """The manifest of the shelf; None before a box is set up, and after it was retired."""
    return session.scalar(select(BoxPageRow.headers).where(BoxPageRow.name == _MANIFEST))


def find_page(session: Session, name: str) -> ShelfPage | None:
    """One page or file; None where it does not exist."""
    row = session.get(BoxPageRow, name)
    return ShelfPage(row.name, row.headers, row.body) if row else None


def list_digests(session: Session) -> tuple[bytes, ...]:
    """Digests of every stored page, also of pages whose version is not complete yet."""
    return tuple(sorted({digest for _name, digest in _list_stored_pages(session)}))


def take_answer(engine: Engine, pass_text: str, answer: BundleAnswer) -> Taken:
    """Delete what the server has, and show its pages, unless newer ones are shown.

    Pages that come in parts wait until all are there, so that two versions are never mixed.

    Args:
        engine: of the box.
        pass_text: the pass of this box.
        answer: the server's.

    Returns:
        `whole` when all its pages are shown, `part` when some of them are not there yet, `older` when newer ones are
        shown.
    """
    forget_envelopes(engine, answer)
    with db.writing(engine) as session:
        return _store_answer(session, pass_text, answer)


def _store_answer(session: Session, pass_text: str, answer: BundleAnswer) -> Taken:
    box = find_state(session)
    if box is not None and answer.number < box.number:
        return "older"
    if answer.gone:
        session.execute(delete(BoxPageRow))
    elif answer.shelf is None or not _replace_shelf(session, answer.shelf):
        return "part"
    session.execute(delete(BoxPageRow).where(BoxPageRow.name == _STATE))
    _insert_page(session, _STATE, {"shown": pass_text, "number": answer.number, "gone": answer.gone})
    return "whole"


def _replace_shelf(session: Session, shelf: Shelf) -> bool:
    """Store the pages of a shelf, and show it once all are there; whether they are."""
    for page in shelf.pages:
        session.execute(delete(BoxPageRow).where(BoxPageRow.name == _NEXT + page.name))
        _insert_page(session, _NEXT + page.name, page.headers, page.body)
    stored = {digest: name for name, digest in _list_stored_pages(session)}
    if not set(shelf.every.values()) <= stored.keys():
        return False
    current = {stored[digest] for digest in shelf.every.values()}
    for name in session.scalars(select(BoxPageRow.name)).all():
        if name not in current and name != _STATE:
            session.execute(delete(BoxPageRow).where(BoxPageRow.name == name))
    for name in current:
        session.execute(update(BoxPageRow).where(BoxPageRow.name == name).values(name=name.removeprefix(_NEXT)))
    _insert_page(session, _MANIFEST, shelf.manifest)
    return True


def _list_stored_pages(session: Session) -> Iterator[tuple[str, bytes]]:
    """Names of page rows, and the digests of the pages in them."""
    pages = select(BoxPageRow.name, BoxPageRow.headers, BoxPageRow.body).where(
        BoxPageRow.name.not_in((_MANIFEST, _STATE))
    )
    for name, headers, body in session.execute(pages.order_by(BoxPageRow.name)):
        yield name, ShelfPage(name.removeprefix(_NEXT), headers, body).digest


def _insert_page(session: Session, name: str, headers: dict[str, Any], body: bytes = b"") -> None:
    session.execute(insert(BoxPageRow).values(name=name, headers=headers, body=body))
