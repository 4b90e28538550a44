"""A day as staff pages write it: one way everywhere, in the reader's language."""

from datetime import date

from flask_babel import format_date


def day(value: date) -> str:
    """Such as `24 Nov 2026`, its parts kept together."""
    return str(format_date(value, "d MMM y")).replace(" ", "\N{NO-BREAK SPACE}")
