"""Pages of sites, groups and tablets - HTTP only."""

from datetime import timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext as _, ngettext

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required, site_or_404
from youthvoice.sites import forms, store
from youthvoice.sites.routes.staff import sites_pages
from youthvoice.sites.site_page import choose_sites
from youthvoice.sites.tablets import tablet_status
from youthvoice.sites.tablets.pairing import CODE_LASTS
from youthvoice.sites.tablets.refused_deliveries import leave_refused, list_refused, take_refused
from youthvoice.sites.tablets.store import (
    find_retired,
    find_tablet,
    list_retired,
    list_tablets,
    renew_code,
    report_found,
    report_lost,
    retire_tablet,
    start_enrolment,
)
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import UNPROCESSABLE, add_error, show_form
from youthvoice.web.graphics.picture_labels import picture_label_of
from youthvoice.web.graphics.qr_codes import qr_code
from youthvoice.web.i18n.languages import LANGUAGES, TRANSLATED, direction, spoken_at, tag


@sites_pages.context_processor
def _words() -> dict[str, object]:
    return {"LANGUAGES": LANGUAGES, "ngettext": ngettext}


@sites_pages.get("/sites")
@permission_required("places.manage")
def index() -> ResponseReturnValue:
    """The caller's sites, with how many groups and tablets each has."""
    session, site_ids = db.session(), current_caller().site_ids
    at = choose_sites(session, site_ids, dict.fromkeys(store.sites_without_helpline(session, site_ids), 1))
    tablets, groups = list_tablets(session, at.ids), store.list_groups_at(session, at.ids)
    groups_there = store.group_by_site(at.sites, groups, lambda group: [group.site_id])
    tablets_there = store.group_by_site(at.sites, tablets, lambda tablet: [tablet.site_id])
    pairs = zip(groups_there, tablets_there, strict=True)
    listed = [(site, here, devices) for (site, here), (_, devices) in pairs]
    return render_template("sites/index.html", listed=listed, at=at, number=len(site_ids))


@sites_pages.route("/sites/<int:site_id>", methods=["GET", "POST"])
@permission_required("places.manage")
def show_site(site_id: int) -> ResponseReturnValue:
    """Change a site: its times, its languages, its helpline and emergency contacts."""
    site, groups = _site_and_groups(site_id)
    form = _site_form(site)
    form.time_zone.choices = forms.time_zone_choices([site.time_zone])
    form.today = context.today(site.time_zone)
    if not form.validate_on_submit():
        return _site_page(form, forms.GroupForm(formdata=None), site, groups)
    if not _is_as_seen(form, site_id):
        site, groups = _site_and_groups(site_id)
        return _site_page(form, forms.GroupForm(formdata=None), site, groups)
    store.change_site(db.session(), site_id, form.values())
    caller_log().add(db.session(), "site.change", site.slug)
    flash(_("%(site)s is changed. Children see it immediately.", site=form.name.data))
    return redirect(url_for("sites.show_site", site_id=site_id), 303)


def _site_form(site: store.Site, **more: None) -> forms.SiteForm:
    """The form of a site; without a modem it does not ask for the number of a telephone line, and changes none."""
    form = forms.SiteForm(obj=site, **more)
    if context.settings().phone is None:
        del form.phone_number
        return form
    with db.reading(db.engine()) as session:
        other = store.find_phone_site(session)
    form.site_of_line = other.name if other and other.id != site.id else ""
    return form


def _is_as_seen(form: forms.SiteForm, site_id: int) -> bool:
    """Whether the site is what this page showed, and no other one took the line; locked until this form is stored."""
    session = db.session()
    has_number = form.phone_number is not None and bool(form.phone_number.data)
    store.lock_sites(session, [site.id for site in store.list_all_sites(session)] if has_number else [site_id])
    line_site = store.find_phone_site(session)
    if has_number and line_site and line_site.id != site_id:
        add_error(form, "phone_number", _("%(site)s has the telephone line.", site=line_site.name))
    if form.seen.data and form.seen.data != str(store.get_site(session, site_id).version):
        form.form_errors = [
            _("Somebody changed this site a moment ago. Yours is not saved yet: save once more, or open the page anew.")
        ]
    return not form.errors


