"""Wrong slips of a tablet, and of all tablets of a place, are counted. A child who has the right one leaves no row.

What a slip is spent for is written in a transaction of its own: a tablet's row and a child's sheet never share one.
Source: PRIVACY.md A1 (slips), C (codes).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.privacy.keys.names import PEPPER
from youthvoice.sites.store import Here
from youthvoice.threads.child_codes import attempt_limits as code_tries


class Try:
    """One try of a slip; `right` is set once it was."""

    right = False


@contextmanager
def tried(at: Here, of: str) -> Iterator[Try]:
    """Count a try before it is made, and take it back when it was right. Enter it before this request writes.

    Args:
        at: the tablet.
        of: what the slip is for, such as `election/7`.

    Raises:
        TooOften: this tablet tried often enough today, or the place is slowed; nothing was tried.
    """
    pepper, day = running.keyring().key(PEPPER), running.today(at.site.time_zone)
    counted = code_tries.of_slips(pepper, at.tablet_id, of, day), code_tries.of_slips_at(pepper, at.site.id, day)
    with db.writing(db.engine()) as session:
        for trying in counted:
            code_tries.begin(session, pepper, trying, running.now())
    made = Try()
    yield made
    with db.writing(db.engine()) as session:
        for trying in counted:
            code_tries.finish(session, trying, right=made.right)


def words(code: str) -> str:
    """What a child reads where too many wrong slips were tried.

    Args:
        code: of `TooOften`.
    """
    if code == "tablet":
        return str(_("This tablet has tried enough slips today. Ask the adult for another tablet."))
    return str(_("Many slips are tried here just now. Wait a little, and send again."))
