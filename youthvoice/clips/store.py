"""Every question about clips."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from youthvoice.audit.log import Log
from youthvoice.clips.audio_format import kind_of
from youthvoice.clips.models import Clip
from youthvoice.clips.names import take_name
from youthvoice.clips.text_collector import Heard


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """A clip without its sound.

    Attributes:
        name: of its words and language.
        take: of its sound.
        words: what is said in it.
        place: where these words stood.
        recorded_by: handle of the adult.
        recorded_on: the day.
    """

    name: str
    take: str
    words: str
    place: str
    recorded_by: str
    recorded_on: date


_FACTS = select(Clip.name, Clip.take, Clip.words, Clip.place, Clip.recorded_by, Clip.recorded_on)


def keep(session: Session, heard: Heard, sound: bytes, by_handle: str, log: Log) -> ClipFacts:
    """Keep the voice of a text; one that was there for the same words is gone.

    Raises:
        NotAClip: these bytes are no clip.
    """
    kind = kind_of(sound)
    session.execute(delete(Clip).where(Clip.name == heard.name))
    made = Clip(
        name=heard.name,
        take=take_name(sound),
        language=heard.language,
        words=heard.words,
        place=heard.place,
        kind=kind,
        sound=sound,
        recorded_by=by_handle,
        recorded_on=log.day,
    )
    session.add(made)
    log.add(session, "clip.keep", f"{heard.language} {heard.name}")
    return ClipFacts(made.name, made.take, made.words, made.place, made.recorded_by, made.recorded_on)


def remove(session: Session, name: str, log: Log) -> None:
    """Let a clip go; nothing happens when it is gone already."""
    gone = session.execute(delete(Clip).where(Clip.name == name))
    if gone.rowcount:  # type: ignore[attr-defined] # a DELETE has it
        log.add(session, "clip.remove", name)


def sound(session: Session, name: str, take: str) -> tuple[bytes, str] | None:
    """Bytes and media type of a clip; None when it is gone or was recorded again."""
    row = session.execute(select(Clip.sound, Clip.kind).where(Clip.name == name, Clip.take == take)).first()
    return (row.sound, row.kind) if row else None


def takes(session: Session) -> dict[str, str]:
    """The take of every clip, by name."""
    return {row.name: row.take for row in session.execute(select(Clip.name, Clip.take))}


def recorded(session: Session, language: str, names: Iterable[str]) -> Mapping[str, ClipFacts]:
    """The clips of some texts, by name."""
    wanted = set(names)
    rows = session.execute(_FACTS.where(Clip.language == language))
    return {row.name: ClipFacts(*row) for row in rows if row.name in wanted}


def by_place(session: Session, language: str) -> Mapping[str, ClipFacts]:
    """The newest clip of every place on the screens."""
    rows = session.execute(_FACTS.where(Clip.language == language).order_by(Clip.id))
    return {row.place: ClipFacts(*row) for row in rows}
