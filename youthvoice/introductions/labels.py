"""Labels of the codes of introductions."""

from typing import Final

from flask_babel import lazy_gettext as _l

from youthvoice.clips.labels import refusal_labels
from youthvoice.introductions.rules import GREETING, GREETING_SECONDS, PORTRAIT, WORDS

KIND_LABELS: Final = {
    PORTRAIT: _l("Portrait"),
    GREETING: _l("Greeting"),
    WORDS: _l("A few words"),
}

_OF_SOUND: Final = refusal_labels(GREETING_SECONDS)

REFUSAL_LABELS: Final = _OF_SOUND | {
    "too_long": _OF_SOUND["too_large"],
    "silent": _l("Nothing can be heard in this recording. Speak closer to the microphone, and listen before you save."),
    "in_use": _l("A colleague already has this very portrait. Change one thing, so that children can tell you apart."),
    "changed": _l("It was changed or taken back since you opened this page. She can ask again."),
}
"""Why a part of an introduction is refused, and what to do."""
