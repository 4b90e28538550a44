"""What a committee may be. Pure; codes, no words."""

from collections.abc import Mapping
from typing import Final

from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.presets import PRESETS

MOST_RHYTHM_DAYS: Final = 92
MOST_TERM_DAYS: Final = 731
MOST_QUORUM: Final = 500
MOST_CHECK_DAYS: Final = 14


def refusal_above(
    preset: str, site_id: int, mine: int | None, above: int | None, every: Mapping[int, CommitteeFacts]
) -> str | None:
    """Why a committee may not hand its items to another; None when it may, or when it hands them to none.

    Args:
        preset: of the one below.
        site_id: where it is.
        mine: its row; None while it is new.
        above: the row of the other.
        every: open committees by row.

    Returns:
        `other_site`, `wrong_kind_above`, `goes_up_in_a_circle` or None.
    """
    if above is None:
        return None
    other = every.get(above)
    if other is None or other.site_id != site_id:
        return "other_site"
    if other.preset not in PRESETS[preset].goes_up_to:
        return "wrong_kind_above"
    seen = {mine}
    while other is not None:
        if other.id in seen:
            return "goes_up_in_a_circle"
        seen.add(other.id)
        other = every.get(other.goes_up_to_id or 0)
    return None
