"""Pages of accounts for whoever is signed in, or is about to be."""

from youthvoice.access.staff_blueprint import StaffBlueprint

people_pages = StaffBlueprint("people", __name__, url_prefix="/staff", menu="people.index")
