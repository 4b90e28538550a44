"""What a child finds in her thread, and what she is asked there. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from youthvoice.grievances.child_thread.rules import ANSWERS
from youthvoice.threads.case_state import Marks
from youthvoice.threads.entries import Entry

_MESSAGES: Final = frozenset({"message", "message_voice"})


@dataclass(frozen=True, slots=True)
class ForChild:
    """A thread as the child sees it.

    Attributes:
        steps: what happened, in order: steps and messages.
        messages: what was written or said to her, the newest first.
        asks: questions that wait for her, the newest of each kind; of `may_know` all.
        may_disagree: whether she can say that it is not put right, asked or not.
    """

    steps: tuple[Entry, ...]
    messages: tuple[Entry, ...]
    asks: tuple[Entry, ...]
    may_disagree: bool


def for_child(said: Sequence[Entry], marks: Marks) -> ForChild:
    """A thread as the child sees it.

    Args:
        said: everything that was said to her, in order.
        marks: how her thread stands.
    """
    asks = _waiting(said)
    asked = any(ask.said.get("ask") == "put_right" for ask in asks)
    return ForChild(
        steps=tuple(one for one in said if one.kind == "step" or one.kind in _MESSAGES),
        messages=tuple(one for one in reversed(said) if one.kind in _MESSAGES),
        asks=asks,
        may_disagree=marks.state == "closed" and not asked,
    )


def _waiting(said: Sequence[Entry]) -> tuple[Entry, ...]:
    waiting: dict[str, Entry] = {}
    for one in said:
        about = str(one.said.get("ask" if one.kind == "ask" else "about", ""))
        if one.kind == "ask" and about in ANSWERS:
            waiting[one.id.hex() if about == "may_know" else about] = one
        elif one.kind == "step" and one.said.get("step") == "you_said":
            waiting.pop(str(one.said.get("ask", "")) if about == "may_know" else about, None)
    return tuple(waiting.values())
