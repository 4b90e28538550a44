"""Guards against floods. Tries of passwords and codes are rows, not this."""

import hashlib
import threading
import time
from collections.abc import Callable, Collection
from functools import wraps
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import ParamSpec

from flask import abort, current_app, request
from flask.typing import ResponseReturnValue

from youthvoice import context
from youthvoice.context import AppCache

P = ParamSpec("P")


Page = Callable[P, ResponseReturnValue]


TABLET_COOKIE = "tablet"


_WINDOW = 60  # seconds in which a limit counts; it begins with the first who asks


_ANSWERS_WITHIN = 0.25  # seconds; no page stands still because a store does not answer


_WITHOUT_SECONDS = 5.0  # between two looks whether a lost store is back


def tablet_cookie() -> str:
    """What the cookie of a tablet is called; in production it is bound to this host, so that no neighbour sets it."""
    return TABLET_COOKIE if context.settings().development else f"__Host-{TABLET_COOKIE}"


def client_key() -> str:
    """A tablet by its cookie (hashed), anything else by its network."""
    token = request.cookies.get(tablet_cookie())
    if token:
        return "tablet:" + hashlib.sha256(token.encode()).hexdigest()[:32]
    return network_key()


def network_key() -> str:
    """Its network, whatever cookies it brings: nobody has looked yet whether a tablet's cookie is one."""
    return "address:" + network_of(request.remote_addr or "")


def network_of(address: str) -> str:
    """What one line of a provider has: an IPv4 address, or the first 64 bits of an IPv6 address.

    Whoever has one IPv6 address has as many as she likes; the rest of it tells nobody apart (RFC 6177, RFC 7217).
    """
    try:
        at = ip_address(address)
    except ValueError:
        return address
    if isinstance(at, IPv4Address):
        return str(at)
    return str(at.ipv4_mapped or IPv6Address(int(at) >> 64 << 64))


class ProcessCounters:
    """What `memory://` means: counts of this process under one lock, swept once a minute, in passing."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.ends: dict[str, float] = {}
        self._one = threading.Lock()
        self._swept = time.time()

    def add(self, key: str) -> int:
        """Count one more.

        Returns:
            How many there are in its window.
        """
        now = time.time()
        with self._one:
            if now - self._swept > _WINDOW:
                self._sweep(now)
            if self.ends.get(key, 0) <= now:
                self.counts[key], self.ends[key] = 0, now + _WINDOW
            self.counts[key] += 1
            return self.counts[key]

    def _sweep(self, now: float) -> None:
        self._swept = now
        for key in [key for key, end in self.ends.items() if end <= now]:
            del self.counts[key], self.ends[key]


class SharedCounters:
    """What `redis://` means: counts of every process, in Redis or Valkey.

    Args:
        url: as `redis.from_url` takes it.

    Raises:
        ValueError: it is no address of such a store.
    """

    def __init__(self, url: str) -> None:
        import redis  # noqa: PLC0415 - most houses have no such store, and need no client of it
        from redis.backoff import NoBackoff  # noqa: PLC0415
        from redis.retry import Retry  # noqa: PLC0415

        self.lost = (redis.RedisError, OSError)
        self.client = redis.Redis.from_url(
            url, socket_connect_timeout=_ANSWERS_WITHIN, socket_timeout=_ANSWERS_WITHIN, retry=Retry(NoBackoff(), 0)
        )

    def add(self, key: str) -> int:
        """Count one more, as `ProcessCounters`.

        Raises:
            lost: it does not answer.
        """
        with self.client.pipeline() as together:
            together.set(key, 0, ex=_WINDOW, nx=True)
            together.incr(key)
            return int(together.execute()[1])


class FloodCounts:
    """Counts of who asks how often: in the store of the settings, and in this process while that does not answer.

    Args:
        url: of the store.
    """

    def __init__(self, url: str) -> None:
        self._beside = ProcessCounters()
        self._shared = None if url == "memory://" else SharedCounters(url)
        self._without_until = 0.0

    def hit(self, most: int, *who: str) -> bool:
        """Count one more. No answer is ever lost because nobody could count.

        Args:
            most: in a minute.
            who: asks for what.

        Returns:
            Whether it is within the limit.
        """
        return self._add("/".join(("flood", *who))) <= most

    def _add(self, key: str) -> int:
        if self._shared is None or time.monotonic() < self._without_until:
            return self._beside.add(key)
        try:
            return self._shared.add(key)
        except self._shared.lost as error:
            self._without_until = time.monotonic() + _WITHOUT_SECONDS
            current_app.logger.warning("%s: floods are counted in this process for now", type(error).__name__)
            return self._beside.add(key)

    def is_store_reachable(self) -> bool:
        """Whether the store of the settings answers; a store in memory always does."""
        if self._shared is None:
            return True
        try:
            return bool(self._shared.client.ping())
        except self._shared.lost:
            return False


FLOOD_COUNTS: AppCache[str, FloodCounts] = AppCache(1)


def flood_counts() -> FloodCounts:
    """Those of the running application.

    Raises:
        ValueError: the address of the store cannot be used.
    """
    return FLOOD_COUNTS.get("", lambda: FloodCounts(context.settings().limits_url))


def rate_limited(
    most: int, methods: Collection[str] = ("POST",), by: Callable[[], str] = network_key
) -> Callable[[Page[P]], Page[P]]:
    """Guard a page: 429 for whoever asks for it more often.

    Args:
        most: in a minute.
        methods: what is counted.
        by: who counts as the same; `client_key` only where a made-up cookie leads nowhere.
    """

    def guarding(page: Page[P]) -> Page[P]:
        @wraps(page)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if request.method in methods and not flood_counts().hit(most, str(request.endpoint), by()):
                abort(429)
            return page(*args, **kwargs)

        return guarded

    return guarding


SENDING, SIGNING_IN, CODES = 120, 30, 20  # in a minute
