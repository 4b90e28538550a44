"""Six kinds of committee: one model, and what makes each itself. Pure.

Source: DESIGN.md 2; STANDARDS S23-S25; the source document on FLiP clubs, Bal Sabhas, Village Child Committees and
dormitory meetings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Way = Literal["nomination", "paper", "hands", "slips"]


@dataclass(frozen=True, slots=True)
class Preset:
    """What a kind of committee begins with; the numbers can be changed for one committee, the rest cannot.

    Attributes:
        rhythm_days: between two meetings.
        term_days: of a representative; 0 where everybody meets and nobody represents.
        ways: how representatives come to be, the usual one first; empty where there are none.
        posts: what representatives are; one of each but of `member`.
        balance: rule for all posts together, such as at least half girls; empty for none.
        quorum: children who must be there.
        with_child: a meeting without a child member is none (S24).
        alone_first: the meeting begins without any adult.
        owner: who owes an answer: the facilitator, or an adult named for each item.
        goes_up_to: kinds to which it may hand an item that it cannot settle.
    """

    rhythm_days: int
    term_days: int
    ways: tuple[Way, ...]
    posts: tuple[str, ...]
    balance: str
    quorum: int
    with_child: bool
    alone_first: bool
    owner: Literal["facilitator", "named"]
    goes_up_to: tuple[str, ...]


PRESETS: Final[Mapping[str, Preset]] = {
    "flip_club": Preset(
        rhythm_days=14,
        term_days=365,
        ways=("nomination",),
        posts=("member",),
        balance="",
        quorum=3,
        with_child=True,
        alone_first=False,
        owner="facilitator",
        goes_up_to=("village_child_committee",),
    ),
    "bal_sabha": Preset(
        rhythm_days=28,
        term_days=0,
        ways=(),
        posts=(),
        balance="",
        quorum=10,
        with_child=True,
        alone_first=False,
        owner="facilitator",
        goes_up_to=("bal_panchayat", "village_child_committee"),
    ),
    "bal_panchayat": Preset(
        rhythm_days=14,
        term_days=182,
        ways=("slips", "paper", "hands"),
        posts=("chair", "deputy", "writer", "member"),
        balance="half_girls",
        quorum=3,
        with_child=True,
        alone_first=False,
        owner="facilitator",
        goes_up_to=("village_child_committee",),
    ),
    "dormitory": Preset(
        rhythm_days=7,
        term_days=91,
        ways=("hands", "paper", "slips"),
        posts=("speaker", "deputy"),
        balance="",
        quorum=3,
        with_child=True,
        alone_first=True,
        owner="facilitator",
        goes_up_to=(),
    ),
    "youth_group": Preset(
        rhythm_days=14,
        term_days=182,
        ways=("paper", "hands", "slips", "nomination"),
        posts=("speaker", "deputy"),
        balance="",
        quorum=3,
        with_child=True,
        alone_first=False,
        owner="facilitator",
        goes_up_to=("village_child_committee",),
    ),
    "village_child_committee": Preset(
        rhythm_days=28,
        term_days=365,
        ways=("nomination", "slips"),
        posts=("child_member",),
        balance="",
        quorum=1,  # "adults who are concerned about the children and at least one child member"
        with_child=True,
        alone_first=False,
        owner="named",
        goes_up_to=(),
    ),
}
