"""A tablet with a profile on the disk, so that one can pull its battery out and look at everything it keeps."""

import base64
import json
import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from functools import partial
from itertools import chain, groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from flask_babel import force_locale
from playwright.sync_api import BrowserContext, Playwright

from tests.journeys.support import browsers
from tests.journeys.support.console_guard import Watch
from tests.journeys.support.navigators import ChildTablet, comes_true
from tests.journeys.support.sites import Place
from tests.support.attacks.stolen_house import disguises
from youthvoice import context, db
from youthvoice.privacy.credentials.picture_codes import SCREENS
from youthvoice.sites.tablets import store
from youthvoice.web.graphics.picture_labels import picture_label
from youthvoice.web.graphics.pictures import number_code
from youthvoice.web.rate_limits import TABLET_COOKIE

_KEEPS = """async () => {
    if (!navigator.serviceWorker.controller) return false;
    if (!(await indexedDB.databases()).length) return false;   // whoever opens what is not there yet makes it, empty
    return new Promise((found) => {
        const asked = indexedDB.open("youthvoice");
        asked.onerror = () => found(false);
        asked.onsuccess = () => {
            if (!asked.result.objectStoreNames.contains("state")) { asked.result.close(); found(false); return; }
            const got = asked.result.transaction("state").objectStore("state").get("manifest");
            got.onsuccess = () => { asked.result.close(); found(Boolean(got.result)); };
        };
    });
}"""
_WAITING = """() => new Promise((found) => {
    const asked = indexedDB.open("youthvoice");
    asked.onsuccess = () => {
        const got = asked.result.transaction("queue").objectStore("queue").getAllKeys();
        got.onsuccess = () => { asked.result.close(); found(got.result); };
    };
})"""
_MANIFEST = """() => new Promise((found) => {
    const asked = indexedDB.open("youthvoice");
    asked.onsuccess = () => {
        const got = asked.result.transaction("state").objectStore("state").get("manifest");
        got.onsuccess = () => { asked.result.close(); found(got.result); };
    };
})"""
_EVERYTHING = """async () => {
    let found = [];
    const words = new TextEncoder();
    const keep = (bytes) => {
        let told = '';
        for (let at = 0; at < bytes.length; at += 32768) told += String.fromCharCode(...bytes.subarray(at, at + 32768));
        found.push(btoa(told));
    };
    const look = async (value) => {
        if (value instanceof Blob) keep(new Uint8Array(await value.arrayBuffer()));
        else if (value instanceof ArrayBuffer) keep(new Uint8Array(value));
        else if (ArrayBuffer.isView(value)) keep(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
        else if (value && typeof value === 'object') {
            keep(words.encode(JSON.stringify(value, (_name, one) => (ArrayBuffer.isView(one) ? null : one)) ?? ''));
            for (const one of Object.entries(value).flat()) await look(one);
        } else keep(words.encode(String(value)));
    };
    const done = (asked) => new Promise((yes, no) => {
        asked.onsuccess = () => yes(asked.result);
        asked.onerror = no;
    });
    for (const { name } of await indexedDB.databases()) {
        const base = await done(indexedDB.open(name));
        for (const store of base.objectStoreNames) {
            const open = () => base.transaction(store).objectStore(store);
            await look(await done(open().getAllKeys()));
            await look(await done(open().getAll()));
        }
        base.close();
    }
    for (const store of [localStorage, sessionStorage]) await look({ ...store });
    await look(document.cookie);
    const stores = found;
    found = [];
    for (const name of await caches.keys()) {
        await look(name);
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            await look(request.url);
            await look(await (await cache.match(request)).blob());
        }
    }
    return [stores, found];
}"""
_CACHED = """async () => {
    const found = [], hex = (bytes) => Array.from(new Uint8Array(bytes), (one) => one.toString(16)).join('');
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            const body = await (await cache.match(request)).arrayBuffer();
            found.push(`${name} ${request.url} ${hex(await crypto.subtle.digest('SHA-256', body))}`);
        }
    }
    return found;
}"""
_STAYS = """async () => {
    const done = (asked) => new Promise((yes, no) => {
        asked.onsuccess = () => yes(asked.result);
        asked.onerror = no;
    });
    const stays = { cookie: document.cookie, name: window.name };
    Object.assign(stays, { local: { ...localStorage }, session: { ...sessionStorage } });
    for await (const file of (await navigator.storage.getDirectory()).keys()) stays[`file ${file}`] = true;
    for (const { name } of await indexedDB.databases()) {
        const base = await done(indexedDB.open(name));
        for (const store of base.objectStoreNames) {
            if (['queue', 'pieces'].includes(store)) continue;   // sealed
            const open = () => base.transaction(store).objectStore(store);
            for (const key of await done(open().getAllKeys())) {
                // `since` is the day on which the first one was sealed; `reserve` is room, and nothing else
                if (['since', 'reserve'].includes(key)) continue;
                stays[`${name}/${store}/${key}`] = await done(open().get(key));
            }
        }
        base.close();
    }
    return JSON.stringify(stays);
}"""
_REMEMBERS = """async (state) => {
    const done = (asked) => new Promise((yes, no) => {
        asked.onsuccess = () => yes(asked.result);
        asked.onerror = no;
    });
    const base = await done(indexedDB.open('youthvoice'));
    const open = () => base.transaction('state', 'readwrite').objectStore('state');
    const manifest = await done(open().get('manifest'));
    await done(open().put({ ...manifest, ...state }, 'manifest'));
    base.close();
}"""


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:  # a browser that is on has just thrown it away
        return b""


