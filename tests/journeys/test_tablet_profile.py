"""What a tablet's browser writes by itself does not tell who told, by no address, title, file, size or time.

What it still tells is said in the threat model. Duties: PRIVACY.md C, "The tablet's queue".
"""

import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.journeys.support.navigators import ChildTablet
from tests.journeys.support.server import House
from tests.journeys.support.sites import settle
from tests.journeys.support.village_tablet import VillageTablet, copy_of_tablet, village_tablet
from tests.journeys.test_offline import answers_all, goes_to
from tests.journeys.test_offline_next_child import tells_by_words
from tests.journeys.test_telling import keeps_the_pictures, reports, speaks
from tests.support.long_tests import long_test

pytestmark = pytest.mark.journey
NEUTRAL = {("/", "Youth Voice"), ("/language", "Youth Voice")}
SETUP = {("/language/en", "Youth Voice")}  # chosen once before the worker was there
BLOB_BYTES = 64 * 1024  # from here on Chromium makes a file of its own of a value
SLACK_BYTES = 16 * 1024
"""What the store writes besides: which language was tapped, and the keys of what it deletes."""
_NAMES_OF_A_DAY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}|\d{4,}")
_BY_ITS_OWN_CLOCK = re.compile(
    r"Top Sites|Shortcuts|Favicons|History|Web Data|DIPS|Trust Tokens|Network Action Predictor|heavy_ad|Login Data"
    r"|Affiliation|Download Service|shared_proto_db|Autofill|Budget|BookmarkMerged|PreferredApps|Sessions|GPUCache|Dawn"
    r"|Graphite|Variations|segmentation_platform|component_crx|extensions_crx|Preferences|Local State|TransportSecurity"
    r"|Network Persistent State|Cookies|Reporting and NEL|SharedStorage|InterestGroups|PrivateAggregation"
    r"|BrowserMetrics|optimization_guide|Crash|Safe Browsing|QuotaManager|the-real-index|index\.txt"
)
"""What Chromium writes of any page at times of its own; the last ones name which entries a cache has, without times."""


def copy_of(file: Path, place: Path) -> Path:
    """A database with what was written beside it, so that it can be read while its browser is on."""
    for one in file.parent.glob(f"{file.name}*"):
        shutil.copy(one, place / one.name)
    return place / file.name


def history(village: VillageTablet, place: Path) -> set[tuple[str, str]]:
    """Addresses and titles that Chromium's history holds, from whichever of its tables; nothing else is in it."""
    with closing(sqlite3.connect(copy_of(village.folder / "Default" / "History", place))) as base:
        known = base.execute("select url, title from urls where url like 'http%'").fetchall()
        for table in ("keyword_search_terms", "downloads", "downloads_url_chains"):
            assert base.execute(f"select count(*) from {table}").fetchone() == (0,)  # noqa: S608 - names above
        named = {path.rpartition("/")[2] for (path,) in base.execute("select name from segments")}
        assert named <= {"", "language", "en"}, "those of NEUTRAL and SETUP"
    return {(url.removeprefix(village.place.url), title) for url, title in known}


def written(folder: Path) -> dict[str, tuple[float, int]]:
    """When each file was written last, and how large it is; of the entries of the cache how large alone.

    Chromium marks there, at times of its own, when the one script that every page asks for was used last.
    """
    found = {}
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            try:
                known = file.stat()
            except FileNotFoundError:
                continue
            at = 0.0 if file.parent.name == "Cache_Data" else known.st_mtime
            found[str(file.relative_to(folder))] = (at, known.st_size)
    return found


def kind(name: str) -> str:
    """A file's name without what is another in each profile."""
    return _NAMES_OF_A_DAY.sub("*", name)


@pytest.fixture(scope="module")
def ready(playwright: Playwright, house: House, tmp_path_factory: pytest.TempPathFactory) -> VillageTablet:
    """The whole browser, as a tablet has it; it was online once, and is off."""
    with village_tablet(playwright, settle(house), tmp_path_factory.mktemp("ready"), whole=True) as tablet:
        tablet.switches_off()
    return tablet


