"""Staff pages of publications."""

from youthvoice.access.staff_blueprint import StaffBlueprint

guardians_pages = StaffBlueprint("guardians", __name__, url_prefix="/staff", menu="guardians.regular_letters")
