"""Publications as they are kept: written once, approved together, found only by those of their sites; opened here."""

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import Session

from youthvoice.audit.log import Log
from youthvoice.compiled_sql import adding
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.publications import encryption as keeping
from youthvoice.publications.entities import PublicationFacts, opened
from youthvoice.publications.models import Publication, PublicationSite
from youthvoice.publications.snapshot import Frozen

__all__ = ["Edition", "NotWaiting", "PublicationFacts"]

WAITING, APPROVED, SENT, SENT_BACK = "waiting", "approved", "sent", "sent_back"
SEEN = (APPROVED, SENT)
"""States in which a publication may be seen by more than the advocates."""


class NotWaiting(Exception):
    """Somebody decided about it a moment ago."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The publications of one batch that were made and are decided about together.

    Attributes:
        rows: by audience; a choice has only `children`.
        site_ids: where it may be seen.
    """

    rows: Mapping[str, PublicationFacts]
    site_ids: frozenset[int]

    @property
    def first(self) -> PublicationFacts:
        """The one that speaks for all: the guardians', else the only one."""
        return self.rows.get("guardians") or next(iter(self.rows.values()))

    @property
    def state(self) -> str:
        """waiting, approved, sent or sent_back."""
        return self.first.state


def keep(  # noqa: PLR0913 - an edition has as many sides
    session: Session,
    keyring: Keyring,
    *,
    round_id: int,
    site_ids: Collection[int],
    frozen: Mapping[str, Frozen],
    room: int,
    day: date,
    approved: bool = False,
    version: int = 1,
) -> str:
    """Keep the frozen views of a batch, one for each audience, in this transaction.

    Args:
        session: may write.
        keyring: the key files.
        round_id: whose batch.
        site_ids: where they may be seen.
        frozen: by audience.
        room: bytes that none of the views can exceed.
        day: today.
        approved: an advocate approved every word of it before it was asked.
        version: 1, and the next for every correction.

    Returns:
        The slug of the first; empty when another process kept this version a moment ago, and nothing is written.
    """
    first = ""
    for audience, view in frozen.items():
        slug = secrets.token_hex(8)
        values = {
            "slug": slug, "round_id": round_id, "audience": audience, "version": version,
            "locked": keeping.locked_view(keyring, slug, view, room), "state": APPROVED if approved else WAITING,
            "made_on": day, "approved_on": day if approved else None,
        }  # fmt: skip
        new = adding(Publication, session.get_bind().dialect).values(values).on_conflict_do_nothing()
        made = new.returning(Publication.id)
        publication_id = session.scalar(made)
        if publication_id is None:
            return ""
        first = first or slug
        session.add_all(PublicationSite(publication_id=publication_id, site_id=site_id) for site_id in site_ids)
    session.flush()
    return first


def rounds_with_one() -> Select[int]:
    """The rounds that have a publication, as part of another query."""
    return select(Publication.round_id)


def find(session: Session, keyring: Keyring, slug: str, site_ids: Collection[int]) -> Edition | None:
    """The edition that a publication of these sites belongs to."""
    named = select(Publication).where(Publication.slug == slug, _at(site_ids))
    one = session.scalar(named)
    if one is None:
        return None
    same = (Publication.round_id == one.round_id, Publication.version == one.version)
    return next(_editions(session, keyring, select(Publication).where(*same)))


def by_slug(session: Session, keyring: Keyring, slug: str) -> PublicationFacts | None:
    """One publication; only for addresses that are signed."""
    found = session.scalar(select(Publication).where(Publication.slug == slug))
    return opened(keyring, found) if found else None


def editions(session: Session, keyring: Keyring, site_ids: Collection[int], states: Collection[str]) -> list[Edition]:
    """Every edition of some sites in some states, the newest first."""
    query = select(Publication).where(Publication.state.in_(states), _at(site_ids))
    return list(_editions(session, keyring, query))


def waiting(session: Session, keyring: Keyring, site_ids: Collection[int]) -> list[Edition]:
    """What waits for an advocate's approval at some sites, the newest first."""
    return editions(session, keyring, site_ids, (WAITING,))


def to_send(session: Session, keyring: Keyring, site_ids: Collection[int]) -> list[Edition]:
    """What is approved for guardians and not sent yet at some of these sites, the newest first."""
    unsent = exists().where(
        PublicationSite.publication_id == Publication.id,
        PublicationSite.site_id.in_(site_ids),
        PublicationSite.sent_on.is_(None),
    )
    query = select(Publication).where(Publication.audience == "guardians", Publication.state.in_(SEEN), unsent)
    return list(_editions(session, keyring, query))


