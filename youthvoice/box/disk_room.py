"""Disk space of a box; a part of it is reserved for deletions, which need space themselves, and for pages.

Anybody in a village's Wi-Fi can send junk that looks like envelopes of tablets. So each line has a daily limit, and
tablets keep their envelopes when only the reserve for pages is left: forms sent from the box's own pages still go.
"""

import shutil
from typing import Final

from limits import parse

from youthvoice import context
from youthvoice.kiosk.offline.envelope import MAX_ENVELOPE_BYTES, WORDS_STEP
from youthvoice.web.rate_limits import flood_counts

_MIN_ROOM: Final = 64 * MAX_ENVELOPE_BYTES  # bytes that stay free for deletions

_SHARE_FOR_PAGES, _MOST_FOR_PAGES = 8, 2 * 1024**3
"""For pages an eighth of the disk stays free of tablets' envelopes, but 2 GiB at most."""


def has_room(*, for_tablets: bool = False) -> bool:
    """Whether there is space for the next children. Below that nothing more is stored, because deletions need space.

    Args:
        for_tablets: whether for deliveries of tablets, which may as well wait there.
    """
    disk = shutil.disk_usage(context.settings().data)
    for_pages = min(disk.total // _SHARE_FOR_PAGES, _MOST_FOR_PAGES) if for_tablets else 0
    return disk.free >= max(_MIN_ROOM, for_pages)


LINE_A_DAY: Final = parse("16384 per day")
"""Steps of `WORDS_STEP` bytes from one line, 512 MiB: more than all tablets of a village hold after months."""


def admits(size: int, line: str) -> bool:
    """Count these bytes for a line; False when they exceed its limit today."""
    return flood_counts.hit(LINE_A_DAY, "box", line, cost=-(-size // WORDS_STEP))
