"""Labels of the codes of introductions."""

from typing import Final

from flask_babel import lazy_gettext as _l

from youthvoice.introductions.rules import GREETING, GREETING_SECONDS, PORTRAIT, WORDS

KIND_LABELS: Final = {
    PORTRAIT: _l("Portrait"),
    GREETING: _l("Greeting"),
    WORDS: _l("A few words"),
}

REFUSAL_LABELS: Final = {
    "empty": _l("The recording is empty. Is the microphone on?"),
    "too_large": _l("This is longer than %(seconds)s seconds. Say it shorter.", seconds=GREETING_SECONDS),
    "too_long": _l("This is longer than %(seconds)s seconds. Say it shorter.", seconds=GREETING_SECONDS),
    "silent": _l("Nothing can be heard in this recording. Speak closer to the microphone, and listen before you save."),
    "not_sound": _l("This is not a sound recording. Bring WebM or Ogg with Opus, such as a browser records."),
    "not_opus": _l("This sound is written in another way. Bring WebM or Ogg with Opus, such as a browser records."),
    "in_use": _l("A colleague already has this very portrait. Change one thing, so that children can tell you apart."),
    "changed": _l("It was changed or taken back since you opened this page. She can ask again."),
}
"""Why a part of an introduction is refused, and what to do."""
