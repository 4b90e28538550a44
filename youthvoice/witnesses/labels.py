"""Words for what the rules of this room say."""

from flask_babel import gettext as _


def not_confirmed(code: str) -> str:
    """Why somebody cannot confirm an address."""
    if code == "same_person":
        return str(_("You entered it. Somebody else confirms it, so that nobody chooses alone."))
    return str(_("One of the two must be an outside recipient. Ask her to confirm it."))
