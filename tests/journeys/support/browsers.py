"""Debian's Chromium for journeys."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Playwright

from tests.support.long_tests import long_test

CHROMIUM = Path("/usr/bin/chromium")
_LIGHT = Path("/usr/bin/chromium-headless-shell")  # the same engine without a window around it: half the work
_UNOPTIMISED = "--js-flags=--no-opt --no-maglev"
"""A page is soon gone: to optimise its scripts costs more than it saves."""
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--renderer-process-limit=1",  # none is started for a page that may come next: half of all, and of no use here
    _UNOPTIMISED,
    "--use-fake-device-for-media-stream",  # a microphone that beeps once a second,
    "--use-fake-ui-for-media-stream",  # and somebody who says yes to it
)
_FORGETS_PAGES = "--disable-back-forward-cache"  # Playwright says so unless it is told not to
LONG_WALK = long_test("WALKED")


LONG = [pytest.mark.journey, LONG_WALK]
"""Of journeys that take a minute each and prove in another browser, or on another machine, what stands proved."""


PATIENCE = 30_000  # milliseconds for anything to be seen or to arrive: it costs nothing where a machine is quick
PHONE = (360, 740)
TABLET = (800, 1280)
DESK = (1280, 800)


@contextmanager
def chromium(playwright: Playwright, *, whole: bool = True, hears: Path | None = None) -> Iterator[Browser]:
    """A browser.

    Args:
        playwright: starts it.
        whole: it brings pages back from memory when Back is pressed, as a tablet's does. Otherwise the lighter one of
            the same engine, which does not, where there is one.
        hears: a sound file for its microphone, which else beeps. What changes a voice runs for seconds, so this one
            optimises scripts as a tablet does.
    """
    path = CHROMIUM if whole or not _LIGHT.exists() else _LIGHT
    voice = [f"--use-file-for-fake-audio-capture={hears}"] if hears else [_UNOPTIMISED]
    arguments = [*(one for one in ARGUMENTS if one != _UNOPTIMISED), *voice]
    browser = playwright.chromium.launch(executable_path=path, args=arguments, ignore_default_args=[_FORGETS_PAGES])
    try:
        yield browser
    finally:
        for context in browser.contexts:
            close(context)
        browser.close()


def with_profile(
    playwright: Playwright, folder: Path, width: int, height: int, *, whole: bool = False
) -> BrowserContext:
    """A browser of its own that keeps everything in a folder, as a tablet does; `whole` as in `chromium`."""
    return playwright.chromium.launch_persistent_context(
        folder,
        executable_path=CHROMIUM if whole or not _LIGHT.exists() else _LIGHT,
        args=ARGUMENTS,
        ignore_default_args=[_FORGETS_PAGES],
        viewport={"width": width, "height": height},
    )


def close(context: BrowserContext) -> None:
    """Close a window, but none of its pages in the moment in which it turns into another.

    Chromium then says that it closed the page and does not, and Playwright waits for ever
    (playwright issues 41900 and 42366, crbug 536385539). A page that has arrived somewhere empty closes.
    """
    for page in context.pages:
        with suppress(Error):  # its own way was faster: then it has arrived there
            page.goto("about:blank")
    context.close()
