"""What is wanted of a figure, and what one of another machine would be where a bare Flask pair takes as long."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

PAIRS_A_SECOND: Final = 1_700.0
"""A bare Flask pair, on the machine of which all limits are: two requests that do nothing, on two cores."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a figure may be.

    Attributes:
        name: of the figure.
        most: in its unit.
        unit: of both.
        times_speed: whether it is time of a processor, which a slower machine takes more of. A wait for the turn
            of a job is as long on any.
    """

    name: str
    most: float
    unit: str
    times_speed: bool = True

    def judge(self, figure: float, pairs: float) -> str:
        """One line: what was wanted, what was measured, and whether it is held.

        Args:
            figure: as measured.
            pairs: bare Flask pairs a second on the same machine, in the same run.
        """
        there = figure * pairs / PAIRS_A_SECOND if self.times_speed else figure
        reckoned = f", {_short(there)} at {PAIRS_A_SECOND:.0f} pairs a second" if self.times_speed else ""
        verdict = "held" if there <= self.most else "NOT HELD"
        return f"{self.name} {_short(figure)} {self.unit}{reckoned}; wanted: {_short(self.most)}: {verdict}"


LIMITS: Final = (
    Limit("response_over_bare", 2, "times", times_speed=False),
    Limit("worker_rss_mib", 90, "MiB", times_speed=False),
    Limit("workers4_pss_mib", 180, "MiB", times_speed=False),
    Limit("start_s", 1.5, "s"),
    Limit("inbox_ms", 150, "ms"),
    Limit("idle_10k_rounds_pct", 1, "%"),
    Limit("desk_1000_sites_ms", 300, "ms"),
    Limit("midnight_1000_s", 90, "s"),
    Limit("midnight_first_mail_s", 5, "s", times_speed=False),
    Limit("midnight_urgent_s", 5, "s", times_speed=False),
    Limit("midnight_child_p99_ms", 100, "ms"),
)


def judge(figures: Mapping[str, float], pairs: float) -> Iterator[str]:
    """A line for each limit whose figure was measured.

    Args:
        figures: by name, as measured.
        pairs: bare Flask pairs a second in this run.
    """
    for limit in LIMITS:
        if limit.name in figures:
            yield limit.judge(figures[limit.name], pairs)


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
