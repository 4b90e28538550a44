"""Sites, groups, tablets - HTTP only."""

from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import log, needs, require, site_or_404
from youthvoice.sites import store, zones
from youthvoice.sites.forms import NOT_YET, GroupForm, PlainForm, SiteForm, TabletForm, site_choices
from youthvoice.sites.tablets import current as tablets
from youthvoice.sites.tablets import store as tablet_store
from youthvoice.sites.tablets.pairing_page import pairing
from youthvoice.sites.tablets.spoken_codes import LASTS
from youthvoice.web.i18n.languages import LANGUAGES, TRANSLATED, direction, tag
from youthvoice.web.i18n.picture_labels import words_of

pages = Blueprint("places", __name__, url_prefix="/staff")


@pages.context_processor
def _words() -> dict[str, object]:
    return {"LANGUAGES": LANGUAGES, "ngettext": ngettext}


@pages.get("/sites")
@needs("places.manage")
def sites() -> ResponseReturnValue:
    """The caller's sites, with how many groups and tablets each has."""
    session, site_ids = db.session(), require().site_ids
    at = tablet_store.tablets_of(session, site_ids, running.now())
    listed = [
        (site, store.groups_of(session, site.id), [tablet for tablet in at if tablet.site_id == site.id])
        for site in store.sites_of(session, site_ids)
    ]
    return render_template("places/sites.html", listed=listed)


@pages.route("/sites/<int:site_id>", methods=["GET", "POST"])
@needs("places.manage")
def site(site_id: int) -> ResponseReturnValue:
    """Change a site: its clock, its languages, the help of that place."""
    with db.reading(db.engine()) as session:
        found = store.site(session, site_or_404(site_id)) or abort(404)
        groups = store.groups_of(session, site_id)
    form = SiteForm(obj=found)
    form.time_zone.choices = zones.choices([found.time_zone])
    form.today = running.today(found.time_zone)
    if not form.validate_on_submit():
        return _site_page(form, GroupForm(formdata=None), found, groups)
    changed = store.site(db.session(), site_id) or abort(404)
    store.change_site(db.session(), changed, form.values())
    log().add(db.session(), "site.change", changed.slug)
    db.session().commit()
    flash(_("%(site)s is changed. Children see it at once.", site=form.name.data))
    return redirect(url_for("places.site", site_id=site_id), 303)


def _site_page(form: SiteForm, group_form: GroupForm, found: object, groups: object) -> ResponseReturnValue:
    wrong = form.errors or group_form.errors
    shown = {
        "form": form,
        "group_form": group_form,
        "site": found,
        "groups": groups,
        "not_yet": NOT_YET,
        "spoken": TRANSLATED,
    }
    page = render_template("places/site.html", **shown)
    return page, 400 if wrong else 200


@pages.get("/sites/<int:site_id>/card/<language>")
@needs("places.manage")
def card(site_id: int, language: str) -> ResponseReturnValue:
    """What families know letters by, eight cards on a sheet to cut and hand out; in one language."""
    found = store.site(db.session(), site_or_404(site_id)) or abort(404)
    if language not in TRANSLATED or not (found.mail_picture and found.mail_word):
        abort(404)
    with force_locale(language):
        return render_template(
            "places/card.html",
            site=found,
            called=words_of(found.mail_picture),
            language=tag(language),
            direction=direction(language),
        )


@pages.post("/sites/<int:site_id>/groups")
@needs("places.manage")
def add_group(site_id: int) -> ResponseReturnValue:
    """Add a class, dormitory or club."""
    with db.reading(db.engine()) as session:
        found = store.site(session, site_or_404(site_id)) or abort(404)
        groups = store.groups_of(session, site_id)
    form = GroupForm()
    form.taken = [group.name for group in groups]
    if not form.validate_on_submit():
        return _site_page(SiteForm(formdata=None, obj=found), form, found, groups)
    at = store.site(db.session(), site_id) or abort(404)
    store.add_group(db.session(), at, form.name.data or "")
    log().add(db.session(), "group.add", at.slug)
    db.session().commit()
    return redirect(url_for("places.site", site_id=site_id, _anchor="groups"), 303)


