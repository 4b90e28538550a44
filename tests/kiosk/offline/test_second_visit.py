"""What a tablet holds already is not sent once more (issue of offline: a second visit costs at most 5 KiB)."""

import gzip
from collections.abc import Callable

import pytest
from flask import Flask

from tests.kiosk.test_page_weight import GZIP, tablet as tablet  # noqa: PLC0414 - a fixture
from tests.support.visitor import Visitor

FETCHED_BEFOREHAND = {"Youth-Voice-Language": "en"}


@pytest.mark.parametrize("path", ["/", "/help", "/rights", "/we-did", "survey", "/tell", "/offline/code"])
def test_a_page_that_lies_on_the_tablet_is_not_sent_again(tablet: Visitor, path: str) -> None:
    address = path.replace("survey", tablet.survey)  # type: ignore[attr-defined]
    whole = tablet.ask("GET", address, headers={**FETCHED_BEFOREHAND, **GZIP})
    mark = whole.headers["ETag"]
    tablet.client.get("/language/en")
    again = tablet.ask("GET", address, headers={"If-None-Match": mark, **GZIP})
    assert (whole.status_code, again.status_code, again.data) == (200, 304, b"")
    assert (
        "frame-ancestors 'none'" in again.headers["Content-Security-Policy"]
    )  # so the worker knows whose answer it is
    assert again.headers["Cache-Control"] == "no-store"


def test_another_page_is_sent_whole_with_its_own_mark(tablet: Visitor) -> None:
    tablet.client.get("/language/hi")
    english = tablet.ask("GET", "/help", headers=FETCHED_BEFOREHAND).headers["ETag"]
    hindi = tablet.ask("GET", "/help", headers={"If-None-Match": english, **GZIP})
    assert hindi.status_code == 200
    assert hindi.headers["ETag"] != english
    assert b"</html>" in gzip.decompress(hindi.data)


@pytest.mark.parametrize("classes", ["large", "signs", "signs large", "covered", "signs large covered"])
def test_a_child_who_asked_for_larger_text_or_signs_is_told_the_same_of_each_page(
    tablet: Visitor, classes: str
) -> None:
    """Such pages differed for whoever watches the network: 304 tells nothing, a whole page its length."""
    choice = f"/language/en.{classes.replace(' ', '.')}"
    pages = [*tablet.ask("GET", "/offline/manifest").get_json()["pages"]]
    marks = {path: tablet.ask("GET", path, headers=FETCHED_BEFOREHAND).headers["ETag"] for path in pages}
    for path, mark in marks.items():
        tablet.client.get(choice)  # some pages begin anew, and forget it
        assert tablet.ask("GET", path, headers={"If-None-Match": mark}).status_code == 304, path
    tablet.client.get(choice)
    assert f'class="{classes}"' in tablet.ask("GET", "/help").text, "without a mark she gets what she asked for"


def test_what_is_not_fetched_beforehand_bears_no_mark(tablet: Visitor) -> None:
    for path in ("/help", "/we-did", "/reply"):
        assert "ETag" not in tablet.ask("GET", path).headers


def test_a_page_that_holds_where_she_told_has_another_mark_for_each_place(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    pages = [visitor().ask("GET", f"/reply?at={at}", headers=FETCHED_BEFOREHAND) for at in ("HOUSE-1", "HOUSE-2")]
    assert ["HOUSE-1" in page.text for page in pages] == [True, False]
    assert len({page.headers["ETag"] for page in pages}) == 2


@pytest.mark.parametrize("path", ["/offline/manifest", "/offline/code"])
def test_what_is_no_tablet_is_told_so(app: Flask, visitor: Callable[[], Visitor], path: str) -> None:
    assert visitor().ask("GET", path).status_code == 403


def test_a_tablet_that_has_everything_is_told_so(tablet: Visitor) -> None:
    whole = tablet.ask("GET", "/offline/manifest")
    again = tablet.ask("GET", "/offline/manifest", headers={"If-None-Match": whole.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_worker_is_pressed(app: Flask, visitor: Callable[[], Visitor]) -> None:
    plain, pressed = visitor().ask("GET", "/worker.js"), visitor().ask("GET", "/worker.js", headers=GZIP)
    assert gzip.decompress(pressed.data) == plain.data
    assert len(pressed.data) <= 9 * 1024
    assert pressed.headers["Cache-Control"] == "no-cache", "else a tablet keeps an old one for long"
    assert "Accept-Encoding" in pressed.vary
    assert visitor().ask("GET", "/worker.js", headers={"If-None-Match": plain.headers["ETag"]}).status_code == 304