def _site_and_groups(site_id: int) -> tuple[store.Site, list[store.Group]]:
    """A site of the caller and its groups; read before a form waits for other writers."""
    with db.reading(db.engine()) as session:
        return store.get_site(session, site_or_404(site_id)), store.list_groups(session, site_id)


def _site_page(
    form: forms.SiteForm, group_form: forms.GroupForm, site: store.Site, groups: object
) -> ResponseReturnValue:
    wrong = form.errors or group_form.errors
    template_values = {"site": site, "groups": groups, "spoken": TRANSLATED}
    template_values["papers"] = spoken_at(site.languages)
    page = render_template("sites/site.html", form=form, group_form=group_form, **template_values)
    return page, UNPROCESSABLE if wrong else 200


@sites_pages.get("/sites/<int:site_id>/card/<language>")
@permission_required("places.manage")
def site_card(site_id: int, language: str) -> ResponseReturnValue:
    """Eight cards on a page to cut out, by which families recognise letters; in one language."""
    site = store.get_site(db.session(), site_or_404(site_id))
    if language not in TRANSLATED or not (site.mail_picture and site.mail_word):
        abort(404)
    with force_locale(language):
        return render_template(
            "sites/child_cards.html",
            site=site,
            called=picture_label_of(site.mail_picture),
            language=tag(language),
            direction=direction(language),
        )


@sites_pages.post("/sites/<int:site_id>/groups")
@permission_required("places.manage")
def add_group(site_id: int) -> ResponseReturnValue:
    """Add a class, dormitory or club."""
    site, groups = _site_and_groups(site_id)
    form = forms.GroupForm()
    form.taken = [group.name for group in groups]
    if not form.validate_on_submit():
        return _site_page(_site_form(site, formdata=None), form, site, groups)
    store.add_group(db.session(), site_id, form.name.data or "")
    caller_log().add(db.session(), "group.add", f"{site.slug} {form.name.data}"[:120])
    return redirect(url_for("sites.show_site", site_id=site_id, _anchor="groups"), 303)


@sites_pages.route("/sites/<int:site_id>/groups/<int:group_id>/remove", methods=["GET", "POST"])
@permission_required("places.manage")
def remove_group(site_id: int, group_id: int) -> ResponseReturnValue:
    """Delete a group, after a page that says what will be lost."""
    form = PlainForm()
    site, groups = _site_and_groups(site_id)
    group = next((other for other in groups if other.id == group_id), None) or abort(404)
    if not form.validate_on_submit():
        return render_template("sites/remove_group.html", form=form, site=site, group=group)
    store.remove_group(db.session(), site_id, group_id)
    caller_log().add(db.session(), "group.remove", f"{site.slug} {group.name}"[:120])
    flash(_("%(group)s is gone.", group=group.name))
    return redirect(url_for("sites.show_site", site_id=site_id, _anchor="groups"), 303)


@sites_pages.get("/tablets", endpoint="list_tablets")
@permission_required("places.manage")
def tablets_page() -> ResponseReturnValue:
    """The tablets of the caller's sites."""
    session, site_ids = db.session(), current_caller().site_ids
    now = context.now()
    in_need = tablet_status.sites_in_need(session, store.list_sites(session, site_ids), now)
    at = choose_sites(session, site_ids, dict.fromkeys(in_need, 1))
    sites = at.sites
    listed = store.group_by_site(sites, list_tablets(session, at.ids), lambda tablet: [tablet.site_id])
    days = store.site_ids_by_day(sites)
    retired = [tablet for today, here in days.items() for tablet in list_retired(session, here, today)]
    gone = {site.id: there for site, there in store.group_by_site(sites, retired, lambda tablet: [tablet.site_id])}
    stale = {site_id: day - timedelta(days=tablet_status.HELD_DAYS) for day, here in days.items() for site_id in here}
    refused = {tablet.id for tablet in list_refused(session, sites, now)}
    template_values = {
        "health": tablet_status.list_health(session, sites, now),
        "far_off": tablet_status.MAX_CLOCK_MINUTES,
        "gone": gone,
        "stale": stale,
        "refused": refused,
    }
    return render_template("sites/tablets/index.html", listed=listed, at=at, form=PlainForm(), **template_values)


