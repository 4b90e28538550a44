"""Publications: approve, send and export; what came of children's words; monthly packs - HTTP only."""

from collections.abc import Sequence
from datetime import date

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext
from flask_wtf import FlaskForm

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required, site_or_404
from youthvoice.access.permissions import ADVOCATE
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accounts.agreement import ask_second, list_possible_seconds
from youthvoice.errors import ConcurrentUpdate
from youthvoice.grievances import statistics
from youthvoice.printing.page import show_pdf
from youthvoice.publications import forms, letter_themes, packs, paper, render, store
from youthvoice.publications.care_steps.labels import export_care_csv, rows_of_quarter
from youthvoice.publications.care_steps.quarters import CareQuarter, list_care_quarters, quarter_label
from youthvoice.publications.guardians.mail import NothingToSend, Sender, send_edition
from youthvoice.publications.influence import open_files
from youthvoice.publications.influence.labels import blocks_of_page
from youthvoice.publications.influence.years import list_influence_years
from youthvoice.publications.review import drafting, page, voices
from youthvoice.sites.site_page import choose_sites
from youthvoice.sites.store import Site, get_site, list_site_names, list_sites
from youthvoice.surveys.questionnaires.forms import SendBackForm
from youthvoice.web import form_page
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import format_month

publications_pages = StaffBlueprint("publications", __name__, url_prefix="/staff", menu="publications.index")


@publications_pages.get("/publications/")
@permission_required("publications.see")
def index() -> ResponseReturnValue:
    """Editions that wait, are approved, or were sent; advocates also see those they sent back."""
    groups, at = page.list_publication_groups(db.session(), current_caller())
    return render_template("publications/index.html", groups=groups, at=at)


@publications_pages.get("/publications/review")
@permission_required("publications.review")
def reviews() -> ResponseReturnValue:
    """The approved views of the caller's sites, as a care-plan review sees them."""
    listed, at = page.list_review_lines(db.session(), current_caller())
    return render_template("publications/review/index.html", listed=listed, at=at)


@publications_pages.get("/publications/voices")
@permission_required("publications.review", menu="publications.reviews")
def missing_voices() -> ResponseReturnValue:
    """Missing voices at each of the caller's sites, this year and last."""
    at = choose_sites(db.session(), current_caller().site_ids)
    sites = voices.render_voices_at(db.session(), at.sites)
    return render_template("publications/review/voices.html", sites=sites, at=at)


@publications_pages.get("/publications/<slug>")
@publications_pages.get("/publications/<slug>/in/<language>", endpoint="detail_in")
@permission_required("publications.see")
def detail(slug: str, language: str = "") -> ResponseReturnValue:
    """A view as guardians will get it, with what to check before approving or sending."""
    return _page(_edition_or_404(slug), "guardians", language)


@publications_pages.get("/publications/<slug>/children")
@publications_pages.get("/publications/<slug>/children/in/<language>", endpoint="for_children_in")
@permission_required("publications.see")
def for_children(slug: str, language: str = "") -> ResponseReturnValue:
    """A view as the children's board shows it."""
    return _page(_edition_or_404(slug), "children", language)


@publications_pages.get("/publications/<slug>/review")
@publications_pages.get("/publications/<slug>/review/in/<language>", endpoint="for_review_in")
@permission_required("publications.review", menu="publications.reviews")
def for_review(slug: str, language: str = "") -> ResponseReturnValue:
    """A view as a care-plan review sees it, with the safety questions."""
    return _page(_edition_or_404(slug), "review", language)


@publications_pages.post("/publications/<slug>/approve")
@permission_required("publications.approve")
def approve(slug: str) -> ResponseReturnValue:
    """Approve a view for all audiences together; from now on the decider can answer."""
    edition = _edition_or_404(slug)
    try:
        day = page.today_at_sites(db.session(), edition.site_ids & current_caller().site_ids)
        drafting.approve_edition(db.session(), edition, current_caller().person_id, day, caller_log())
    except ConcurrentUpdate:
        return _show_decided(slug)
    flash(_("Approved. Children see it on their board now, and the coordinator can send it."))
    return redirect(url_for("publications.detail", slug=slug))


@publications_pages.post("/publications/<slug>/send-back")
@permission_required("publications.approve")
def send_back(slug: str) -> ResponseReturnValue:
    """Send a view back; nobody else sees it."""
    edition, form = _edition_or_404(slug), SendBackForm()
    if not form.validate_on_submit():
        return _page(edition, "guardians", form=form), 422
    try:
        store.mark_edition_sent_back(db.session(), edition, form.reason.data.strip(), caller_log())
    except ConcurrentUpdate:
        return _show_decided(slug)
    flash(_("Sent back. Nobody is shown it."))
    return redirect(url_for("publications.detail", slug=slug))


@publications_pages.post("/publications/<slug>/again")
@permission_required("publications.approve")
def redraft(slug: str) -> ResponseReturnValue:
    """Freeze a corrected version of a view that was sent back: the same bands, present names and days."""
    try:
        again_slug = drafting.draft_again(db.session(), _edition_or_404(slug), caller_log())
    except ConcurrentUpdate:
        return _show_decided(slug)
    flash(_("A new version waits for approval."))
    return redirect(url_for("publications.detail", slug=again_slug))


