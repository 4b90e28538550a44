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
    preset: str, site_id: int, committee_id: int | None, above_id: int | None, open_committees: Mapping[int, Committee]
) -> str | None:
    """Why a committee may not pass its items up to another; None if it may, or passes them to none.

    Args:
        preset: of the lower committee.
        site_id: its site.
        committee_id: its row; None while it is new.
        above_id: the row of the upper committee; None for none.
        open_committees: of all sites, by row.

    Returns:
        `other_site`, `wrong_kind_above`, `goes_up_in_a_circle` or None.
    """
    if above_id is None:
        return None
    above = open_committees.get(above_id)
    if above is None or above.site_id != site_id:
        return "other_site"
    if above.preset not in PRESETS[preset].goes_up_to:
        return "wrong_kind_above"
    seen_ids = {committee_id}
    while above is not None:
        if above.id in seen_ids:
            return "goes_up_in_a_circle"
        seen_ids.add(above.id)
        above = open_committees.get(above.goes_up_to_id or 0)
    return None
