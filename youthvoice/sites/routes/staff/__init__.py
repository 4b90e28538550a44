"""Pages of sites, tablets and services for staff."""

from youthvoice.access.staff_blueprint import StaffBlueprint

sites_pages = StaffBlueprint("sites", __name__, url_prefix="/staff", menu="sites.index")
