"""Pages of reviews for signed-in staff."""

from youthvoice.access.staff_blueprint import StaffBlueprint

reviews_pages = StaffBlueprint("reviews", __name__, url_prefix="/staff/reviews", menu="reviews.index")
