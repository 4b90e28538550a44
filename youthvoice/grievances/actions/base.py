"""What an action on a report is, and what it writes.

An action decides; `registry.execute` writes everything it decided, or nothing.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import HiddenField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from youthvoice.accounts.store import Reader
from youthvoice.grievances.case.context import ReportContext
from youthvoice.threads import case_state, handover_items
from youthvoice.threads.entities import ThreadEntry, ThreadSummary

NOTHING_TO_CHOOSE: Final = _l("There is nothing to choose from yet.")
KEEP, KEPT = _l("Keep this"), _l("It is kept.")

EntryDraft = tuple[str, Mapping[str, Any]]
"""Kind and content of an entry or reply that is not written yet."""


class ProposalLine(NamedTuple):
    """One line of a proposal, for the second person who decides about it: a label, and the text as it was written."""

    label: Any
    words: str


_NUMBER_BYTES: Final = 8


class ActionRefused(Exception):
    """An action cannot be done with these values.

    Attributes:
        field: name of the form's field beside which the page shows the reason.
        words: the reason, in the language of the page.
    """

    def __init__(self, field: str, words: str) -> None:
        super().__init__(field)
        self.field = field
        self.words = words


@dataclass(frozen=True, slots=True)
class Changes:
    """What an action writes.

    Attributes:
        case: the state of the case afterwards.
        entries: (kind, content) of each new entry for the readers, in order.
        replies: (kind, content) of each message for the child, in order; not written where the child has no code for
            the report.
        voice: the caller's own recording, stored with the first entry and the first reply; empty without one.
        new_readers: people who get the report's key.
        handovers: messages, each sealed to one adult.
        notified: readers of the report, or people who become readers now, who get a mail immediately that asks them to
            sign in.
        steps_back: whether the caller gives up their own key.
        own_item_ids: of handovers that the caller received and loses now.
        withdrawn_items: handovers that others lose: the recipient's row of `people`, and the id.
        other_report: another report of the caller's, which gets an entry that points back.
        question: a question to the child with a sound and an id of its own; None without one.
        ended_items: ids of what interpreters read of this report and lose now.
    """

    case: case_state.CaseState
    entries: Sequence[EntryDraft] = ()
    replies: Sequence[EntryDraft] = ()
    voice: bytes = field(default=b"", repr=False)
    new_readers: Sequence[Reader] = ()
    notified: Sequence[Reader] = ()
    handovers: Sequence[handover_items.HandoverItem] = ()
    steps_back: bool = False
    own_item_ids: Sequence[bytes] = ()
    withdrawn_items: Sequence[tuple[int, bytes]] = ()
    other_report: ThreadSummary | None = None
    question: ThreadEntry | None = None
    ended_items: Sequence[bytes] = ()


class ActionForm(FlaskForm):
    """The form of an action. Its field `seen` holds what the page showed when it was made, and the form's own number.

    Attributes:
        report: the report as it is now.
        loaded: what the action's `load` read.
    """

    seen = HiddenField()
    report: ReportContext
    loaded: Any

    @classmethod
    def for_report(cls, report: ReportContext, loaded: Any = None) -> Self:
        """The form for a report, filled with what was typed."""
        form = cls()
        form.report, form.loaded = report, loaded
        form.prepare()
        if not form.is_submitted():
            form.seen.data = f"{report.next_turn}.{secrets.token_hex(_NUMBER_BYTES)}"
        return form

    @property
    def seen_turn(self) -> str:
        """The number of entries that the report had when the form was made, as digits."""
        return (self.seen.data or "").partition(".")[0]

    @property
    def form_number(self) -> str:
        """The form's own random number, by which a form that is sent twice counts once. Empty where there is none."""
        sent = (self.seen.data or "").partition(".")[2]
        return sent if len(sent) == 2 * _NUMBER_BYTES else ""

    def renew(self, report: ReportContext) -> None:
        """Make the form refer to the report as it is now, and keep its number."""
        self.seen.data = f"{report.next_turn}.{self.form_number}"

    def prepare(self) -> None:
        """Fill in the choices that depend on the report."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a reader can do with a report.

    Attributes:
        name: its part of the address.
        mark: name of its icon.
        title: its heading.
        small: a line below the heading; may be empty.
        button: label of the button on the form.
        form: class of its form.
        apply: decides from the report and the form what is written; raises `ActionRefused`.
        possible: whether it can be done with the report as it is.
        load: reads from the stores what the form needs besides the report.
        done: the message shown after it was done.
        listed: whether it is in the list "What you can do".
        rare: whether it is in that list's part "More".
        later: whether it is in that list's part "Later": it continues what was begun, or asks somebody else.
        not_yet: why it is in the list although it cannot be done yet; empty where it can be done, or is not listed.
        proposal_lines: the lines above the form: what another reader proposed.
        nothing: the text in place of the form where there is nothing to choose.
    """

    name: str
    mark: str
    title: Any
    form: type[ActionForm]
    apply: Callable[[ReportContext, Any], Changes]
    button: Any = KEEP
    done: Any = KEPT
    small: Any = ""
    possible: Callable[[ReportContext], bool] = lambda _report: True
    load: Callable[[Session, ReportContext], Any] = lambda _session, _report: None
    listed: bool = True
    rare: bool = False
    later: bool = False
    not_yet: Callable[[ReportContext], Any] = lambda _report: ""
    proposal_lines: Callable[[ReportContext], Sequence[ProposalLine]] = lambda _report: ()
    nothing: Any = NOTHING_TO_CHOOSE


