"""Rate limits against floods of requests. Attempts at passwords and codes are counted in table rows, not here."""

import hashlib
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from functools import wraps
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Final, ParamSpec

from flask import Flask, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from youthvoice import context
from youthvoice.context import Port
from youthvoice.web.deliveries import DELIVERED, is_delivered

P = ParamSpec("P")

Page = Callable[P, ResponseReturnValue]

TABLET_COOKIE = "tablet"

_STORE_TIMEOUT = 0.25  # seconds

_RETRY_STORE_SECONDS = 5.0  # between two checks whether a lost store is back

DELIVERING = parse("6000 per minute")
"""For one tablet: it delivers everything of several months in a row."""

SENDING = "120 per minute"

SIGNING_IN = "30 per minute"

CODES = "20 per minute"


def tablet_cookie() -> str:
    """Name of a tablet's cookie; in production bound to this host, so that no neighbouring domain can set it."""
    return context.settings().cookie_name(TABLET_COOKIE)


def client_key() -> str:
    """A tablet by its cookie (hashed) or its pass and its network, anything else by its network.

    A cookie can be copied: somebody who sends with the copy from elsewhere uses up nothing of the tablet's limit.
    """
    token = request.environ.get(DELIVERED) or request.cookies.get(tablet_cookie())
    if token:
        return f"tablet:{hashlib.sha256(token.encode()).hexdigest()[:32]}|{network_key()}"
    return network_key()


def network_key() -> str:
    """The caller's network, whatever its cookies: at this point nobody has checked a tablet's cookie."""
    return "address:" + network_of(request.remote_addr or "")


vouched_sender: Final = Port[Callable[[], str]]("vouched_sender")
"""The tablet or browser that asks, if its cookie proves that it is ours; else empty. It queries the database, so it is
only called for a line that has used up its limit."""


def is_line_within(limit: RateLimitItem, what: str) -> bool:
    """Count a request of a line; beyond its limit count it for the sender, if their cookie was checked.

    So a flood on a network does not lock out the tablets and adults behind the same address.

    Args:
        limit: for a line, and again for each tablet or browser.
        what: the name of the counter.
    """
    if flood_counts.hit(limit, what, network_key()):
        return True
    if not request.cookies or context.settings().box:  # a box cannot check cookies of its server
        return False
    who = vouched_sender()()
    return bool(who) and flood_counts.hit(limit, what, who, network_key())


def wide_line() -> str:
    """A line, for counters that many lines of one attacker could evade: IPv4 address, or 48 bits of an IPv6 address.

    A customer of a provider may have 65,536 networks of 64 bits (RFC 6177).
    """
    return network_of(request.remote_addr or "", 48)


def network_of(address: str, bits: int = 64) -> str:
    """The network of one line: an IPv4 address, or the first 64 bits of an IPv6 address.

    A line with one IPv6 address has as many as it likes; the other bits identify nobody (RFC 6177, RFC 7217).

    Args:
        address: as the server sees it.
        bits: of an IPv6 address that count.
    """
    try:
        at = ip_address(address)
    except ValueError:
        return address
    if isinstance(at, IPv4Address):
        return str(at)
    return str(at.ipv4_mapped or IPv6Address(int(at) >> 128 - bits << 128 - bits))


class BoundedCounters(MemoryStorage):
    """Our storage for `memory://`: counts under one lock, and deletes old counts once a minute, in passing.

    The library's own storage starts a thread when it is made and at almost every hit, and two threads can lose each
    other's count. Processes are forked from one that has made this: it may have no thread.
    """

    STORAGE_SCHEME = ["memory"]  # noqa: RUF012 - the library's type; registered after the library's own, so it takes its place
    _SWEEP_SECONDS = 60.0

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: str) -> None:  # noqa: FBT001, FBT002 - the library's signature
        super(MemoryStorage, self).__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self.storage: Counter[str] = Counter()
        self.locks: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)
        self.expirations: dict[str, float] = {}
        self.events: dict[str, list[Any]] = {}
        self._lock = threading.Lock()
        self._swept = time.time()

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count one more; a window begins with its first hit.

        Args:
            key: of the counter.
            expiry: length of a window in seconds.
            amount: how many more.
        """
        now = time.time()
        with self._lock:
            if now - self._swept > self._SWEEP_SECONDS:
                self._sweep(now)
            if self.expirations.get(key, 0) <= now:
                self.storage[key], self.expirations[key] = 0, now + expiry
            self.storage[key] += amount
            return int(self.storage[key])

    def _sweep(self, now: float) -> None:
        self._swept = now
        for key in [key for key, until in self.expirations.items() if until <= now]:
            self.storage.pop(key, None)
            self.expirations.pop(key, None)


limiter = Limiter(client_key, headers_enabled=False, swallow_errors=False)
"""The library's limiter, without limits of its own: pages are counted by `rate_limited`."""


