"""What a child sees of their own report, and how the case changes when the child writes or answers. Pure.

Source: STANDARDS.md S13, S15 (the child can disagree: the report opens again), S16 (new trouble goes to the outside
recipient); PRIVACY.md C ("put right" and "withdraw" are requests that an advocate checks).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from youthvoice.grievances import transcripts
from youthvoice.grievances.time_limits import AGREE, CHILD_WROTE, REPRISAL_CHECKS
from youthvoice.threads import case_state
from youthvoice.threads.entities import ThreadEntry

MessageKind = Literal["child", "put_right", "withdraw", "trouble", "may_know", "transcript_right", "interpreter"]

ANSWERS: Final = {
    "put_right": ("yes", "partly", "no"),
    "trouble": ("no", "yes"),
    "may_know": ("yes", "no"),
    transcripts.QUESTION: transcripts.ANSWERS,
    transcripts.INTERPRETER: transcripts.ANSWERS_ABOUT_INTERPRETER,
}
"""The possible answers to each question, in the order in which the page shows them."""


@dataclass(frozen=True, slots=True)
class ChildMessage:
    """One thing that a child did with the picture code: a message, an answer, or a wish to stop.

    Attributes:
        kind: kind of its entry.
        words: the child's text, as it was written; may be empty.
        answer: one of the answers that `ANSWERS` has for this kind; empty where the child answers no question.
        ask: id of the reply that asked the child, in hexadecimal digits; may be empty.
        question: of an answer to `may_know`, the random number that the question has in the readers' entries, too.
        copy: of an answer about an interpreter, the reply that asked, opened with the child's code: it holds what the
            interpreter would read. None for everything else.
        before: what the child's page showed as given when this answer was sent (`transcripts.is_late_yes`); None where
            that does not matter.
        sound: the child's recording; empty without one.
        sound_kind: `audio/webm` or `audio/ogg`.
        number: submission id of the page, 16 bytes, by which a repeat is recognised; may be empty.
    """

    kind: MessageKind
    words: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)
    ask: str = ""
    sound: bytes = field(default=b"", repr=False)
    sound_kind: str = ""
    number: bytes = field(default=b"", repr=False)
    question: str = ""
    copy: ThreadEntry | None = field(default=None, repr=False)
    before: str | None = field(default=None, repr=False)

    @property
    def disagrees(self) -> bool:
        """Whether the child says that it was not put right, or only partly."""
        return self.kind == "put_right" and self.answer in {"no", "partly"}

    @property
    def is_trouble(self) -> bool:
        """Whether the child was treated worse since the report."""
        return self.kind == "trouble" and self.answer == "yes"

    @property
    def wants_an_answer(self) -> bool:
        """Whether somebody must read and answer it. A plain yes, or "no trouble", needs no answer."""
        says_wrong = self.kind == transcripts.QUESTION and self.answer == transcripts.NO
        return self.kind in {"child", "withdraw", "may_know"} or self.disagrees or self.is_trouble or says_wrong

    @property
    def opens_again(self) -> bool:
        """Whether it opens a report again that is closed, or about to be closed."""
        return self.kind == "child" or self.disagrees or self.is_trouble


def does_reopen(case: case_state.CaseState, message: ChildMessage) -> bool:
    """Whether the message opens a closed report again."""
    return case.state == "closed" and message.opens_again


def state_after(case: case_state.CaseState, message: ChildMessage, day: date, until: int) -> case_state.CaseState:
    """The case after a child's message.

    Args:
        case: before the message.
        message: what the child did.
        day: at the site.
        until: the hour by which the child gets an answer, where one is needed.
    """
    if message.opens_again and case.state in {"closed", "asked"}:
        case = reopened_state(case, day)
    if message.wants_an_answer and until < case.clocks.get(CHILD_WROTE, until + 1):
        case = case.with_clock(CHILD_WROTE, until)  # writing again does not postpone a running deadline
    if message.kind not in transcripts.QUESTIONS:  # an answer about one entry leaves what adults wrote unanswered
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
    """The case of a report that is open again: closing it needs a new action first (S15).

    Args:
        case: before.
        day: at the site.
    """
    days = {name: day_text for name, day_text in case.days.items() if name not in {"closed", "acted"}}
    return case.having(state="open", days=days).without_clock(AGREE).on("reopened", day)


def with_check_done(case: case_state.CaseState) -> case_state.CaseState:
    """The case with the next reprisal check done; the deadline of a later one stays (S16)."""
    return case.without_clock(*[name for name in REPRISAL_CHECKS if name in case.clocks][:1])


def _put_right(case: case_state.CaseState, message: ChildMessage, day: date) -> case_state.CaseState:
    """The child's last answer counts, and each disagreement notifies one more level."""
    days = {name: day_text for name, day_text in case.days.items() if name != "put_right"}
    case = case.having(days=days).unflagged(case_state.DISAGREED, case_state.NOTIFIED_DISAGREED)
    return case.flagged(case_state.DISAGREED) if message.disagrees else case.on("put_right", day)


