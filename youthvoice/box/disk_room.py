"""The room that is left on the disk of a box; a little of it is kept for what makes room again, and for pages.

Whoever is in the Wi-Fi of a village can send junk that looks like what tablets deliver. A line brings so much a day,
and tablets keep what they have when the room for pages is all that is left: what children send there still goes.
"""

import shutil
from typing import Final

from limits import parse

from youthvoice import context
from youthvoice.kiosk.offline.envelope import MAX_ENVELOPE_BYTES, WORDS_STEP
from youthvoice.web.rate_limits import flood_counts

_LEAST_ROOM: Final = 64 * MAX_ENVELOPE_BYTES

_SHARE_FOR_PAGES, _MOST_FOR_PAGES = 8, 2 * 1024**3


def has_room(*, for_tablets: bool = False) -> bool:
    """Whether the next children find room. Below that nothing more is kept: forgetting needs room, too.

    Args:
        for_tablets: whether for what tablets deliver, which may as well wait there.
    """
    disk = shutil.disk_usage(context.settings().data)
    for_pages = min(disk.total // _SHARE_FOR_PAGES, _MOST_FOR_PAGES) if for_tablets else 0
    return disk.free >= max(_LEAST_ROOM, for_pages)


LINE_A_DAY: Final = parse("16384 per day")
"""Steps of words that one line sends, 512 MiB: more than all tablets of a village hold after months."""


def admits(size: int, line: str) -> bool:
    """Whether a line may send so many bytes more today."""
    return flood_counts.hit(LINE_A_DAY, "box", line, cost=-(-size // WORDS_STEP))
