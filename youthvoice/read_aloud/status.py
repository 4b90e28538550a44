"""Where each text stands: recorded, recorded for other words, or missing."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from youthvoice.clips.store import ClipFacts
from youthvoice.clips.text_collector import Heard
from youthvoice.read_aloud.texts import Texts

State = Literal["recorded", "shipped", "stale", "missing"]
Part = Literal["begin", "before", "questions", "end", "help", "tell"]
_BEFORE = frozenset({"why", "you-choose", "who-sees", "help"})  # the four screens
_OF_PAGE: Mapping[str, Part] = {
    "language": "begin",
    "front": "begin",
    "open": "begin",
    "thanks": "end",
    "help": "help",
    "rights": "help",
    "tell": "tell",
    "code": "tell",
    "reply": "tell",
}


class Line(NamedTuple):
    """One text as the list shows it.

    Attributes:
        heard: the text.
        state: where it stands.
        clip: its clip, or the one that was recorded for other words.
        of_round: whether it holds words of one round only.
    """

    heard: Heard
    state: State
    clip: ClipFacts | None
    of_round: bool


def lines(
    found: Texts, recorded: Mapping[str, ClipFacts], by_place: Mapping[str, ClipFacts], takes: Mapping[str, str]
) -> list[Line]:
    """Every text with its state, in order.

    Args:
        found: the texts.
        recorded: clips made here, by name.
        by_place: the newest clip of every place.
        takes: everything there is, shipped clips too, by name.
    """
    return [
        Line(one, *_state(one, recorded, by_place, takes), of_round=one.name in found.of_round) for one in found.all
    ]


def _state(
    one: Heard, recorded: Mapping[str, ClipFacts], by_place: Mapping[str, ClipFacts], takes: Mapping[str, str]
) -> tuple[State, ClipFacts | None]:
    if one.name in recorded:
        return "recorded", recorded[one.name]
    if one.name in takes:
        return "shipped", None
    before = by_place.get(one.place)
    return ("stale", before) if before else ("missing", None)


def part(heard: Heard) -> Part:
    """Which part of a sitting a text belongs to."""
    page, _, place = heard.place.partition(": ")
    page = page.rpartition(" ")[2]  # a site may stand before it
    if page in _OF_PAGE:
        return _OF_PAGE[page]
    screen = place.partition("/")[0]
    if screen in _BEFORE:
        return "before"
    return "questions" if screen.startswith(("q-", "a-")) else "end"


def next_name(listed: list[Line], name: str) -> str:
    """The next text after one that has no clip yet, from the top again at the end; empty when all have one."""
    at = next((nth for nth, line in enumerate(listed) if line.heard.name == name), 0)
    waiting = (line.heard.name for line in listed[at + 1 :] + listed[:at] if line.state in {"missing", "stale"})
    return next(waiting, "")
