"""The voice of an adult in the form of an act: recorded on the page, or brought as a file."""

from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms.widgets import FileInput

from youthvoice.threads.child_fields import MOST_SECONDS, VoiceField

MOST_BYTES: Final = 4 * 1024 * 1024
"""Of a request. More than a voice may have: whatever is too long is refused beside its box, and the words stay."""


class SpokenField(VoiceField):
    """A child's voice field with a box, and refusals in words for an adult."""

    widget = FileInput()
    no_voice = _l("This is not a sound recording. Bring WebM or Ogg with Opus, such as a browser records.")
    too_long = _l("This is longer than %(seconds)s seconds. Say it shorter.", seconds=MOST_SECONDS)
