"""A child's visit: ten minutes, one length, nobody else's (PRIVACY.md C, "Codes")."""

import base64
import secrets
from datetime import timedelta

import pytest

from tests.support.seed_rows import NOON
from youthvoice.threads.child_codes.code_visit import ChildVisit, read_cookie, write_cookie

KEY = bytes(range(32))
HERS = ChildVisit(b"t" * 16, b"k" * 32, "example-house")


def test_a_visit_lasts_ten_minutes_and_each_page_renews_it() -> None:
    value = write_cookie(KEY, HERS, NOON)
    assert read_cookie(KEY, value, NOON + timedelta(minutes=9, seconds=59)) == HERS
    assert read_cookie(KEY, value, NOON + timedelta(minutes=10)) is None
    again = write_cookie(KEY, HERS, NOON + timedelta(minutes=9))
    assert read_cookie(KEY, again, NOON + timedelta(minutes=18)) == HERS


def test_whoever_copied_a_visit_cannot_keep_it_for_ever() -> None:
    now, value = NOON, write_cookie(KEY, HERS, NOON)
    while (visit := read_cookie(KEY, value, now)) and now < NOON + timedelta(days=1):
        value = write_cookie(KEY, visit, now)
        now += timedelta(minutes=9)
    assert timedelta(hours=1) < now - NOON <= timedelta(hours=2, minutes=9)


@pytest.mark.parametrize("place", ["", "a", "x" * 64, "य" * 40, "🏠" * 100])
def test_whatever_it_opens_it_has_one_length(place: str) -> None:
    told = [
        write_cookie(KEY, visit, NOON)
        for visit in (HERS, ChildVisit.nowhere(place), ChildVisit(b"a" * 16, b"b" * 32, place))
    ]
    assert {len(value) for value in told} == {len(write_cookie(KEY, HERS, NOON))}
    assert len(set(told)) == 3
    read = read_cookie(KEY, told[2], NOON)
    assert read
    assert read.place in {place, ""}


def test_neither_another_houses_cookie_nor_an_altered_one_opens_anything() -> None:
    value = write_cookie(KEY, HERS, NOON)
    blob = bytearray(base64.urlsafe_b64decode(value))
    blob[20] ^= 1
    altered = base64.urlsafe_b64encode(bytes(blob)).decode()
    for wrong in ("", "x", "ä", "=" * 40, altered, base64.urlsafe_b64encode(secrets.token_bytes(len(blob))).decode()):
        assert read_cookie(KEY, wrong, NOON) is None
    assert read_cookie(secrets.token_bytes(32), value, NOON) is None


def test_a_visit_tells_nothing_of_itself_in_a_log() -> None:
    assert repr(HERS) == "ChildVisit()"
