"""Every kind of page, found by walking through the example house; for accessibility and for pictures."""

import fcntl
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, StorageState
from sqlalchemy import update

from tests.journeys.support.server import House, prepared_house, running_house
from youthvoice import db
from youthvoice.accounts.models import PersonRow
from youthvoice.example import loader
from youthvoice.translation.reading_order import list_in_order

LANGUAGES = ("en", "hi", "ar")
CHILD = (
    "/language",
    "/",
    "/open",
    "/ways",
    "/tell",
    "/talk",
    "/talk/thanks",
    "/good",
    "/good/thanks",
    "/help",
    "/rights",
    "/credits",
    "/enrol",
    "/we-did",
    "/we-did/thanks",
    "/agenda",
    "/agenda/suggest",
    "/agenda/meetings",
    "/agenda/mine",
    "/choose",
    "/mine",
    "/see",
    "/exit",
    "/reply",
    "/reply/open",
    "/reply/write",
    "/reply/please-stop",
    "/reply/review",
    "/reply/review/change",
    "/reply/review/give",
    "/reply/review/take-back",
    "/reply/review/next",
    "/plan",
    "/plan/words",
    "/plan/sent",
    "/reply/bye",
    "/offline/saved",
    "/offline/cannot",
    "/offline/over",
    "/nothing-is-here",
)
OPEN = ("/influence",)  # to everybody, for adults
REPRESENTATIVE = (  # hers alone: `test_representative` walks them with her pictures
    "/agenda/post",
    "/agenda/mine/order",
    "/agenda/mine/really",
    "/agenda/mine/friend",
    "/agenda/mine/word",
    "/agenda/mine/pictures",
    "/agenda/mine/speak",
    "/agenda/mine/meetings",
    "/agenda/mine/hand-over",
    "/agenda/mine/stop",
    "/agenda/mine/later",
    "/agenda/mine/bye",
)
_A_TEXT = next(text.name for text in list_in_order("hi"))
STAFF = {
    "tomas": (
        "/staff/",
        "/staff/me",
        "/staff/me/codes",
        "/staff/me/keys",
        "/staff/me/introduction",
        "/staff/me/introduction/drawn",
        "/staff/me/introduction/greeting/en",
        "/staff/me/introduction/photograph",
        "/staff/me/introduction/words",
        "/staff/me/name",
        "/staff/me/password",
        "/staff/me/recovery",  # leads to the keys where there is no second factor
        "/staff/people",
        "/staff/people/new",
        "/staff/knocks/",
        "/staff/knocks/1/hours/1",
        "/staff/sites",
        "/staff/sites/new",
        "/staff/sites/1",
        "/staff/sites/1/card/en",
        "/staff/languages/",
        "/staff/languages/1/hi",
        "/staff/languages/1/hi/withdraw",
        "/staff/languages/1/signs",
        "/staff/languages/texts",
        "/staff/languages/texts/hi",
        f"/staff/languages/texts/hi/{_A_TEXT}",
        "/staff/installation",
        "/staff/tablets",
        "/staff/tablets/new",
        "/staff/tablet-voice",
        "/staff/services/",
        "/staff/services/new",
        "/staff/services/site/1/print",
        "/staff/questionnaires/",
        "/staff/questionnaires/drafts/new",
        "/staff/questionnaires/import",
        "/staff/answers/",
        "/staff/answers/decision-makers/1",
        "/staff/rounds/",
        "/staff/rounds/apart/1",
        "/staff/rounds/open/questions",
        "/staff/rounds/open/place",
        "/staff/rounds/open/days",
        "/staff/rounds/open/children",
        "/staff/rounds/open/answer",
        "/staff/publications/",
        "/staff/addresses/",
        "/staff/subscriptions/",
        "/staff/subscriptions/1/letter",
        "/staff/delivery/",
        "/staff/committees/",
        "/staff/committees/new",
        "/staff/reviews/",
        "/staff/reviews/new/example-house",
        "/staff/care-steps/",
        "/staff/log/",
        "/staff/choices/",
        "/staff/choices/pictures",
        "/staff/sessions/",
        "/staff/sessions/add",
    ),
    "asha": (
        "/staff/",
        "/staff/me",
        "/staff/people",
        "/staff/people/readers/new",
        "/staff/reports/",
        "/staff/reports/leaving",
        "/staff/reports/said",
        "/staff/handed/",
        "/staff/services/",
        "/staff/rota/",
        "/staff/knocks/",
        "/staff/audit/",
        "/staff/log/",
        "/staff/letters/",
        "/staff/letters/give",
        "/staff/good-news/",
        "/staff/answers/",
        "/staff/publications/",
        "/staff/publications/voices",
        "/staff/addresses/clearing",
        "/staff/questionnaires/",
        "/staff/suggestions/",
        "/staff/choices/",
    ),
    "reva": (
        "/staff/",
        "/staff/answers/",
        "/staff/reviews/",
        "/staff/publications/review",
    ),
    "lata": (
        "/staff/",
        "/staff/awake",
        "/staff/good-news/thanks",
        "/staff/help-tell",
        "/staff/guide/facilitator",
        "/staff/answers/",
        "/staff/rounds/",
        "/staff/committees/",
        "/staff/choices/",
        "/staff/choices/new",
    ),
    "olga": (
        "/staff/",
        "/staff/me",
        "/staff/me/leave",
        "/staff/me/test",
        "/staff/people",
        "/staff/packs/",
        "/staff/log/",
        "/staff/log/days",
        "/staff/figures/",
        "/staff/influence/",
    ),
    "bela": ("/staff/", "/staff/me", "/staff/translate/"),
}
_A_DRAFTED_QUESTION = r"/staff/questionnaires/drafts/1/questions/\d+"
# One page of each kind that a list leads to: who follows which links from where.
_LED_TO = (
    ("tomas", "/staff/questionnaires/", r"/staff/questionnaires/\d+$"),
    ("tomas", "/staff/rounds/", r"/staff/rounds/[a-z]+-?\w*\d\w*$"),
    ("tomas", "/staff/publications/", r"/staff/publications/(?!review)[\w-]+$"),
    ("tomas", "/staff/people", r"/staff/people/\d+$"),
    ("tomas", "/staff/reviews/", r"/staff/reviews/[0-9a-f]{32}$"),
    ("asha", "/staff/people", r"/staff/people/\d+$"),
    ("asha", "/staff/people/5", r"/staff/people/\d+/key/leave$"),
    ("asha", "/staff/answers/", r"/staff/answers/\d+$"),
    ("asha", "/staff/publications/", r"/staff/publications/(?!review)[\w-]+$"),
    ("lata", "/staff/answers/", r"/staff/answers/\d+$"),
    ("tomas", "/staff/committees/", r"/staff/committees/\d+$"),
    ("tomas", "/staff/committees/new", r"/staff/committees/new/\w+$"),
    ("lata", "/staff/committees/", r"/staff/committees/\d+$"),
    ("lata", "/staff/committees/1", r"/staff/committees/1/agenda$"),
    ("lata", "/staff/committees/2", r"/staff/committees/2/representatives$"),
    ("lata", "/staff/committees/2", r"/staff/committees/2/elections$"),
    ("lata", "/staff/committees/2/elections", r"/staff/committees/2/elections/open$"),
    ("lata", "/staff/committees/1", r"/staff/meetings/of/1$"),
    ("lata", "/staff/meetings/of/1", r"/staff/meetings/\d+$"),
    ("lata", "/staff/meetings/1", r"/staff/meetings/1/minutes$"),
    ("lata", "/staff/meetings/6", r"/staff/meetings/6/move$"),
    ("lata", "/staff/choices/", r"/staff/choices/\d+$"),
    ("lata", "/staff/choices/new", r"/staff/choices/new/1/\w+$"),
    ("lata", "/staff/help-tell", r"/staff/help-tell/[\w-]+/ar$"),
    ("tomas", "/staff/questionnaires/", r"/staff/questionnaires/drafts/\d+$"),
    ("tomas", "/staff/questionnaires/drafts/1", _A_DRAFTED_QUESTION + "$"),
    ("tomas", "/staff/questionnaires/drafts/1", r"/staff/questionnaires/drafts/1/throw$"),
)


