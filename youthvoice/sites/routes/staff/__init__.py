"""Pages of sites for whoever is signed in."""

from youthvoice.access.staff_blueprint import StaffBlueprint

sites_pages = StaffBlueprint("sites", __name__, url_prefix="/staff", menu="sites.index")
