"""Names of keys.

A name is a slug: letters, digits and hyphens. Keys that end (a quarter's answers) contain the period.
Source: PRIVACY.md A2 and C.
"""

import re
from datetime import date

PEPPER = "pepper"
"""Of hashes of codes, slips, attempts and ids; what tablets and boxes prove themselves with derives from it."""

COOKIE = "cookie"
"""Of forms and of the cookies of children and representatives."""

AUDIT = "audit"
"""Of the chain of MACs over the log."""

MAIL = "mail"
"""Encrypts addresses, telephone numbers and waiting mail."""

LINKS = "links"
"""Of MACs in links that need no sign-in: calendars, and mail to families."""

KEPT_COUNTS = "kept-counts"
"""Encrypts the counts of a round."""

KEPT_WORDS = "kept-words"
"""Encrypts what adults read without a key of their own: views, answers, agendas, minutes, reviews, drafts, PDFs."""

PEOPLE = "people"
"""Of MACs over rows of people, and over what they confirm of each other."""

BACKUP = "backup"
"""Encrypts backups of the database."""

THREADS = "threads"
"""Encrypts the state of threads, which the installation reads without opening them, and their keys once more."""

BOX = "box"
"""In a box: the key that it shares with its main server, which created it."""

DATABASE = "database"
"""Not a key: the file with the id of the database to which the folder belongs."""

_SLUG = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,98}[A-Za-z0-9])?")


def check_name(name: str) -> str:
    """Return the name if it is a valid name of a key.

    Raises:
        ValueError: not a slug of at most 100 characters, or the reserved name `database`.
    """
    if not _SLUG.fullmatch(name) or name == DATABASE:
        raise ValueError("A key's name is letters, digits and hyphens, and not 'database'")
    return name


def quarter_name(day: date) -> str:
    """The quarter of a day at the site, such as `2026Q4`."""
    return f"{day.year:04}Q{(day.month + 2) // 3}"


def month_name(day: date) -> str:
    """The month of a day, such as `2027-11`."""
    return f"{day.year:04}-{day.month:02}"


def open_answers_key(quarter: str) -> str:
    """The name of the key of a quarter's uncounted answers, such as `open-answers-2026Q4`."""
    return check_name(f"open-answers-{quarter}")


def care_answers_key(round_id: str | int, part: str | int) -> str:
    """The name of the key of a care round, which outlives quarters: `open-answers-care-<round>-<part>`."""
    return check_name(f"open-answers-care-{round_id}-{part}")


INTAKE = "intake"
"""Prefix of the monthly keys. Older folders have a key of this very name: nothing was ever sealed to it, and it is
ignored."""


def intake_key(month: str) -> str:
    """The name of the key to which tablets seal in a month, such as `intake-2026-11`."""
    return check_name(f"{INTAKE}-{month}")


def destruction_key(month: str) -> str:
    """The name of the key of everything that ends in a month, such as `destruction-2027-11`."""
    return check_name(f"destruction-{month}")
