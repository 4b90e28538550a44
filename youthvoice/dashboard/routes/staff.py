"""The first page of staff, and the guides - HTTP only."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from youthvoice import db
from youthvoice.access.guard import current_caller, permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.dashboard import guides, labels, steps, tasks
from youthvoice.grievances import inbox
from youthvoice.sites.store import list_sites
from youthvoice.web.i18n import languages

dashboard_pages = StaffBlueprint("dashboard", __name__, url_prefix="/staff", menu="")


@dashboard_pages.get("/")
@permission_required("home.see")
def home() -> ResponseReturnValue:
    """To do: the caller's tasks, with danger first, then the overdue."""
    caller = current_caller()
    sites = list_sites(db.session(), caller.site_ids)
    escalated = inbox.list_escalated(db.session(), caller)
    groups = tasks.group_tasks(db.session(), caller, sites, escalated)
    items = [item for _code, some in groups for item in some]
    template_values: dict[str, object] = {
        "speak": languages.chosen(),
        "words": labels,
        "ngettext": ngettext,
        "role": caller.role,
    }
    template_values["alarms"] = labels.alarms(escalated, items, caller.role, languages.chosen())
    template_values |= {"sites_to_do": steps.until_heard(db.session(), caller.site_ids), "me": caller}
    template_values["step_words"] = steps
    return render_template("dashboard/home.html", groups=groups, sites=sites, number=len(items), **template_values)


@dashboard_pages.get("/guide/<name>")
@permission_required("home.see")
def guide(name: str) -> ResponseReturnValue:
    """One guide, in English."""
    if name not in guides.GUIDES:
        abort(404)
    titles = [(each, guides.read_guide(each).title) for each in guides.GUIDES]
    return render_template("dashboard/guide.html", guide=guides.read_guide(name), name=name, titles=titles)
