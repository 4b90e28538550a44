"""Posters and help cards of a site as PDF (S36): who helps, whom to call, and the address of the site's page."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from flask_babel import force_locale, gettext as _, ngettext
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accounts.store import Reader
from youthvoice.introductions.shown_introductions import introduction_of, load_portraits
from youthvoice.printing.document import Document
from youthvoice.printing.job import PaperSource
from youthvoice.printing.store import PaperKey
from youthvoice.sites.labels import danger_label, helpline_hours_label
from youthvoice.sites.store import Site, find_site
from youthvoice.threads.readership import readers_at
from youthvoice.web.graphics.pictures import whole_picture
from youthvoice.web.graphics.qr_codes import qr_svg
from youthvoice.web.i18n.formats import join_list
from youthvoice.web.i18n.languages import LANGUAGES, spoken_at

SitePaper = Literal["poster", "help_cards"]

SITE_PAPERS: Final[tuple[SitePaper, ...]] = ("poster", "help_cards")


def site_paper_key(what: SitePaper, site_id: int, language: str) -> PaperKey:
    """The key under which such a PDF is stored."""
    return PaperKey(what, str(site_id), language)


@dataclass(frozen=True, slots=True)
class SitePapers(PaperSource):
    """Posters or help cards, made when somebody asks for one; see `PaperSource`."""

    what: SitePaper

    def languages(self, session: Session, subject: str) -> tuple[str, ...]:
        """The languages of the site in which pages are translated."""
        site = find_site(session, int(subject))
        return spoken_at(site.languages) if site else ()

    def document(self, session: Session, subject: str, language: str) -> Document | None:
        """The current document; None where there is no such site."""
        site = find_site(session, int(subject))
        return load_site_document(site, self.what, language) if site else None


def load_site_document(site: Site, what: SitePaper, language: str) -> Document:
    """The content of a poster, or of a pocket card; a card names no site, so that it reveals nothing of its owner."""
    with force_locale(language):
        advocates = readers_at(site.id)
        is_poster = what == "poster"
        portraits = load_portraits({reader.person_id for reader in advocates if is_poster})
        faces = [reader for reader in advocates if reader.person_id in portraits][:_MAX_FACES]
        values: dict[str, Any] = {
            "title": str(_("You can talk to someone.")),
            "site": site.name if is_poster else "",
            "helpline": _helpline(site),
            "advocates": join_list(reader.name for reader in advocates if is_poster and reader not in faces),
            "about": str(
                ngettext(
                    "Speaks up for children. Does not work for this house.",
                    "They speak up for children. They do not work for this house.",
                    len(advocates),
                )
            ),
            "faces": [_face(reader) for reader in faces],
            "danger": danger_label(site).striptags(),
            "way": str(_("Your answer waits here")),
            "address": context.settings().url.split("://", 1)[-1] + "/reply",
        }
    pictures = {name: whole_picture(code) for name, code in _PICTURES.items()}
    pictures |= {f"face-{reader.person_id}": portraits[reader.person_id] for reader in faces}
    return Document(what, values, language, {**pictures, "code": qr_svg(context.settings().url + "/reply")})


def _face(reader: Reader) -> dict[str, str]:
    """An advocate with the name of her portrait among the pictures, and a few words."""
    words = introduction_of(reader.person_id).words
    return {"picture": f"face-{reader.person_id}", "name": reader.name, "words": words}


def _helpline(site: Site) -> dict[str, str] | None:
    if not site.helpline_number:
        return None
    spoken = join_list(LANGUAGES[code].name for code in site.helpline_languages if code in LANGUAGES)
    return {
        "name": site.helpline_name,
        "number": site.helpline_number,
        "hours": helpline_hours_label(site).striptags(),
        "spoken": f"{_('They speak:')} {spoken}" if spoken else "",
    }


_MAX_FACES: Final = 4

_PICTURES: Final = {"talk": "1F5E8", "call": "1F4DE", "people": "1F465", "danger": "1F6A8", "answer": "1F4EC"}
