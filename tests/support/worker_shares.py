"""Which tests come first where several workers share them: nobody begins what takes longest when all others are done.

`--dist worksteal` cuts the list of tests into one share for each worker, in its order, and whoever is ready takes the
later half of the longest share that is left. So every share begins with its part of the slowest modules.
"""

from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

SLOWEST: Final = (
    "installation/test_init",
    "jobs/test_supervisor",
    "printing/test_kept_pdfs",
    "printing/test_composition",
    "surveys/questionnaires/test_hostile_files",
    "surveys/analysis/test_analysis_page",
    "reviews/duties/test_every_order",
    "kiosk/reply/test_reply",
    "access/test_routes",
    "attacks/overload/test_lost_limits",
    "introductions/test_every_order",
    "surveys/questionnaires/test_left_out_rows",
    "backups/test_backup_restore",
    "example/test_sites",
    "journeys/test_offline",
    "journeys/test_review",
    "journeys/test_every_page",
    "journeys/test_tablet_profile",
    "journeys/test_flip_club",
    "journeys/test_dormitory",
    "journeys/test_builder",
    "journeys/test_telling",
)
"""Modules that take more than five seconds, the slowest first; a test looks whether each is there."""


class Test(Protocol):
    """What is collected."""

    @property
    def nodeid(self) -> str:
        """Its path, and more."""


Collected = TypeVar("Collected", bound=Test)


def in_shares(tests: Sequence[Collected], workers: int) -> list[Collected]:
    """The same tests, in shares as long as those of `worksteal`; those of a module lie together, but for a border's.

    Args:
        tests: as they were collected.
        workers: how many there are.
    """
    modules: dict[str, list[Collected]] = {}
    for test in tests:
        modules.setdefault(test.nodeid.partition("::")[0], []).append(test)
    slow = [module for module in map(path_of, SLOWEST) if module in modules]
    others = [test for module, each in modules.items() if module not in slow for test in each]
    shared: list[Collected] = []
    for nth in range(workers):
        border = len(shared) + (len(tests) - len(shared)) // (workers - nth)
        shared += [test for module in slow[nth::workers] for test in modules[module]]
        room = max(0, border - len(shared))
        shared += others[:room]
        others = others[room:]
    return shared + others


def path_of(module: str) -> str:
    """The path of a slow module, as pytest writes it."""
    return f"tests/{module}.py"
