"""The six kinds of committee as data: their usual numbers, and the most that one committee may choose.

Source: DESIGN.md 2; STANDARDS S23-S25; the source document on FLiP clubs, Bal Sabhas, Village Child Committees and
dormitory meetings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
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

MAX_RHYTHM_DAYS: Final = 92

MAX_TERM_DAYS: Final = 731

MAX_QUORUM: Final = 500

MAX_CHECK_DAYS: Final = 14
