"""Queries for clips."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from youthvoice.audit.audit_log import Log
from youthvoice.clips.film_files import clear_film
from youthvoice.clips.models import ClipRow
from youthvoice.clips.sound_files import clear_sound
from youthvoice.clips.text_collector import SpokenText, split_voice, take_name
from youthvoice.compiled_sql import insert_into
from youthvoice.db import count_changed


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip without its sound.

    Attributes:
        name: the hash of its text and language.
        take: the hash of its sound.
        words: the recorded text.
        place: where on the screens the text was; the `text` of a `TextPlace`.
        recorded_by: handle of the adult.
        recorded_on: the day.
    """

    name: str
    take: str
    words: str
    place: str
    recorded_by: str
    recorded_on: date


_CLIPS = select(ClipRow.name, ClipRow.take, ClipRow.words, ClipRow.place, ClipRow.recorded_by, ClipRow.recorded_on)


def keep_clip(session: Session, spoken_text: SpokenText, sound: bytes, by_handle: str, log: Log) -> Clip:
    """Store the recording of a text, or its film, and delete an earlier one of the same text; the very same one stays.

    Raises:
        NotAClip: these bytes are no usable recording.
    """
    values = _clip_values(spoken_text, sound, by_handle, log)
    same = _CLIPS.where(*(getattr(ClipRow, name) == values[name] for name in ("name", "take", "place")))
    if row := session.execute(same).first():  # a folder is brought again, after a command that was cut
        return Clip(*row)
    session.execute(delete(ClipRow).where(ClipRow.name == spoken_text.name))  # a new id: see `newest_by_place`
    inserted = insert_into(ClipRow, session.get_bind().dialect).values(values)
    row = session.execute(  # a second one in the same moment waits, then replaces it
        inserted.on_conflict_do_update(index_elements=["name"], set_=values).returning(*_CLIPS.selected_columns)
    ).one()
    log.add(session, "clip.keep", f"{spoken_text.language} {spoken_text.name}")
    return Clip(*row)


def keep_new_clips(session: Session, sounds: Iterable[tuple[SpokenText, bytes]], by_handle: str, log: Log) -> None:
    """Store many recordings or films of texts that have none yet; the log has one line for each language.

    Args:
        session: a writing one.
        sounds: each text with its recording or film.
        by_handle: of the adult.
        log: of who keeps them.

    Raises:
        NotAClip: one of them is no usable recording.
    """
    rows = [_clip_values(spoken_text, sound, by_handle, log) for spoken_text, sound in sounds]
    session.execute(insert(ClipRow), rows)
    for language, count in sorted(Counter(row["language"] for row in rows).items()):
        log.add(session, "clip.keep", f"{language} {count}")


def _clip_values(spoken_text: SpokenText, sound: bytes, by_handle: str, log: Log) -> dict[str, Any]:
    """The columns of a recording of a text, or of its film."""
    is_film = bool(split_voice(spoken_text.language)[1])
    sound, kind = clear_film(sound) if is_film else clear_sound(sound)
    text_values = {"language": spoken_text.language, "words": spoken_text.words, "place": spoken_text.place.text}
    sound_values = {"take": take_name(sound), "kind": kind, "sound": sound}
    return {"name": spoken_text.name} | text_values | sound_values | {"recorded_by": by_handle, "recorded_on": log.day}


def remove_clip(session: Session, name: str, log: Log) -> None:
    """Remove a clip; nothing happens when it does not exist."""
    if count_changed(session, delete(ClipRow).where(ClipRow.name == name)):
        log.add(session, "clip.remove", name)


def find_sound(session: Session, name: str, take: str) -> tuple[bytes, str] | None:
    """Find the bytes and media type of a clip; None when it was removed or recorded again."""
    row = session.execute(select(ClipRow.sound, ClipRow.kind).where(ClipRow.name == name, ClipRow.take == take)).first()
    return (row.sound, row.kind) if row else None


def list_takes(session: Session) -> dict[str, str]:
    """The take of every clip, by name."""
    return {row.name: row.take for row in session.execute(select(ClipRow.name, ClipRow.take))}


def list_voices(session: Session) -> frozenset[str]:
    """The languages of clips; of films as `film_voice` writes them."""
    return frozenset(session.scalars(select(ClipRow.language).distinct()))


def list_films(session: Session, voices: Collection[str], pages: Collection[str]) -> list[tuple[str, str]]:
    """Name and take of each film of some voices whose text is on one of these pages."""
    rows = session.execute(_CLIPS.where(ClipRow.language.in_(voices)).order_by(ClipRow.name))
    # the page in a `TextPlace.text`: before the colon, perhaps after a site
    return [(row.name, row.take) for row in rows if row.place.partition(": ")[0].rpartition(" ")[2] in pages]


def list_recorded(session: Session, language: str, names: Iterable[str]) -> Mapping[str, Clip]:
    """List the clips of some texts, by name."""
    wanted_names = set(names)
    rows = session.execute(_CLIPS.where(ClipRow.language == language))
    return {row.name: Clip(*row) for row in rows if row.name in wanted_names}


def newest_by_place(session: Session, language: str) -> Mapping[str, Clip]:
    """Find the newest clip, the one with the highest id, of every place on the screens."""
    rows = session.execute(_CLIPS.where(ClipRow.language == language).order_by(ClipRow.id))
    return {row.place: Clip(*row) for row in rows}
