"""Pages of the directory of services - HTTP only."""

from typing import Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required, site_or_404
from youthvoice.printing.page import show_pdf
from youthvoice.sites import labels, paper, service_directory
from youthvoice.sites.forms import ServiceForm
from youthvoice.sites.routes.staff import sites_pages
from youthvoice.sites.site_page import choose_sites
from youthvoice.sites.store import get_site, group_by_site, list_site_names
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import show_form
from youthvoice.web.i18n.languages import LANGUAGES, spoken_at

_TEMPLATE_VALUES: Final = {"say": labels, "LANGUAGES": LANGUAGES, "ngettext": ngettext, "spoken_at": spoken_at}


@sites_pages.get("/services/")
@permission_required("services.see")
def services() -> ResponseReturnValue:
    """The services of the caller's sites."""
    session, site_ids = db.session(), current_caller().site_ids
    at = choose_sites(session, site_ids)
    services_there = service_directory.list_services(session, at.ids)
    listed = group_by_site(at.sites, services_there, lambda service: [service.site_id])
    return render_template("sites/services/index.html", listed=listed, at=at, **_TEMPLATE_VALUES)


@sites_pages.get("/services/site/<int:site_id>/print")
@permission_required("services.see")
def services_on_paper(site_id: int) -> ResponseReturnValue:
    """The services of one site as one page to print, with its date."""
    session = db.session()
    site = get_site(session, site_or_404(site_id))
    directory = service_directory.list_services(session, [site_id])
    today = context.today(site.time_zone)
    return render_template("sites/services/print.html", site=site, services=directory, today=today, **_TEMPLATE_VALUES)


@sites_pages.get("/services/site/<int:site_id>/paper/<language>")
@permission_required("services.see")
def services_as_pdf(site_id: int, language: str) -> ResponseReturnValue:
    """The services of one site as PDF, from the work process."""
    session = db.session()
    site = get_site(session, site_or_404(site_id))
    if language not in spoken_at(site.languages):
        abort(404)
    document = paper.load_services_document(session, site, language)
    back, page = url_for("sites.services"), url_for("sites.services_on_paper", site_id=site_id)
    return show_pdf(paper.services_key(site_id, language), document, back, "staff", page)


@sites_pages.route("/services/new", methods=["GET", "POST"])
@permission_required("places.manage", menu="sites.services")
def new_service() -> ResponseReturnValue:
    """Add a service to the directory."""
    form = _form(ServiceForm(site=request.args.get("site", type=int)))
    if not form.validate_on_submit():
        return show_form("sites/services/service.html", form, service=None)
    service_id = service_directory.add_service(db.session(), site_or_404(form.site.data), form.values())
    return _log_and_return("service.add", service_id, _("%(name)s is in the directory.", name=form.name.data))


@sites_pages.route("/services/<int:service_id>", methods=["GET", "POST"])
@permission_required("places.manage", menu="sites.services")
def show_service(service_id: int) -> ResponseReturnValue:
    """Change a service, such as the day of its last verification."""
    service = _service_or_404(service_id)
    form = _form(ServiceForm(obj=service, site=service.site_id))
    if not form.validate_on_submit():
        return show_form("sites/services/service.html", form, service=service)
    service_directory.change_service(db.session(), service_id, form.values())
    return _log_and_return("service.change", service_id, _("%(name)s is changed.", name=form.name.data))


@sites_pages.route("/services/<int:service_id>/remove", methods=["GET", "POST"])
@permission_required("places.manage", menu="sites.services")
def drop_service(service_id: int) -> ResponseReturnValue:
    """Delete a service, after a page that says what will be lost."""
    service, form = _service_or_404(service_id), PlainForm()
    if not form.validate_on_submit():
        return render_template("sites/services/remove.html", form=form, service=service)
    service_directory.remove_service(db.session(), service_id)
    return _log_and_return("service.remove", service_id, _("%(name)s is gone.", name=service.name))


def _form(form: ServiceForm) -> ServiceForm:
    form.site.offer(list_site_names(db.session(), current_caller().site_ids))
    form.today = context.today()
    return form


def _service_or_404(service_id: int) -> service_directory.Service:
    return service_directory.find_service(db.session(), current_caller().site_ids, service_id) or abort(404)


def _log_and_return(action: str, service_id: int, words: str) -> ResponseReturnValue:
    caller_log().add(db.session(), action, str(service_id))
    flash(words)
    return redirect(url_for("sites.services"), 303)
