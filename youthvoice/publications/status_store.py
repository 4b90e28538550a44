"""Where views stand, and to whose guardians they went."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.publications.entities import PublicationFacts, opened
from youthvoice.publications.models import Publication, PublicationSite
from youthvoice.publications.snapshot import Frozen
from youthvoice.publications.store import SEEN


def standings(session: Session, round_ids: Collection[int]) -> dict[int, str]:
    """By round, where its newest view stands; `told` where only children are told, as after a choice."""
    query = select(Publication.round_id, Publication.audience, Publication.state)
    found: dict[int, str] = {}
    for row in session.execute(query.where(Publication.round_id.in_(round_ids)).order_by(Publication.version)):
        if row.audience == "guardians":
            found[row.round_id] = row.state
        else:
            found.setdefault(row.round_id, "told")
    return found


def approved_for_guardians(session: Session, keyring: Keyring, round_id: int) -> Frozen | None:
    """The newest approved view of a round for guardians."""
    query = select(Publication).where(Publication.round_id == round_id, Publication.audience == "guardians")
    newest = query.where(Publication.state.in_(SEEN)).order_by(Publication.version.desc()).limit(1)
    found = session.scalar(newest)
    return opened(keyring, found).frozen if found else None


def sent_to(
    session: Session, keyring: Keyring, site_ids: Collection[int]
) -> list[tuple[PublicationFacts, int, date | None]]:
    """The views that guardians were written to about, with the site and the answer they know, the newest first."""
    query = (
        select(Publication, PublicationSite.site_id, PublicationSite.told_of)
        .join(PublicationSite, PublicationSite.publication_id == Publication.id)
        .where(PublicationSite.site_id.in_(site_ids), PublicationSite.sent_on.is_not(None))
    )
    found = session.execute(query.order_by(Publication.id.desc()))
    return [(opened(keyring, row[0]), row[1], row[2]) for row in found]


@dataclass(frozen=True, slots=True)
class WrittenTo:
    """A site whose guardians got the newest view of a round.

    Attributes:
        told_of: day of the answer that they know; None before.
    """

    publication_id: int
    round_id: int
    site_id: int
    told_of: date | None


def written_to(session: Session) -> list[WrittenTo]:
    """Every site whose guardians got a view, with the newest one of each round; nothing is opened."""
    query = select(Publication.id, Publication.round_id, PublicationSite.site_id, PublicationSite.told_of)
    sent = query.join(PublicationSite, PublicationSite.publication_id == Publication.id).where(
        Publication.audience == "guardians", PublicationSite.sent_on.is_not(None)
    )
    rows = session.execute(sent.order_by(Publication.version)).all()
    return list({(row.round_id, row.site_id): WrittenTo(*row) for row in rows}.values())


def held(session: Session, written: WrittenTo) -> PublicationSite:
    """The row of a site, held until the transaction ends."""
    key = (PublicationSite.publication_id == written.publication_id, PublicationSite.site_id == written.site_id)
    return session.scalars(select(PublicationSite).where(*key).with_for_update()).one()


def one(session: Session, keyring: Keyring, publication_id: int) -> PublicationFacts:
    """A publication by its row, opened."""
    return opened(keyring, session.get_one(Publication, publication_id))
