"""The first page of staff, and the guides - HTTP only."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from youthvoice import db
from youthvoice.access.guard import current_caller, permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.dashboard import entities, guides, labels, steps, tasks
from youthvoice.grievances import inbox
from youthvoice.sites.site_page import choose_sites, name_key
from youthvoice.sites.store import list_sites
from youthvoice.web.i18n import languages

dashboard_pages = StaffBlueprint("dashboard", __name__, url_prefix="/staff", menu="")


@dashboard_pages.get("/")
@permission_required("home.see")
def home() -> ResponseReturnValue:
    """To do: the caller's tasks, with danger first, then the overdue."""
    caller = current_caller()
    sites = sorted(list_sites(db.session(), caller.site_ids), key=lambda site: name_key(site.name))
    urgent_reports = inbox.list_urgent_reports(db.session(), caller)
    need = steps.rank_by_need(db.session(), sites)
    at = choose_sites(db.session(), caller.site_ids, need, most=entities.SITES_TO_DO_SHOWN)
    groups = tasks.group_tasks(db.session(), caller, sites, urgent_reports)
    template_values: dict[str, object] = {
        "speak": languages.chosen(),
        "words": labels,
        "ngettext": ngettext,
        "role": caller.role,
    }
    items = [task for _code, some in groups for task in some]
    alarms = labels.alarms(urgent_reports.escalated, items, caller.role, languages.chosen())
    template_values["alarms"] = alarms[: entities.ALARMS_SHOWN] if at.is_long else alarms
    template_values |= {"sites_to_do": steps.until_heard(db.session(), at.ids, is_long=at.is_long), "me": caller}
    template_values["step_words"] = steps
    return render_template(
        "dashboard/home.html",
        tasks=entities.choose_tasks(groups, at),
        sites=sites,
        at=at,
        **template_values,
    )


@dashboard_pages.get("/steps/<int:site_id>")
@permission_required("home.see", menu="dashboard.home")
def show_steps(site_id: int) -> ResponseReturnValue:
    """All that one of the caller's sites still needs, where *To do* shows the first step of each of many."""
    caller = current_caller()
    sites = list_sites(db.session(), caller.site_ids & {site_id})
    if not sites:
        abort(404)
    all_steps = [step for site_steps in steps.until_heard(db.session(), [site_id]) for step in site_steps.steps]
    return render_template("dashboard/site_steps.html", site=sites[0], steps=all_steps, step_words=steps, me=caller)


@dashboard_pages.get("/guide/<name>")
@permission_required("home.see")
def guide(name: str) -> ResponseReturnValue:
    """One guide, in English."""
    if name not in guides.GUIDES:
        abort(404)
    titles = [(each, guides.read_guide(each).title) for each in guides.GUIDES]
    return render_template("dashboard/guide.html", guide=guides.read_guide(name), name=name, titles=titles)