def _forms(word: str) -> set[bytes]:
    """How a word may lie there: as text, escaped for an address or for JSON, packed; digits also one by one."""
    escaped = json.dumps(word)[1:-1]
    forms = disguises(word) | {
        quote(word).encode(),
        quote_plus(word).encode(),
        escaped.encode(),
        escaped.upper().encode(),
    }
    forms |= {word.encode("utf-16-be"), word.encode()}
    if word.isdigit():
        numbers = [int(one) for one in word]
        forms |= {between.join(word).encode() for between in (",", ", ", " ", "/", "-", '","')}
        forms |= {
            bytes(numbers),
            b"".join(bytes([0x49, 2 * one]) for one in numbers),
        }  # a list as it is written there
        forms |= {b"".join(one.to_bytes(4, "little") for one in numbers)}
    return forms


_CODES = [[one.code for one in screen] for screen in SCREENS]
_ENCODINGS = (str.encode, lambda word: word.encode("utf-16-le"), lambda word: json.dumps(word)[1:-1].encode())
Look = tuple["re.Pattern[bytes]", Callable[[str], bytes]]


def _looks(words: Sequence[str]) -> list[Look]:
    """What finds any of some words, in each encoding; `key` is not in `keyboard`."""
    looks = []
    for encoding in _ENCODINGS:
        any_ = b"|".join(re.escape(encoding(word)) for word in sorted(words, key=len, reverse=True))
        looks.append((re.compile(rb"(?<![A-Za-z0-9-])(?:%s)(?![A-Za-z0-9-])" % any_), encoding))
    return looks


def _run(look: Look, content: bytes, words: Sequence[str]) -> bool:
    """Whether these stand one behind the other, with none of the others between; each may stand there several times."""
    pattern, encoding = look
    wanted = [encoding(word) for word in words]
    if not all(word in content for word in wanted):
        return False
    runs = [word for word, _same in groupby(pattern.findall(content))]
    return any(runs[at : at + len(wanted)] == wanted for at in range(len(runs)))


Browser = Callable[[Playwright, Path, int, int], BrowserContext]
"""Opens one with a profile in a folder, so wide and so high."""