@sites_pages.route("/tablets/new", methods=["GET", "POST"])
@permission_required("places.manage", menu="sites.list_tablets")
def new_tablet() -> ResponseReturnValue:
    """Add a tablet; its code is shown once, on the answer."""
    form = forms.TabletForm(site=request.args.get("site", type=int))
    form.site.offer(store.list_site_names(db.session(), current_caller().site_ids))
    if not form.validate_on_submit():
        return show_form("sites/tablets/new_tablet.html", form)
    site_id, name = site_or_404(form.site.data), (form.name.data or "").strip()
    code = start_enrolment(db.session(), site_id, name)
    return _connect(site_id, name, code, "tablet.new")


@sites_pages.post("/tablets/<int:tablet_id>/code")
@permission_required("places.manage", menu="sites.list_tablets")
def new_code(tablet_id: int) -> ResponseReturnValue:
    """A new code for a tablet that was not connected on time."""
    tablet = find_tablet(db.session(), current_caller().site_ids, tablet_id) or abort(404)
    code = renew_code(db.session(), tablet.site_id, tablet_id)
    if code is None:
        flash(_("%(tablet)s is connected already.", tablet=tablet.name), "note")
        return redirect(url_for("sites.list_tablets"), 303)
    return _connect(tablet.site_id, tablet.name, code, "tablet.code")


def _connect(site_id: int, name: str, code: str, action: str) -> ResponseReturnValue:
    session = db.session()
    site = store.find_site(session, site_id) or abort(404)
    caller_log().add(session, action, site.slug)
    tablets = list_tablets(session, [site_id])
    url = context.settings().url
    return render_template(
        "sites/tablets/connect.html",
        name=name,
        code=code,
        address=url.split("://", 1)[-1] + "/enrol",
        picture_of_code=qr_code(f"{url}/enrol?code={quote(code)}", _("Code for the camera of the tablet")),
        until=(context.now() + CODE_LASTS).astimezone(ZoneInfo(site.time_zone)).strftime("%H:%M %Z"),
        open_line=not url.startswith("https://"),  # others on the network can read what is sent
        site=site,
        there=tablets,
    )


@sites_pages.route("/tablets/<int:tablet_id>/retire", methods=["GET", "POST"])
@permission_required("places.manage", menu="sites.list_tablets")
def retire(tablet_id: int) -> ResponseReturnValue:
    """Retire a tablet, after a page that says what will be lost."""
    form, session = forms.RetireForm(), db.session()
    tablet = find_tablet(session, current_caller().site_ids, tablet_id) or abort(404)
    site = store.find_site(session, tablet.site_id) or abort(404)
    if not form.validate_on_submit():
        health = tablet_status.list_health(session, [site], context.now()).get(tablet_id)
        return show_form("sites/tablets/retire.html", form, tablet=tablet, site=site, since=health and health.since)
    today, is_lost = context.today(site.time_zone), form.where.data == "lost"
    retire_tablet(session, tablet_id, today)
    caller_log().add(session, "tablet.retire", str(tablet_id))
    if is_lost:
        report_lost(session, tablet_id, today)
        caller_log().add(session, "tablet.lost", str(tablet_id))
    name = tablet.name
    flash(_("%(tablet)s no longer belongs to %(site)s.", tablet=name, site=site.name))
    return redirect(url_for("sites.list_tablets"), 303)


