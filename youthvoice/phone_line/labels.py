"""The sentences that a child hears on the telephone, each recorded once in each language."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString, lazy_gettext as _l

SENTENCE_LABELS: Final[Mapping[str, LazyString]] = {
    "keys": _l("Press the seven keys beside your pictures. Wrong key? Press the star."),
    "nothing": _l("These keys open nothing."),
    "wait": _l("Wait a little, then call again."),
    "new": _l("It is with them. Nobody has answered yet. Call again tomorrow."),
    "open": _l("Somebody has read it. They work on it. Call again soon."),
    "closed": _l("We are done with it."),
    "answer": _l("Somebody answered you."),
    "written": _l("This answer is written. Read it on a tablet."),
    "question": _l("They ask you something. Answer on a tablet."),
    "plan": _l("This is about your plan. Look on a tablet."),
    "again": _l("Press one to hear it again."),
    "bye": _l("That is all. Goodbye."),
}
"""Sentences by code, in the order in which they are recorded."""
