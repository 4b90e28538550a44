"""Pages of surveys for staff."""

from youthvoice.access.staff_blueprint import StaffBlueprint

questionnaires_pages = StaffBlueprint(
    "questionnaires", __name__, url_prefix="/staff/questionnaires", menu="questionnaires.index"
)

drafts_pages = StaffBlueprint(
    "drafts", __name__, url_prefix="/staff/questionnaires/drafts", menu="questionnaires.index"
)
