"""Wrong slips of a tablet are counted: twenty a day. A child who has the right one leaves no row.

What a slip is spent for is written in a transaction of its own: a tablet's row and a child's sheet never share one.
Source: PRIVACY.md A1 (slips), C (codes).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from youthvoice import db, running
from youthvoice.places.store import Here
from youthvoice.privacy.key_names import PEPPER
from youthvoice.threads import code_tries


class Try:
    """One try of a slip; `right` is set once it was."""

    right = False


@contextmanager
def tried(at: Here) -> Iterator[Try]:
    """Count a try before it is made, and take it back when it was right. Enter it before this request writes.

    Args:
        at: the tablet.

    Raises:
        TooOften: this tablet tried often enough today; nothing was tried.
    """
    pepper, day = running.keyring().key(PEPPER), running.today(at.site.time_zone)
    trying = code_tries.of_slips(pepper, at.tablet_id, day)
    with db.writing(db.engine()) as session:
        code_tries.begin(session, pepper, trying, running.now())
    made = Try()
    yield made
    with db.writing(db.engine()) as session:
        code_tries.finish(session, trying, right=made.right)
