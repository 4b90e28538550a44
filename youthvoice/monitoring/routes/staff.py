"""The state of the installation, for those who run it - HTTP only."""

from flask import render_template
from flask.typing import ResponseReturnValue

from youthvoice import db
from youthvoice.access.guard import current_caller, permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.monitoring import labels
from youthvoice.monitoring.findings import list_kept_findings, list_tablet_findings
from youthvoice.monitoring.installation_state import read_state
from youthvoice.sites.store import list_sites

monitoring_pages = StaffBlueprint(
    "monitoring", __name__, url_prefix="/staff/installation", menu="monitoring.show_state"
)


@monitoring_pages.get("")
@permission_required("installation.see")
def show_state() -> ResponseReturnValue:
    """How the machine and its processes are, the worst first; of tablets only those of the caller's sites."""
    session = db.session()
    state = read_state(session)
    findings = list_kept_findings(session, state)
    findings += list_tablet_findings(session, list_sites(session, current_caller().site_ids))
    groups = labels.group_rows(state, findings)
    return render_template(
        "monitoring/state.html",
        groups=[(group, labels.group_label(group, len(rows)), rows) for group, rows in groups],
        number=sum(len(rows) for group, rows in groups if group in {"late", "soon"}),
    )
