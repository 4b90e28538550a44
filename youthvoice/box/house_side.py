"""The main house and its boxes: it delivers what a box brings, and gathers what the box shows.

Everything is asked of the application as a tablet asks it, outside of whatever context the caller has: within one, all
requests would share what the first found out (a language, a tablet, a transaction).
"""

import fcntl
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from flask import Flask
from werkzeug.test import Client, TestResponse

from youthvoice import context, db
from youthvoice.box import bundle
from youthvoice.errors import CannotOpen
from youthvoice.kiosk.offline.envelope import DELIVER, PATHS, digest_of, has_tablets_length, read_number
from youthvoice.sites.tablets import store, tablet_pass, tablet_status
from youthvoice.web.deliveries import DELIVERED
from youthvoice.web.i18n import languages

_FILE: Final = re.compile(r'\\?"(/(?:static|clips)/[^"#\\]+)')

_SHEET: Final = re.compile(rb'(name="sheet" value=")[0-9a-f]{32}"')

_NO_SHEET: Final = rb"\g<1>" + b"0" * 32 + b'"'

_KEPT_HEADERS: Final = ("Content-Type", "Content-Security-Policy", "Permissions-Policy", "Cache-Control")

_OK, _CREATED, _NEVER_OPENS, _NOTHING = 200, 201, 410, 0


@dataclass(frozen=True, slots=True)
class BundleDelivery:
    """What became of the envelopes of one bundle.

    Attributes:
        tablet_id: row of the box.
        out: what it gave.
        had: digests of those that the house has now, 16 bytes each.
        refused: how many it does not take: they stay in the box.
        gone: whether the box was let go.
        report: what the box says of itself as a tablet does.
        emptied_at: until when everything that was sent there has come; None where something stays.
    """

    tablet_id: int
    out: bundle.BundleOut
    had: tuple[bytes, ...]
    refused: int
    gone: bool
    report: tablet_status.TabletReport
    emptied_at: datetime | None


def deliver_bundle(app: Flask, file: bytes) -> BundleDelivery:
    """Deliver everything of a file from a box, each sheet at most once however often the file comes.

    Raises:
        CannotOpen: it is no such file, was altered, or comes from a box that is none of ours.
        BundleBusy: another one of this box is on its way.
    """
    return Context().run(_deliver, app, file)


def _deliver(app: Flask, file: bytes) -> BundleDelivery:
    with app.app_context():
        keyring = context.keyring()
        shown = tablet_pass.read_pass(keyring, bundle.read_pass_of(file))
        tablet_id = shown.tablet_id if shown else None
        standing, data = None if tablet_id is None else _standing(tablet_id), context.settings().data
    if tablet_id is None or standing is None:
        raise CannotOpen
    bundle_out = bundle.open_out(bundle.box_key(keyring, tablet_id), file)
    with _one_at_a_time(data, tablet_id):
        return _delivered(app, file, bundle_out, tablet_id, standing)


def _delivered(app: Flask, file: bytes, bundle_out: bundle.BundleOut, tablet_id: int, standing: str) -> BundleDelivery:
    # What does not open is the box's: it forgets it once an adult has read of it, as a tablet does.
    asker = _Asker(app, {DELIVERED: bundle.read_pass_of(file)})
    with app.app_context(), db.reading(db.engine()) as session:
        clears = tablet_status.is_to_be_cleared(session, tablet_id)
    # What no tablet makes costs nothing, unless an adult has read of it and the box shall drop it.
    said = [
        (asker.deliver(envelope) if clears or has_tablets_length(envelope) else _NEVER_OPENS, envelope)
        for envelope in bundle_out.envelopes[: bundle.MAX_ENVELOPES]
    ]
    had = tuple(digest_of(envelope) for status, envelope in said if status == _CREATED)
    refused, gone = len(bundle_out.envelopes) - len(had), standing == "retired"
    with app.app_context(), db.reading(db.engine()) as session:
        now = context.now()
        unopened = any(status == _NEVER_OPENS for status, _envelope in said) or (
            bundle_out.more and tablet_status.holds_unopened(session, tablet_id)  # which does not come along each time
        )
    # A box that was let go may get more until it knows that; what it has by then still comes.
    holds = bool(refused) or bundle_out.more or (gone and not bundle_out.closed)
    made_at = max(0, min(bundle_out.made_at, int(now.timestamp())))  # by its own clock, which may say anything
    emptied_at = None if holds else datetime.fromtimestamp(made_at, UTC)
    since = emptied_at or now
    tablet_report = tablet_status.TabletReport(
        waiting=holds, room=bundle_out.room, clock=bundle_out.made_at * 1000, since=since.date().isoformat(),
        refused=unopened, closed=bundle_out.closed,
    )  # fmt: skip
    return BundleDelivery(tablet_id, bundle_out, had, refused, gone, tablet_report, emptied_at)


class BundleBusy(Exception):
    """Another bundle of the same box is being delivered."""