class VillageTablet:
    """One tablet and its profile; it can lose its power, and be switched on again."""

    def __init__(
        self,
        playwright: Playwright,
        place: Place,
        folder: Path,
        *,
        whole: bool = False,
        browser: Browser | None = None,
    ) -> None:
        self.playwright, self.place, self.folder = playwright, place, folder
        self.browser = browser or partial(browsers.with_profile, whole=whole)
        self.token = place.new_tablet()
        self.context: BrowserContext | None = None
        self.child: ChildTablet

    def switches_on(self) -> ChildTablet:
        """Open the browser with everything it kept, and the first page."""
        width, height = browsers.PHONE
        self.context = self.browser(self.playwright, self.folder, width, height)
        self.context.set_default_timeout(browsers.PATIENCE)
        self._shows_its_cookie()
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.child = ChildTablet(page, self.place, Watch(self.context))
        return self.child

    def _shows_its_cookie(self) -> None:
        cookie = {"name": TABLET_COOKIE, "value": self.token, "url": self.place.url, "httpOnly": True}
        assert self.context
        self.context.add_cookies([cookie])  # type: ignore[list-item]

    def is_connected_anew(self) -> None:
        """An adult types another code."""
        self.token = self.place.new_tablet(self.token)
        self._shows_its_cookie()

    def gets_ready(self, choice: str = "en") -> "VillageTablet":
        """It was online once, and keeps what can be done here; somebody chose a language before it did."""
        self.child.opens(f"/language/{choice}")
        self.child.shows("/")
        comes_true(self.child.page, lambda: self.child.page.evaluate(_KEEPS), "the tablet keeps its pages")
        return self

    def waiting(self) -> list[str]:
        """Numbers of the sheets that wait on it."""
        return list(self.child.page.evaluate(_WAITING))

    def manifest(self) -> dict[str, Any]:
        """What the house said last: its key, its pages, its pass."""
        manifest: dict[str, Any] = self.child.page.evaluate(_MANIFEST)
        return manifest

    def loses_power(self) -> None:
        """Every process of the browser is killed in this moment."""
        mark = str(self.folder).encode()  # an argument of each, or a part of one
        for process in Path("/proc").iterdir():
            if process.name.isdecimal():
                try:
                    if mark in (process / "cmdline").read_bytes():
                        os.kill(int(process.name), signal.SIGKILL)
                except OSError:
                    continue
        self.context = None

    def holds(self, *words: str, code: str = "", language: str = "hi") -> dict[str, str]:
        """Which of some words lie anywhere in the profile, in any form that opens without a key; and where.

        Files are read byte by byte. What the browser keeps compressed in them (LevelDB and large values of IndexedDB
        with Snappy, pages as they travelled) it reads out itself, where it is on and shows a page of ours.

        Of a code, its digits and its pictures one behind the other, by OpenMoji code and by name; in the order in which
        a child keeps them, and in that of the screen on which she tries them.

        Args:
            words: any.
            code: seven digits, the places of the pictures on their screens.
            language: in which she reads their names.
        """
        kept, places = self._kept(), [int(one) for one in code]
        mixed = [nth - 1 for nth, _picture in number_code([SCREENS[nth][pick] for nth, pick in enumerate(places)])]
        sought = [*words, code, "".join(code[nth] for nth in mixed)] if code else words
        # Drawings are made of digits: in pages any seven of them stand by chance. Whether pages changed: `stays`.
        found: dict[str, str] = {}
        for word, forms in ((word, _forms(word)) for word in sought):
            looked = [(name, one) for name, one, is_page in kept if not (is_page and word.isdigit())]
            where = [f"{name}: {form!r}" for name, one in looked for form in forms if form in one]
            if where:
                found[word] = where[0]
        for all_names in self._alphabets(language) if code else ():
            names, looks = [all_names[nth][pick] for nth, pick in enumerate(places)], _looks(list(chain(*all_names)))
            for run in (names, [names[nth] for nth in mixed]):
                where = [name for name, content, _page in kept if any(_run(look, content, run) for look in looks)]
                if where:
                    found[" ".join(run)] = where[0]
        return found

    def _alphabets(self, language: str) -> list[list[list[str]]]:
        """What the pictures of the seven screens are called: by OpenMoji, in English, in a language."""
        with self.place.house.app.test_request_context(), force_locale(language):
            called = [[picture_label(one.name) for one in screen] for screen in SCREENS]
        return [called, [[one.name for one in screen] for screen in SCREENS], _CODES]

    def _kept(self) -> list[tuple[str, bytes, bool]]:
        """Everything in the profile: where, what, and whether it is of a page."""
        files = [one for one in self.folder.rglob("*") if one.is_file()]
        pages = {"CacheStorage", "Cache", "cache", "cache2"}
        kept = [(str(one.relative_to(self.folder)), _read(one), bool(pages & set(one.parts))) for one in files]
        return kept + [("read out", one, is_page) for one, is_page in self._read_out()]

    def _read_out(self) -> list[tuple[bytes, bool]]:
        """What the browser keeps for us, and whether it is of a page."""
        if self.context is None or not self.child.page.url.startswith(self.place.url):
            return []
        stores, pages = self.child.page.evaluate(_EVERYTHING)
        return [(base64.b64decode(one), False) for one in stores] + [(base64.b64decode(one), True) for one in pages]

    def addresses_in_the_cache(self) -> set[str]:
        """Which of our addresses lie in the cache of the browser itself, wherever they stand in it."""
        mark = re.compile(re.escape(self.place.url.encode()) + rb"(/[A-Za-z0-9_/.-]*)")
        files = [one for one in self.folder.rglob("*") if one.is_file() and "Cache" in one.parts]
        return {found[1].decode() for one in files for found in mark.finditer(_read(one))}

    def shelves(self) -> list[str]:
        """Everything that caches hold, by address and content."""
        return sorted(self.child.page.evaluate(_CACHED))

    def stays(self) -> tuple[list[str], str, list[str]]:
        """Everything that lies here and is not sealed: the shelves, what pages and the worker keep, cookies."""
        assert self.context
        cookies = sorted(f"{one.get('name')}={one.get('value')}" for one in self.context.cookies())
        return self.shelves(), str(self.child.page.evaluate(_STAYS)), cookies

    def knows(self, **state: object) -> None:
        """Let the worker remember something else, such as the key of an earlier month."""
        self.child.page.evaluate(_REMEMBERS, state)

    def switches_off(self) -> None:
        """Close the browser as one does."""
        if self.context is not None:
            browsers.close(self.context)
            self.context = None


