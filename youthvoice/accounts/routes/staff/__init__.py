"""Staff pages of accounts, for people who are signed in or about to sign in."""

from youthvoice.access.staff_blueprint import StaffBlueprint

people_pages = StaffBlueprint("people", __name__, url_prefix="/staff", menu="people.index")