@pytest.fixture
def village(ready: VillageTablet, tmp_path: Path) -> Iterator[VillageTablet]:
    """Switched on for the second time."""
    with copy_of_tablet(ready, tmp_path / "profile") as tablet:
        yield tablet


def looks(child: ChildTablet) -> None:
    """She reads two pages and hears nothing."""
    for path in ("/see", "/help"):
        goes_to(child, path)
        child.shows(path)


def answers(child: ChildTablet) -> None:
    answers_all(child, "mango", alone=True)
    expect(child.page.locator("body")).not_to_have_attribute("data-page", child.place.survey)


def tells(child: ChildTablet) -> None:
    """By voice."""
    goes_to(child, "/tell", language="हिन्दी")
    child.goes_on()
    for words in ("सिर्फ़ मैं", "कुछ टूटा है", "हम कई लोग"):
        child.answers_and_goes_on(words)
    while not child.screen.locator("[data-voice]").count():
        child.goes_on()
    speaks(child)
    child.goes_on()
    for words in ("नहीं", "पहले मुझसे पूछें", "नहीं"):
        child.answers_and_goes_on(words)
    child.screen.locator("[data-go=send]").click()
    keeps_the_pictures(child)
    child.is_at_the_first_screen()


def reads_her_answer(child: ChildTablet) -> None:
    """She opens the pictures, and leaves fast."""
    goes_to(child, "/reply")
    child.shows("/reply")
    child.leaves_fast()
    child.is_on_the_harmless_page()


def leaves(village: VillageTablet, act: Callable[[ChildTablet], None]) -> set[str]:
    """The kinds of files that are written while a child does something, besides those that are written anyway."""
    before = written(village.folder)
    act(village.child)
    goes_to(village.child)
    village.child.page.wait_for_timeout(2500)  # Chromium writes what stands in a window
    after = written(village.folder)
    return {kind(name) for name in after if after[name] != before.get(name) and not _BY_ITS_OWN_CLOCK.search(name)}


def envelopes_as_files(village: VillageTablet) -> list[str]:
    """What IndexedDB lays beside its database; the room that is kept free lies there from the first day on."""
    found = written(village.folder)
    return [name for name, (_at, size) in found.items() if ".indexeddb.blob" in name and size < 4 * 1024 * 1024]


def translated_scripts(village: VillageTablet) -> list[str]:
    """What Chromium made of scripts: beside the script on its shelf, or in a cache of its own."""
    beside = re.compile(r"CacheStorage/.*_1$|Code Cache/js/[0-9a-f]{16}_")
    return [name for name in written(village.folder) if beside.search(name)]


def newest_of_the_store(village: VillageTablet) -> float:
    """When the store of envelopes was written last."""
    return max(at for name, (at, _size) in written(village.folder).items() if ".indexeddb.leveldb/" in name)


_PIECES = """() => new Promise((found) => {
    const asked = indexedDB.open("youthvoice");
    asked.onsuccess = () => {
        const store = asked.result.transaction("pieces").objectStore("pieces");
        const keys = store.getAllKeys(), all = store.getAll();
        all.onsuccess = () => {
            const sheets = {};
            keys.result.forEach(([sheet, at], nth) => (sheets[sheet] ??= []).push([at, all.result[nth].length]));
            asked.result.close();
            found(Object.values(sheets));
        };
    };
})"""
_ROOM = "navigator.storage.estimate().then(({ usageDetails }) => usageDetails.indexedDB)"


def lengths_of_sheets(village: VillageTablet) -> list[tuple[int, list[int]]]:
    """Of each sheet that waits: how many bytes of it are delivered, and the lengths of all its pieces."""
    sheets: list[list[tuple[int, int]]] = village.child.page.evaluate(_PIECES)
    return [(sum(length for at, length in one if at >= 0), sorted(length for _at, length in one)) for one in sheets]


