"""What `youthvoice doctor` reports in a box: whether it is set up, how old its pages are, and its clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.box import store
from youthvoice.privacy.keys.key_names import intake_key, month_name

_OLD = timedelta(days=14)
"""A round on the server waits this long for a box."""

_MUCH_TOO_OLD = timedelta(days=300)
"""Two months before the server destroys the key to which an envelope of this age is sealed."""


def box_complaints(session: Session) -> Iterator[str]:
    """Sentences for the person who looks after the box.

    Args:
        session: of the box; only read.
    """
    state = store.find_state(session)
    if state is None:
        yield "This box was not set up yet. Bring the file of youthvoice bundle box, then: youthvoice bundle setup FILE"
        return
    if state.gone:
        left = ", and something waits here still: bring one more file of youthvoice bundle out"
        yield f"The main server has let this box go{left if _waits(session) else ''}."
    moment, now = datetime.fromtimestamp(state.number / 1_000_000, UTC), context.now()
    if now < moment - timedelta(days=1):
        yield f"The clock is wrong: it is {now:%Y-%m-%d} here, and was {moment:%Y-%m-%d} on the main server. Set it."
    elif now - moment > _OLD:
        yield (
            f"Nothing came back from the main server since {moment:%Y-%m-%d}: rounds there wait fourteen days for this "
            "box. Carry a stick, or bring the box to a network."
        )
    oldest = intake_key(month_name((now - _MUCH_TOO_OLD).date()))
    if any(name < oldest for name in store.list_keys_used(session)):
        yield "Something waits here for ten months. The main server can open it for a year: carry a stick soon."


def _waits(session: Session) -> bool:
    return store.count_envelopes(session) > 0
