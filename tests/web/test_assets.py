"""Static files carry their content in their address, so a browser may keep them for a year."""

import gzip
import re
from hashlib import sha256

import pytest
from flask import Flask

from youthvoice.threads.child_codes.code_visit import VISITS
from youthvoice.web.assets import FOREVER, asset_address, load_assets
from youthvoice.web.encrypted_cookie import LEFT


def address_of(app: Flask, name: str) -> str:
    with app.test_request_context():
        return asset_address(name)


def test_every_file_is_served_as_what_it_is_and_kept_for_a_year(app: Flask) -> None:
    for name, file in load_assets().items():
        answer = app.test_client().get(address_of(app, name))
        assert answer.status_code == 200
        assert answer.content_type == file.kind
        assert answer.headers["Cache-Control"] == FOREVER
        assert answer.data == file.plain


def test_the_address_changes_with_the_content(app: Flask) -> None:
    for name, file in load_assets().items():
        stem, _, ending = name.rpartition("/")[2].rpartition(".")
        assert address_of(app, name) == f"/static/{stem}.{sha256(file.plain).hexdigest()[:16]}.{ending}"


def test_a_browser_that_takes_gzip_gets_it_and_one_that_refuses_does_not(app: Flask) -> None:
    client, address = app.test_client(), address_of(app, "child/child.css")
    pressed = client.get(address, headers={"Accept-Encoding": "br, gzip"})
    assert pressed.headers["Content-Encoding"] == "gzip"
    assert pressed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(pressed.data) == load_assets()["child/child.css"].plain
    refused = client.get(address, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


@pytest.mark.parametrize(
    "address", ["/static/child.css", "/static/child.0000000000000000.css", "/static/../assets.py", "/static/"]
)
def test_nothing_else_is_served(app: Flask, address: str) -> None:
    assert app.test_client().get(address).status_code == 404


def test_an_unknown_file_stops_the_page_instead_of_linking_to_nothing(app: Flask) -> None:
    with pytest.raises(KeyError, match="chidl"):
        address_of(app, "chidl.css")


def test_a_stylesheet_is_sent_whole_and_asks_for_nothing_more() -> None:
    for name, file in load_assets().items():
        if name.endswith(".css"):
            assert b"@import" not in file.plain
            assert b"/*" not in file.plain  # what is written for us travels to nobody
            assert b"url(" not in file.plain


def test_scripts_and_styles_fit_beside_a_page_on_a_bad_network() -> None:
    """CHILD-UX: own scripts at most 30 KiB raw; the first page 60 KiB compressed, 40 of them the page."""
    names = ("child/child.css", "child/kiosk.js", "child/screens.js", "child/draft.js")
    child = [load_assets()[name] for name in names]
    assert sum(len(file.gzipped) for file in child) < 20 * 1024
    assert sum(len(file.plain) for file in child[1:]) <= 30 * 1024
    assert len(load_assets()["child/covered.js"].gzipped) < 2.5 * 1024


def test_a_script_is_sent_without_what_only_engineers_read() -> None:
    for name, file in load_assets().items():
        if name.endswith(".js"):
            assert not re.search(rb"^[ \t]|/\*|^//", file.plain, re.MULTILINE), name


def test_scripts_store_nothing_and_write_no_markup() -> None:
    """A shared tablet: nothing a child typed may lie in the browser, and no words become markup.

    One thing is written there and the same for all: that a visit is over, for the longest that one can last.
    """
    lasts = f"max-age={VISITS.max_seconds}; samesite=strict"
    mark = f'document.cookie=`{LEFT}=1; path=/${{bye.split("/")[1]}}; {lasts}`;'.encode()
    assert load_assets()["child/reply.js"].plain.count(mark) == 1
    forbidden = re.compile(
        rb"localStorage|sessionStorage|indexedDB|document\.cookie|innerHTML|outerHTML|insertAdjacent|eval\(|\.style\b"
    )
    for name, file in load_assets().items():
        if name.endswith(".js"):
            allowed = {
                "offline/queue.js": b"indexedDB",  # envelopes, sealed
                "child/signs.js": b'stage.style.setProperty("--top",',  # a number: where a film stands while it plays
            }.get(name, mark)
            assert not forbidden.search(file.plain.replace(allowed, b"")), name


def test_scripts_ask_for_nothing_that_the_oldest_browsers_lack() -> None:
    """Of docs/operations.md, "Tablets without a network": these came with Safari 17.4, and with Chrome 110 to 119."""
    newer = re.compile(rb"\.checkVisibility\(|\.to(?:Sorted|Reversed)\(|\.groupBy\(|AbortSignal\.any|withResolvers")
    assert [name for name, file in load_assets().items() if name.endswith(".js") and newer.search(file.plain)] == []


def test_what_works_without_a_network_is_small() -> None:
    """Issue of offline: scripts at most 30 KiB raw in all."""
    assert sum(len(file.plain) for name, file in load_assets().items() if name.startswith("offline/")) <= 30 * 1024


def test_one_script_records_for_every_page() -> None:
    """A change of how a voice is recorded is made once: pages of children and of staff show one recorder's states."""
    records = [name for name, file in load_assets().items() if b"new MediaRecorder(" in file.plain]
    asks = [name for name, file in load_assets().items() if b"getUserMedia(" in file.plain]
    assert records == asks == ["shared/recorder.js"]
