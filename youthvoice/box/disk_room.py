"""The room that is left on the disk of a box; a little of it is kept for what makes room again."""

import shutil

from youthvoice import context
from youthvoice.kiosk.offline.envelope import MAX_ENVELOPE_BYTES

_LEAST_ROOM = 64 * MAX_ENVELOPE_BYTES


def has_room() -> bool:
    """Whether the next children find room. Below that nothing more is kept: forgetting needs room, too."""
    return shutil.disk_usage(context.settings().data).free >= _LEAST_ROOM
