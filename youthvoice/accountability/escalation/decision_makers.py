"""Who decides at a site when an owner did not answer in time."""

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from youthvoice.access.permissions import COORDINATOR, FACILITATOR, REVIEWER, SAFEGUARDING_LEAD
from youthvoice.accountability.models import DecisionMaker
from youthvoice.accounts.trust import trusted_at
from youthvoice.audit.log import Log
from youthvoice.compiled_sql import adding

MAY_DECIDE: Final = frozenset({COORDINATOR, FACILITATOR, SAFEGUARDING_LEAD, REVIEWER})
"""Not the advocates, who are asked after her; nor the outside recipient, who is of another organisation."""


def of_sites(session: Session, site_ids: Collection[int]) -> Mapping[int, int]:
    """The decision-maker of each site that has one who still works there: site -> person."""
    query = select(DecisionMaker.site_id, DecisionMaker.person_id).where(DecisionMaker.site_id.in_(site_ids))
    named = dict(session.execute(query).all())
    return {
        site_id: person_id for site_id, person_id in named.items() if person_id in dict(candidates(session, site_id))
    }


def candidates(session: Session, site_id: int) -> list[tuple[int, str]]:
    """Everybody at a site who may decide there, by name: row and name."""
    return [(one.id, one.name) for one in trusted_at(session, [site_id]) if one.role in MAY_DECIDE]


def name(session: Session, site_id: int, person_id: int | None, log: Log, site: str) -> None:
    """Say who decides at a site; nobody when `person_id` is None.

    Args:
        session: may write.
        site_id: where.
        person_id: one of `candidates`.
        log: of whoever says so.
        site: its short name, for the log.

    Raises:
        ValueError: she does not work there, or may not decide.
    """
    if person_id is None:
        session.execute(delete(DecisionMaker).where(DecisionMaker.site_id == site_id))
    elif person_id not in dict(candidates(session, site_id)):
        raise ValueError("A decision-maker works at the site")
    else:
        new = adding(DecisionMaker, session.get_bind().dialect).values(site_id=site_id, person_id=person_id)
        session.execute(
            new.on_conflict_do_update(index_elements=[DecisionMaker.site_id], set_={"person_id": person_id})
        )
    log.add(session, "site.decision_maker", site)