def grows(village: VillageTablet, act: Callable[[ChildTablet], object]) -> int:
    """By how many bytes the site's storage grows while a child is there, as its browser says to whoever asks."""
    page = village.child.page
    before = int(page.evaluate(_ROOM))
    act(village.child)
    goes_to(village.child)
    page.wait_for_timeout(1500)
    return int(page.evaluate(_ROOM)) - before


_LONG = """async () => {
    const digits = (one) => one.toString(16).padStart(2, "0");
    const sheet = Array.from(crypto.getRandomValues(new Uint8Array(16)), digits).join("");
    const body = new FormData(), sound = new Uint8Array(270000);
    for (let at = 0; at < sound.length; at += 60000) crypto.getRandomValues(sound.subarray(at, at + 60000));
    for (const [name, value] of [["sheet", sheet], ["topic", "broken"]]) body.append(name, value);
    body.append("voice", new File([sound], "voice.webm", { type: "audio/webm" }));
    const answer = await fetch("/tell", { method: "POST", body, headers: { Accept: "application/json" } });
    return answer.status;
}"""


def tells_for_ninety_seconds(child: ChildTablet) -> None:
    """What her page sends then, without the ninety seconds."""
    assert child.page.evaluate(_LONG) == 201


def addresses(village: VillageTablet) -> set[str]:
    """Addresses of pages that stand in any file but the shelves, where the same lie on every tablet."""
    paths = ("/tell", "/reply", "/see", "/help", "/agenda", "/offline/saved", "/#", village.place.survey)
    forms = {path: (village.place.url + path).encode() for path in paths}
    forms |= {f"{path} in UTF-16": (village.place.url + path).encode("utf-16-le") for path in paths}
    files = [file for file in village.folder.rglob("*") if file.is_file() and "CacheStorage" not in file.parts]
    held = [file.read_bytes() for file in files]
    return {path for path, form in forms.items() if any(form in one for one in held)}


@long_test("WALKED")
def test_the_profile_does_not_tell_who_told(village: VillageTablet, tmp_path: Path) -> None:
    """Offline and online, one after the other on one tablet: what telling does for the first time would show."""
    child = village.child
    assert village.context
    before = reports(village.place)
    looked, told = leaves(village, looks), leaves(village, tells)
    came_back = leaves(village, reads_her_answer)
    village.context.set_offline(offline=True)
    answered = leaves(village, answers)
    told |= leaves(village, tells)
    assert (told | came_back) - answered - looked == set()
    assert len(village.waiting()) == 2
    assert (envelopes_as_files(village), translated_scripts(village)) == ([], [])
    child.opens("/language")
    at = time.time()
    child.page.wait_for_timeout(1500)
    child.chooses_language("English")
    child.page.wait_for_timeout(1500)
    assert newest_of_the_store(village) > at, "its time is that of the next child"
    village.switches_off()
    assert addresses(village) == set()
    assert history(village, tmp_path) - SETUP == NEUTRAL
    assert reports(village.place) == before + 1


@long_test("WALKED")
def test_a_telling_takes_as_much_room_as_an_answer(village: VillageTablet) -> None:
    """The browser's settings show anybody how much a site has stored; the store, taken apart, how it is cut."""
    assert village.context
    village.context.set_offline(offline=True)
    goes_to(village.child)
    grown = [grows(village, act) for act in (answers, tells_by_words, tells, tells_for_ninety_seconds)]
    assert max(grown) - min(grown) < SLACK_BYTES, grown
    sheets = lengths_of_sheets(village)
    (pieces,) = {tuple(pieces) for _delivered, pieces in sheets}
    assert max(pieces) < BLOB_BYTES
    words, few_seconds, answer, long = sorted(delivered for delivered, _pieces in sheets)
    assert words == few_seconds < 33 * 1024, "words alone are delivered as quickly as a choice"
    assert answer == long == sum(pieces), "a survey with a letter box is as long as a voice of ninety seconds"
