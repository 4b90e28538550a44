"""Retention periods: how long each kind of content is stored (PRIVACY.md C, "Ends")."""

from datetime import timedelta
from typing import Final

REPORT_YEARS: Final = 3

LETTER_YEARS: Final = 1

RECEIPT_MONTHS: Final = 12

HANDED_OVER: Final = timedelta(days=365)
"""How long a recipient can work with a handover; it may outlive the month of its report."""
