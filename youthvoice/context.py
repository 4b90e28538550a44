"""What the running application was given: settings, keyring, clock."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from flask import current_app

from youthvoice.config import Settings
from youthvoice.privacy.keys.keyring import Keyring

Clock = Callable[[], datetime]


def settings() -> Settings:
    """The settings of this process."""
    return cast(Settings, current_app.extensions["youthvoice.settings"])


def keyring() -> Keyring:
    """The key files of this process."""
    return cast(Keyring, current_app.extensions["youthvoice.keyring"])


def now() -> datetime:
    """This moment in UTC, by the application's clock (tests hold it still)."""
    return cast(Clock, current_app.extensions["youthvoice.clock"])()


def today(time_zone: str = "UTC") -> date:
    """The day it is at a site.

    Args:
        time_zone: IANA name, such as `Asia/Kolkata`.
    """
    return now().astimezone(ZoneInfo(time_zone)).date()


def wall_clock() -> datetime:
    """The real clock."""
    return datetime.now(UTC)
