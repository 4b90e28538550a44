"""What this process knows of clips, and what templates ask: where can these words be heard?

Pages are made once and served many times, so what is known is part of what a page depends on (`version`). Another
process's new clip is known here within a second.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, current_app, has_request_context, request, url_for
from flask_babel import get_locale
from markupsafe import Markup

from youthvoice import db
from youthvoice.clips import store
from youthvoice.clips import text_collector as gathering
from youthvoice.clips.bundled import shipped
from youthvoice.clips.names import clip_name, language_of, spoken
from youthvoice.sites.tablets import current as tablets

KEPT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Known:
    """Every clip there is.

    Attributes:
        takes: by name; those recorded here go before those that were shipped.
        version: another one when any clip is another.
    """

    takes: Mapping[str, str]
    version: int


def known() -> Known:
    """What there is; asks the database at most once a second."""
    asked_at, found = current_app.extensions.get("youthvoice.clips", (0.0, None))
    if found is None or time.monotonic() - asked_at > KEPT_SECONDS:
        with db.reading(db.engine()) as session:
            takes = {name: one.take for name, one in shipped().items()} | store.takes(session)
        found = Known(takes, hash(frozenset(takes.items())))
        current_app.extensions["youthvoice.clips"] = (time.monotonic(), found)
    return found  # type: ignore[no-any-return] # put there above


def look_again() -> None:
    """A clip was kept or removed by this process: ask the database next time."""
    current_app.extensions.pop("youthvoice.clips", None)


def heard(words: Markup | str, at: str = "", language: str = "") -> Markup:
    """For templates: the attribute that says where words can be heard; nothing where they cannot.

    Args:
        words: as they are shown.
        at: see `Gathered.note`.
        language: of the words where neither the page nor their markup tells.
    """
    gathered = gathering.gathered_now()
    if gathered is None and not (_may_listen() and known().takes):
        return Markup()
    said = spoken(words)
    language = language or language_of(words, str(get_locale() or "en"))
    if gathered is not None:
        gathered.note(language, said, at)
        return Markup()
    name = clip_name(language, said)
    take = known().takes.get(name)
    return Markup(' data-clip="{}"').format(address(name, take)) if take else Markup()


def _may_listen() -> bool:
    """Clips are for tablets and for staff who look at the screens."""
    return has_request_context() and (_for_staff() or tablets.known_here() is not None)


def _for_staff() -> bool:
    return request.path.startswith("/staff")


def address(name: str, take: str) -> str:
    """Where this page's reader fetches a clip."""
    return url_for("aloud.listen" if _for_staff() else "clips.listen", name=name, take=take)


def init_app(app: Flask) -> None:
    """Let templates ask."""
    app.jinja_env.globals["heard"] = heard
