"""Pages of the reporting channel for signed-in staff."""

from youthvoice.access.staff_blueprint import StaffBlueprint

reports_pages = StaffBlueprint("reports", __name__, url_prefix="/staff", menu="reports.index")