def on_the_board(session: Session, site_id: int) -> list[tuple[str, int, date]]:
    """What children of a site are shown: slug, round and day of each last approved version; nothing is opened."""
    query = select(Publication.slug, Publication.round_id, Publication.approved_on, Publication.made_on)
    seen = query.where(Publication.audience == "children", Publication.state.in_(SEEN), _at([site_id]))
    rows = session.execute(seen.order_by(Publication.version)).all()
    newest = {row.round_id: (row.slug, row.round_id, row.approved_on or row.made_on) for row in rows}
    return list(newest.values())


def approve(session: Session, edition: Edition, person_id: int, day: date, log: Log) -> None:
    """Approve the views of all audiences at once.

    Raises:
        NotWaiting: they are decided about already.
    """
    _decide(session, edition, {"state": APPROVED, "approved_by": person_id, "approved_on": day})
    log.add(session, "publication.approve", _subject(edition))


def send_back(session: Session, keyring: Keyring, edition: Edition, reason: str, log: Log) -> None:
    """Send the views of all audiences back; they stay as they are, and nobody is shown them.

    Raises:
        NotWaiting: they are decided about already.
    """
    _decide(session, edition, {"state": SENT_BACK})
    for one in edition.rows.values():
        locked = keeping.locked_reason(keyring, one.slug, reason)
        session.execute(update(Publication).where(Publication.id == one.id).values(reason=locked))
    log.add(session, "publication.send_back", _subject(edition))


def sites_to_write_to(session: Session, edition: Edition, site_ids: Collection[int]) -> Sequence[PublicationSite]:
    """The sites among these whose guardians were not written to yet; held until the transaction ends."""
    unsent = select(PublicationSite).where(
        PublicationSite.publication_id == edition.first.id,
        PublicationSite.site_id.in_(site_ids),
        PublicationSite.sent_on.is_(None),
    )
    return session.scalars(unsent.order_by(PublicationSite.site_id).with_for_update()).all()


def sites_of(session: Session, publication: PublicationFacts) -> Sequence[PublicationSite]:
    """The sites of a publication and when each was written to."""
    query = select(PublicationSite).where(PublicationSite.publication_id == publication.id)
    return session.scalars(query.order_by(PublicationSite.site_id)).all()


def mark_sent(session: Session, edition: Edition, person_id: int, day: date, log: Log) -> None:
    """The guardians' view went out, at least at one of its sites."""
    values = {"state": SENT, "sent_by": person_id, "sent_on": edition.first.sent_on or day}
    session.execute(update(Publication).where(Publication.id == edition.first.id).values(values))
    log.add(session, "publication.send", _subject(edition))


def _decide(session: Session, edition: Edition, values: Mapping[str, object]) -> None:
    ids = [one.id for one in edition.rows.values()]
    decided = session.execute(
        update(Publication).where(Publication.id.in_(ids), Publication.state == WAITING).values(values)
    )
    if decided.rowcount != len(ids):  # type: ignore[attr-defined] # an UPDATE has it
        raise NotWaiting
    session.expire_all()


def _subject(edition: Edition) -> str:
    return f"{edition.first.frozen['round']} version {edition.first.version}"


def _at(site_ids: Collection[int]) -> Any:
    return exists().where(PublicationSite.publication_id == Publication.id, PublicationSite.site_id.in_(site_ids))


def _editions(session: Session, keyring: Keyring, query: Select[Publication]) -> Iterator[Edition]:
    found: dict[tuple[int, int], dict[str, PublicationFacts]] = {}
    for one in session.scalars(query.order_by(Publication.made_on.desc(), Publication.id.desc())):
        found.setdefault((one.round_id, one.version), {})[one.audience] = opened(keyring, one)
    ids = [one.id for rows in found.values() for one in rows.values()]
    sites: dict[int, set[int]] = {}
    for row in session.execute(
        select(PublicationSite.publication_id, PublicationSite.site_id).where(PublicationSite.publication_id.in_(ids))
    ):
        sites.setdefault(row.publication_id, set()).add(row.site_id)
    for rows in found.values():
        yield Edition(rows, frozenset(set().union(*(sites[one.id] for one in rows.values()))))
