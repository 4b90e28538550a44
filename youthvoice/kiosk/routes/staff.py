"""Posters and help cards of a site as PDF - HTTP only."""

from flask import abort, url_for
from flask.typing import ResponseReturnValue

from youthvoice import db
from youthvoice.access.guard import permission_required, site_or_404
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.kiosk import paper
from youthvoice.printing.page import show_pdf
from youthvoice.sites.store import get_site
from youthvoice.web.i18n.languages import spoken_at

posters_pages = StaffBlueprint("posters", __name__, url_prefix="/staff/posters", menu="sites.index")


@posters_pages.get("/<int:site_id>/<language>")
@permission_required("places.manage")
def poster(site_id: int, language: str) -> ResponseReturnValue:
    """A poster for the wall, as PDF from the work process."""
    return _paper(site_id, "poster", language)


@posters_pages.get("/<int:site_id>/cards/<language>")
@permission_required("places.manage")
def help_cards(site_id: int, language: str) -> ResponseReturnValue:
    """A page of eight cards to cut out, as PDF from the work process."""
    return _paper(site_id, "help_cards", language)


def _paper(site_id: int, what: paper.SitePaper, language: str) -> ResponseReturnValue:
    site = get_site(db.session(), site_or_404(site_id))
    if language not in spoken_at(site.languages):
        abort(404)
    document = paper.load_site_document(site, what, language)
    return show_pdf(
        paper.site_paper_key(what, site_id, language), document, url_for("sites.show_site", site_id=site_id), "staff"
    )