@sites_pages.route("/tablets/<int:tablet_id>/lost", methods=["GET", "POST"])
@permission_required("places.manage", menu="sites.list_tablets")
def tablet_lost(tablet_id: int) -> ResponseReturnValue:
    """Report a retired tablet as lost or stolen: nothing more that counts is accepted from it."""
    form, session = PlainForm(), db.session()
    tablet = find_retired(session, current_caller().site_ids, tablet_id) or abort(404)
    site = store.find_site(session, tablet.site_id) or abort(404)
    if not form.validate_on_submit():
        return render_template("sites/tablets/lost.html", form=form, tablet=tablet, site=site)
    if tablet.lost_on is None:
        report_lost(session, tablet_id, context.today(site.time_zone))
        caller_log().add(session, "tablet.lost", str(tablet_id))
    return redirect(url_for("sites.list_tablets"), 303)


@sites_pages.route("/tablets/<int:tablet_id>/found", methods=["GET", "POST"])
@permission_required("places.manage", menu="sites.list_tablets")
def tablet_found_again(tablet_id: int) -> ResponseReturnValue:
    """Report a lost tablet as found: what waits on it is delivered."""
    form, session = PlainForm(), db.session()
    tablet = find_retired(session, current_caller().site_ids, tablet_id) or abort(404)
    site = store.find_site(session, tablet.site_id) or abort(404)
    if not form.validate_on_submit():
        return render_template("sites/tablets/found.html", form=form, tablet=tablet, site=site)
    if tablet.lost_on is not None:
        report_found(session, tablet_id)
        caller_log().add(session, "tablet.found", str(tablet_id))
    return redirect(url_for("sites.list_tablets"), 303)


@sites_pages.route("/tablets/<int:tablet_id>/clear", methods=["GET", "POST"])
@permission_required("places.manage", menu="sites.list_tablets")
def clear_tablet(tablet_id: int) -> ResponseReturnValue:
    """Let a tablet delete an envelope that never opens, when it has a network; children read that it was lost."""
    form, session = PlainForm(), db.session()
    tablet = find_tablet(session, current_caller().site_ids, tablet_id) or abort(404)
    site = store.find_site(session, tablet.site_id) or abort(404)
    unopened = tablet_status.list_unopened(session, [site], context.now())
    if tablet_id not in {stuck for _site_id, stuck, _name in unopened}:
        return redirect(url_for("sites.list_tablets"), 303)
    if not form.validate_on_submit():
        return render_template("sites/tablets/clear.html", form=form, tablet=tablet, site=site)
    tablet_status.clear_unopened(session, tablet_id, context.today(site.time_zone))
    caller_log().add(session, "tablet.clear", str(tablet_id))
    flash(_("Children read it from the daily hour of tomorrow on. The tablet drops it when it meets a network."))
    return redirect(url_for("sites.list_tablets"), 303)


@sites_pages.route("/tablets/<int:tablet_id>/refused", methods=["GET", "POST"])
@permission_required("places.manage", menu="sites.list_tablets")
def refused(tablet_id: int) -> ResponseReturnValue:
    """Decide about a refused delivery in a tablet's name: accept it if it was the tablet itself."""
    form, session, site_ids = forms.RefusedDeliveryForm(), db.session(), current_caller().site_ids
    tablet = find_tablet(session, site_ids, tablet_id) or find_retired(session, site_ids, tablet_id) or abort(404)
    site = store.find_site(session, tablet.site_id) or abort(404)
    refused_tablets = list_refused(session, [site], context.now())
    since = next((each.day for each in refused_tablets if each.id == tablet_id), None)
    if since is None:
        return redirect(url_for("sites.list_tablets"), 303)
    if not form.validate_on_submit():
        return show_form("sites/tablets/refused.html", form, tablet=tablet, site=site, since=since)
    if form.what.data == "take":
        take_refused(session, tablet_id)
        caller_log().add(session, "tablet.take", str(tablet_id))
        flash(_("Bring it to a network and open a page of ours: what waits on it arrives then."))
    else:
        leave_refused(session, tablet_id)
        caller_log().add(session, "tablet.leave", str(tablet_id))
    return redirect(url_for("sites.list_tablets"), 303)
