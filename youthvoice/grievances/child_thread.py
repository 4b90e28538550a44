"""What a child finds in her thread, and what follows from what she does there. Pure.

Source: STANDARDS.md S13, S15 (the child can disagree: it opens again), S16 (trouble since goes outside); PRIVACY.md C
("put right" and "withdraw" are requests that an advocate checks).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from youthvoice.grievances.time_limits import AGREE, CHILD_WROTE, REPRISAL_CHECKS
from youthvoice.threads import case_state
from youthvoice.threads.entities import ThreadEntry

MessageKind = Literal["child", "put_right", "withdraw", "trouble", "may_know"]


ANSWERS: Final = {
    "put_right": ("yes", "partly", "no"),
    "trouble": ("no", "yes"),
    "may_know": ("yes", "no"),
}
"""What can be answered to each question, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class ChildMessage:
    """One thing that a child did with her code.

    Attributes:
        kind: of the entry.
        words: hers, as given; may be empty.
        answer: one of `ANSWERS`, where she was asked something.
        ask: which question, the id of the reply that asked, in hexadecimal digits; may be empty.
        question: what that reply calls itself among her readers; may be empty.
        sound: her voice, as recorded; empty without one.
        sound_kind: `audio/webm` or `audio/ogg`.
        number: of the page that she wrote on, 16 bytes, by which it is known when it comes again; may be empty.
    """

    kind: MessageKind
    words: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)
    ask: str = ""
    sound: bytes = field(default=b"", repr=False)
    sound_kind: str = ""
    number: bytes = field(default=b"", repr=False)
    question: str = ""

    @property
    def disagrees(self) -> bool:
        """Whether she says that it is not well."""
        return self.kind == "put_right" and self.answer in {"no", "partly"}

    @property
    def is_trouble(self) -> bool:
        """Whether she was treated worse."""
        return self.kind == "trouble" and self.answer == "yes"

    @property
    def wants_an_answer(self) -> bool:
        """Whether somebody must now look and answer; a plain yes, or "no trouble", needs none."""
        return self.kind in {"child", "withdraw", "may_know"} or self.disagrees or self.is_trouble

    @property
    def opens_again(self) -> bool:
        """Whether a thread that is closed, or about to be, is open again."""
        return self.kind == "child" or self.disagrees or self.is_trouble


def does_reopen(marks: case_state.CaseState, said: ChildMessage) -> bool:
    """Whether a closed thread opens again by what she said."""
    return marks.state == "closed" and said.opens_again


def state_after(marks: case_state.CaseState, said: ChildMessage, day: date, until: int) -> case_state.CaseState:
    """How a thread stands after a child said something.

    Args:
        marks: before.
        said: what.
        day: at the site.
        until: the hour by which she gets an answer, if she wants one.
    """
    if said.opens_again and marks.state in {"closed", "asked"}:
        marks = reopened_state(marks, day)
    if said.wants_an_answer and until < marks.clocks.get(CHILD_WROTE, until + 1):
        marks = marks.with_clock(CHILD_WROTE, until)  # one that runs is not put off by writing again
    marks = marks.unflagged(case_state.WAITS_FOR_CHILD)
    if said.kind == "withdraw":
        marks = marks.flagged(case_state.WITHDRAW_ASKED)
    if said.is_trouble:
        marks = marks.flagged(case_state.TROUBLE, case_state.TELL_OUTSIDE)
    if said.kind == "trouble":
        marks = with_check_done(marks)
    if said.kind == "put_right":
        marks = _put_right(marks, said, day)
    return marks


def reopened_state(marks: case_state.CaseState, day: date) -> case_state.CaseState:
    """A report that was closed, or about to be: it closes only after something new was done (S15).

    Args:
        marks: before.
        day: at the site.
    """
    days = {name: each for name, each in marks.days.items() if name not in {"closed", "acted"}}
    return marks.having(state="open", days=days).without_clock(AGREE).on("reopened", day)


def with_check_done(marks: case_state.CaseState) -> case_state.CaseState:
    """The earlier of the two checks for reprisals is done; of the later one the clock goes on (S16)."""
    return marks.without_clock(*[name for name in REPRISAL_CHECKS if name in marks.clocks][:1])


def _put_right(marks: case_state.CaseState, said: ChildMessage, day: date) -> case_state.CaseState:
    """Her last word counts, and each time she disagrees one more person is told."""
    days = {name: each for name, each in marks.days.items() if name != "put_right"}
    marks = marks.having(days=days).unflagged(case_state.DISAGREED, case_state.TOLD_DISAGREED)
    return marks.flagged(case_state.DISAGREED) if said.disagrees else marks.on("put_right", day)


_MESSAGES: Final = frozenset({"message", "message_voice"})


@dataclass(frozen=True, slots=True)
class ChildThreadView:
    """A thread as the child sees it.

    Attributes:
        steps: what happened, in order: steps and messages.
        messages: what was written or said to her, the newest first.
        asks: questions that wait for her, the newest of each kind; of `may_know` all.
        may_disagree: whether she can say that it is not put right, asked or not.
    """

    steps: tuple[ThreadEntry, ...]
    messages: tuple[ThreadEntry, ...]
    asks: tuple[ThreadEntry, ...]
    may_disagree: bool


def child_thread_view(said: Sequence[ThreadEntry], marks: case_state.CaseState) -> ChildThreadView:
    """A thread as the child sees it.

    Args:
        said: everything that was said to her, in order.
        marks: how her thread stands.
    """
    asks = _waiting(said)
    asked = any(ask.said.get("ask") == "put_right" for ask in asks)
    return ChildThreadView(
        steps=tuple(one for one in said if one.kind == "step" or one.kind in _MESSAGES),
        messages=tuple(one for one in reversed(said) if one.kind in _MESSAGES),
        asks=asks,
        may_disagree=marks.state == "closed" and not asked,
    )


def _waiting(said: Sequence[ThreadEntry]) -> tuple[ThreadEntry, ...]:
    waiting: dict[str, ThreadEntry] = {}
    for one in said:
        about = str(one.said.get("ask" if one.kind == "ask" else "about", ""))
        if one.kind == "ask" and about in ANSWERS:
            waiting[one.id.hex() if about == "may_know" else about] = one
        elif one.kind == "step" and one.said.get("step") == "you_said":
            waiting.pop(str(one.said.get("ask", "")) if about == "may_know" else about, None)
    return tuple(waiting.values())
