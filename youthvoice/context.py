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
from typing import Any, Final, Generic, NamedTuple, TypeVar, cast
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, has_request_context
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
    caches: dict["AppCache[Any, Any]", dict[Any, Any]] = field(default_factory=dict)


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

    What was read before an entry was dropped, or before a newer entry was read, never takes that entry's place.

    Args:
        limit: maximum of entries; when it is full, all are dropped.
        seconds: how long an entry is valid; None for as long as the process lives.
        per_request: whether a request gets the same value each time, although it may no longer be valid: then a page
            never shows another version than that under which it is cached.
    """

    def __init__(self, limit: int, seconds: float | None = None, *, per_request: bool = False) -> None:
        self._limit, self._seconds, self._per_request = limit, seconds, per_request

    def get(self, key: K, make: Callable[[], V], good: Callable[[V], bool] = lambda _: True) -> V:
        """The cached value of a key, created if it is missing or no longer valid.

        Args:
            key: of the entry.
            make: creates the value.
            good: whether a cached value may still be used.
        """
        if not (self._per_request and has_request_context()):
            return self._get(key, make, good)
        values: dict[object, V] = g.setdefault(_VALUES, {})
        if (self, key) not in values:
            values[self, key] = self._get(key, make, good)
        return values[self, key]

    def _get(self, key: K, make: Callable[[], V], good: Callable[[V], bool]) -> V:
        entries, begun_at = self._entries(), time.monotonic()
        entry = entries.get(key)
        if entry and self._is_fresh(entry) and good(entry.value):
            return entry.value
        value = make()
        self._store(entries, key, CacheEntry(begun_at, time.monotonic(), value))
        return value

    def _store(self, entries: "dict[K, CacheEntry[V]]", key: K, entry: "CacheEntry[V]") -> None:
        if (stored := entries.get(key)) and stored.begun_at > entry.begun_at:
            return
        if stored is None and len(entries) >= self._limit:
            entries.clear()
        entries[key] = entry

    def put(self, key: K, value: V) -> None:
        """Store a value in place of the cached one."""
        now = time.monotonic()
        self._store(self._entries(), key, CacheEntry(now, now, value))

    def find(self, key: K) -> V | None:
        """The cached value of a key that is still valid; None where there is none."""
        entry = self._entries().get(key)
        return entry.value if entry and self._is_fresh(entry) else None

    def forget(self, key: K | None = None) -> None:
        """Drop one entry, or all of them."""
        entries = dict(self._entries()) if key is not None else {}
        if key is not None:
            entries.pop(key, None)
        runtime_of(current_app).caches[self] = entries  # what is being read now is stored where nobody looks
        if has_request_context():
            g.pop(_VALUES, None)

    def _is_fresh(self, entry: "CacheEntry[V]") -> bool:
        return self._seconds is None or time.monotonic() - entry.made_at <= self._seconds

    def _entries(self) -> "dict[K, CacheEntry[V]]":
        return runtime_of(current_app).caches.setdefault(self, {})


_VALUES: Final = "cached_values"
"""What this request got, by cache and key, in its `g`."""


class CacheEntry(NamedTuple, Generic[V]):
    """A cached value.

    Attributes:
        begun_at: when it began to be created, in seconds of `time.monotonic`.
        made_at: when it was there.
        value: itself.
    """

    begun_at: float
    made_at: float
    value: V
