"""What says who is trusted by now."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.accounts import store
from youthvoice.accounts.models import Person
from youthvoice.privacy.keys.names import PEOPLE


@dataclass(frozen=True, slots=True)
class Trust:
    """The key file `people`, and a moment."""

    people_key: bytes = field(repr=False)
    now: datetime


def trust_now() -> Trust:
    """The house's own key, at this moment."""
    return Trust(running.keyring().key("people"), running.now())


def trusted_at(session: Session, site_ids: Collection[int]) -> list[Person]:
    """Everybody who counts by now at any of these sites, by name; whoever is chosen for something is one of them."""
    return store.trusted_of(session, site_ids, running.keyring().key_or_new(PEOPLE), running.now())
