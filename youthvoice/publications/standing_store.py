"""Where views stand, and to whose guardians they went."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.privacy.keyring import Keyring
from youthvoice.publications.facts import PublicationFacts, opened
from youthvoice.publications.freezing import Frozen
from youthvoice.publications.models import Publication, PublicationSite
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


def sent_to(session: Session, keyring: Keyring, site_ids: Collection[int]) -> list[tuple[PublicationFacts, int]]:
    """The views that guardians were written to about, with the site of theirs, the newest first."""
    query = (
        select(Publication, PublicationSite.site_id)
        .join(PublicationSite, PublicationSite.publication_id == Publication.id)
        .where(PublicationSite.site_id.in_(site_ids), PublicationSite.sent_on.is_not(None))
    )
    found = session.execute(query.order_by(Publication.id.desc()))
    return [(opened(keyring, row[0]), row[1]) for row in found]
