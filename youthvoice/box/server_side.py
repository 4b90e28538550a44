"""The main server's side of a box: it delivers the box's envelopes, and collects the pages that the box shows.

It sends requests to the application as a tablet would, outside of the caller's context: inside one, all requests would
share what the first one loaded (a language, a tablet, a transaction).
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
from youthvoice.errors import CannotOpen, Refused
from youthvoice.kiosk.offline.envelope import DELIVER, PATHS, digest_of, has_tablets_length, read_outer_number
from youthvoice.sites.tablets import store, tablet_pass, tablet_status
from youthvoice.web.deliveries import DELIVERED
from youthvoice.web.i18n import languages
from youthvoice.web.pages.unchanged_pages import ZERO_ID, with_submission_id

_FILE: Final = re.compile(r'\\?"(/(?:static|clips)/[^"#\\]+)')

_KEPT_HEADERS: Final = ("Content-Type", "Content-Security-Policy", "Permissions-Policy", "Cache-Control")

_OK, _CREATED, _NEVER_OPENS, _NOTHING = 200, 201, 410, 0


@dataclass(frozen=True, slots=True)
class BundleDelivery:
    """The result of one delivered bundle.

    Attributes:
        tablet_id: row of the box.
        out: the bundle.
        had: digests of the envelopes that the server has now, 16 bytes each.
        refused: how many envelopes it does not accept: they stay in the box.
        gone: whether the box was retired.
        report: the status of the box, as of a tablet.
        emptied_at: everything sent to the box until then has arrived; None where something stays there.
    """

    tablet_id: int
    out: bundle.BoxBundle
    had: tuple[bytes, ...]
    refused: int
    gone: bool
    report: tablet_status.TabletReport
    emptied_at: datetime | None


def deliver_bundle(app: Flask, file: bytes) -> BundleDelivery:
    """Deliver everything in a bundle from a box, each submission once, however often the bundle comes.

    Raises:
        CannotOpen: it is no such bundle, was altered, or comes from a box of another installation.
        BundleBusy: another bundle of this box is being delivered.
    """
    return Context().run(_deliver, app, file)


def _deliver(app: Flask, file: bytes) -> BundleDelivery:
    with app.app_context():
        keyring = context.keyring()
        sent_pass = tablet_pass.read_pass(keyring, bundle.read_box_pass(file))
        tablet_id = sent_pass.tablet_id if sent_pass else None
        standing = None if tablet_id is None else _find_standing(tablet_id)
        data = context.settings().data
    if tablet_id is None or standing is None:
        raise CannotOpen
    box_bundle = bundle.open_bundle(bundle.box_key(keyring, tablet_id), file)
    with _one_at_a_time(data, tablet_id):
        return _send_all(app, file, box_bundle, tablet_id, standing)


def _send_all(app: Flask, file: bytes, box_bundle: bundle.BoxBundle, tablet_id: int, standing: str) -> BundleDelivery:
    requester = _Requester(app, {DELIVERED: bundle.read_box_pass(file)})
    with app.app_context(), db.reading(db.engine()) as session:
        is_to_be_cleared = tablet_status.is_to_be_cleared(session, tablet_id)
    # An envelope that does not open stays in the box, as on a tablet, until an adult has read about it. One of a length
    # that no tablet makes is not even delivered before that.
    answers = [
        (requester.deliver(envelope) if is_to_be_cleared or has_tablets_length(envelope) else _NEVER_OPENS, envelope)
        for envelope in box_bundle.envelopes[: bundle.MAX_ENVELOPES]
    ]
    had = tuple(digest_of(envelope) for status, envelope in answers if status == _CREATED)
    refused, gone = len(box_bundle.envelopes) - len(had), standing == "retired"
    with app.app_context(), db.reading(db.engine()) as session:
        now = context.now()
        unopened = any(status == _NEVER_OPENS for status, _envelope in answers) or (
            box_bundle.more and tablet_status.holds_unopened(session, tablet_id)  # one of an earlier bundle
        )
    # A retired box may get more until it knows that it is retired; what it has by then is still accepted.
    holds = bool(refused) or box_bundle.more or (gone and not box_bundle.closed)
    made_at = max(0, min(box_bundle.made_at, int(now.timestamp())))  # by the box's clock, which may be wrong
    emptied_at = None if holds else datetime.fromtimestamp(made_at, UTC)
    since = emptied_at or now
    tablet_report = tablet_status.TabletReport(
        waiting=holds, room=box_bundle.room, clock=box_bundle.made_at * 1000, since=since.date().isoformat(),
        refused=unopened, closed=box_bundle.closed,
    )  # fmt: skip
    return BundleDelivery(tablet_id, box_bundle, had, refused, gone, tablet_report, emptied_at)


class BundleBusy(Exception):
    """Another bundle of the same box is being delivered."""


@contextmanager
def _one_at_a_time(data: Path, tablet_id: int) -> Iterator[None]:
    """One bundle of a box at a time: parallel ones from the holder of its key take one thread, the others get a 503."""
    handle = os.open(data / f"bundle-{tablet_id}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BundleBusy from None
        yield
    finally:
        os.close(handle)


def _find_standing(tablet_id: int) -> str | None:
    with db.reading(db.engine()) as session:
        return store.tablet_standing(session, tablet_id)


def answer_bundle(app: Flask, bundle_delivery: BundleDelivery) -> bytes:
    """The encrypted bundle for the box: which envelopes the server has, and which pages the box shows.

    Args:
        app: the server.
        bundle_delivery: of the box's bundle.
    """
    return _encrypt_answer(app, bundle_delivery.tablet_id, bundle_delivery.had, bundle_delivery.out)


def first_bundle(app: Flask, tablet_id: int) -> bytes:
    """The first bundle for a new box, encrypted.

    Raises:
        Refused: `no_pages`, where this server shows none now, such as on a full disk.
    """
    return _encrypt_answer(app, tablet_id, (), bundle.BoxBundle(0, ()))


def _encrypt_answer(app: Flask, tablet_id: int, had: tuple[bytes, ...], box_bundle: bundle.BoxBundle) -> bytes:
    with app.app_context():
        keyring, number = context.keyring(), int(context.now().timestamp() * 1_000_000)  # before the pages are rendered
        gone = _find_standing(tablet_id) != "connected"
    max_bytes = bundle.MAX_PART_BYTES if box_bundle.ask else None  # a stick holds everything
    shelf = None if gone or box_bundle.has is None else gather_shelf(app, tablet_id, box_bundle.has, max_bytes)
    answer = bundle.BundleAnswer(number, had, shelf, gone=gone, ask=box_bundle.ask)
    return bundle.encrypt_answer(bundle.box_key(keyring, tablet_id), tablet_pass.make_pass(keyring, tablet_id), answer)


def gather_shelf(app: Flask, tablet_id: int, has: Iterable[bytes] = (), most: int | None = None) -> bundle.Shelf:
    """Collect everything that children can do at the site of a box, as this server renders it now.

    Args:
        app: the server.
        tablet_id: row of the box.
        has: digests of pages that need not be sent.
        most: bytes of pages after which the rest waits for the next answer; None for all of them.
    """
    return Context().run(_render_shelf, app, tablet_id, frozenset(has), most)


def _render_shelf(app: Flask, tablet_id: int, has: frozenset[bytes], most: int | None) -> bundle.Shelf:
    with app.app_context():
        box_pass = tablet_pass.make_pass(context.keyring(), tablet_id)
    requester = _Requester(app, {DELIVERED: box_pass})
    answer = requester.get("/offline/manifest")
    if answer.status_code != _OK:
        raise Refused("no_pages")
    manifest: dict[str, Any] = answer.get_json()
    pages = [page for code in manifest["languages"] for page in _pages(requester, code, manifest["pages"])]
    linked = {name for page in pages for name in _FILE.findall(page.body.decode("utf-8", "replace"))}
    exits = {f"/exit/{language}" for language in manifest["languages"]}
    files = sorted({*linked, *manifest["files"], *exits, "/worker.js", "/app.webmanifest"})
    pages += [page for page in (requester.page(name, name) for name in files) if page]
    every = {page.name: page.digest for page in pages}
    new = [page for page in pages if every[page.name] not in has]
    # The box may be older than this server and its forms: the manifest names the forms that it accepts.
    values = {**manifest, "version": bundle.shelf_version(every), "forms": PATHS.pattern}
    return bundle.Shelf(values, every, tuple(_limit_pages(new, most)))


def _limit_pages(pages: list[bundle.ShelfPage], most: int | None) -> Iterator[bundle.ShelfPage]:
    """As many pages as fit, and one at least."""
    size = 0
    for page in pages:
        yield page
        size += len(page.body)
        if most is not None and size >= most:
            return


def _pages(requester: "_Requester", language: str, paths: list[str]) -> Iterator[bundle.ShelfPage]:
    for path in paths:
        if shelf_page := requester.page(path, f"{language}{path}", {languages.HEADER: language}):
            yield shelf_page


class _Requester:
    """Sends requests to the application; `base` is in the WSGI environment of each."""

    def __init__(self, app: Flask, base: Mapping[str, str] | None = None) -> None:
        self._client, self._base = Client(app, use_cookies=False), dict(base or {})

    def get(self, path: str, more: Mapping[str, str] | None = None) -> TestResponse:
        return self._client.get(path, environ_overrides={**self._base, **(more or {})})

    def page(self, path: str, name: str, more: Mapping[str, str] | None = None) -> bundle.ShelfPage | None:
        answer = self.get(path, more)
        if answer.status_code != _OK:  # such as a round that ended in this minute
            return None
        headers = {header: answer.headers[header] for header in _KEPT_HEADERS if header in answer.headers}
        return bundle.ShelfPage(name, headers, with_submission_id(answer.get_data(), ZERO_ID))

    def deliver(self, envelope: bytes) -> int:
        """Deliver an envelope; returns the status: 201 only where the server has this very submission now."""
        number, kind = read_outer_number(envelope) or b"", {"Accept": "application/json"}
        answer = self._client.post(DELIVER, data=envelope, headers=kind, environ_overrides=self._base)
        if answer.status_code == _CREATED and answer.get_json().get("sheet") != number.hex():
            return _NOTHING
        return answer.status_code
