"""Codes of languages and texts to words for adults."""

from typing import Final

from flask_babel import lazy_gettext as _l

from youthvoice.translation.catalogue_texts import CONSENT, DANGER
from youthvoice.translation.rules import AS_EXAMPLE, HAD_READ, TAKEN_ON

WAY_LABELS: Final = {
    HAD_READ: _l("I have had every screen read by somebody who speaks it."),
    TAKEN_ON: _l("Nobody has read them. I take it on me for this site."),
    AS_EXAMPLE: _l("Signed as an example, before anybody came. Nobody has read them."),
}
"""What a coordinator signs, in her words; the last one is what the example begins with."""

SUBJECT_LABELS: Final = {DANGER: _l("Danger and help"), CONSENT: _l("What a child agrees to"), "": _l("All else")}
"""What a text is about."""
