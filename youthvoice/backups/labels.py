"""Why there is no good backup of a night, in words."""

from typing import Final

from flask_babel import lazy_gettext as _l

REFUSAL_LABELS: Final = {
    "no_folder": _l("The folder for backups is not there."),
    "no_marker": _l("The disk or stick for backups is away, or was never marked."),
    "no_program": _l("The program that reaches the server for backups is missing."),
    "host_unknown": _l("The server for backups shows another key, or is not known yet."),
    "not_let_in": _l("The server for backups does not let this one in."),
    "not_reached": _l("The server for backups cannot be reached, or the connection broke."),
    "no_room": _l("The disk for backups is full."),
    "no_room_to_try": _l("The server has no room to try a backup."),
    "cannot_write": _l("The place for backups cannot be written."),
    "damaged": _l("The backup was damaged when it was read back."),
    "differs": _l("What came back from the backup was not what had been copied."),
    "bad_key": _l("The public key for backups cannot be read."),
    "running": _l("Another backup or rehearsal is running."),
}