@publications_pages.post("/publications/<slug>/send")
@permission_required("publications.send")
def send_out(slug: str) -> ResponseReturnValue:
    """Put the letters about a view into the outbox."""
    edition, caller = _edition_or_404(slug), current_caller()
    try:
        letters = send_edition(
            db.session(), edition, caller.site_ids, Sender(caller.person_id, context.now(), caller_log())
        )
    except NothingToSend:
        db.session().rollback()
        flash(_("There was nothing to send: no cleared address, or it was sent already."), "note")
        return redirect(url_for("publications.detail", slug=slug))
    flash(ngettext("%(num)s letter is on its way.", "%(num)s letters are on their way.", letters))
    return redirect(url_for("publications.detail", slug=slug))


@publications_pages.get("/publications/<slug>/print")
@publications_pages.get("/publications/<slug>/print/<language>", endpoint="print_in")
@permission_required("publications.see")
def on_paper(slug: str, language: str = "") -> ResponseReturnValue:
    """One A4 page for families without mail."""
    edition = _edition_or_404(slug)
    return page.render_paper(db.session(), edition, current_caller(), language)


@publications_pages.get("/publications/<slug>/review/print/<language>")
@permission_required("publications.review")
def review_on_paper(slug: str, language: str) -> ResponseReturnValue:
    """One A4 page for a care-plan review."""
    edition = _edition_or_404(slug)
    if "review" not in edition.rows or language not in render.languages_of_view(edition.rows["review"].frozen):
        abort(404)
    return page.render_paper(db.session(), edition, current_caller(), language, "review")


@publications_pages.get("/publications/<slug>/paper/<language>")
@permission_required("publications.see")
def as_pdf(slug: str, language: str) -> ResponseReturnValue:
    """The page for families without mail as PDF, made by the work process."""
    return _paper(_edition_or_404(slug), "guardians", language)


@publications_pages.get("/publications/<slug>/review/paper/<language>")
@permission_required("publications.review", menu="publications.reviews")
def review_as_pdf(slug: str, language: str) -> ResponseReturnValue:
    """The page for a care-plan review as PDF, made by the work process."""
    return _paper(_edition_or_404(slug), "review", language)


def _paper(edition: store.Edition, audience: str, language: str) -> ResponseReturnValue:
    publication = edition.rows.get(audience)
    if publication is None or publication.state not in store.VISIBLE_STATES:
        abort(404)
    if language not in render.languages_of_view(publication.frozen):
        abort(404)
    session = db.session()
    site = get_site(session, min(edition.site_ids & current_caller().site_ids))
    document = paper.load_view_document(session, publication, site, language)
    is_review, slug = audience == "review", publication.slug
    back_name, html_name = ("for_review_in", "review_on_paper") if is_review else ("detail_in", "print_in")
    back = url_for(f"publications.{back_name}", slug=slug, language=language)
    html_page = url_for(f"publications.{html_name}", slug=slug, language=language)
    return show_pdf(paper.paper_key(publication, site.id, language), document, back, "staff", html_page)


@publications_pages.get("/publications/<slug>/view.csv")
@permission_required("publications.see")
def as_csv(slug: str) -> ResponseReturnValue:
    """The bands of a view as CSV, the same for everybody."""
    return Response(render.export_csv(_edition_or_404(slug).first.frozen), mimetype="text/csv")


@publications_pages.get("/publications/<slug>/view.json")
@permission_required("publications.see")
def as_json(slug: str) -> ResponseReturnValue:
    """The bands of a view as JSON, the same for everybody."""
    return Response(render.export_json(_edition_or_404(slug).first.frozen), mimetype="application/json")


@publications_pages.route("/publications/<slug>/theme", methods=["GET", "POST"])
@permission_required("letters.read")
def theme(slug: str) -> ResponseReturnValue:
    """Write a theme of the round's letter box, and ask a second advocate to agree."""
    session, edition, caller = db.session(), _edition_or_404(slug), current_caller()
    if not letter_themes.can_have_theme(edition, session):
        abort(404)
    site_ids = sorted(edition.site_ids & caller.site_ids)
    form = forms.ThemeForm.in_languages(render.languages_of_view(edition.first.frozen))
    form.offer_second(
        person for person in list_possible_seconds(session, caller.person_id, site_ids) if person.role == ADVOCATE
    )
    if form.validate_on_submit():
        if not form.said:
            form_page.add_error(form, form.boxes[0].name, _("Write it in one language at least."))
        elif refusal := letter_themes.find_theme_refusal(session, edition, form.sheets.data, form.said):
            field_name = form.boxes[0].name if refusal.field == "words" else refusal.field
            form_page.add_error(form, field_name, letter_themes.theme_refusal_label(refusal))
    if not form.is_submitted() or form.errors:
        return form_page.show_form("publications/theme.html", form, row=page.publication_line(edition.first))
    data = {"slug": slug, "words": form.said, "how": form.how.data, "sheets": form.sheets.data}
    request_id = ask_second(session, "theme", data, site_ids, caller, form.second.data)
    return redirect(url_for("people.show_request", request_id=request_id), 303)


