"""Error messages for adults who deal slips."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString, lazy_gettext as _l

DEAL_REFUSALS: Final[Mapping[str, LazyString]] = {
    "too_many_slips": _l("Together with the earlier ones there are more than children. Print fewer."),
    "withdrawn_too_often": _l("New ones were printed too often. Print only for children who have none."),
}
