"""Pages of the grievance channel for people who are signed in."""

from youthvoice.access.staff_blueprint import StaffBlueprint

reports_pages = StaffBlueprint("reports", __name__, url_prefix="/staff", menu="reports.index")
