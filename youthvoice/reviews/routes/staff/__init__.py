"""Pages of reviews for adults who are signed in."""

from youthvoice.access.staff_blueprint import StaffBlueprint

reviews_pages = StaffBlueprint("reviews", __name__, url_prefix="/staff/reviews", menu="reviews.index")