def _edition_or_404(slug: str) -> store.Edition:
    return _visible_edition_or_404(store.find_edition(db.session(), slug, current_caller().site_ids))


def _visible_edition_or_404(edition: store.Edition | None) -> store.Edition:
    """An edition that the caller may see; else 404, as if it did not exist.

    Before approval only advocates of its sites may see it.
    """
    if edition is None or not (edition.state in store.VISIBLE_STATES or current_caller().may("publications.approve")):
        abort(404)
    return edition


def _page(edition: store.Edition, audience: str, language: str = "", form: SendBackForm | None = None) -> str:
    row = edition.rows.get(audience)
    if row is None and audience == "guardians":
        audience, row = "children", edition.rows.get("children")
    if row is None:
        abort(404)
    if language and language not in render.languages_of_view(row.frozen):
        abort(404)
    chosen = render.best_language(row.frozen, language or languages.chosen())
    return render_template(
        "publications/publication.html",
        **page.load_publication_page(db.session(), edition, audience, chosen, current_caller()),
        form=form or SendBackForm(),
        plain=FlaskForm(),
    )


def _show_decided(slug: str) -> ResponseReturnValue:
    """A colleague has just decided about the view of one audience: changes to the others are rolled back."""
    db.session().rollback()
    flash(_("Somebody decided about it a moment ago."), "note")
    return redirect(url_for("publications.detail", slug=slug))


@publications_pages.get("/influence/", endpoint="list_outcomes")
@permission_required("influence.see")
def influence_index() -> ResponseReturnValue:
    """What came of children's words, year by year: all sites together, and those of the caller."""
    names, influence_years = _names_of_sites(), list_influence_years(db.session())
    years = [(year.year, blocks_of_page(year, names)) for year in influence_years]
    return render_template("publications/influence/index.html", years=years)


@publications_pages.get("/influence/figures.csv")
@permission_required("influence.see")
def outcomes_csv() -> ResponseReturnValue:
    """The figures of the page as CSV."""
    content = open_files.export_influence_csv(list_influence_years(db.session()), _names_of_sites())
    return Response(content, mimetype="text/csv")


@publications_pages.get("/influence/figures.json")
@permission_required("influence.see")
def outcomes_json() -> ResponseReturnValue:
    """The figures of the page as JSON."""
    content = open_files.export_influence_json(list_influence_years(db.session()), _names_of_sites())
    return Response(content, mimetype="application/json")


def _names_of_sites() -> dict[int, str]:
    return list_site_names(db.session(), current_caller().site_ids)


@publications_pages.get("/care-steps/", endpoint="list_care_stages")
@permission_required("care_steps.see")
def care_steps_index() -> ResponseReturnValue:
    """Whether children were asked, spoke and got an answer at each step of care, by site and quarter."""
    at = choose_sites(db.session(), current_caller().site_ids)
    listed = [
        (site, [(quarter_label(quarter.first), quarter, rows_of_quarter(quarter)) for quarter in quarters])
        for site, quarters in _care_quarters(at.sites)
    ]
    return render_template("publications/care_steps.html", listed=listed, at=at)


@publications_pages.get("/care-steps/figures.csv", endpoint="care_stages_csv")
@permission_required("care_steps.see")
def care_steps_csv() -> ResponseReturnValue:
    """The figures of the page as CSV."""
    sites = list_sites(db.session(), current_caller().site_ids)
    return Response(export_care_csv(_care_quarters(sites)), mimetype="text/csv")


def _care_quarters(sites: Sequence[Site]) -> Sequence[tuple[Site, Sequence[CareQuarter]]]:
    care_quarters = list_care_quarters(db.session(), [site.id for site in sites])
    return [(site, care_quarters.get(site.id, [])) for site in sites]


@publications_pages.get("/packs/")
@permission_required("figures.see")
def month_packs() -> ResponseReturnValue:
    """The months of each of the caller's sites with a view for children."""
    session = db.session()
    at = choose_sites(session, current_caller().site_ids)
    months = packs.months_by_site(session, at.ids)
    sites = [(site, months[site.id]) for site in at.sites]
    return render_template("publications/packs/index.html", sites=sites, at=at, month_words=_month)


@publications_pages.get("/packs/<int:site_id>/<month>")
@permission_required("figures.see", menu="publications.month_packs")
def month_pack(site_id: int, month: str) -> ResponseReturnValue:
    """One monthly pack, to read and to print."""
    site = get_site(db.session(), site_or_404(site_id))
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        abort(404)
    if first not in packs.list_months(db.session(), site_id):
        abort(404)
    monthly_pack = packs.load_pack(db.session(), site, first, languages.chosen(), context.today(site.time_zone))
    return render_template("publications/packs/pack.html", pack=monthly_pack, month=_month(first), words=statistics)


def _month(month: date) -> str:
    return format_month(month)
