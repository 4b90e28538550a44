"""Exceptions of all packages: refused for a reason, changed concurrently, impossible to decrypt; errors of drivers."""

import sqlite3
import sys
from typing import Literal


class Refused(Exception):
    """An action is not possible in the current state; nothing was written.

    Attributes:
        code: the reason; `labels` of the package have its text.
        field: name of the form field that it is about; empty for none.
        name: of the person or thing in the text; empty where the text needs none.
    """

    def __init__(self, code: str, field: str = "", name: str = "") -> None:
        super().__init__(code)
        self.code, self.field, self.name = code, field, name


class ConcurrentUpdate(Exception):
    """Somebody else changed the same thing concurrently; nothing was written, and the user has to reload it."""


class CannotOpen(Exception):
    """Wrong key, wrong context or altered bytes. It never says which, because that would help an attacker."""

    def __init__(self) -> None:
        super().__init__("This cannot be opened")


class KeyGone(Exception):
    """A key does not exist: it was never created, or was destroyed. What it encrypted stays encrypted.

    Attributes:
        name: the key's name.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no key {name}")
        self.name = name


WriteFailure = Literal["no_room", "closed", "busy", "away", "unanswered"]
"""Why nothing can be written now: no disk space or a failing disk; read-only or not open to this user; other
writers; no database answers.

`unanswered`: the database went away while it committed, so that nobody knows whether it did.
"""

_OF_SQLITE: dict[int, WriteFailure] = {
    sqlite3.SQLITE_FULL: "no_room",
    sqlite3.SQLITE_IOERR: "no_room",
    sqlite3.SQLITE_READONLY: "closed",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_CANTOPEN: "away",
}

_OF_POSTGRESQL: dict[str, WriteFailure] = {
    "53300": "busy",  # too many connections
    "53": "no_room",  # no disk space or memory
    "25006": "closed",  # it is read-only
    "58": "no_room",  # trouble with the disk
    "40": "busy",  # a deadlock, or a transaction that has to be repeated
    "55P03": "busy",  # a lock was not available
    "25P03": "away",  # idle_in_transaction_session_timeout cut the connection
    "25P04": "busy",  # transaction_timeout
    "57014": "busy",  # statement_timeout, or cancelled by hand
    "57P": "away",  # going down, or starting
    "08": "away",  # the connection broke
}
"""By the prefix of an SQLSTATE; the first that fits.

Source: PostgreSQL 18, Appendix A.
"""


def failure_of_driver(cause: BaseException | None) -> WriteFailure | None:
    """Why nothing can be written or read now, for an error of SQLite or PostgreSQL; None for any other error."""
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(cause, sqlite3.Error) and code is not None:
        return _OF_SQLITE.get(code & 0xFF)  # the rest of an extended code is the place
    state = str(getattr(cause, "sqlstate", None) or "")
    failure = next((why for beginning, why in _OF_POSTGRESQL.items() if state.startswith(beginning)), None)
    if failure is None and not state and (driver := sys.modules.get("psycopg")) is not None:
        return "away" if isinstance(cause, driver.OperationalError) else None  # no server answered
    return failure
