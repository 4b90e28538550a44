"""Debian's Chromium for journeys."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Playwright

CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-device-for-media-stream",  # a microphone that beeps once a second,
    "--use-fake-ui-for-media-stream",  # and somebody who says yes to it
)
_FORGETS_PAGES = "--disable-back-forward-cache"  # Playwright says so unless it is told not to
PHONE = (360, 740)
TABLET = (800, 1280)
DESK = (1280, 800)


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A browser that brings pages back from memory when Back is pressed, as a tablet's does."""
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM, args=_ARGUMENTS, ignore_default_args=[_FORGETS_PAGES]
    )
    try:
        yield browser
    finally:
        for context in browser.contexts:
            close(context)
        browser.close()


def close(context: BrowserContext) -> None:
    """Close a window, but none of its pages in the moment in which it turns into another.

    Chromium then says that it closed the page and does not, and Playwright waits for ever
    (playwright issues 41900 and 42366, crbug 536385539). A page that has arrived somewhere empty closes.
    """
    for page in context.pages:
        with suppress(Error):  # its own way was faster: then it has arrived there
            page.goto("about:blank")
    context.close()
