"""Adults who introduced themselves to children, and whom a colleague approved."""

from collections.abc import Iterable

from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.example.introductions import INTRODUCTIONS, greeting_file
from youthvoice.introductions.drawn_portraits import DrawnPortrait
from youthvoice.introductions.entities import DraftPart, PartKey
from youthvoice.introductions.rules import (
    GREETING,
    PORTRAIT,
    SVG,
    TEXT,
    WEBP,
    WORDS,
    digest_of,
    pad_greeting,
    pad_portrait,
)
from youthvoice.introductions.shown_introductions import reload_introductions_after_commit
from youthvoice.introductions.store import approve_parts, keep_draft
from youthvoice.jobs.picture_maker import make_picture


def drawn_in(clothes: str) -> str:
    """A drawn portrait that differs from others by the colour of its clothes."""
    return DrawnPortrait("c68e5f", "bun", "2f2620", "glasses", clothes).svg()


def introduce(person_id: int, clothes: str, second_id: int, words: str = "comes on Tuesdays") -> None:
    """Give somebody a drawn portrait and a few words in English. Commits in a transaction of its own."""
    portrait = DraftPart(PartKey(PORTRAIT), pad_portrait(drawn_in(clothes).encode()), SVG)
    _approve(person_id, [portrait, DraftPart(PartKey(WORDS, "en"), words.encode(), TEXT)], second_id)


def introduce_readers(language: str, person_ids: Iterable[int], second_id: int) -> None:
    """Give adults all that a child's page can show of each: a portrait, a few words and a greeting. Commits.

    Args:
        language: of the words and the greeting. The words are those of the example's Meera; in others they are English.
        person_ids: of up to four adults.
        second_id: who approves all of it.
    """
    meera = dict(zip(("en", "hi", "ar"), INTRODUCTIONS["meera"].words, strict=True))
    words = DraftPart(PartKey(WORDS, language), meera.get(language, meera["en"]).encode(), TEXT)
    greeting = DraftPart(PartKey(GREETING, language), *pad_greeting(greeting_file("meera", "en").read_bytes()))
    for person_id, clothes in zip(person_ids, ("d9694a", "4f7fb5", "6a9e5b", "8a5a9c"), strict=False):
        portrait = DraftPart(PartKey(PORTRAIT), pad_portrait(drawn_in(clothes).encode()), SVG)
        _approve(person_id, [portrait, words, greeting], second_id)


def photograph(person_id: int, picture: bytes, second_id: int) -> None:
    """Give somebody a photograph, from a PNG. Commits in a transaction of its own."""
    _approve(person_id, [DraftPart(PartKey(PORTRAIT), pad_portrait(make_picture(picture)), WEBP)], second_id)


def _approve(person_id: int, parts: list[DraftPart], second_id: int) -> None:
    log = Log(context.today(), "test")
    with db.writing(db.engine()) as session:
        for part in parts:
            keep_draft(session, person_id, part, log)
        approve_parts(session, person_id, {part.key: digest_of(part.content) for part in parts}, second_id, log)
        reload_introductions_after_commit(session)  # as the page does: what was read in the same second
