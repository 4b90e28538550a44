"""The directory of services near a site: whom to ask for what the site cannot do itself (S37)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.sites.models import ServiceRow

SERVICE_KINDS: Final = ("health", "counselling", "law", "police", "shelter", "school", "family", "other")
"""Codes of kinds of services, in the order of the form."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service.

    Attributes:
        kind: one of `SERVICE_KINDS`.
        address: where it is, as people there say it; or empty.
        languages: codes of the languages that it offers.
        verified_on: the day somebody last checked all this; None if never.
    """

    id: int
    site_id: int
    name: str
    kind: str
    phone: str
    address: str
    languages: tuple[str, ...]
    verified_on: date | None


def list_services(session: Session, site_ids: Collection[int]) -> list[Service]:
    """The services of some sites, by kind and name."""
    services = session.scalars(
        select(ServiceRow).where(ServiceRow.site_id.in_(site_ids)).order_by(ServiceRow.name, ServiceRow.id)
    )
    return sorted((_to_service(service) for service in services), key=lambda service: SERVICE_KINDS.index(service.kind))


def find_service(session: Session, site_ids: Collection[int], service_id: int) -> Service | None:
    """One service; None where these sites have none of this id."""
    service = session.get(ServiceRow, service_id)
    return _to_service(service) if service and service.site_id in site_ids else None


def add_service(session: Session, site_id: int, values: Mapping[str, object]) -> int:
    """Add a service to the directory of a site; returns its id.

    Args:
        session: may write.
        site_id: of the site.
        values: the other columns by name.
    """
    service_row = ServiceRow(site_id=site_id, **values)
    session.add(service_row)
    session.flush()
    return service_row.id


def change_service(session: Session, service_id: int, values: Mapping[str, object]) -> None:
    """Set columns of a service by name."""
    service = session.get_one(ServiceRow, service_id)
    for name, value in values.items():
        setattr(service, name, value)
    session.flush()


def remove_service(session: Session, service_id: int) -> None:
    """Delete a service from the directory; referrals to it stay as they were written."""
    session.delete(session.get_one(ServiceRow, service_id))
    session.flush()


def _to_service(service_row: ServiceRow) -> Service:
    spoken = tuple(service_row.languages)
    return Service(
        service_row.id,
        service_row.site_id,
        service_row.name,
        service_row.kind,
        service_row.phone,
        service_row.address,
        spoken,
        service_row.verified_on,
    )
