"""Every query of a box: envelopes that wait, and what it shows."""

import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.orm import Session

from youthvoice import db
from youthvoice.box.bundle import MAX_ENVELOPES, BundleBack, Shelf, ShelfPage
from youthvoice.box.models import BoxEnvelopeRow, BoxPageRow
from youthvoice.compiled_sql import insert_into
from youthvoice.kiosk.offline.envelope import digest_of

_MANIFEST, _STATE, _NEXT = "manifest", "state", "next "

_HEAD_BYTES: Final = 64

_AT_ONCE: Final = 32

Taken = Literal["whole", "part", "older"]
"""What became of what came back."""


@dataclass(frozen=True, slots=True)
class BoxState:
    """What a box knows of itself.

    Attributes:
        shown: its pass.
        number: of the last bundle that came back; by the clock of the house, microseconds since 1970 UTC.
        gone: whether the house has let it go.
    """

    shown: str
    number: int
    gone: bool = False


def keep_envelope(session: Session, blob: bytes) -> None:
    """Keep an envelope until the house has it; the very same again changes nothing. The caller commits.

    Another one under the same outer number is kept beside it: a box opens neither, and the house takes the child's.

    Args:
        session: may write.
        blob: as the tablet sealed it.
    """
    into = insert_into(BoxEnvelopeRow, session.get_bind().dialect).values(digest=digest_of(blob), blob=blob)
    session.execute(into.on_conflict_do_nothing())


def forget_number(session: Session, number: bytes) -> None:
    """Forget what waits under an outer number, for what the same child sends now in its place. The caller commits."""
    session.execute(delete(BoxEnvelopeRow).where(_OUTSIDE.op("=")(number.hex().encode())))


_OUTSIDE: Final = func.substr(BoxEnvelopeRow.blob, len("intake-2026-11\n") + 1, 32)


def list_part(session: Session, after: bytes, most: int, skip: Collection[bytes] = ()) -> list[bytes]:
    """So many of those that wait as fit into a part, one at least where any is left.

    Args:
        session: only read.
        after: digest of the last one that came before; empty at the beginning.
        most: bytes.
        skip: digests of those that are left out.
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
    """Digests of what waits."""
    return frozenset(session.scalars(select(BoxEnvelopeRow.digest)))


def count_envelopes(session: Session) -> int:
    """How many wait."""
    return session.scalar(select(func.count()).select_from(BoxEnvelopeRow)) or 0


def list_keys_used(session: Session) -> set[str]:
    """Names of the intake keys that what waits is sealed to, such as `intake-2026-11`."""
    heads = session.scalars(select(func.substr(BoxEnvelopeRow.blob, 1, _HEAD_BYTES)))
    return {bytes(head).split(b"\n", 1)[0].decode("ascii", "replace") for head in heads}


def forget_envelopes(engine: Engine, back: BundleBack) -> None:
    """The house has these. A few at a time, each written over at once: a disk that is full takes no large change.

    By what the house had in its hands, not by what stands on it: another one under the same number stays.
    """
    for first in range(0, len(back.had), _AT_ONCE):
        with db.writing(engine) as session:
            for one in back.had[first : first + _AT_ONCE]:
                session.execute(delete(BoxEnvelopeRow).where(BoxEnvelopeRow.digest == one))
        db.forget_what_was_deleted(engine)


def mix_what_waits(engine: Engine) -> None:
    """Write the whole file anew, in the order of random numbers, and empty its log.

    Where a large row lies within SQLite's file tells when it came: the next one is put behind the last. On a disk that
    is nearly full it waits until there is room: what a stick carries away matters more.
    """
    if engine.dialect.name != "sqlite":
        return
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.connection.dbapi_connection.execute("VACUUM")  # type: ignore[union-attr]
    except sqlite3.OperationalError as error:
        if not db.cannot_keep(error):
            raise
    db.forget_what_was_deleted(engine)


def find_state(session: Session) -> BoxState | None:
    """What this box knows of itself; None before it was set up."""
    kept = session.scalar(select(BoxPageRow.headers).where(BoxPageRow.name == _STATE))
    return BoxState(**kept) if kept else None


def find_manifest(session: Session) -> dict[str, Any] | None:
    """What the shelf holds; None before a box was set up, and after it was let go."""
    return session.scalar(select(BoxPageRow.headers).where(BoxPageRow.name == _MANIFEST))


def find_page(session: Session, name: str) -> ShelfPage | None:
    """One page or file; None where there is none."""
    row = session.get(BoxPageRow, name)
    return ShelfPage(row.name, row.headers, row.body) if row else None


def list_digests(session: Session) -> tuple[bytes, ...]:
    """Of every page that lies here, also those that wait for the rest of theirs."""
    return tuple(sorted({digest for _name, digest in _lying(session)}))


def take_back(engine: Engine, shown: str, back: BundleBack) -> Taken:
    """Forget what the house has, and show what it gave, unless that is older than what is shown.

    Pages that come in parts wait until all are there: never two versions of what belongs together.

    Args:
        engine: of the box.
        shown: the pass of this box.
        back: what came.

    Returns:
        `whole` when everything is shown that the house would have it show, `part` when some of it is not there yet,
        `older` when something newer is shown.
    """
    forget_envelopes(engine, back)
    with db.writing(engine) as session:
        return _show(session, shown, back)


def _show(session: Session, shown: str, back: BundleBack) -> Taken:
    box = find_state(session)
    if box is not None and back.number < box.number:
        return "older"
    if back.gone:
        session.execute(delete(BoxPageRow))
    elif back.shelf is None or not _replace_shelf(session, back.shelf):
        return "part"
    session.execute(delete(BoxPageRow).where(BoxPageRow.name == _STATE))
    _put(session, _STATE, asdict(BoxState(shown, back.number, gone=back.gone)))
    return "whole"


def _replace_shelf(session: Session, shelf: Shelf) -> bool:
    for page in shelf.pages:
        session.execute(delete(BoxPageRow).where(BoxPageRow.name == _NEXT + page.name))
        _put(session, _NEXT + page.name, page.headers, page.body)
    lies = {digest: name for name, digest in _lying(session)}
    if not set(shelf.every.values()) <= lies.keys():
        return False
    keep = {lies[digest] for digest in shelf.every.values()}
    for name in session.scalars(select(BoxPageRow.name)).all():
        if name not in keep and name != _STATE:
            session.execute(delete(BoxPageRow).where(BoxPageRow.name == name))
    for name in keep:
        session.execute(update(BoxPageRow).where(BoxPageRow.name == name).values(name=name.removeprefix(_NEXT)))
    _put(session, _MANIFEST, shelf.manifest)
    return True


def _lying(session: Session) -> Iterator[tuple[str, bytes]]:
    """Names of rows, and the digests of the pages in them."""
    pages = select(BoxPageRow.name, BoxPageRow.headers, BoxPageRow.body).where(
        BoxPageRow.name.not_in((_MANIFEST, _STATE))
    )
    for name, headers, body in session.execute(pages.order_by(BoxPageRow.name)):
        yield name, ShelfPage(name.removeprefix(_NEXT), headers, body).digest


def _put(session: Session, name: str, headers: dict[str, Any], body: bytes = b"") -> None:
    session.execute(insert(BoxPageRow).values(name=name, headers=headers, body=body))