@pages.route("/sites/<int:site_id>/groups/<int:group_id>/remove", methods=["GET", "POST"])
@needs("places.manage")
def remove_group(site_id: int, group_id: int) -> ResponseReturnValue:
    """Remove a group, after saying what will be gone."""
    form = PlainForm()
    with db.reading(db.engine()) as session:
        found = store.site(session, site_or_404(site_id)) or abort(404)
        group = next((one for one in store.groups_of(session, site_id) if one.id == group_id), None) or abort(404)
    if not form.validate_on_submit():
        return render_template("places/remove_group.html", form=form, site=found, group=group)
    at = store.site(db.session(), site_id) or abort(404)
    store.remove_group(db.session(), at, group_id)
    log().add(db.session(), "group.remove", at.slug)
    db.session().commit()
    flash(_("%(group)s is gone.", group=group.name))
    return redirect(url_for("places.site", site_id=site_id, _anchor="groups"), 303)


@pages.get("/tablets", endpoint="tablets")
@needs("places.manage")
def tablets_page() -> ResponseReturnValue:
    """The tablets of the caller's sites."""
    session, site_ids = db.session(), require().site_ids
    at = tablet_store.tablets_of(session, site_ids, running.now())
    listed = [
        (site, [tablet for tablet in at if tablet.site_id == site.id]) for site in store.sites_of(session, site_ids)
    ]
    return render_template("places/tablets.html", listed=listed, form=PlainForm())


@pages.route("/tablets/new", methods=["GET", "POST"])
@needs("places.manage")
def new_tablet() -> ResponseReturnValue:
    """Make a place for a tablet; its code is shown on the answer, once."""
    form = TabletForm(site=request.args.get("site", type=int))
    with db.reading(db.engine()) as session:
        form.site.choices = site_choices((at.id, at.name) for at in store.sites_of(session, require().site_ids))
    if not form.validate_on_submit():
        return render_template("places/new_tablet.html", form=form), 400 if form.errors else 200
    site_id, name = site_or_404(form.site.data), (form.name.data or "").strip()
    code = tablets.start_enrolment(db.session(), site_id, name, running.now())
    return _connect(site_id, name, code, "tablet.new")


@pages.post("/tablets/<int:tablet_id>/code")
@needs("places.manage")
def new_code(tablet_id: int) -> ResponseReturnValue:
    """A new code for a tablet that was not connected in time."""
    found = tablet_store.tablet(db.session(), require().site_ids, tablet_id) or abort(404)
    code = tablets.renew_code(db.session(), found.site_id, tablet_id, running.now())
    if code is None:
        flash(_("%(tablet)s is connected already.", tablet=found.name))
        return redirect(url_for("places.tablets"), 303)
    return _connect(found.site_id, found.name, code, "tablet.code")


def _connect(site_id: int, name: str, code: str, action: str) -> ResponseReturnValue:
    session = db.session()
    at = store.site(session, site_id) or abort(404)
    log().add(session, action, at.slug)
    there = tablet_store.tablets_of(session, [site_id], running.now())
    ends = (running.now() + LASTS).astimezone(ZoneInfo(at.time_zone))
    told = _("Code for the camera of the tablet")
    shown = pairing(name, code, running.settings().url, ends, told)
    page = render_template("places/connect.html", pairing=shown, site=at, there=there)
    session.commit()
    return page


@pages.route("/tablets/<int:tablet_id>/retire", methods=["GET", "POST"])
@needs("places.manage")
def retire(tablet_id: int) -> ResponseReturnValue:
    """Let a tablet go, after saying what will be gone."""
    form, session = PlainForm(), db.session()
    found = tablet_store.tablet(session, require().site_ids, tablet_id) or abort(404)
    at = store.site(session, found.site_id) or abort(404)
    if not form.validate_on_submit():
        return render_template("places/retire.html", form=form, tablet=found, site=at)
    tablet_store.retire(session, found, running.today(at.time_zone))
    log().add(session, "tablet.retire", str(tablet_id))
    name = found.name
    session.commit()
    flash(_("%(tablet)s no longer belongs to %(site)s.", tablet=name, site=at.name))
    return redirect(url_for("places.tablets"), 303)
