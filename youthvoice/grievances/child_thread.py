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


def does_reopen(case: case_state.CaseState, message: ChildMessage) -> bool:
    """Whether a closed thread opens again by what she said."""
    return case.state == "closed" and message.opens_again


def state_after(case: case_state.CaseState, message: ChildMessage, day: date, until: int) -> case_state.CaseState:
    """How a thread stands after a child said something.

    Args:
        case: before.
        message: what.
        day: at the site.
        until: the hour by which she gets an answer, if she wants one.
    """
    if message.opens_again and case.state in {"closed", "asked"}:
        case = reopened_state(case, day)
    if message.wants_an_answer and until < case.clocks.get(CHILD_WROTE, until + 1):
        case = case.with_clock(CHILD_WROTE, until)  # one that runs is not put off by writing again
    case = case.unflagged(case_state.WAITS_FOR_CHILD)
    if message.kind == "withdraw":
        case = case.flagged(case_state.WITHDRAW_ASKED)
    if message.is_trouble:
        case = case.flagged(case_state.TROUBLE, case_state.TELL_OUTSIDE)
    if message.kind == "trouble":
        case = with_check_done(case)
    if message.kind == "put_right":
        case = _put_right(case, message, day)
    return case


def reopened_state(case: case_state.CaseState, day: date) -> case_state.CaseState:
    """A report that was closed, or about to be: it closes only after something new was done (S15).

    Args:
        case: before.
        day: at the site.
    """
    days = {name: each for name, each in case.days.items() if name not in {"closed", "acted"}}
    return case.having(state="open", days=days).without_clock(AGREE).on("reopened", day)


def with_check_done(case: case_state.CaseState) -> case_state.CaseState:
    """The earlier of the two checks for reprisals is done; of the later one the clock goes on (S16)."""
    return case.without_clock(*[name for name in REPRISAL_CHECKS if name in case.clocks][:1])


def _put_right(case: case_state.CaseState, message: ChildMessage, day: date) -> case_state.CaseState:
    """Her last word counts, and each time she disagrees one more person is told."""
    days = {name: each for name, each in case.days.items() if name != "put_right"}
    case = case.having(days=days).unflagged(case_state.DISAGREED, case_state.NOTIFIED_DISAGREED)
    return case.flagged(case_state.DISAGREED) if message.disagrees else case.on("put_right", day)


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


def child_thread_view(thread_entries: Sequence[ThreadEntry], case: case_state.CaseState) -> ChildThreadView:
    """A thread as the child sees it.

    Args:
        thread_entries: everything that was said to her, in order.
        case: how her thread stands.
    """
    asks = _waiting(thread_entries)
    asked = any(entry.said.get("ask") == "put_right" for entry in asks)
    return ChildThreadView(
        steps=tuple(entry for entry in thread_entries if entry.kind == "step" or entry.kind in _MESSAGES),
        messages=tuple(entry for entry in reversed(thread_entries) if entry.kind in _MESSAGES),
        asks=asks,
        may_disagree=case.state == "closed" and not asked,
    )


def _waiting(thread_entries: Sequence[ThreadEntry]) -> tuple[ThreadEntry, ...]:
    waiting: dict[str, ThreadEntry] = {}
    for entry in thread_entries:
        about = str(entry.said.get("ask" if entry.kind == "ask" else "about", ""))
        if entry.kind == "ask" and about in ANSWERS:
            waiting[entry.id.hex() if about == "may_know" else about] = entry
        elif entry.kind == "step" and entry.said.get("step") == "you_said":
            waiting.pop(str(entry.said.get("ask", "")) if about == "may_know" else about, None)
    return tuple(waiting.values())
