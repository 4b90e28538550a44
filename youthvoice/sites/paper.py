"""The directory of services of a site as PDF, for a wall."""

from typing import Any

from flask_babel import force_locale, gettext as _
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.printing.document import Document
from youthvoice.printing.job import PaperSource
from youthvoice.printing.store import PaperKey
from youthvoice.sites.labels import SERVICE_KIND_LABELS
from youthvoice.sites.service_directory import Service, list_services
from youthvoice.sites.store import Site, find_site
from youthvoice.web.i18n.formats import format_day
from youthvoice.web.i18n.languages import LANGUAGES, spoken_at


def services_key(site_id: int, language: str) -> PaperKey:
    """The key under which the PDF of a directory is stored."""
    return PaperKey("services", str(site_id), language)


class ServicePapers(PaperSource):
    """Directories of services, made when somebody asks for one; see `PaperSource`."""

    def languages(self, session: Session, subject: str) -> tuple[str, ...]:
        """The languages of the site in which pages are translated."""
        site = find_site(session, int(subject))
        return spoken_at(site.languages) if site else ()

    def document(self, session: Session, subject: str, language: str) -> Document | None:
        """The current directory; None where there is no such site."""
        site = find_site(session, int(subject))
        return load_services_document(session, site, language) if site else None


def load_services_document(session: Session, site: Site, language: str) -> Document:
    """The directory of a site in one language."""
    with force_locale(language):
        values = {
            "title": str(_("Services near %(site)s", site=site.name)),
            "when": str(_("As it was on %(day)s", day=format_day(context.today(site.time_zone)))),
            "heads": [
                str(head)
                for head in (_("Name and place"), _("What for"), _("Telephone"), _("Languages"), _("Last verified on"))
            ],
            "services": [_service(service) for service in list_services(session, [site.id])],
            "none": str(_("No service yet")),
            "helpline": [site.helpline_name, site.helpline_number, site.helpline_hours] if site.helpline_number else [],
            "foot": str(_("Numbers change. Call before you send somebody there.")),
        }
    return Document("services", values, language)


def _service(service: Service) -> dict[str, Any]:
    return {
        "name": service.name,
        "address": service.address,
        "kind": str(SERVICE_KIND_LABELS[service.kind]),
        "phone": service.phone,
        "languages": " · ".join(LANGUAGES[code].name for code in service.languages if code in LANGUAGES),
        "verified": format_day(service.verified_on) if service.verified_on else str(_("never")),
    }
