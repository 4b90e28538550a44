"""Children of four to six answer beside an adult whom they choose; nobody learns whom, and nothing keeps it.

Source: CHILD-UX.md (ages 4 to 6); PRIVACY.md A9 (no question about harm where an adult hears the answer).
"""

from typing import Final

from youthvoice import db
from youthvoice.access.permissions import OUTSIDE_RECIPIENT
from youthvoice.accounts.store import Reader, list_key_holders
from youthvoice.context import AppCache
from youthvoice.introductions.shown_introductions import approved_introductions

_adults: Final = AppCache[int, tuple[Reader, ...]](500, seconds=5)

MAX_FACES: Final = 7
"""With "another adult" they fit one screen."""


def adults_beside(site_id: int) -> tuple[Reader, ...]:
    """The adults who work at a site and have an approved portrait: a child of four knows a face before a name."""

    def read() -> tuple[Reader, ...]:
        portraits = approved_introductions().portraits
        with db.reading(db.engine()) as session:
            readers = list_key_holders(session, site_id)
        present = [reader for reader in readers if reader.role != OUTSIDE_RECIPIENT and reader.person_id in portraits]
        return tuple(present[:MAX_FACES])

    return _adults.get(site_id, read)
