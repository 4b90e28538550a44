"""Publications, opened."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.privacy.errors import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone, Keyring
from youthvoice.publications import encryption as keeping
from youthvoice.publications.models import Publication
from youthvoice.publications.snapshot import Frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationFacts:
    """One publication, opened.

    Attributes:
        id: row of `publications`.
        slug: what staff addresses bear.
        frozen: the view, as it was written once.
        state: waiting, approved, sent or sent_back.
        reason: why it was sent back; else empty.
    """

    id: int
    slug: str
    round_id: int
    audience: str
    version: int
    frozen: Frozen
    state: str
    reason: str
    made_on: date
    approved_by: int | None
    approved_on: date | None
    sent_by: int | None
    sent_on: date | None


_AS_KEPT: Final = tuple(name for name in PublicationFacts.__slots__ if name not in {"frozen", "reason"})


def opened(keyring: Keyring, one: Publication) -> PublicationFacts:
    """A row, opened.

    Raises:
        CannotOpen, KeyGone: the kept-words key is not the one it was locked under.
    """
    return PublicationFacts(
        **{name: getattr(one, name) for name in _AS_KEPT},
        frozen=keeping.opened_view(keyring, one.slug, one.locked),
        reason=keeping.opened_reason(keyring, one.slug, one.reason),
    )


def closed_for_good(session: Session, keyring: Keyring) -> int:
    """How many publications do not open with the key files that are here."""
    return sum(not _opens(keyring, one) for one in session.scalars(select(Publication)))


def _opens(keyring: Keyring, one: Publication) -> bool:
    try:
        opened(keyring, one)
    except (CannotOpen, KeyGone):
        return False
    return True
