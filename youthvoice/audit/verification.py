"""Is the log whole? The chain, then the heads that were kept here, then those that somebody holds outside.

An edit, a removal or a reordering breaks the chain. A log that was cut at its end is found by a head; one whose kept
heads were cut with it only by a head from outside.
"""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.audit.heads import Head, mac
from youthvoice.audit.log import first_break
from youthvoice.audit.models import AuditEntry, AuditHead


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong with the log.

    Attributes:
        code: `line` (edited, removed or moved), `short` (the log ends before a head), `other` (the line is not what a
            head says it was), `kept_head` (a kept head was not written by this house).
        number: of the line.
    """

    code: str
    number: int


def faults(session: Session, key: bytes, held: Iterable[Head] = ()) -> list[Fault]:
    """Everything that is wrong; empty when the log is whole.

    Args:
        session: only read.
        key: 32 bytes, from the key file `audit`.
        held: heads that somebody outside holds.
    """
    found, broken = [], first_break(session, key)
    if broken is not None:
        found.append(Fault("line", broken))
    found += _altered(session, key)
    found += (fault for head in (*_kept(session), *held) if (fault := _missing(session, head)))
    return list(dict.fromkeys(found))


def _kept(session: Session) -> list[Head]:
    rows = session.execute(select(AuditHead.number, AuditHead.seal).order_by(AuditHead.day))
    return [Head(row.number, row.seal) for row in rows]


def _altered(session: Session, key: bytes) -> Iterator[Fault]:
    for row in session.execute(select(AuditHead.day, AuditHead.number, AuditHead.seal, AuditHead.mac)):
        if not hmac.compare_digest(row.mac, mac(key, row.day, Head(row.number, row.seal))):
            yield Fault("kept_head", row.number)


def _missing(session: Session, head: Head) -> Fault | None:
    seal = session.scalar(select(AuditEntry.seal).where(AuditEntry.number == head.number))
    if seal is None:
        return Fault("short", head.number)
    return None if hmac.compare_digest(seal, head.seal) else Fault("other", head.number)
