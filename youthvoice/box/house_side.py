"""The main house and its boxes: it delivers what a box brings, and gathers what the box shows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from flask import Flask
from werkzeug.test import Client

from youthvoice import context
from youthvoice.box.bundle import Shelf, ShelfPage, box_key, open_out, read_pass_of
from youthvoice.errors import CannotOpen
from youthvoice.kiosk.offline.envelope import DELIVER, read_number
from youthvoice.sites.tablets import tablet_pass, tablet_status
from youthvoice.web.deliveries import DELIVERED
from youthvoice.web.i18n import languages

_FILE: Final = re.compile(r'\\?"(/(?:static|clips)/[^"#\\]+)')


_KEPT_HEADERS: Final = ("Content-Type", "Content-Security-Policy", "Permissions-Policy", "Cache-Control")


_CREATED: Final = 201


@dataclass(frozen=True, slots=True)
class BundleDelivery:
    """What became of the envelopes of one bundle.

    Attributes:
        tablet_id: row of the box.
        taken: numbers of those that the house has now, 16 bytes each.
        refused: how many it does not take: they stay in the box.
        report: what the box says of itself as a tablet does.
        emptied_at: until when everything that was sent there has come; None where something stays.
    """

    tablet_id: int
    taken: tuple[bytes, ...]
    refused: int
    report: tablet_status.TabletReport
    emptied_at: datetime | None


def deliver_bundle(app: Flask, file: bytes) -> BundleDelivery:
    """Deliver everything of a file from a box, each sheet at most once however often the file comes.

    Raises:
        CannotOpen: it is no such file, was altered, or comes from a box that is none of ours.
    """
    with app.app_context():
        keyring = context.keyring()
    tablet_id = tablet_pass.read_pass(keyring, read_pass_of(file))
    if tablet_id is None:
        raise CannotOpen
    client, taken, refused = Client(app), [], 0
    out = open_out(box_key(keyring, tablet_id), file)
    for envelope in out.envelopes:
        number = read_number(envelope)
        answer = client.post(DELIVER, data=envelope, headers={"Accept": "application/json"})
        said = answer.get_json() if answer.status_code == _CREATED else {}
        if number and said.get("sheet") == number.hex():
            taken.append(number)
        else:
            refused += 1
    with app.app_context():
        emptied_at = None if refused else min(datetime.fromtimestamp(out.made_at, UTC), context.now())
    since = emptied_at.date().isoformat() if emptied_at else ""
    report = tablet_status.TabletReport(waiting=bool(refused), room=True, clock=out.made_at * 1000, since=since)
    return BundleDelivery(tablet_id, tuple(taken), refused, report, emptied_at)


def gather_shelf(app: Flask, tablet_id: int) -> Shelf:
    """Everything that children can do at the site of a box, as this house answers it now."""
    with app.app_context():
        shown = tablet_pass.make_pass(context.keyring(), tablet_id)
    client = Client(app)
    base = {DELIVERED: shown}
    manifest = client.get("/offline/manifest", environ_overrides=base).get_json()
    pages = [one for code in manifest["languages"] for one in _pages(client, base, code, manifest["pages"])]
    linked = {name for page in pages for name in _FILE.findall(page.body.decode("utf-8", "replace"))}
    exits = {f"/exit/{language}" for language in manifest["languages"]}
    files = sorted({*linked, *exits, "/worker.js", "/app.webmanifest"})
    found = [_page(client, base, name, name) for name in files]
    return Shelf(manifest, (*pages, *(one for one in found if one)))


def _pages(client: Client, base: dict[str, str], language: str, paths: list[str]) -> Iterator[ShelfPage]:
    for path in paths:
        found = _page(client, {**base, languages.HEADER: language}, path, f"{language}{path}")
        if found:
            yield found


def _page(client: Client, base: dict[str, str], path: str, name: str) -> ShelfPage | None:
    answer = client.get(path, environ_overrides=base)
    if answer.status_code != 200:  # noqa: PLR2004 - such as a round that ended in this minute
        return None
    headers = {one: answer.headers[one] for one in _KEPT_HEADERS if one in answer.headers}
    return ShelfPage(name, headers, answer.get_data())
