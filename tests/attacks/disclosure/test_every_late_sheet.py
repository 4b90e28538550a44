"""T5, whole: after each late sheet everybody opens everything, and no byte is another one until the stated hour.

Sheets of every kind come out of envelopes one by one, and from a box; the tablets say how they stand after each. The
hour comes: everything that waited for it shows at once. Then it begins again; and once more when the round was counted.

Source: PRIVACY.md A1, A8, A10, A11, T5. `make test-long` looks at all of it; `test_late_tablets` is the thinned one.
"""

import faulthandler
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support import papers
from tests.support.attacks.byte_watchers import ByteWatchers, Place
from tests.support.attacks.late_house import Deed, LateHouse
from tests.support.attacks.whole_site import SECOND
from tests.support.long_tests import long_test
from tests.support.people import PASSWORD
from tests.support.rounds import facts
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.sqlite, long_test("LOOKED AT")]
LETTERS, SUGGESTIONS = 9, 2  # among the sheets of the first day
LONGEST = 1800  # seconds, on a machine that does other things
READERS = ("advocate", "safeguarding_lead", "outside_recipient")
SEEN_AT_ONCE = frozenset((who, f"/staff/{end}") for who in READERS for end in ("", "reports/", "reports/leaving"))
"""What may move when a child told: To do and the lists of reports, of whoever it is sealed to, and of nobody else. She
reads it at once: its clocks begin when it comes (PRIVACY.md C, "A report", "Times"); the lead where it is of harm."""
MAILED_AT_ONCE = frozenset(
    ("mail", who) for who in ("advocate", SECOND, "meera", "safeguarding-lead", "outside-recipient")
)
"""An urgent one asks them to sign in, and says nothing else (PRIVACY.md C, "Times")."""
AT_THE_HOUR = frozenset({
    ("advocate", "/staff/letters/"),
    ("advocate", "/staff/suggestions/"),
    ("coordinator", "/staff/tablets"),
    ("tablet", "/choose"),
})  # fmt: skip
"""What is shown once a day (A10), and a choice whose evening it was (A11)."""
LOGGED = {"stick from the box": frozenset({"/staff/log/"})}
"""That two adults brought a stick is in the log, whatever is on it."""


@pytest.fixture
def house(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> LateHouse:
    papers.need_font("hi")
    faulthandler.dump_traceback_later(LONGEST, exit=True)  # a browser that hangs is given up earlier
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"coordinator:{PASSWORD}")
    monkeypatch.setenv("YOUTHVOICE_SECOND_SIGN_IN", f"{SECOND}:{PASSWORD}")
    return LateHouse(app, clock, visitor, tmp_path)


def nothing_moves(watch: ByteWatchers, sheets: Mapping[str, Deed]) -> None:
    """Each comes, the work process does what is due, and everybody looks."""
    for what, comes in sheets.items():
        comes()
        watch.works()
        moved = watch.moved()
        assert {address for _who, address in moved} <= LOGGED.get(what, frozenset()), what
        if moved:
            watch.remembers()


def only_readers_see(watch: ByteWatchers, sheets: Mapping[str, Deed]) -> None:
    """The same, and whoever is meant to know at once does."""
    for what, comes in sheets.items():
        comes()
        watch.works()
        found = set(watch.moved())
        assert found <= SEEN_AT_ONCE | (MAILED_AT_ONCE if what == "told of danger" else set()), what
        assert ("advocate", "/staff/reports/") in found, f"{what}: the eyes are open"
        watch.remembers()


def listed(watch: ByteWatchers, place: Place) -> int:
    """How many letters, or suggestions, stand on a list."""
    who, address = place
    return len(set(re.findall(rf'"{address}([0-9a-f]{{32}})"', watch.eyes[who].open(address).text)))


def everybody_looks(house: LateHouse) -> ByteWatchers:
    watch = house.watchers()
    watch.finds()
    watch.remembers()  # that exact figures were opened stands in the log from now on, once a day
    assert sum(page.startswith(b"200") for page in watch.pages.values()) > 500, "the crawl reaches the house"
    watch.works()
    assert watch.moved(whole=True) == [], "nobody changes anything by looking"
    return watch


def test_nothing_moves_but_at_the_stated_hours(house: LateHouse, clock: StillClock) -> None:
    letters, suggestions = ("advocate", "/staff/letters/"), ("advocate", "/staff/suggestions/")
    watch = everybody_looks(house)
    before = listed(watch, letters), listed(watch, suggestions)
    nothing_moves(watch, house.late_sheets())
    assert watch.moved(whole=True) == []
    only_readers_see(watch, house.told())

    clock.move(hours=4)
    watch.staff, watch.others, watch.single = house.eyes()
    watch.works()
    assert set(watch.moved()) >= AT_THE_HOUR
    assert listed(watch, letters) == before[0] + LETTERS, "all of them together, however late the sheet itself was"
    assert listed(watch, suggestions) == before[1] + SUGGESTIONS

    watch = everybody_looks(house)
    nothing_moves(watch, house.quiet_sheets())

    clock.move(days=1)
    house.tablets_are_empty()
    watch.works()
    assert facts(house.rounds["ended"].slug).outcome == "counted", "it waited for them, and closes after them"
    watch = everybody_looks(house)
    nothing_moves(watch, house.sheets_that_count_nowhere())
