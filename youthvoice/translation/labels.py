"""Codes of languages and texts to words for adults."""

from typing import Final

from flask_babel import lazy_gettext as _l

from youthvoice.translation.catalogue_texts import CONSENT, DANGER
from youthvoice.translation.rules import AS_EXAMPLE, DIFFERS, HAD_READ, TAKEN_ON
from youthvoice.translation.text_marks import READ, TRIED

WAY_LABELS: Final = {
    HAD_READ: _l("I have had every screen read by somebody who speaks it."),
    TAKEN_ON: _l("Nobody has read them. I take it on me for this site."),
    AS_EXAMPLE: _l("Signed as an example, before anybody came. Nobody has read them."),
}
"""What a coordinator signs, in her words; the last one is what the example begins with."""

SCREEN_LABELS: Final = {
    DANGER: _l("Danger and help"),
    CONSENT: _l("What a child agrees to"),
    "all": _l("On every screen"),
    "front": _l("First page, help and rights"),
    "answer": _l("Answering"),
    "tell": _l("Telling, and a talk"),
    "good": _l("Good news"),
    "reply": _l("What came back"),
    "agenda": _l("Agenda, meetings, elections"),
    "review": _l("Her review"),
    "families": _l("Results, letters and papers"),
}
"""Where children and families meet a text: the parts in which translators read, in this order."""

READING_LABELS: Final = {
    READ: _l("It means the same."),
    DIFFERS: _l("It means something else:"),
    TRIED: _l("Children understood it."),
}
"""What an adult said of a text."""

SUBJECT_LABELS: Final = {DANGER: _l("Danger and help"), CONSENT: _l("What a child agrees to"), "": _l("All else")}
"""What a text is about."""