_MAIN = re.compile(r"<main\b[^>]*>(.*)</main>", re.DOTALL)
_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')
_A_REVIEW = r"/staff/reviews/[0-9a-f]{32}"


def _one_of_each_kind(paths: list[str]) -> list[str]:
    """Every pack, and of what can be done at one the first of each kind."""
    kinds = {re.sub(_A_REVIEW + "(?=/)", "", path): path for path in reversed(paths)}
    return list(reversed(kinds.values()))


@dataclass(frozen=True)
class ExampleHouse:
    """The example that a first visitor walks through, running."""

    house: House
    passwords: dict[str, str]
    view: str
    signed_in: dict[str, StorageState] = field(default_factory=dict)
    """By handle: what a browser keeps once somebody has signed in."""

    @property
    def url(self) -> str:
        """Where it is."""
        return self.house.url

    def child(self, browser: Browser, **more: object) -> BrowserContext:
        """A browser that is the example's tablet."""
        with self.house.app.app_context():
            code = loader.tablet_code()
        context = browser.new_context(service_workers="block", **more)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{self.url}/enrol?code={code}")
        page.locator("#connect button").click()
        page.wait_for_url("**/language")
        page.close()
        return context

    def speak(self, handle: str, language: str) -> None:
        """Let the pages of somebody speak a language: theirs, not their browser's."""
        with self.house.app.app_context(), db.writing(db.engine()) as session:
            session.execute(update(PersonRow).where(PersonRow.handle == handle).values(language=language))

    def adult(self, browser: Browser, handle: str, language: str = "en", **more: object) -> BrowserContext:
        """A browser in which somebody has signed in whose pages speak a language."""
        self.speak(handle, language)
        if handle in self.signed_in:
            return browser.new_context(locale=language, storage_state=self.signed_in[handle], **more)  # type: ignore[arg-type]
        context = browser.new_context(locale=language, **more)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{self.url}/staff/sign-in")
        page.locator("[name=handle]").fill(handle)
        page.locator("[name=password]").fill(self.passwords[handle])
        page.locator("main form button").click()
        page.wait_for_url("**/staff/")
        page.close()
        self.signed_in[handle] = context.storage_state()
        return context

    def staff_pages(self, page: Page, handle: str) -> list[str]:
        """The paths that somebody can open, with one of each kind that lists lead to."""
        found = list(STAFF[handle])
        for who, start, pattern in _LED_TO:
            if who == handle:
                led = self._led_to(page, start, pattern)
                assert led, f"nothing on {start} leads to {pattern}"
                found += led[:1]
        found += [f"{path}/picture" for path in found if re.fullmatch(_A_DRAFTED_QUESTION, path)]
        if handle == "asha" and (others := self._led_to(page, "/staff/people", r"/staff/people/\d+$")[1:]):
            found += [f"{others[0]}/key", f"{others[0]}/key/again"]
        if handle == "asha" and (one := self._led_to(page, "/staff/questionnaires/", _LED_TO[0][2])):
            found.append(f"{one[0]}/approve")
        if handle == "asha":
            found += self._of_a_letter(page)
        if handle in {"asha", "reva"}:
            found += self._of_reviews(page)
        if handle == "tomas" and (one := self._led_to(page, "/staff/questionnaires/", _LED_TO[0][2])):
            found.append(one[0].replace("questionnaires", "aloud"))
            found += (listed := self._led_to(page, found[-1], r"/staff/aloud/\d+/ar"))[:1]
            found += self._led_to(page, listed[0], r"/staff/aloud/\d+/ar/[0-9a-f]{24}")[:1]
        if handle == "tomas" and (open_now := self._led_to(page, "/staff/rounds/", _LED_TO[1][2])):
            found.append(f"{open_now[0]}/end")
        if handle == "lata" and (open_now := self._led_to(page, "/staff/rounds/", _LED_TO[1][2])):
            found.append(f"{open_now[0]}/sitting")
        return found

    def _of_a_letter(self, page: Page) -> list[str]:
        """What can be done with a letter; the first one that is shown is opened for it."""
        page.goto(f"{self.url}/staff/letters/")
        page.locator("main form[action^='/staff/letters/'] button").first.click()
        page.wait_for_url(re.compile(r"/staff/letters/[0-9a-f]{32}$"))
        path = page.url.removeprefix(self.url)
        return [path, f"{path}/report", f"{path}/hold"]

    def _of_reviews(self, page: Page) -> list[str]:
        """The pack of each review, and all that can be done there; words that she may read are opened for it."""
        found = []
        for path in self._led_to(page, "/staff/reviews/", _A_REVIEW + "$"):
            page.goto(self.url + path)
            sealed = page.locator("main form[action$='/open'] button")
            if sealed.count():
                sealed.click()
                sealed.wait_for(state="detached")
            here = self._led_to(page, path, _A_REVIEW + "/(?!.*[.]ics$)")
            gives = [one for one in here if one.endswith("/file")]
            found += [path, *here, *(led for one in gives for led in self._led_to(page, one, _A_REVIEW + "/file/"))]
        return _one_of_each_kind(found)

    def survey(self, page: Page) -> str:
        """The path of the round that is open."""
        page.goto(f"{self.url}/language/en")
        page.goto(f"{self.url}/open")
        found = page.locator("nav a[href^='/survey/']").first.get_attribute("href")
        assert found
        return found

    def _led_to(self, page: Page, start: str, pattern: str) -> list[str]:
        """Links of a page; it is fetched as whoever is signed in there, and not painted."""
        answer = page.request.get(self.url + start)
        assert answer.ok, f"{start}: {answer.status}"
        main = _MAIN.search(answer.text())
        assert main, f"{start} has no main"
        links = [unescape(link) for link in _LINK.findall(main[1])]
        return [link for link in links if re.match(pattern, link)]


