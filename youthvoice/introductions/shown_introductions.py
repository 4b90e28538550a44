"""What pages show of approved introductions: portrait, greeting and words of each adult, and which files that takes.

Pages are rendered once and served many times, so a page also depends on the introductions (`version`).
"""

from base64 import b64encode
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from flask import Flask, Response, has_request_context, request, url_for
from flask_babel import get_locale
from sqlalchemy import event
from sqlalchemy.orm import Session

from youthvoice import db
from youthvoice.access.permissions import OUTSIDE_RECIPIENT
from youthvoice.accounts.store import Reader, list_key_holders, list_people
from youthvoice.clips.availability import may_listen
from youthvoice.context import AppCache
from youthvoice.introductions import store
from youthvoice.introductions.entities import ApprovedIntroductions
from youthvoice.introductions.rules import SVG
from youthvoice.web.graphics.picture_addresses import portrait_address

_SECONDS: Final = 1.0

_approved: Final = AppCache[str, ApprovedIntroductions](1, _SECONDS, per_request=True)


class ShownIntroduction(NamedTuple):
    """What a child sees and hears of one adult beside her name.

    Attributes:
        words: who she is, in the language of the page; empty without.
        greeting: the address of her greeting in that language; empty without.
    """

    words: str = ""
    greeting: str = ""


def approved_introductions() -> ApprovedIntroductions:
    """Every approved part; read from the database at most once a second, and the same for all of a request."""

    def read() -> ApprovedIntroductions:
        with db.reading(db.engine()) as session:
            return store.load_approved(session)

    return _approved.get("", read)


MAX_BESIDE: Final = 7
"""The most faces that a small child chooses from; with "another adult" they fit one screen."""

_beside: Final = AppCache[int, tuple[Reader, ...]](500, seconds=5)


def adults_beside(site_id: int) -> tuple[Reader, ...]:
    """The adults of a site with keys and a portrait: one of them sits beside a child of four to six (CHILD-UX.md)."""

    def read() -> tuple[Reader, ...]:
        portraits = approved_introductions().portraits
        with db.reading(db.engine()) as session:
            readers = list_key_holders(session, site_id)
        present = [reader for reader in readers if reader.role != OUTSIDE_RECIPIENT and reader.person_id in portraits]
        return tuple(present[:MAX_BESIDE])

    return _beside.get(site_id, read)


def reload_introductions_after_commit(session: Session) -> None:
    """Read the database again once this transaction, which approves or withdraws a part, is committed."""
    event.listen(session, "after_commit", lambda _session: _approved.forget(), once=True)


def face_of(person_id: int, picture: str) -> str:
    """The picture by which a child knows an adult on this page, for templates.

    Args:
        person_id: who.
        picture: of OpenMoji, shown where she has no portrait, and in a browser that may fetch none; may be empty.
    """
    portrait = approved_introductions().portraits.get(person_id) if may_listen() else None
    return portrait or picture or SOMEBODY


SOMEBODY: Final = "somebody"
"""The picture of an adult of whom no other is known: a friendly person, neither man nor woman."""

_person_ids: Final = AppCache[int, frozenset[int]](500, seconds=5)


def portraits_at(site_id: int) -> Mapping[int, str]:
    """The portraits of the adults of a site, by person id; in a browser that may fetch none (`face_of`) there are none.

    Who works there may be five seconds old, a portrait at most one: a page names no portrait that nobody serves there.
    """

    def read() -> frozenset[int]:
        with db.reading(db.engine()) as session:
            return frozenset(person.id for person in list_people(session, [site_id]))

    portraits = approved_introductions().portraits if may_listen() else {}
    person_ids = _person_ids.get(site_id, read)
    return {person_id: portrait for person_id, portrait in portraits.items() if person_id in person_ids}


def introduction_of(person_id: int) -> ShownIntroduction:
    """The introduction of an adult in the language of the page, for templates."""
    approved, key = approved_introductions(), (person_id, str(get_locale() or "en"))
    digest = approved.greetings.get(key, "")
    address = greeting_address(digest) if digest and may_listen() else ""
    return ShownIntroduction(approved.words.get(key, ""), address)


def greeting_address(digest: str) -> str:
    """The address from which the user of this page fetches a greeting."""
    if has_request_context() and request.path.startswith("/staff"):
        return url_for("introductions.show_file", digest=digest)
    return url_for("greetings.listen", digest=digest)


def files_of(person_ids: Collection[int], languages: Collection[str]) -> list[str]:
    """The addresses of every portrait and greeting that a tablet stores beforehand, whichever adult a child meets.

    Args:
        person_ids: the adults of the tablet's site.
        languages: of the site.
    """
    approved = approved_introductions()
    pictures = {portrait_address(code) for person_id, code in approved.portraits.items() if person_id in person_ids}
    greetings = {
        url_for("greetings.listen", digest=digest)
        for (person_id, language), digest in approved.greetings.items()
        if person_id in person_ids and language in languages
    }
    return sorted(pictures | greetings)


def load_portraits(person_ids: Collection[int]) -> dict[int, str]:
    """The portrait of each of these adults who has one, as an SVG document for paper; a photograph is cut round."""
    portraits = approved_introductions().portraits
    codes = {person_id: code for person_id, code in portraits.items() if person_id in person_ids}
    drawings = {}
    with db.reading(db.engine()) as session:
        for person_id, code in codes.items():
            part = store.find_content(session, code.partition("-")[2], {person_id}, approved=True)
            if part is not None:
                content, media = part
                drawings[person_id] = content.decode() if media == SVG else _ROUND.format(b64encode(content).decode())
    return drawings


_ROUND: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><clipPath id="round"><circle cx="48" cy="48" r="48"/>'
    '</clipPath><image clip-path="url(#round)" width="96" height="96" href="data:image/webp;base64,{}"/></svg>'
)


def send_part(content: bytes, media: str) -> Response:
    """Send a portrait or a greeting. No browser keeps it; a tablet's stock does until it is withdrawn."""
    reply = Response(content, content_type=media)
    reply.headers["Cache-Control"] = "no-store"
    reply.make_conditional(request, accept_ranges=True, complete_length=len(content))
    return reply


def init_app(app: Flask) -> None:
    """Give templates the functions `introduction` and `face_of`."""
    app.jinja_env.globals |= {"introduction": introduction_of, "face_of": face_of}
