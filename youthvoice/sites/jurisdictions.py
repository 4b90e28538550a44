"""Whose times a site goes by: the names of the data files in `grievances/clock_data`, which a test compares."""

from typing import Final

from flask_babel import lazy_gettext

GENERAL: Final = "general"

JURISDICTIONS: Final = {
    GENERAL: lazy_gettext("General (example)"),
    "england": lazy_gettext("England (example)"),
    "india": lazy_gettext("India (example)"),
}
"""Words by name of the file, in the order in which they are offered."""
