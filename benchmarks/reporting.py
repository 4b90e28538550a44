"""Telling at a tablet: page, code, Argon2id, seals, durable commit, pictures; with and without many clients at once."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.house import House
from benchmarks.load import Load
from benchmarks.server import SERVE, free_port, started
from youthvoice.privacy.credentials.picture_codes import PictureCode, derive_code_keys

CLIENTS, CROWD = 4, 64
_HASHES = 15
# What one child sends: picks, and words without a voice.
TOLD = (
    ("company", "alone"),
    ("topic", "broken"),
    ("whom", "several"),
    ("by_whom", "thing"),
    ("words", "The lamp on the stairs is broken and nobody has mended it since the rain."),
    ("danger", "no"),
    ("may_know", "ask"),
    ("come", "no"),
)


@dataclass(frozen=True)
class Reporting:
    """What was measured.

    Attributes:
        per_second: reports a second at four clients, median of the runs.
        hash_ms: one Argon2id run of a code in a quiet process, milliseconds.
        errors: of the crowd of 64.
        crowd: how many reports the crowd sent.
        rss_mib: the largest worker after the crowd, MiB.
    """

    per_second: float
    hash_ms: float
    errors: Sequence[str]
    crowd: int
    rss_mib: float


def measure(house: House, reports: int, runs: int) -> Reporting:
    """Tell so many times in each run, then once as many with a crowd.

    Args:
        house: with at least as many tablets as the crowd has clients.
        reports: in each run.
        runs: of four clients.
    """
    port = free_port()
    with started(SERVE, house.environment, port) as server:
        _load(house, port, CLIENTS, 16).run()
        few = [_load(house, port, CLIENTS, reports).run() for _ in range(runs)]
        crowd = _load(house, port, CROWD, max(CROWD, reports)).run()
        rss = server.largest_mib()
    wrong = [error for result in few for error in result.errors] + crowd.errors
    return Reporting(median(one.per_second for one in few), hash_ms(), wrong, max(CROWD, reports), rss)


def hash_ms() -> float:
    """One Argon2id run of a code, median, in this process."""
    times = []
    for pick in range(_HASHES):
        began = time.perf_counter()
        derive_code_keys(PictureCode((pick % 9,) * 7), 1, bytes(32))
        times.append(1000 * (time.perf_counter() - began))
    return median(times)


def _load(house: House, port: int, clients: int, total: int) -> Load:
    return Load(port, "/tell", TOLD, house.cookies, clients, total)
