"""One committee as a value, and the rule about committees above it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from youthvoice.committees.committee_kinds import PRESETS, Preset


@dataclass(frozen=True, slots=True)
class Committee:
    """One committee; the fields are those of `models.CommitteeRow`."""

    id: int
    site_id: int
    preset: str
    name: str
    facilitator_id: int
    place: str
    first_at: datetime
    rhythm_days: int
    quorum: int
    term_days: int
    check_days: int
    goes_up_to_id: int | None
    opened_on: date
    closed_on: date | None
    calendar_version: int = 1

    @property
    def kind(self) -> Preset:
        """Its preset."""
        return PRESETS[self.preset]

    @property
    def is_open(self) -> bool:
        """Whether it still meets."""
        return self.closed_on is None


def find_refusal_above(
    preset: str, site_id: int, mine: int | None, above: int | None, every: Mapping[int, Committee]
) -> str | None:
    """Why a committee may not pass its items up to another; None if it may, or passes them to none.

    Args:
        preset: of the lower committee.
        site_id: its site.
        mine: its row; None while it is new.
        above: the row of the upper committee.
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
