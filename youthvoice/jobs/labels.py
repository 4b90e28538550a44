"""Labels of the codes with which an isolated process refuses an uploaded picture."""

from typing import Final

from flask_babel import lazy_gettext as _l

from youthvoice.jobs.picture_maker import MAX_PICTURE_BYTES, MAX_PIXELS, MIN_SIDE

PICTURE_REFUSAL_LABELS: Final = {
    "no_picture": _l("This is no picture that can be read. Choose a PNG, JPEG or WebP file."),
    "animated": _l("This picture moves. Choose one that does not."),
    "too_large": _l("This file is too large: %(most)s megabytes at most.", most=MAX_PICTURE_BYTES // 1024 // 1024),
    "too_many_pixels": _l(
        "This picture has too many pixels: %(most)s million at most. Make it smaller first.",
        most=MAX_PIXELS // 1_000_000,
    ),
    "too_small": _l("This picture is too small: each side needs %(least)s pixels at least.", least=MIN_SIDE),
    "too_heavy": _l("This file takes too long to read. Choose another one, or save it again with a picture program."),
    "busy": _l("Another file is being read. Try once more in a minute."),
}
"""Why an uploaded picture is refused."""
