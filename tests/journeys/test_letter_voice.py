"""Who cannot write uses the letter box: she speaks, with a network and without, and nobody can tell it by its length.

PRIVACY.md A10, C; S5, S7.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect
from sqlalchemy import select

from tests.journeys.support import clock
from tests.journeys.support.navigators import ChildTablet, StaffDesk, comes_true
from tests.journeys.support.sites import Place
from tests.journeys.support.village_tablet import village_tablet
from tests.journeys.test_offline import without_network
from tests.journeys.test_telling import speaks
from tests.support.long_tests import long_test
from youthvoice import context, db
from youthvoice.kiosk.offline.envelope import VOICE_STEP
from youthvoice.threads.letters.letter_box import LETTER_BYTES, EncryptedLetter, OpenedLetter, open_letter
from youthvoice.threads.models import LetterKeyWrapRow, LetterRow

pytestmark = pytest.mark.journey
WEBM_HEAD = b"\x1aE\xdf\xa3"
_PIECES = """() => new Promise((found) => {
    const asked = indexedDB.open("youthvoice");
    asked.onsuccess = () => {
        const store = asked.result.transaction("pieces").objectStore("pieces");
        const got = store.getAll(), keys = store.getAllKeys();
        keys.onsuccess = () => {
            asked.result.close();
            found(keys.result.map(([, at], nth) => [at >= 0, got.result[nth].length]));
        };
    };
})"""
"""Of everything that waits on the tablet: whether a piece belongs to an envelope, and its bytes."""


def opened_letters(place: Place, name: str) -> list[OpenedLetter]:
    """What an advocate opens with her own key."""
    advocate = place.people[name]
    with place.house.app.app_context(), db.reading(db.engine()) as session:
        rows = session.execute(
            select(LetterRow.id, LetterRow.body, LetterRow.destruction_month, LetterKeyWrapRow.wrapped)
            .join(LetterKeyWrapRow, LetterKeyWrapRow.letter_id == LetterRow.id)
            .where(LetterKeyWrapRow.person_id == advocate.id, LetterRow.site_id == place.site_id)
        )
        letters = [EncryptedLetter(*row) for row in rows]
        return [open_letter(context.keyring(), letter, advocate.id, advocate.private_key) for letter in letters]


def comes_to_the_letter_box(tablet: ChildTablet) -> None:
    """She is told who reads it before she can say anything."""
    tablet.begins()
    tablet.skips_to("readers/letter_box")
    tablet.reads("They hear your voice only if adults must act.")
    tablet.goes_on()
    assert tablet.question == "letter_box"
    expect(tablet.screen.locator("[data-start]")).to_be_visible()


def says_nothing(_tablet: ChildTablet) -> None:
    """She leaves it empty."""


def test_a_child_speaks_and_an_advocate_hears_her(
    tablet: ChildTablet, place: Place, desks: Callable[[Place, str], StaffDesk]
) -> None:
    comes_to_the_letter_box(tablet)
    expect(tablet.screen.get_by_text("Yes, others may see")).to_be_hidden()
    speaks(tablet)
    expect(tablet.screen.locator("[data-go=skip]")).to_be_hidden()
    tablet.skips_the_rest()
    expect(tablet.screen.locator("[data-mine]")).to_be_visible()
    tablet.sends()
    tablet.is_thanked()
    assert (place.sheets(), place.letters()) == (1, 1)
    (letter,) = opened_letters(place, "asha")
    assert (letter.words, letter.shared) == ("", False)
    assert letter.voice.startswith(WEBM_HEAD)
    assert letter.voice_kind == "audio/webm"
    clock.the_daily_hour(place)
    asha = desks(place, "asha")
    asha.opens("/staff/letters/")
    asha.presses("Open it")
    asha.reads("A voice message")
    asha.reads("For the advocates only")
    with asha.page.expect_response(lambda answer: answer.url.endswith("/voice")) as heard:
        asha.page.get_by_role("button", name="Play the child's voice message").click()
    assert heard.value.header_value("content-type") == "audio/webm"
    assert int(heard.value.header_value("content-length") or 0) == len(letter.voice)
    asha.presses("Make this a report")
    asha.reads("A voice message")


def test_a_voice_stays_when_she_goes_back_or_the_tablet_loads_anew_and_goes_when_she_throws_it_away(
    tablet: ChildTablet, place: Place
) -> None:
    comes_to_the_letter_box(tablet)
    speaks(tablet)
    comes_true(tablet.page, lambda: "base64" in str(tablet.page.evaluate("window.name")), "it is kept")
    tablet.page.reload()
    expect(tablet.screen.locator("[data-replay]")).to_be_visible()
    tablet.goes_back()
    tablet.goes_on()
    expect(tablet.screen.locator("[data-replay]")).to_be_visible()
    tablet.screen.locator("[data-drop]").click()
    tablet.skips_the_rest()
    expect(tablet.screen.locator("[data-mine]")).to_be_hidden()
    tablet.sends()
    tablet.is_thanked()
    assert (place.sheets(), place.letters()) == (1, 0)


def test_who_watches_the_line_cannot_tell_who_spoke(tablet: ChildTablet, place: Place) -> None:
    """A10: online each sheet of a survey with a letter box has one length: nothing said, words, or a voice."""
    lengths, long = [], "The lamp is broken. " * 40
    for gives in (says_nothing, partial(ChildTablet.writes, words=long), partial(speaks, milliseconds=3000)):
        comes_to_the_letter_box(tablet)
        gives(tablet)
        tablet.skips_the_rest()
        with tablet.page.expect_request(lambda asked: asked.method == "POST") as sent:
            tablet.sends()
        lengths.append(int(sent.value.all_headers()["content-length"]))
        tablet.is_thanked()
    assert (place.sheets(), place.letters()) == (3, 2)
    assert len(set(lengths)) == 1
    assert 0 <= lengths[0] - LETTER_BYTES < 400


@long_test("WALKED")
def test_a_voice_waits_without_a_network_as_any_sheet_does(
    place: Place, playwright: Playwright, tmp_path: Path
) -> None:
    """Each envelope has the length of a long voice, on the tablet and on its way."""
    with village_tablet(playwright, place, tmp_path / "profile") as village:
        child, pieces = village.child, []
        for gives in (partial(ChildTablet.writes, words="The lamp is broken."), speaks, says_nothing):
            with without_network(place):
                comes_to_the_letter_box(child)
                gives(child)
                child.skips_the_rest()
                child.sends()
                child.reads("Saved on this tablet")
                pieces.append(child.page.evaluate(_PIECES))
            child.opens("/language")
            comes_true(child.page, lambda: village.waiting() == [], "it is delivered")
    lengths = {tuple(sorted((real, length) for real, length in each)) for each in pieces}
    assert len(lengths) == 1, "also for somebody who takes the store apart"
    assert all(real for real, _length in pieces[0])
    assert 0 < sum(length for _real, length in pieces[0]) - VOICE_STEP < 200
    assert (place.sheets(), place.letters()) == (3, 2)
    assert sorted(bool(letter.voice) for letter in opened_letters(place, "ravi")) == [False, True]
