"""What everybody sees once an installation has ended: it is closed, and whom to call. No key and no database.

The page is made while both are still there, in each language of the last site.
"""

import socket
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import click
from flask_babel import force_locale, gettext
from markupsafe import Markup

from youthvoice.config import Settings
from youthvoice.sites.labels import call_lines
from youthvoice.sites.store import Site
from youthvoice.startup import PAGE_FILE, InstallationEnd
from youthvoice.web.i18n.languages import direction, spoken_at, tag

CLOSED: Final = ("This house is closed.", "Nobody reads here any more.", "Others help you now. You can call them.")
"""Sentences of the page that children read after the last day, where they are marked for translation."""

IN_DANGER: Final = "In danger now? Go to an adult you trust, or call the emergency number of your country."
"""The page of a device without a site says so, too: nobody of this one is there."""

_PAGE: Final = Markup(
    '<!doctype html><html lang="{}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{}</title><style>body{{max-width:30em;margin:2em auto;padding:0 1em;font:1.4em sans-serif}}"
    "a{{font-size:1.5em}}.whole{{white-space:nowrap}}section{{margin-bottom:3em}}</style>{}<p lang=en><small>"
    "Youth Voice has ended here. Nobody signs in any more.</small></p></html>\n"
)

_SECTION: Final = Markup('<section lang="{}" dir="{}"><h1>{}</h1><p>{}</p><p>{}</p>{}</section>')

_CALL: Final = Markup('<p>{} <a href="tel:{}" dir="ltr">{}</a></p>')

_WAIT_SECONDS: Final = 5.0  # for a whole request, however it drips

_MAX_REQUESTS: Final = 32  # at a time; each waits so long at most

_HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def render_ended_page(site: Site) -> bytes:
    """The page, in every language of a site."""
    codes = spoken_at(site.languages)
    sections = Markup().join(_render_section(site, code) for code in codes)
    return _PAGE.format(tag(codes[0]), site.name, sections).encode()


def _render_section(site: Site, code: str) -> Markup:
    with force_locale(code):
        lines = call_lines(site)
        calls = [(gettext(IN_DANGER), lines.danger_call), (lines.helpline, lines.helpline_call)]
        rows = Markup().join(_CALL.format(words, number, number) for words, number in calls if number)
        return _SECTION.format(tag(code), direction(code), *map(gettext, CLOSED), rows)


def make_ended_server(port: int, page: bytes) -> ThreadingHTTPServer:
    """A server of this one page that listens already; port 0 takes a free one.

    Args:
        port: of 127.0.0.1.
        page: from `render_ended_page`.
    """
    turns = threading.BoundedSemaphore(_MAX_REQUESTS)
    return ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (_Handler,), {"page": page, "turns": turns}))


def serve_ended(settings: Settings, end: InstallationEnd) -> None:
    """Show the page of an installation that has ended, until the process ends."""
    click.echo(str(end))
    make_ended_server(settings.port, (settings.data / PAGE_FILE).read_bytes()).serve_forever()


class _Handler(BaseHTTPRequestHandler):
    """One request: whatever it asks for, it gets this page, and nothing that it sends is read."""

    page: bytes
    turns: threading.BoundedSemaphore
    timeout = _WAIT_SECONDS

    def handle(self) -> None:
        """Answer one request; where it does not end in time, or too many others wait, it gets nothing."""
        if not self.turns.acquire(blocking=False):
            return
        deadline = threading.Timer(_WAIT_SECONDS, self.connection.shutdown, [socket.SHUT_RD])
        deadline.start()
        try:
            super().handle()
        finally:
            deadline.cancel()
            self.turns.release()

    def do_GET(self) -> None:
        """Answer: a child finds help, a program that delivers something learns that nobody takes it."""
        self._answer(HTTPStatus.OK)

    do_HEAD = do_GET  # noqa: N815 - the library's name

    def _answer(self, status: int) -> None:
        self.close_connection = True
        self.send_response_only(status)
        for name, value in {**_HEADERS, "Content-Length": str(len(self.page))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(self.page)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 - the library's signature
        """Another method, or what is no request: the same page, which says that nothing was taken."""
        self._answer(HTTPStatus.GONE)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing of a request is logged."""