@contextmanager
def _one_at_a_time(data: Path, tablet_id: int) -> Iterator[None]:
    """One bundle of a box: however many whoever has its key sends at once, they take one thread and the rest a 503."""
    handle = os.open(data / f"bundle-{tablet_id}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BundleBusy from None
        yield
    finally:
        os.close(handle)


def _standing(tablet_id: int) -> str | None:
    with db.reading(db.engine()) as session:
        return store.tablet_standing(session, tablet_id)


def answer_bundle(app: Flask, bundle_delivery: BundleDelivery) -> bytes:
    """What goes back to the box, locked: which sheets the house has, and what it shows.

    Args:
        app: the house.
        bundle_delivery: of the box's bundle.
    """
    return _locked(app, bundle_delivery.tablet_id, bundle_delivery.had, bundle_delivery.out)


def first_bundle(app: Flask, tablet_id: int) -> bytes:
    """What a new box begins with, locked."""
    return _locked(app, tablet_id, (), bundle.BundleOut(0, ()))


def _locked(app: Flask, tablet_id: int, had: tuple[bytes, ...], bundle_out: bundle.BundleOut) -> bytes:
    with app.app_context():
        keyring, number = context.keyring(), int(context.now().timestamp() * 1_000_000)  # before what it shows is read
        gone = _standing(tablet_id) != "connected"
    most = bundle.MAX_PART_BYTES if bundle_out.ask else None  # a stick holds everything
    shelf = None if gone or bundle_out.has is None else gather_shelf(app, tablet_id, bundle_out.has, most)
    back = bundle.BundleBack(number, had, shelf, gone=gone, ask=bundle_out.ask)
    return bundle.lock_back(bundle.box_key(keyring, tablet_id), tablet_pass.make_pass(keyring, tablet_id), back)


def gather_shelf(app: Flask, tablet_id: int, has: Iterable[bytes] = (), most: int | None = None) -> bundle.Shelf:
    """Everything that children can do at the site of a box, as this house answers it now.

    Args:
        app: the house.
        tablet_id: row of the box.
        has: digests of what need not be sent.
        most: bytes of pages after which the rest is left for the next time; all of them when None.
    """
    return Context().run(_gather, app, tablet_id, frozenset(has), most)


def _gather(app: Flask, tablet_id: int, has: frozenset[bytes], most: int | None) -> bundle.Shelf:
    with app.app_context():
        shown = tablet_pass.make_pass(context.keyring(), tablet_id)
    asker = _Asker(app, {DELIVERED: shown})
    manifest: dict[str, Any] = asker.get("/offline/manifest").get_json()
    pages = [page for code in manifest["languages"] for page in _pages(asker, code, manifest["pages"])]
    linked = {name for page in pages for name in _FILE.findall(page.body.decode("utf-8", "replace"))}
    exits = {f"/exit/{language}" for language in manifest["languages"]}
    files = sorted({*linked, *exits, "/worker.js", "/app.webmanifest"})
    pages += [page for page in (asker.page(name, name) for name in files) if page]
    every = {page.name: page.digest for page in pages}
    new = [page for page in pages if every[page.name] not in has]
    # The box may be older than this house and its forms: it keeps what this house says that children send.
    values = {**manifest, "version": bundle.shelf_version(every), "forms": PATHS.pattern}
    return bundle.Shelf(values, every, tuple(_first(new, most)))


def _first(pages: list[bundle.ShelfPage], most: int | None) -> Iterator[bundle.ShelfPage]:
    """As many as fit, and one at least."""
    size = 0
    for page in pages:
        yield page
        size += len(page.body)
        if most is not None and size >= most:
            return


def _pages(asker: "_Asker", language: str, paths: list[str]) -> Iterator[bundle.ShelfPage]:
    for path in paths:
        shelf_page = asker.page(path, f"{language}{path}", {languages.HEADER: language})
        if shelf_page:
            yield shelf_page


class _Asker:
    """Asks the application; `base` is what stands in the environment of each request."""

    def __init__(self, app: Flask, base: Mapping[str, str] | None = None) -> None:
        self._client, self._base = Client(app, use_cookies=False), dict(base or {})

    def get(self, path: str, more: Mapping[str, str] | None = None) -> TestResponse:
        return self._client.get(path, environ_overrides={**self._base, **(more or {})})

    def page(self, path: str, name: str, more: Mapping[str, str] | None = None) -> bundle.ShelfPage | None:
        answer = self.get(path, more)
        if answer.status_code != _OK:  # such as a round that ended in this minute
            return None
        headers = {one: answer.headers[one] for one in _KEPT_HEADERS if one in answer.headers}
        return bundle.ShelfPage(name, headers, _SHEET.sub(_NO_SHEET, answer.get_data()))

    def deliver(self, envelope: bytes) -> int:
        """What the house says to an envelope: 201 where it has its sheet now."""
        number, kind = read_number(envelope) or b"", {"Accept": "application/json"}
        answer = self._client.post(DELIVER, data=envelope, headers=kind, environ_overrides=self._base)
        if answer.status_code == _CREATED and answer.get_json().get("sheet") != number.hex():
            return _NOTHING
        return answer.status_code
