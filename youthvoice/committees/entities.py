"""The six kinds of committee as data, one committee as a value, and the rule about committees above it.

Source: DESIGN.md 2; STANDARDS S23-S25; the source document on FLiP clubs, Bal Sabhas, Village Child Committees and
dormitory meetings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

ElectionWay = Literal["nomination", "paper", "hands", "slips"]


@dataclass(frozen=True, slots=True)
class Preset:
    """The usual values of one kind of committee; the numbers can be changed for one committee, the rest cannot.

    Attributes:
        rhythm_days: days from one meeting to the next.
        quorum: children who must be present.
        term_days: days that a representative is in office; 0 if the committee has no representatives.
        ways: how representatives are chosen, the usual way first; empty if there are none.
        posts: the posts of representatives; one child holds each, except `member`.
        balance: a rule for all posts together, such as at least half girls; empty for none.
        with_child: a meeting without a child member does not count (S24).
        alone_first: the meeting begins without any adult.
        owner: who owes an answer: the facilitator, or an adult named for each item.
        goes_up_to: kinds of committee to which it may pass an item that it cannot settle.
    """

    rhythm_days: int
    quorum: int
    term_days: int = 0
    ways: tuple[ElectionWay, ...] = ()
    posts: tuple[str, ...] = ()
    balance: str = ""
    with_child: bool = True
    alone_first: bool = False
    owner: Literal["facilitator", "named"] = "facilitator"
    goes_up_to: tuple[str, ...] = ()


PRESETS: Final[Mapping[str, Preset]] = {
    "flip_club": Preset(
        rhythm_days=14,
        term_days=365,
        ways=("nomination",),
        posts=("member",),
        quorum=3,
        goes_up_to=("village_child_committee",),
    ),
    "bal_sabha": Preset(
        rhythm_days=28,
        quorum=10,
        goes_up_to=("bal_panchayat", "village_child_committee"),
    ),
    "bal_panchayat": Preset(
        rhythm_days=14,
        term_days=182,
        ways=("slips", "paper", "hands"),
        posts=("chair", "deputy", "writer", "member"),
        balance="half_girls",
        quorum=3,
        goes_up_to=("village_child_committee",),
    ),
    "dormitory": Preset(
        rhythm_days=7,
        term_days=91,
        ways=("hands", "paper", "slips"),
        posts=("speaker", "deputy"),
        quorum=3,
        alone_first=True,
    ),
    "youth_group": Preset(
        rhythm_days=14,
        term_days=182,
        ways=("paper", "hands", "slips", "nomination"),
        posts=("speaker", "deputy"),
        quorum=3,
        goes_up_to=("village_child_committee",),
    ),
    "village_child_committee": Preset(
        rhythm_days=28,
        term_days=365,
        ways=("nomination", "slips"),
        posts=("child_member",),
        quorum=1,  # "adults who are concerned about the children and at least one child member"
        owner="named",
    ),
}


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


MAX_RHYTHM_DAYS: Final = 92

MAX_TERM_DAYS: Final = 731

MAX_QUORUM: Final = 500

MAX_CHECK_DAYS: Final = 14


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
