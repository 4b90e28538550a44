"""What says who is trusted by now."""

from dataclasses import dataclass, field
from datetime import datetime

from youthvoice import running


@dataclass(frozen=True, slots=True)
class Trust:
    """The key file `people`, and a moment."""

    people_key: bytes = field(repr=False)
    now: datetime


def trust_now() -> Trust:
    """The house's own key, at this moment."""
    return Trust(running.keyring().key("people"), running.now())