def init_app(app: Flask) -> None:
    """Connect the library to its store, without its three hooks around each request, which take 0.24 ms of a response.

    It adds them unless it is registered there already. We need none, because it has no limits of its own.

    Raises:
        ConfigurationError, ImportError: the address of the store is invalid.
    """
    app.extensions.setdefault("limiter", set()).add(limiter)
    limiter.init_app(app)


def store_options(url: str) -> dict[str, Any]:
    """Timeouts for a remote store, so that no page waits for a store that does not answer."""
    if not url.startswith(("redis", "valkey")):
        return {}
    from redis.backoff import NoBackoff  # noqa: PLC0415 - most installations have no such store, and need no client of it
    from redis.retry import Retry  # noqa: PLC0415

    return {
        "socket_connect_timeout": _STORE_TIMEOUT,
        "socket_timeout": _STORE_TIMEOUT,
        "retry": Retry(NoBackoff(), 0),
    }


def _store_errors() -> tuple[type[Exception], ...]:
    """The exceptions of a store that is not reachable."""
    base_exceptions = limiter.storage.base_exceptions
    return (*(base_exceptions if isinstance(base_exceptions, tuple) else (base_exceptions,)), OSError)


class FloodCounts:
    """Counters in the store of the settings, and in this process while that store does not answer."""

    def __init__(self) -> None:
        self._own_counts = FixedWindowRateLimiter(BoundedCounters())
        self._store_lost_until = 0.0

    def hit(self, limit: RateLimitItem, *who: str, cost: int = 1) -> bool:
        """Count one request, or several; whether it is within the limit. A lost store never refuses a request."""
        now = time.monotonic()
        if now < self._store_lost_until:
            return self._own_counts.hit(limit, *who, cost=cost)
        try:
            return limiter.limiter.hit(limit, *who, cost=cost)
        except _store_errors() as error:
            self._store_lost_until = time.monotonic() + _RETRY_STORE_SECONDS
            current_app.logger.warning("%s: floods are counted in this process for now", type(error).__name__)
            return self._own_counts.hit(limit, *who, cost=cost)

    def is_within(self, limit: RateLimitItem, *who: str) -> bool:
        """Whether one more would be within the limit; counts nothing."""
        if time.monotonic() < self._store_lost_until:
            return self._own_counts.test(limit, *who)
        try:
            return limiter.limiter.test(limit, *who)
        except _store_errors():
            return self._own_counts.test(limit, *who)


flood_counts = FloodCounts()


def is_store_reachable() -> bool:
    """Whether the store of the settings answers; a store in memory always does."""
    try:
        return bool(limiter.storage.check())
    except _store_errors():
        return False


def rate_limited(
    rate: str, methods: Collection[str] = ("POST",), by: Callable[[], str] = network_key
) -> Callable[[Page[P]], Page[P]]:
    """Limit requests to a page: 429 beyond the rate.

    The library's own decorator checks rules of blueprints and exemptions that we do not have.

    Args:
        rate: such as `20 per minute`.
        methods: the HTTP methods that count.
        by: gives the key of the counter: a line (see `is_line_within`); `client_key` only where a forged cookie has no
            effect.
    """
    limit = parse(rate)

    def is_within(page: str) -> bool:
        if is_delivered():
            return flood_counts.hit(DELIVERING, page, client_key())
        return is_line_within(limit, page) if by is network_key else flood_counts.hit(limit, page, by())

    def guarding(page: Page[P]) -> Page[P]:
        @wraps(page)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if request.method in methods and not is_within(str(request.endpoint)):
                abort(429)
            return page(*args, **kwargs)

        return guarded

    return guarding
