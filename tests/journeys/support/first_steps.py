"""The people of a new house, following To do: each step as it is done in the browser, and what it costs."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from playwright.sync_api import Browser, Request, expect

from tests.journeys.support import browsers
from tests.journeys.support.console_guard import Watch
from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.sites import Place
from tests.support.people import FIRST_NAMES, Somebody
from youthvoice import context

OWN = {
    "coordinator": "green lantern under the ninth stair",
    "advocate-1": "seven slow boats cross at noon",
    "advocate-2": "copper kettle sings beside snow",
    "outside": "paper cranes over the river mill",
}
HELP = {
    "helpline_name": "Example line",
    "helpline_number": "1098",
    "helpline_hours": "day and night",
    "danger_number": "112",
    "danger_adult": "the person at the gate",
}
STARTER = "daily-life-10-12"
COORDINATOR = FIRST_NAMES[FIRST_NAMES.index("--coordinator") + 1]


class Founder(StaffDesk):
    """One of the first four, at a desk of her own; counts the pages she opens and the forms she sends."""

    def __init__(self, browser: Browser, place: Place, handle: str, role: str, password: str) -> None:
        width, height = browsers.DESK
        context = browser.new_context(viewport={"width": width, "height": height})
        context.set_default_timeout(browsers.PATIENCE)
        self.watch = Watch(context)
        person = Somebody(0, handle, "", role, frozenset(), b"", b"", password)
        super().__init__(context.new_page(), place, person)
        self.counted: Counter[str] = Counter()
        self.page.on("response", lambda answer: self._note(answer.request))

    def _note(self, request: Request) -> None:
        if request.is_navigation_request():
            self.counted["forms" if request.method == "POST" else "pages"] += 1

    # ---- Coming in ----
    def comes_in(self, own: str) -> "Founder":
        """With the password that was printed; she is asked for one of her own before anything else."""
        self.opens("/staff/")
        self.fills(handle=self.person.handle, password=self.person.password)
        self.continues()
        expect(self.page).to_have_url(f"{self.place.url}/staff/me/password")
        self.fills(current=self.person.password, new=own, again=own)
        self.presses("Save my password")
        expect(self.page).to_have_url(f"{self.place.url}/staff/")
        return self

    # ---- To do ----
    def reads_steps(self) -> list[str]:
        """The codes of the steps that To do shows, from first to last."""
        self.opens("/staff/")
        rows = self.page.locator("table.steps tbody tr")
        return [row.get_attribute("data-step") or "" for row in rows.all()]

    def follows(self, code: str) -> None:
        """Tap a step of hers; it must be the first one that is left."""
        steps = self.reads_steps()
        assert steps[0] == code, f"{code} is not the first of {steps}"
        self.takes(code)

    def takes(self, code: str) -> None:
        """Tap a step of hers, wherever it stands."""
        self.page.locator(f"tr[data-step={code}] a").click()

    # ---- Steps ----
    def writes_down_who_helps(self) -> None:
        """The helpline that was called, and whom children go to in danger."""
        with self.place.house.app.app_context():
            today = context.today("Asia/Kolkata")
        self.fills(**HELP, helpline_tested=today.isoformat())
        self.presses("Save these changes")
        self.reads("Children see it immediately.")

    def records_the_training(self) -> None:
        """Of the advocate whose page it is, for a year."""
        with self.place.house.app.app_context():
            until = context.today("Asia/Kolkata") + timedelta(days=365)
        self.fills(trained_until=until.isoformat())
        self.presses("Record the training")
        self.reads("is recorded.")

    def signs_for_the_language(self) -> None:
        """One that nobody read, so that children can choose it."""
        self.page.locator("[name=way][value=taken]").check()
        self.presses("Sign and offer it to children")
        self.reads("can choose")

    def makes_a_place_for_a_tablet(self) -> str:
        """Gives the code that connects it."""
        self.fills(name="Common room")
        self.continues()
        return self.page.locator(".typed").inner_text().strip()

    def takes_a_starter(self) -> None:
        """From the shelf."""
        self.page.locator(f"form[action$='/shelf/{STARTER}/use'] button").click()
        expect(self.page.get_by_text(STARTER).first).to_be_visible()

    def approves(self) -> None:
        """Look at the screens, then say yes."""
        at = self.page.url
        self.page.get_by_role("link", name="English").first.click()
        self.page.goto(at)
        self.ticks("seen")
        self.presses("Approve")
        self.reads("may be used in rounds now")

    def asks_for_a_round(self, second: str) -> None:
        """Everything that two adults fix, on a few pages; asks the second one."""
        with self.place.house.app.app_context():
            today = context.today("Asia/Kolkata")
        self.page.locator("select[name=questionnaire]").select_option(index=1)
        self.presses("Continue")
        if "/kind" in self.page.url:
            self.presses("Continue")
        self.ticks("sites")
        self.presses("Continue")
        self.fills(starts=today.isoformat(), until=(today + timedelta(days=7)).isoformat())
        self.presses("Continue")
        self.fills(invited="12", permission="Example permission, on file")
        self.presses("Continue")
        self.chooses("decider", COORDINATOR)
        self.fills(due=(today + timedelta(days=28)).isoformat())
        self.presses("Continue")
        self.reads("Check your answers")
        self.chooses("second", second)
        self.presses("Ask her to agree")
        self.reads(f"You asked {second} to agree.")

    def puts_herself_on_call(self) -> None:
        """Every Monday."""
        self.chooses("person", "Asha Rao")
        self.chooses("when", "Monday")
        self.presses("Put into the rota")
        self.reads("Every Monday")

    def writes_down_her_address(self) -> None:
        """On her own page."""
        self.fills(mail=f"{self.person.handle}@example.org")
        self.presses("Save")
        self.reads("These pages speak your language.")

    def enters_an_address_outside(self) -> None:
        """Of an organisation that keeps watch over the log."""
        self.fills(address=f"log-of-{self.person.handle}@example.org")
        self.presses("Save it, locked")


def walk_to_a_first_answer(
    browser: Browser, place: Place, accounts: Iterable[tuple[str, str, str]]
) -> tuple[dict[str, Founder], ChildTablet]:
    """The first four set up a new site in the browser, then a child answers; returns them and her tablet.

    Args:
        browser: for all of them.
        place: where; its site is new.
        accounts: role, name to sign in with and password of each, as `staff found` prints them.
    """
    people = {
        handle: Founder(browser, place, handle, role, password).comes_in(OWN[handle])
        for role, handle, password in accounts
    }
    coordinator, advocate, _, outside = people.values()

    coordinator.follows("help")
    coordinator.writes_down_who_helps()
    for _ in range(2):
        coordinator.follows("training")
        coordinator.records_the_training()
    advocate.follows("test")
    advocate.presses("Try it")
    outside.follows("reached")
    outside.presses("It reached me")
    coordinator.follows("language")
    coordinator.signs_for_the_language()
    coordinator.follows("tablet")
    tablet = _tablet(browser, place, coordinator.makes_a_place_for_a_tablet())
    coordinator.follows("questionnaire")
    coordinator.takes_a_starter()
    advocate.follows("approve")
    advocate.approves()
    coordinator.follows("round")
    coordinator.asks_for_a_round("Asha Rao")
    advocate.follows("second")
    advocate.page.locator("form[action$='/agree'] button").click()
    advocate.reads("You agreed; it is done.")

    tablet.opens("/language")
    tablet.chooses_language("English")
    expect(tablet.page.locator("nav a[href='/ways']")).to_be_visible()
    assert tablet.opens("/tell").ok
    tablet.opens("/")
    tablet.page.locator("nav a[href^='/survey/']").or_(tablet.page.locator("nav a[href='/open']")).first.click()
    tablet.agrees()
    tablet.answers("Good")
    tablet.goes_on()
    tablet.skips_the_rest()
    tablet.sends()
    expect(tablet.page.locator("body")).to_have_attribute("data-page", re.compile("/survey/[^/]+/thanks$"))
    return people, tablet


def _tablet(browser: Browser, place: Place, code: str) -> ChildTablet:
    width, height = browsers.PHONE
    context = browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(8000)
    tablet = ChildTablet(context.new_page(), Place(place.house, 0, place.name, {}, code, None), Watch(context))
    tablet.is_enrolled()
    return tablet
