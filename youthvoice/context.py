"""What the running application was given and what it remembers: settings, keys, clock, ports, caches.

The only module that touches `app.extensions`. Packages import downwards only: what a lower one asks of a higher one
is a `Port`, declared below and connected once by `ports`. What a process may remember of a
database lies in an `AppCache`.
"""

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar, cast
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from sqlalchemy import Engine

from youthvoice.config import Settings
from youthvoice.privacy.keys.keyring import Keyring

Clock = Callable[[], datetime]
T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_NAME, _TO_OPEN = "youthvoice", "youthvoice-to-open"

_OPENING = threading.RLock()


@dataclass(frozen=True)
class Runtime:
    """What one application runs with.

    Attributes:
        settings: as read when it was made.
        keyring: the key files.
        clock: gives this moment in UTC.
        engine: the database.
        ports: what was connected, by the port's name.
        connect_ports: connects every port, once somebody asks the first one.
        caches: what was remembered, by cache.
    """

    settings: Settings
    keyring: Keyring
    clock: Clock
    engine: Engine
    ports: dict[str, object] = field(default_factory=dict)
    connect_ports: Callable[[Flask], None] = lambda _: None
    caches: dict["AppCache[Any, Any]", dict[Any, tuple[float, Any]]] = field(default_factory=dict)


def init_app(app: Flask, runtime: Runtime) -> None:
    """Give an application what it runs with."""
    app.extensions[_NAME] = runtime


MayMake = Callable[[Settings], bool]
"""Whether an installation may be made where these settings say, if there is none."""


def open_when_asked(app: Flask, open_here: Callable[[MayMake], None]) -> None:
    """Give an application what it runs with once somebody asks for it: whoever only reads `--help` opens nothing.

    Args:
        app: the application.
        open_here: opens the installation of this process, and gives it to the application with `init_app`.
    """
    app.extensions[_TO_OPEN] = open_here


def open_installation(app: Flask, may_make: MayMake = lambda _settings: False) -> None:
    """Open the installation of this process, if it is not open yet.

    Args:
        app: the application.
        may_make: whether this may make one; only what founds, restores or loads the example may.
    """
    with _OPENING:
        if _NAME not in app.extensions:
            app.extensions[_TO_OPEN](may_make)


def runtime_of(app: Flask) -> Runtime:
    """What an application runs with."""
    if _NAME not in app.extensions:
        open_installation(app)
    return cast(Runtime, app.extensions[_NAME])


@contextmanager
def override(app: Flask, **changes: Any) -> Iterator[None]:
    """Run with other settings, or by another clock, for a while.

    Args:
        app: the application.
        changes: fields of `Runtime`; what is not named stays the same, caches too.
    """
    before = runtime_of(app)
    init_app(app, replace(before, **changes))
    try:
        yield
    finally:
        init_app(app, before)


def settings() -> Settings:
    """The settings of this process."""
    return runtime_of(current_app).settings


def keyring() -> Keyring:
    """The key files of this process."""
    return runtime_of(current_app).keyring


def now() -> datetime:
    """This moment in UTC, by the application's clock (tests hold it still)."""
    return runtime_of(current_app).clock()


def today(time_zone: str = "UTC") -> date:
    """The day it is at a site.

    Args:
        time_zone: IANA name, such as `Asia/Kolkata`.
    """
    return day_at(now(), time_zone)


def day_at(moment: datetime, time_zone: str) -> date:
    """The day that a moment falls on at a site.

    Args:
        moment: with its zone.
        time_zone: IANA name.
    """
    return moment.astimezone(ZoneInfo(time_zone)).date()


def day_over(day: date, time_zone: str) -> datetime:
    """The moment from which what was due on a day is late at a site, UTC; `day_at` gives a later day from then on."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo(time_zone)).astimezone(UTC)


def wall_clock() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


class Port(Generic[T]):
    """What a lower package asks of a higher one; calling it gives the implementation.

    A module may implement a Protocol, and the type checker compares both where the port is connected.

    Args:
        name: for errors.
    """

    declared: list["Port[Any]"] = []  # noqa: RUF012 - every port of the process; a test asks each whether it is connected

    def __init__(self, name: str) -> None:
        self.name = name
        Port.declared.append(self)

    def connect(self, app: Flask, implementation: T) -> None:
        """Connect it, once.

        Raises:
            ValueError: it is connected already.
        """
        ports = runtime_of(app).ports
        if self.name in ports:
            raise ValueError(f"The port {self.name} is connected already.")
        ports[self.name] = implementation

    def __call__(self) -> T:
        """What was connected.

        Raises:
            LookupError: nothing was.
        """
        runtime = runtime_of(current_app)
        if not runtime.ports:
            runtime.connect_ports(current_app)
        ports = runtime.ports
        if self.name not in ports:
            raise LookupError(f"Nothing is connected to the port {self.name}.")
        return cast(T, ports[self.name])


class AppCache(Generic[K, V]):
    """What a process remembers, apart for each application; it is lost with the process and may be at any time.

    Args:
        limit: how many entries; when it is full, everything is forgotten.
        seconds: how long an entry is good; None for as long as the process lives.
    """

    def __init__(self, limit: int, seconds: float | None = None) -> None:
        self._limit, self._seconds = limit, seconds

    def get(self, key: K, make: Callable[[], V], good: Callable[[V], bool] = lambda _: True) -> V:
        """What is remembered under a key, made anew where nothing is.

        Args:
            key: under which it is kept.
            make: makes it.
            good: whether what is remembered may still be used.
        """
        kept = self._kept()
        made_at, value = kept.get(key, (0.0, None))
        fresh = key in kept and (self._seconds is None or time.monotonic() - made_at <= self._seconds)
        if fresh and good(cast(V, value)):
            return cast(V, value)
        value = make()
        if key not in kept and len(kept) >= self._limit:
            kept.clear()
        kept[key] = (time.monotonic(), value)
        return value

    def knows(self, key: K) -> bool:
        """Whether something is remembered under a key, as long as it is good for ever."""
        return key in self._kept()

    def forget(self, key: K | None = None) -> None:
        """Forget one entry, or all of them."""
        if key is None:
            self._kept().clear()
        else:
            self._kept().pop(key, None)

    def _kept(self) -> dict[K, tuple[float, V]]:
        return runtime_of(current_app).caches.setdefault(self, {})
