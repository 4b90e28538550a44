"""The page of seven screens of pictures: made once for each language and device, served pressed."""

import secrets
from collections.abc import Collection, Mapping
from typing import Final

from flask import Response, current_app
from flask_babel import get_locale
from markupsafe import escape

from youthvoice.clips import availability as shelf
from youthvoice.kiosk import pages as showing
from youthvoice.sites.tablets.current import known_here
from youthvoice.threads.child_codes import screens as code_screens
from youthvoice.web.prerendered import Pressed
from youthvoice.web.responses import served

_HOLE: Final = f"where-this-child-told-{secrets.token_hex(16)}"
_MOST_PAGES: Final = 60


def answer(at: str, *, asks_place: bool) -> Response:
    """The page without anything chosen.

    Args:
        at: where the child told, as this page's address says it.
        asks_place: whether the child writes it herself.
    """
    return served(_page(asks_place=asks_place), str(escape(at)))


def render(at: str, given: Mapping[str, str], *, asks_place: bool, missing: Collection[str] = ()) -> str:
    """The page with what was chosen already.

    Args:
        at: as for `answer`.
        given: values by name of the box.
        asks_place: as for `answer`.
        missing: boxes in which nothing was chosen, though the child sent it.
    """
    shown = {"screens": code_screens.screens(), "at": at, "given": given, "asks_place": asks_place, "missing": missing}
    return showing.page("reply", **shown)


def _page(*, asks_place: bool) -> Pressed:
    kept: dict[tuple[object, ...], Pressed] = current_app.extensions.setdefault("youthvoice.reply", {})
    tablet = known_here()
    key = (str(get_locale()), asks_place, tablet.voices if tablet else None, shelf.known().version)
    if key not in kept:
        if len(kept) >= _MOST_PAGES:
            kept.clear()
        before, after = render(_HOLE, {}, asks_place=asks_place).split(_HOLE)
        kept[key] = Pressed.of(before.encode(), after.encode())
    return kept[key]