def build_example(folder: Path) -> Path:
    """Load the example into an empty folder and send what is to be sent; gives the folder, for houses to begin as it.

    Of processes that ask at once for the same folder, one builds it and the others wait.
    """
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "built").exists():
            with prepared_house(folder) as house:
                with house.app.app_context():
                    loader.load()
                house.works_once()
            (folder / "built").touch()
    return folder


@contextmanager
def example_house(folder: Path, built: Path) -> Iterator[ExampleHouse]:
    """Serve the example until the block ends.

    Args:
        folder: empty.
        built: where `build_example` built it.
    """
    for part in ("var", "keys"):
        shutil.copytree(built / part, folder / part)
    with running_house(folder) as house:
        lines = (house.settings.keys / "example-sign-ins.txt").read_text("utf-8").splitlines()
        passwords = dict(line.split()[0].split(":", maxsplit=1) for line in lines)
        yield ExampleHouse(house, passwords, _view_in(house.settings.outbox))


def _view_in(outbox: Path) -> str:
    """The path of the view that the first letter to a guardian in the outbox leads to."""
    letters = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in sorted(outbox.glob("*.eml"))]
    bodies = [body.get_content() for letter in letters if (body := letter.get_body(("plain",)))]
    return next(found[0] for body in bodies if (found := re.search(r"/views/[\w.~-]+", body)))
