"""One running house and one browser for all journeys; a site and a browser window of its own for each."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.journeys.support import browsers
from tests.journeys.support.console_guard import Watch
from tests.journeys.support.layout_dump import layout_of
from tests.journeys.support.mailbox import Postbox, post_office
from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.page_list import ExampleHouse, build_example, example_house
from tests.journeys.support.server import House, running_house
from tests.journeys.support.sites import Place, settle
from tests.support.debian_programs import need_program

expect.set_options(timeout=browsers.PATIENCE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A journey that failed says where everything lay on its screens, before they close."""
    report = yield
    opened = getattr(item, "funcargs", {}).get("browser")
    if call.when == "call" and report.failed and isinstance(opened, Browser):
        report.sections.append(("Where everything lay", layout_of(opened.contexts)))
    return report


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives Debian's Chromium. Without it journeys are skipped here and fail where everything must be proved."""
    need_program(browsers.CHROMIUM, "chromium")
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def launch(playwright: Playwright) -> Iterator[Callable[[bool], Browser]]:
    """Starts a browser, or gives the one that was started."""
    with ExitStack() as stack:
        yield cache(lambda whole: stack.enter_context(browsers.chromium(playwright, whole=whole)))


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest, launch: Callable[[bool], Browser]) -> Browser:
    """The whole one for journeys whose module says `NEEDS_MEMORY`: that a page may come back from there."""
    return launch(getattr(request.module, "NEEDS_MEMORY", False))


@pytest.fixture(scope="session")
def post() -> Iterator[tuple[Postbox, str]]:
    """A real mail server, and where it is."""
    with post_office() as opened:
        yield opened


@pytest.fixture
def postbox(post: tuple[Postbox, str]) -> Postbox:
    """What the mail server got."""
    return post[0]


@pytest.fixture(scope="session")
def house(
    launch: Callable[[bool], Browser], post: tuple[Postbox, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The real house, for all journeys."""
    with running_house(tmp_path_factory.mktemp("house"), YOUTHVOICE_SMTP_URL=post[1]) as serving:
        yield serving


@pytest.fixture(scope="session")
def example(launch: Callable[[bool], Browser], tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExampleHouse]:
    """What a first visitor walks through, for all journeys that look and change next to nothing."""
    ours = tmp_path_factory.getbasetemp()
    of_all = ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours  # it is built once for all workers
    with example_house(tmp_path_factory.mktemp("example"), build_example(of_all / "example-built")) as loaded:
        yield loaded


@pytest.fixture
def place(house: House) -> Place:
    """A site with a survey open, for this journey alone."""
    return settle(house)


@pytest.fixture
def tablets(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Callable[..., ChildTablet]]:
    """Makes tablets of a place; each is watched, and what it did wrong fails the journey.

    Their worker fetches everything beforehand, which takes longer than most journeys: only those whose module says
    `WITH_WORKER` have one. All others walk as a browser does that has none.
    """
    watches: list[Watch] = []
    worker = "allow" if getattr(request.module, "WITH_WORKER", False) else "block"

    def make(at: Place, *, enrolled: bool = True, **more: object) -> ChildTablet:
        width, height = browsers.PHONE
        usual = {"viewport": {"width": width, "height": height}, "service_workers": worker}
        context = browser.new_context(**{**usual, **more})  # type: ignore[arg-type]
        context.set_default_timeout(browsers.PATIENCE)
        watches.append(Watch(context))
        tablet = ChildTablet(context.new_page(), at, watches[-1])
        return tablet.is_connected() if enrolled else tablet

    yield make
    for context in browser.contexts:
        browsers.close(context)
    for watch in watches:
        watch.check()


@pytest.fixture
def tablet(tablets: Callable[..., ChildTablet], place: Place) -> ChildTablet:
    """An enrolled tablet of the place."""
    return tablets(place)


@pytest.fixture
def desks(browser: Browser) -> Iterator[Callable[..., StaffDesk]]:
    """Makes desks: `desks(place, "asha")` is signed in."""
    watches: list[Watch] = []

    def make(at: Place, name: str, **more: object) -> StaffDesk:
        width, height = browsers.DESK
        context = browser.new_context(**{"viewport": {"width": width, "height": height}, **more})  # type: ignore[arg-type]
        context.set_default_timeout(browsers.PATIENCE)
        watches.append(Watch(context))
        return StaffDesk(context.new_page(), at, at.people[name]).is_signed_in()

    yield make
    for context in browser.contexts:
        browsers.close(context)
    for watch in watches:
        watch.check()