@contextmanager
def village_tablet(
    playwright: Playwright,
    place: Place,
    folder: Path,
    *,
    whole: bool = False,
    browser: Browser | None = None,
    choice: str = "en",
) -> Iterator[VillageTablet]:
    """A tablet that is switched on and ready; what is left of it is ended."""
    tablet = VillageTablet(playwright, place, folder, whole=whole, browser=browser)
    try:
        tablet.switches_on()
        yield tablet.gets_ready(choice)
    finally:
        tablet.loses_power()


@contextmanager
def copy_of_tablet(ready: VillageTablet, folder: Path) -> Iterator[VillageTablet]:
    """The same tablet with a copy of all that it keeps, switched on: nothing that is done there is in another copy.

    To fetch every page anew takes four times as long.

    Args:
        ready: is off, and so has written down everything.
        folder: new.
    """
    assert ready.context is None
    shutil.copytree(ready.folder, folder)
    tablet = copy(ready)
    tablet.folder = folder
    try:
        tablet.switches_on()
        yield tablet.gets_ready()
    finally:
        tablet.loses_power()


def is_let_go_as_lost(place: Place) -> int:
    """Somebody says that the one tablet was stolen, so that what waits on it stays there; gives its row."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        one = next(one for one in store.list_tablets(session, [place.site_id]) if one.state == "connected")
        tablet = store.find_tablet(session, [place.site_id], one.id)
        assert tablet
        store.retire_tablet(session, tablet.id, context.today())
        store.report_lost(session, tablet.id, context.today())
        return one.id


def is_found_again(place: Place, tablet_id: int) -> None:
    """Somebody says that it is there again."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        tablet = store.find_retired(session, [place.site_id], tablet_id)
        assert tablet
        store.report_found(session, tablet.id)