@dataclass(frozen=True, slots=True)
class JointAction:
    """An action in two steps: one reader asks, another one answers. Nobody answers their own question.

    Attributes:
        question: finds the entry that waits for an answer; None where none does.
        answer: decides what is written when the second person answers by form.
        lines: what the second person reads before deciding.
    """

    question: Callable[[ReportContext], ThreadEntry | None]
    answer: Callable[[ReportContext, Any, ThreadEntry], Changes]
    lines: Callable[[ReportContext, ThreadEntry], Sequence[ProposalLine]]

    def is_requester(self, report: ReportContext) -> bool:
        """Whether the question is the caller's own."""
        question = self.question(report)
        return question is not None and question.by == report.caller_id

    def can_answer(self, report: ReportContext) -> bool:
        """Whether a question waits that the caller may answer."""
        return self.question(report) is not None and not self.is_requester(report)

    def apply(self, report: ReportContext, form: ActionForm) -> Changes:
        """What the second person's answer writes."""
        question = self.question(report)
        assert question is not None  # `can_answer` checks it
        return self.answer(report, form, question)

    def proposal_lines(self, report: ReportContext) -> Sequence[ProposalLine]:
        """The lines of the question that waits; none where nobody asked yet."""
        question = self.question(report)
        return self.lines(report, question) if question else ()

    def answer_action(self, name: str, mark: str, title: Any, form: type[ActionForm], **more: Any) -> Action:
        """The second person's step, as an action."""
        lines = self.proposal_lines
        return Action(name, mark, title, form, self.apply, possible=self.can_answer, proposal_lines=lines, **more)


def text_area(label: Any, most: int, needed: Any = "", kind: type[StringField] = TextAreaField) -> Any:
    """A text box; white space around the text is removed.

    Args:
        label: the question.
        most: characters.
        needed: the message where the box is empty; empty where it may be.
        kind: class of the field.
    """
    checks = [DataRequired(needed)] if needed else []
    return kind(label, [*checks, Length(max=most, message=_l("At most %(max)d letters."))], filters=[_stripped])


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def text_line(label: Any, most: int, needed: Any = "") -> Any:
    """The same box, one line high."""
    return text_area(label, most, needed, StringField)


def yes_or_no(label: Any, yes: Any, no: Any) -> RadioField:
    """The answer of a second person."""
    choices = [SelectChoice("yes", yes), SelectChoice("no", no)]
    return RadioField(label, [InputRequired(_l("Choose one."))], choices=choices)


def timeline_step(name: str, /, **content: Any) -> EntryDraft:
    """A reply that adds a step to the timeline that the child sees."""
    return "step", {"step": name, **content}
