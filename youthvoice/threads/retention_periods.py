"""How long things are kept (PRIVACY.md C, "Ends")."""

from datetime import timedelta
from typing import Final

REPORT_YEARS: Final = 3

LETTER_YEARS: Final = 1

RECEIPT_MONTHS: Final = 12

HANDED_OVER: Final = timedelta(days=365)
"""Somebody to whom words were handed has so long to work with them; they may outlive the month of their report."""
