"""Adults who introduced themselves to children, and whom a colleague approved."""

from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.introductions.drawn_portraits import DrawnPortrait
from youthvoice.introductions.entities import DraftPart, PartKey
from youthvoice.introductions.rules import PORTRAIT, SVG, TEXT, WORDS, digest_of, pad_portrait
from youthvoice.introductions.store import approve_parts, keep_draft


def drawn_in(clothes: str) -> str:
    """A drawn portrait that differs from others by the colour of its clothes."""
    return DrawnPortrait("c68e5f", "bun", "2f2620", "glasses", clothes).svg()


def introduce(person_id: int, clothes: str, second_id: int, words: str = "comes on Tuesdays") -> None:
    """Give somebody a drawn portrait and a few words in English. Commits in a transaction of its own."""
    parts = [
        DraftPart(PartKey(PORTRAIT), pad_portrait(drawn_in(clothes).encode()), SVG),
        DraftPart(PartKey(WORDS, "en"), words.encode(), TEXT),
    ]
    log = Log(context.today(), "test")
    with db.writing(db.engine()) as session:
        for part in parts:
            keep_draft(session, person_id, part, log)
        approve_parts(session, person_id, {part.key: digest_of(part.content) for part in parts}, second_id, log)
