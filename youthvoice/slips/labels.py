"""Why no slips are dealt, in words for whoever deals."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString, lazy_gettext as _l

DEAL_REFUSALS: Final[Mapping[str, LazyString]] = {
    "too_many_slips": _l("With those that were dealt before there are more than children. Deal fewer."),
    "withdrawn_too_often": _l("They were dealt anew too often. Deal only for children who have none."),
}
