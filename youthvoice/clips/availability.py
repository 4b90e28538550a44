"""Where words can be heard, and one clip as an answer.

Pages are made once and served many times, so what is known is part of what a page depends on (`version`). Another
process's new clip is known here within a second.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Flask, Response, abort, has_request_context, request, url_for
from flask_babel import get_locale
from markupsafe import Markup

from youthvoice import db
from youthvoice.clips import store
from youthvoice.clips.audio_files import shipped
from youthvoice.clips.text_collector import clip_name, current_collector, language_of, spoken_words
from youthvoice.context import AppCache
from youthvoice.sites.tablets import device

INDEX_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class ClipIndex:
    """Every clip there is.

    Attributes:
        takes: by name; those recorded here go before those that were shipped.
        version: another one when any clip is another.
    """

    takes: Mapping[str, str]
    version: int


_index: Final = AppCache[str, ClipIndex](1, INDEX_SECONDS)


def clip_index() -> ClipIndex:
    """What there is; asks the database at most once a second."""
    return _index.get("", _read_index)


def _read_index() -> ClipIndex:
    with db.reading(db.engine()) as session:
        takes = {name: clip.take for name, clip in shipped().items()} | store.list_takes(session)
    return ClipIndex(takes, hash(frozenset(takes.items())))


def forget_index() -> None:
    """A clip was kept or removed by this process: ask the database next time."""
    _index.forget()


def clip_attribute(words: Markup | str, at: str = "", language: str = "") -> Markup:
    """For templates: the attribute that says where words can be heard; nothing where they cannot.

    Args:
        words: as they are shown.
        at: see `TextCollector.note`.
        language: of the words where neither the page nor their markup tells.
    """
    gathered = current_collector()
    if gathered is None and not (_may_listen() and clip_index().takes):
        return Markup()
    said = spoken_words(words)
    language = language or language_of(words, str(get_locale() or "en"))
    if gathered is not None:
        gathered.note(language, said, at)
        return Markup()
    name = clip_name(language, said)
    take = clip_index().takes.get(name)
    return Markup(' data-clip="{}"').format(clip_address(name, take)) if take else Markup()


def _may_listen() -> bool:
    """Clips are for tablets and for staff who look at the screens."""
    return has_request_context() and (_for_staff() or device.current_tablet_if_known() is not None)


def _for_staff() -> bool:
    return request.path.startswith("/staff")


def clip_address(name: str, take: str) -> str:
    """Where this page's reader fetches a clip."""
    return url_for("read_aloud.listen" if _for_staff() else "clips.listen", name=name, take=take)


def init_app(app: Flask) -> None:
    """Let templates ask."""
    app.jinja_env.globals["heard"] = clip_attribute


CACHE_CONTROL = "private, max-age=31536000, immutable"  # its address changes with its sound


def clip_response(name: str, take: str) -> Response:
    """The sound, or the part of it that was asked for; 404 for any name that is not exactly today's."""
    kept = store.find_sound(db.session(), name, take)
    if kept is None:
        shipped_clip = shipped().get(name)
        if shipped_clip is None or shipped_clip.take != take:
            abort(404)
        kept = (shipped_clip.file.read_bytes(), shipped_clip.kind)
    sound, kind = kept
    reply = Response(sound, content_type=kind)
    reply.headers["Cache-Control"] = CACHE_CONTROL
    reply.make_conditional(request, accept_ranges=True, complete_length=len(sound))
    return reply
