"""Whoever looks into a tablet on which a child's report waits cannot take its place.

Duties: PRIVACY.md C, "The tablet's queue"; T5.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Playwright

from tests.journeys.support.navigators import comes_true
from tests.journeys.support.sites import Place
from tests.journeys.support.village_tablet import VillageTablet, village_tablet
from tests.journeys.test_offline import digits, goes_to
from tests.journeys.test_offline_next_child import tells_by_words
from tests.journeys.test_telling import reports
from tests.support.offline import seal_letter
from youthvoice import context, db
from youthvoice.privacy.credentials.picture_codes import read_code
from youthvoice.threads.child_codes.code_visit import CodeScope, open_visit
from youthvoice.threads.store import find_thread

pytestmark = pytest.mark.journey
_NEVER_OPENS = 410
_OTHER_CODE = "7654321"
_FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def village(playwright: Playwright, place: Place, tmp_path: Path) -> Iterator[VillageTablet]:
    with village_tablet(playwright, place, tmp_path / "profile") as tablet:
        yield tablet


def forgeries(manifest: dict[str, Any], outer: str) -> Iterator[bytes]:
    """What somebody seals who knows all that the tablet shows, but not the number of her sheet."""
    head = {"path": "/tell", "type": _FORM, "language": "en", "pass": manifest["pass"], "code": _OTHER_CODE}
    body = urlencode({"topic": "food", "words": "all is well", "sheet": outer}).encode()
    for more in ({"sheet": outer}, {}):
        yield seal_letter(manifest, json.dumps({**head, **more}).encode() + b"\n" + body, outer)


def sends(place: Place, envelope: bytes) -> int:
    """From a phone of his own."""
    kinds = {"Content-Type": "application/octet-stream", "Accept": "application/json"}
    ask = urllib.request.Request(f"{place.url}/offline/deliver", data=envelope, method="POST", headers=kinds)  # noqa: S310
    try:
        with urllib.request.urlopen(ask, timeout=20) as answer:  # noqa: S310 - of this machine
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def opens(place: Place, code: str) -> bytes | None:
    """The report that a code opens."""
    with place.house.app.test_request_context():
        picked = read_code(tuple(code))
        assert picked
        scope = CodeScope(place.site_id, context.today(), None)
        visit = open_visit(picked, scope, context.now())
        with db.reading(db.engine()) as session:
            thread = find_thread(session, visit.thread_id)
    return thread.id if thread else None


def test_a_report_that_waits_is_not_replaced_by_whoever_looks_into_the_tablet(
    village: VillageTablet, place: Place
) -> None:
    assert village.context
    village.context.set_offline(offline=True)
    pictures = tells_by_words(village.child)
    with place.house.app.test_request_context():
        hers = digits(pictures)
    village.child.opens("/language")
    (outer,), manifest = village.waiting(), village.manifest()
    for envelope in forgeries(manifest, outer):
        assert sends(place, envelope) == _NEVER_OPENS
    assert (reports(place), opens(place, hers)) == (0, None)
    village.context.set_offline(offline=False)
    goes_to(village.child)
    comes_true(village.child.page, lambda: not village.waiting(), "everything is delivered")
    assert reports(place) == 1
    opened = opens(place, hers)
    assert opened, "her pictures open hers"
    assert opened != opens(place, _OTHER_CODE)
