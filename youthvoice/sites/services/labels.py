"""Words of the directory of services."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

KINDS = {
    "health": _l("Health"),
    "counselling": _l("Counselling"),
    "law": _l("Law"),
    "police": _l("Police"),
    "shelter": _l("Shelter"),
    "school": _l("School"),
    "family": _l("Family"),
    "other": _l("Something else"),
}
"""What a service does, by code; in the order of `service_store.KINDS`."""


def kind(code: str) -> str:
    """What a service does."""
    return str(KINDS.get(code, _("Something else")))
