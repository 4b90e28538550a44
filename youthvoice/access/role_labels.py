"""What roles are called on a page."""

from flask_babel import gettext as _


def words(role: str) -> str:
    """A role in words.

    Raises:
        KeyError: there is no such role.
    """
    return str(
        {
            "advocate": _("Child advocate"),
            "coordinator": _("Coordinator"),
            "facilitator": _("Facilitator"),
            "reviewer": _("Reviewer"),
            "safeguarding_lead": _("Safeguarding lead"),
            "outside_recipient": _("Outside recipient"),
            "newcomer": _("Newcomer: not confirmed yet"),
        }[role]
    )
