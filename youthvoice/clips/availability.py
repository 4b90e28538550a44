"""Decide where a page can play a clip, and send a clip.

Pages are rendered once and served many times, so a page also depends on the clips that exist (`version`). A new clip of
another process is known here within a second.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from flask import Flask, Response, abort, g, has_request_context, request, url_for
from flask_babel import get_locale
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice import db
from youthvoice.clips import store
from youthvoice.clips.audio_files import list_shipped_clips
from youthvoice.clips.text_collector import clip_name, current_collector, film_voice, language_of, spoken_words
from youthvoice.context import AppCache
from youthvoice.sites.store import Site
from youthvoice.sites.tablets import device
from youthvoice.web.pages.unchanged_pages import etag_of

INDEX_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class ClipIndex:
    """Every clip that exists.

    Attributes:
        takes: by name; clips recorded here replace shipped ones.
        voices: languages of clips that were recorded here; of films as `film_voice` writes them.
        version: changes when any clip changes.
    """

    takes: Mapping[str, str]
    voices: frozenset[str]
    version: str


_index: Final = AppCache[str, ClipIndex](1, INDEX_SECONDS, per_request=True)


def clip_index() -> ClipIndex:
    """The clips that exist; read from the database at most once a second, and the same for all of a request."""
    return _index.get("", _read_index)


def _read_index() -> ClipIndex:
    with db.reading(db.engine()) as session:
        takes = {name: clip.take for name, clip in list_shipped_clips().items()} | store.list_takes(session)
        voices = store.list_voices(session)
    return ClipIndex(takes, voices, etag_of(repr(sorted(takes.items())).encode()))


def forget_index() -> None:
    """Read the database at the next call: this process stored or removed a clip."""
    _index.forget()


_NOTHING: Final = Markup()


def clip_attribute(words: Markup | str, at: str = "", language: str = "") -> Markup:
    """The HTML attributes that make a text playable, for templates: its clip, and its film; empty where it has none.

    An error page that says that nothing can be stored asks no database for them.
    While the texts of a page are collected (`collecting_texts`) it only adds the text to them.

    Args:
        words: the text, as the page shows it.
        at: see `TextCollector.note`.
        language: of the text, where neither the page nor its markup says so.
    """
    text_collector = current_collector()
    if text_collector is None and ("write_failure" in g or not (may_listen() and clip_index().takes)):
        return _NOTHING
    spoken_text = spoken_words(words)
    language = language or language_of(words, str(get_locale() or "en"))
    if text_collector is not None:
        text_collector.note(language, spoken_text, at)
        return Markup()
    name, takes = clip_name(language, spoken_text), clip_index().takes
    attributes = Markup(' data-clip="{}"').format(clip_address(name, takes[name])) if name in takes else Markup()
    if voice := signed_voice(language):
        film = clip_name(voice, spoken_text)
        if film in takes:
            attributes += Markup(' data-film="{}"').format(film_address(film, takes[film]))
    return attributes


def signed_voice(language: str) -> str:
    """The voice (`film_voice`) of the films that this tablet can show for a language; empty where there are none."""
    tablet = device.current_tablet_if_known() if has_request_context() else None
    if tablet is None or not tablet.site.sign_language or _for_staff():
        return ""
    voice = film_voice(language, tablet.site.sign_language)
    return voice if voice in clip_index().voices else ""


def list_film_addresses(session: Session, site: Site, pages: Collection[str]) -> list[str]:
    """Addresses of the films that a site's tablet can show on some pages.

    Args:
        session: only read.
        site: of the tablet.
        pages: names, as in `TextPlace`.
    """
    voices = [voice for code in site.languages if (voice := signed_voice(code))]
    return [film_address(*film) for film in store.list_films(session, voices, pages)] if voices else []


def film_address(name: str, take: str) -> str:
    """The address from which a tablet fetches a film."""
    return url_for("clips.watch", name=name, take=take)


def shows_films() -> bool:
    """Whether this tablet can show films in any language, for templates."""
    tablet = device.current_tablet_if_known() if has_request_context() else None
    return tablet is not None and any(signed_voice(code) for code in tablet.site.languages)


def may_listen() -> bool:
    """Whether this request may play clips: on a tablet, or for staff who check the screens."""
    return has_request_context() and (_for_staff() or device.current_tablet_if_known() is not None)


def _for_staff() -> bool:
    return request.path.startswith("/staff")


def clip_address(name: str, take: str) -> str:
    """The address from which the user of this page fetches a clip."""
    return url_for("read_aloud.listen" if _for_staff() else "clips.listen", name=name, take=take)


def init_app(app: Flask) -> None:
    """Give templates the functions `heard` and `shows_films`."""
    app.jinja_env.globals["heard"] = clip_attribute
    app.jinja_env.globals["shows_films"] = shows_films


CACHE_CONTROL = "private, max-age=31536000, immutable"  # its address changes with its sound


def clip_response(name: str, take: str) -> Response:
    """Send a clip, or the requested part of it; 404 for a name that has no such take today."""
    sound, kind = find_clip(db.session(), name, take) or abort(404)
    reply = Response(sound, content_type=kind)
    reply.headers["Cache-Control"] = CACHE_CONTROL
    reply.make_conditional(request, accept_ranges=True, complete_length=len(sound))
    return reply


def find_clip(session: Session, name: str, take: str) -> tuple[bytes, str] | None:
    """The bytes and media type of a clip, recorded here or shipped; None where it has no such take today."""
    shipped_clip = list_shipped_clips().get(name)
    if sound_and_kind := store.find_sound(session, name, take):
        return sound_and_kind
    return (shipped_clip.file.read_bytes(), shipped_clip.kind) if shipped_clip and shipped_clip.take == take else None