_MESSAGES: Final = frozenset({"message", "message_voice"})

RENDERING: Final = "rendering"
"""Kind of what an interpreter wrote, for readers and for the child."""


@dataclass(frozen=True, slots=True)
class TranscriptCheck:
    """A transcript, or an interpreter, that the child is asked about.

    Attributes:
        entry: the question, with the words, the child's own recording, and who else has the recording; or with the
            interpreter, and a copy of what she would read.
        answer: the child's last answer, one of `ANSWERS`; empty without one.
        copies: names of people who have the recording, too: when it was asked, or since.
    """

    entry: ThreadEntry
    answer: str
    copies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChildThreadView:
    """The part of a report that its child sees.

    Attributes:
        steps: what happened, in order: steps, messages and renderings.
        messages: what adults wrote or said to the child, the newest first.
        asks: questions that wait for the child's answer: the newest of each kind, and all of `may_know`.
        may_disagree: whether the child can say that it is not put right, without being asked.
        checks: the newest transcript of each recording, and each interpreter, until its question is settled.
        renderings: adults' answers as interpreters wrote them in the child's language.
    """

    steps: tuple[ThreadEntry, ...]
    messages: tuple[ThreadEntry, ...]
    asks: tuple[ThreadEntry, ...]
    may_disagree: bool
    checks: tuple[TranscriptCheck, ...]
    renderings: tuple[ThreadEntry, ...] = ()


def child_thread_view(thread_entries: Sequence[ThreadEntry], case: case_state.CaseState) -> ChildThreadView:
    """The part of a report that its child sees.

    Args:
        thread_entries: all replies to the child, in order.
        case: of the report.
    """
    asks = _waiting_questions(thread_entries)
    was_asked = any(entry.said.get("ask") == "put_right" for entry in asks)
    return ChildThreadView(
        steps=tuple(entry for entry in thread_entries if entry.kind in {"step", RENDERING, *_MESSAGES}),
        messages=tuple(entry for entry in reversed(thread_entries) if entry.kind in _MESSAGES),
        asks=asks,
        may_disagree=case.state == "closed" and not was_asked,
        checks=_transcript_checks(thread_entries, case),
        renderings=tuple(entry for entry in thread_entries if entry.kind == RENDERING),
    )


def _transcript_checks(
    thread_entries: Sequence[ThreadEntry], case: case_state.CaseState
) -> tuple[TranscriptCheck, ...]:
    newest: dict[object, ThreadEntry] = {}
    for entry in thread_entries:
        if _is_open_check(entry, case):
            is_transcript = entry.said["ask"] == transcripts.QUESTION
            # a newer transcript of a recording replaces the older one; each question about an interpreter counts
            newest[entry.said["recording"] if is_transcript else entry.id] = entry
    answers = {
        entry.said["ask"]: str(entry.said["answer"])
        for entry in thread_entries
        if entry.said.get("about") in transcripts.QUESTIONS
    }
    return tuple(
        TranscriptCheck(entry, answers.get(entry.id.hex(), ""), _copies(entry, thread_entries))
        for entry in newest.values()
    )


def _copies(thread_entry: ThreadEntry, thread_entries: Sequence[ThreadEntry]) -> tuple[str, ...]:
    """The names of people who have the recording: when the child was asked, and as it changed since."""
    names = set(thread_entry.said.get("copies", ()))
    for entry in thread_entries[thread_entries.index(thread_entry) + 1 :]:
        if thread_entry.said["recording"] in entry.said.get("voices", ()):
            names.add(entry.said["name"])
        elif entry.said.get("step") == "taken_back":
            names.discard(entry.said["name"])
    return tuple(sorted(names))


def _is_open_check(entry: ThreadEntry, case: case_state.CaseState) -> bool:
    about = entry.said.get("ask")
    question = transcripts.find_question(case, entry.id, about) if about in transcripts.QUESTIONS else None
    return question is not None


def _waiting_questions(thread_entries: Sequence[ThreadEntry]) -> tuple[ThreadEntry, ...]:
    """The questions without an answer since: each of `may_know`, by its id, and the newest of each other kind."""
    waiting: dict[str, ThreadEntry] = {}
    for entry in thread_entries:
        about = str(entry.said.get("ask" if entry.kind == "ask" else "about", ""))
        if about in transcripts.QUESTIONS:
            continue
        if entry.kind == "ask" and about in ANSWERS:
            waiting[entry.id.hex() if about == "may_know" else about] = entry
        elif entry.kind == "step" and entry.said.get("step") == "you_said":
            waiting.pop(str(entry.said.get("ask", "")) if about == "may_know" else about, None)
    return tuple(waiting.values())
