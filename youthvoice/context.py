"""The runtime of an application: settings, keys, clock, ports and caches.

The only module that uses `app.extensions`. Packages import downwards only: what a lower one needs of a higher one is a
`Port`, which the lower one declares and `ports` connects once. What a process caches of a database is in an `AppCache`.
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

_NAME, _OPENER, _SETTINGS = "youthvoice", "youthvoice-to-open", "youthvoice-settings"

_OPENING = threading.RLock()


@dataclass(frozen=True)
class Runtime:
    """The runtime of one application.

    Attributes:
        settings: as read when it was created.
        keyring: the key files.
        clock: returns the current time in UTC.
        engine: the database.
        ports: implementations, by the port's name.
        connect_ports: connects every port, when the first one is called.
        caches: entries, by cache.
    """

    settings: Settings
    keyring: Keyring
    clock: Clock
    engine: Engine
    ports: dict[str, object] = field(default_factory=dict)
    connect_ports: Callable[[Flask], None] = lambda _: None
    caches: dict["AppCache[Any, Any]", dict[Any, tuple[float, Any]]] = field(default_factory=dict)


def init_app(app: Flask, runtime: Runtime) -> None:
    """Set the runtime of an application."""
    app.extensions[_NAME] = runtime


MayCreate = Callable[[Settings], bool]
"""Whether a new installation may be created with these settings, if there is none."""


def open_on_first_use(app: Flask, open_here: Callable[[MayCreate], None], settings: Settings | None) -> None:
    """Open the installation only on first use: a command such as `--help` opens nothing.

    Args:
        app: the application.
        open_here: opens the installation of this process, and sets the runtime with `init_app`.
        settings: as read; None where they cannot be used, which opening says.
    """
    app.extensions[_OPENER], app.extensions[_SETTINGS] = open_here, settings


def settings_before_opening(app: Flask) -> Settings | None:
    """The settings of this process, whether or not there is an installation; None where they cannot be used."""
    runtime: Runtime | None = app.extensions.get(_NAME)
    settings: Settings | None = runtime.settings if runtime else app.extensions.get(_SETTINGS)
    return settings


def open_installation(app: Flask, may_create: MayCreate = lambda _settings: False) -> None:
    """Open the installation of this process, if it is not open yet.

    Args:
        app: the application.
        may_create: whether this may create one; only commands that found, restore or load the example may.
    """
    with _OPENING:
        if _NAME not in app.extensions:
            app.extensions[_OPENER](may_create)


def runtime_of(app: Flask) -> Runtime:
    """The runtime of an application; opens the installation if necessary."""
    runtime: Runtime | None = app.extensions.get(_NAME)  # looked up once: a request asks a dozen times
    if runtime is None:
        open_installation(app)
        runtime = cast(Runtime, app.extensions[_NAME])
    return runtime


@contextmanager
def override(app: Flask, **changes: Any) -> Iterator[None]:
    """Run with other settings, or another clock, for a while.

    Args:
        app: the application.
        changes: fields of `Runtime`; the others stay the same, caches too.
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
    """The current time in UTC, by the application's clock (tests stop it)."""
    return runtime_of(current_app).clock()


def today(time_zone: str = "UTC") -> date:
    """The current day at a site.

    Args:
        time_zone: IANA name, such as `Asia/Kolkata`.
    """
    return day_at(now(), time_zone)


def day_at(moment: datetime, time_zone: str) -> date:
    """The day of a moment at a site.

    Args:
        moment: with its time zone.
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
    """A function or module of a higher package that a lower one needs; calling the port returns it.

    A module may implement a Protocol; the type checker compares both where the port is connected.

    Args:
        name: for errors.
    """

    declared: list["Port[Any]"] = []  # noqa: RUF012 - every port of the process; a test checks that each is connected

    def __init__(self, name: str) -> None:
        self.name = name
        Port.declared.append(self)

    def connect(self, app: Flask, implementation: T) -> None:
        """Set the implementation, once.

        Raises:
            ValueError: it is connected already.
        """
        ports = runtime_of(app).ports
        if self.name in ports:
            raise ValueError(f"The port {self.name} is connected already.")
        ports[self.name] = implementation

    def __call__(self) -> T:
        """The implementation.

        Raises:
            LookupError: none is connected.
        """
        runtime = runtime_of(current_app)
        if not runtime.ports:
            runtime.connect_ports(current_app)
        ports = runtime.ports
        if self.name not in ports:
            raise LookupError(f"Nothing is connected to the port {self.name}.")
        return cast(T, ports[self.name])


class AppCache(Generic[K, V]):
    """A cache of a process, separate for each application; it may lose entries at any time.

    Args:
        limit: maximum of entries; when it is full, all are dropped.
        seconds: how long an entry is valid; None for as long as the process lives.
    """

    def __init__(self, limit: int, seconds: float | None = None) -> None:
        self._limit, self._seconds = limit, seconds

    def get(self, key: K, make: Callable[[], V], good: Callable[[V], bool] = lambda _: True) -> V:
        """The cached value of a key, created if it is missing or no longer valid.

        Args:
            key: of the entry.
            make: creates the value.
            good: whether a cached value may still be used.
        """
        entries = self._entries()
        made_at, value = entries.get(key, (0.0, None))
        if key in entries and self._is_fresh(made_at) and good(cast(V, value)):
            return cast(V, value)
        value = make()
        if key not in entries and len(entries) >= self._limit:
            entries.clear()
        entries[key] = (time.monotonic(), value)
        return value

    def put(self, key: K, value: V) -> None:
        """Store a value in place of the cached one."""
        self.forget(key)
        self.get(key, lambda: value)

    def find(self, key: K) -> V | None:
        """The cached value of a key that is still valid; None where there is none."""
        made_at, value = self._entries().get(key, (0.0, None))
        return value if self._is_fresh(made_at) else None

    def forget(self, key: K | None = None) -> None:
        """Drop one entry, or all of them."""
        if key is None:
            self._entries().clear()
        else:
            self._entries().pop(key, None)

    def _is_fresh(self, made_at: float) -> bool:
        return self._seconds is None or time.monotonic() - made_at <= self._seconds

    def _entries(self) -> dict[K, tuple[float, V]]:
        return runtime_of(current_app).caches.setdefault(self, {})
