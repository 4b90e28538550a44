"""What an act is, and what it writes. Acts decide; `registry.execute` writes, everything or nothing."""

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


class PendingRequest(NamedTuple):
    """What a second person sees before she decides: a label, and words as given."""

    label: Any
    words: str


_NUMBER_BYTES: Final = 8


class ActionRefused(Exception):
    """An act cannot be done so.

    Attributes:
        field: name of the form's field beside which it is said.
        words: why, in the language of the page.
    """

    def __init__(self, field: str, words: str) -> None:
        super().__init__(field)
        self.field = field
        self.words = words


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be written.

    Attributes:
        case: how the report stands afterwards.
        entries: (kind, said) for its readers, in order.
        replies: (kind, said) for the child, in order; of a report without a code nobody is told.
        voice: the caller's own, with the first entry and the first reply; empty without one.
        new_readers: who else gets its key.
        handovers: what is sealed to one adult each.
        notified: who is asked to sign in at once; of those who read it, or are given it now.
        steps_back: whether the caller gives up her own key.
        given_up: what was handed to the caller before and is hers no more; ids.
        taken: what is taken back from somebody: her row of `people`, and its id.
        linked: another report of hers, which gets the last entry's counterpart.
    """

    case: case_state.CaseState
    entries: Sequence[EntryDraft] = ()
    replies: Sequence[EntryDraft] = ()
    voice: bytes = field(default=b"", repr=False)
    new_readers: Sequence[Reader] = ()
    notified: Sequence[Reader] = ()
    handovers: Sequence[handover_items.HandoverItem] = ()
    steps_back: bool = False
    given_up: Sequence[bytes] = ()
    taken: Sequence[tuple[int, bytes]] = ()
    linked: ThreadSummary | None = None


class ActionForm(FlaskForm):
    """The form of an act; `seen` says how the report stood when the form was made, and which form it is.

    Attributes:
        scene: the report as it stands.
        known: what the act's `known` found.
    """

    seen = HiddenField()
    scene: ReportContext
    known: Any

    @classmethod
    def before(cls, report: ReportContext, known: Any = None) -> Self:
        """The form for a report, filled with what was typed."""
        form = cls()
        form.scene, form.known = report, known
        form.prepare()
        if not form.is_submitted():
            form.seen.data = f"{report.seen}.{secrets.token_hex(_NUMBER_BYTES)}"
        return form

    @property
    def stood(self) -> str:
        """How much there was to be seen when the form was made."""
        return (self.seen.data or "").partition(".")[0]

    @property
    def form_number(self) -> str:
        """The form's own random number: sent twice it is done once. Empty where there is none."""
        sent = (self.seen.data or "").partition(".")[2]
        return sent if len(sent) == 2 * _NUMBER_BYTES else ""

    def is_now(self, report: ReportContext) -> None:
        """Go on with the form for the report as it stands now."""
        self.seen.data = f"{report.seen}.{self.form_number}"

    def prepare(self) -> None:
        """Offer what can be chosen."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a reader can do.

    Attributes:
        name: in the address.
        mark: its drawing.
        title: what it is called.
        small: a line under it; may be empty.
        button: on the form.
        form: what is asked.
        deed: what is written then, from the report and the form; raises `ActionRefused`.
        possible: whether it can be done as the report stands.
        known: what the form needs to know from the stores.
        done: what is said afterwards.
        listed: whether it stands under "What you can do".
        rare: whether it stands there under "More".
        later: whether it stands there under "Later": it goes on with what was begun, or asks somebody else.
        not_yet: why it stands there although it cannot be done yet; empty where it can, or does not stand there.
        shows: what stands above the form: what somebody else asked.
        nothing: what is said in place of the form where there is nothing to choose.
    """

    name: str
    mark: str
    title: Any
    form: type[ActionForm]
    deed: Callable[[ReportContext, Any], Changes]
    button: Any = KEEP
    done: Any = KEPT
    small: Any = ""
    possible: Callable[[ReportContext], bool] = lambda _scene: True
    known: Callable[[Session, ReportContext], Any] = lambda _session, _scene: None
    listed: bool = True
    rare: bool = False
    later: bool = False
    not_yet: Callable[[ReportContext], Any] = lambda _scene: ""
    shows: Callable[[ReportContext], Sequence[PendingRequest]] = lambda _scene: ()
    nothing: Any = NOTHING_TO_CHOOSE


@dataclass(frozen=True, slots=True)
class JointAction:
    """What one person asks and a second one answers: nobody answers her own question.

    Attributes:
        question: what waits for an answer; None where nothing does.
        answer: what is written when a second person answers, by her form.
        lines: what she sees before she decides.
    """

    question: Callable[[ReportContext], ThreadEntry | None]
    answer: Callable[[ReportContext, Any, ThreadEntry], Changes]
    lines: Callable[[ReportContext, ThreadEntry], Sequence[PendingRequest]]

    def is_hers(self, report: ReportContext) -> bool:
        """Whether the caller asked."""
        question = self.question(report)
        return question is not None and question.by == report.caller_id

    def is_for(self, report: ReportContext) -> bool:
        """Whether the caller is asked."""
        return self.question(report) is not None and not self.is_hers(report)

    def deed(self, report: ReportContext, form: ActionForm) -> Changes:
        """Answer."""
        question = self.question(report)
        assert question is not None  # `is_for` says so
        return self.answer(report, form, question)

    def shows(self, report: ReportContext) -> Sequence[PendingRequest]:
        """What was asked; nothing where nobody asked yet."""
        question = self.question(report)
        return self.lines(report, question) if question else ()

    def act(self, name: str, mark: str, title: Any, form: type[ActionForm], **more: Any) -> Action:
        """The second person's part, as something that can be done."""
        return Action(name, mark, title, form, self.deed, possible=self.is_for, shows=self.shows, **more)


def text_area(label: Any, most: int, needed: Any = "", kind: type[StringField] = TextAreaField) -> Any:
    """A box for words; what surrounds them is cut off.

    Args:
        label: what is asked.
        most: letters.
        needed: what is said where nothing was written; empty where it may stay empty.
        kind: of the field.
    """
    checks = [DataRequired(needed)] if needed else []
    return kind(label, [*checks, Length(max=most, message=_l("At most %(max)d letters."))], filters=[_stripped])


def _stripped(typed: str | None) -> str:
    return (typed or "").strip()


def text_line(label: Any, most: int, needed: Any = "") -> Any:
    """The same, one line high."""
    return text_area(label, most, needed, StringField)


def yes_or_no(label: Any, yes: Any, no: Any) -> RadioField:
    """A second person's answer."""
    choices = [SelectChoice("yes", yes), SelectChoice("no", no)]
    return RadioField(label, [InputRequired(_l("Choose one."))], choices=choices)


def timeline_step(name: str, /, **said: Any) -> EntryDraft:
    """A step of the child's timeline."""
    return "step", {"step": name, **said}
