"""How the example's adults introduce themselves: drawn portraits, a few words, greetings and hours."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from youthvoice.accounts.store import find_person_by_handle
from youthvoice.example.rounds import log_of, require
from youthvoice.introductions.drawn_portraits import DrawnPortrait
from youthvoice.introductions.entities import DraftPart, PartKey
from youthvoice.introductions.rules import GREETING, PORTRAIT, SVG, TEXT, WORDS, digest_of, pad_greeting, pad_portrait
from youthvoice.introductions.store import approve_parts, keep_draft
from youthvoice.knocks.rules import WeeklyHour
from youthvoice.knocks.store import ListeningTime, keep_listening_time

_FOLDER: Final = Path(__file__).parent / "placeholder_voice"

_LANGUAGES: Final = ("en", "hi", "ar")


class ExampleIntroduction(NamedTuple):
    """The introduction of one adult; the texts are in English, Hindi and Arabic.

    Attributes:
        greetings: said by a machine, which says so; empty where the adult has none.
    """

    portrait: DrawnPortrait
    words: tuple[str, str, str]
    greetings: tuple[str, str, str] = ("", "", "")


INTRODUCTIONS: Final[Mapping[str, ExampleIntroduction]] = {
    "asha": ExampleIntroduction(
        DrawnPortrait("9a653c", "braid", "2f2620", "none", "d9694a"),
        ("comes on Tuesdays", "मंगलवार को आती हैं", "تأتي يوم الثلاثاء"),
        ("Hello, I am Asha. A machine says this.", "नमस्ते, मैं आशा हूँ। यह मशीन की आवाज़ है।", "مرحبا، أنا آشا. هذا صوت آلة."),
    ),
    "ravi": ExampleIntroduction(
        DrawnPortrait("9a653c", "short", "2f2620", "moustache", "4f7fb5"),
        ("comes on Fridays", "शुक्रवार को आते हैं", "يأتي يوم الجمعة"),
        (
            "Hello, I am Ravi. A machine says this.",
            "नमस्ते, मैं रवि हूँ। यह मशीन की आवाज़ है।",
            "مرحبا، أنا رافي. هذا صوت آلة.",
        ),
    ),
    "meera": ExampleIntroduction(
        DrawnPortrait("c68e5f", "bun", "2f2620", "glasses", "6a9e5b"),
        ("works in the city", "शहर में काम करती हैं", "تعمل في المدينة"),
        (
            "Hello, I am Meera. A machine says this.",
            "नमस्ते, मैं मीरा हूँ। यह मशीन की आवाज़ है।",
            "مرحبا، أنا ميرا. هذا صوت آلة.",
        ),
    ),
    "olga": ExampleIntroduction(
        DrawnPortrait("f3d3b8", "long", "d9b35b", "earrings", "8a5a9c"),
        ("lives far away", "दूर रहती हैं", "تسكن بعيدًا"),
        (
            "Hello, I am Olga. A machine says this.",
            "नमस्ते, मैं ओल्गा हूँ। यह मशीन की आवाज़ है।",
            "مرحبا، أنا أولغا. هذا صوت آلة.",
        ),
    ),
    "lata": ExampleIntroduction(
        DrawnPortrait("c68e5f", "long", "2f2620", "earrings", "e0a93b"),
        ("is here in the evening", "शाम को यहाँ होती हैं", "هنا في المساء"),
    ),
    "fatima": ExampleIntroduction(
        DrawnPortrait("e2b48c", "headscarf", "2e7d6b", "none", "e0a93b"),
        ("is here every day", "रोज़ यहाँ होती हैं", "هنا كل يوم"),
    ),
}


LISTENING: Final[Mapping[str, tuple[str, tuple[WeeklyHour, ...]]]] = {
    "fatima": ("bench", (WeeklyHour(0, 16), WeeklyHour(3, 16))),
    "meera": ("open_door", (WeeklyHour(2, 10),)),
    "asha": ("library", (WeeklyHour(1, 15),)),
    "ravi": ("tree", (WeeklyHour(4, 15),)),
}
"""Where and when each of these adults listens."""


def greeting_file(handle: str, language: str) -> Path:
    """The recording of a greeting, written by `make voices`."""
    return _FOLDER / f"greeting-{handle}-{language}.webm"


def greeting_texts() -> Iterator[tuple[Path, str, str]]:
    """The file, language and text of every greeting."""
    for handle, example_introduction in INTRODUCTIONS.items():
        for language, text in zip(_LANGUAGES, example_introduction.greetings, strict=True):
            if text:
                yield greeting_file(handle, language), language, text


def introduce_everybody(session: Session) -> None:
    """Let the adults introduce themselves; Tomas approves each."""
    tomas_id = require(find_person_by_handle(session, "tomas")).id
    for handle, example_introduction in INTRODUCTIONS.items():
        person_id = require(find_person_by_handle(session, handle)).id
        parts = list(_parts_of(handle, example_introduction))
        for part in parts:
            keep_draft(session, person_id, part, log_of(handle))
        digests = {part.key: digest_of(part.content) for part in parts}
        approve_parts(session, person_id, digests, tomas_id, log_of("tomas"))


def listen_every_week(session: Session, site_id: int) -> None:
    """Let the adults say where and when they listen."""
    for handle, (place, hours) in LISTENING.items():
        person_id = require(find_person_by_handle(session, handle)).id
        keep_listening_time(session, ListeningTime(site_id, person_id, place, hours), log_of(handle))


def _parts_of(handle: str, example_introduction: ExampleIntroduction) -> Iterator[DraftPart]:
    yield DraftPart(PartKey(PORTRAIT), pad_portrait(example_introduction.portrait.svg().encode()), SVG)
    for language, text in zip(_LANGUAGES, example_introduction.words, strict=True):
        yield DraftPart(PartKey(WORDS, language), text.encode(), TEXT)
    for language, text in zip(_LANGUAGES, example_introduction.greetings, strict=True):
        if text:
            content, media = pad_greeting(greeting_file(handle, language).read_bytes())
            yield DraftPart(PartKey(GREETING, language), content, media)
