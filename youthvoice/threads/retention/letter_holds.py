"""Letters on hold: two advocates who can open one say that it outlives its month, and two say when that is over.

What is told as a report has this among its acts.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from youthvoice.audit.log import Log
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.threads.letters import store
from youthvoice.threads.readers.current import me_at
from youthvoice.threads.retention import store as ending_store


def hold(  # noqa: PLR0913, PLR0917 - who, what, when, and whether
    session: Session,
    keyring: Keyring,
    letter_id: bytes,
    signed: Collection[int],
    site_id: int,
    log: Log,
    now: datetime,
    *,
    held: bool,
) -> bool:
    """Keep a letter past its month, or let it end in time again; False where one of the two cannot open it.

    Args:
        session: may write.
        keyring: the key files.
        letter_id: 16 bytes.
        signed: rows of the two.
        site_id: where.
        log: in the name of the first.
        now: UTC.
        held: whether it is kept.
    """
    both = [me_at(session, each, site_id) for each in set(signed)]
    if any(one is None or store.letter_for(session, keyring, letter_id, one, now) is None for one in both):
        return False
    ending_store.hold_letter(session, letter_id, held=held)
    log.add(session, "letter.hold" if held else "letter.release", letter_id.hex())
    return True
