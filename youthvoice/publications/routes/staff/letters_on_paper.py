"""What families get on paper: the pages of one view, or of a quarter, to print - HTTP only."""

from collections.abc import Collection
from datetime import date, timedelta

from flask import abort, url_for
from flask.typing import ResponseReturnValue

from youthvoice import db
from youthvoice.access.guard import permission_required, site_or_404
from youthvoice.printing.page import show_pdf
from youthvoice.publications import paper, rhythm
from youthvoice.publications.review.page import render_printed_views
from youthvoice.publications.routes.staff import guardians_pages
from youthvoice.publications.routes.staff.letter_previews import letter_about
from youthvoice.publications.store import approval_days_at_sites, list_views_for_families
from youthvoice.sites.store import Site, get_site
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.languages import LANGUAGES


@guardians_pages.get("/subscriptions/paper/view/<slug>")
@permission_required("publications.send")
def view_on_paper(slug: str) -> ResponseReturnValue:
    """The pages of one view in every language, to print together."""
    site, view = letter_about(slug)
    return render_printed_views(db.session(), site, [view.publication])


@guardians_pages.get("/subscriptions/paper/<int:site_id>/<quarter>")
@permission_required("publications.send")
def quarter_on_paper(site_id: int, quarter: str) -> ResponseReturnValue:
    """The pages of all views approved in a quarter."""
    site, first = _quarter_or_404(site_id, quarter)
    last = rhythm.next_start("quarterly", first) - timedelta(days=1)
    return render_printed_views(db.session(), site, list_views_for_families(db.session(), site.id, first, last))


@guardians_pages.get("/subscriptions/paper/<int:site_id>/<quarter>/<language>")
@permission_required("publications.send")
def quarter_as_pdf(site_id: int, quarter: str, language: str) -> ResponseReturnValue:
    """The pages of a quarter in one language as PDF, made by the work process."""
    site, first = _quarter_or_404(site_id, quarter)
    document = paper.load_quarter_document(db.session(), site, first, language) or abort(404)
    page = url_for("guardians.quarter_on_paper", site_id=site_id, quarter=quarter)
    return show_pdf(
        paper.quarter_key(site_id, first, language), document, url_for("guardians.regular_letters"), "staff", page
    )


def _quarter_or_404(site_id: int, quarter: str) -> tuple[Site, date]:
    site = get_site(db.session(), site_or_404(site_id))
    return site, next(
        (day for day in quarters_by_site([site.id])[site.id] if day.isoformat() == quarter), None
    ) or abort(404)


def quarter_languages(site: Site, first: date) -> list[languages.Language]:
    """The languages in which the pages of a quarter can be printed."""
    return [LANGUAGES[code] for code in paper.languages_of_quarter(db.session(), site, first)]


def quarters_by_site(site_ids: Collection[int]) -> dict[int, list[date]]:
    """Quarters in which a view was approved at each site, the newest first; at most four."""
    return {
        site_id: sorted({rhythm.period_start("quarterly", day) for day in days}, reverse=True)[:4]
        for site_id, days in approval_days_at_sites(db.session(), site_ids).items()
    }
