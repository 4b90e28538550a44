"""Who may say where the head of the log goes. Pure; codes, no words.

Whoever could set both addresses alone could cut the log and nobody would know. So two people do it, and one of them is
of another organisation. A coordinator, who may run the machine, has no part in it.
"""

from typing import Final

from youthvoice.access.permissions import OUTSIDE_RECIPIENT

SLOTS: Final = (1, 2)


def why_not_confirmed(entered_by: int, entered_role: str, person_id: int, role: str) -> str | None:
    """Why somebody cannot confirm an address: `same_person`, `both_inside`, or None when she can.

    Args:
        entered_by: row of who entered it.
        entered_role: her role.
        person_id: row of who confirms.
        role: her role.
    """
    if entered_by == person_id:
        return "same_person"
    return None if OUTSIDE_RECIPIENT in {entered_role, role} else "both_inside"
