"""What counts once a second person agrees: a legal hold, its end, no report to an authority, `theme_summary`."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from youthvoice.grievances.actions import base
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.time_limits import AUTHORITY
from youthvoice.threads.case_state import HELD, WAS_HARM, CaseState
from youthvoice.threads.entities import ThreadEntry

QUESTION_KINDS: Final = frozenset({"handed", "hold", "summary", "no_authority"})
"""Entries that may be questions: `state` in what they say ends with `asked`. An answer names one as `question`."""


def waiting_questions(thread_entries: Iterable[ThreadEntry], *kinds: str) -> list[ThreadEntry]:
    """The questions of some kinds that nobody has answered, the oldest first.

    Args:
        thread_entries: everything in a report, in order.
        kinds: some of `QUESTION_KINDS`; none for all.
    """
    listed: Sequence[ThreadEntry] = list(thread_entries)
    answered = {entry.said.get("question") for entry in listed}
    wanted = frozenset(kinds) or QUESTION_KINDS
    return [entry for entry in listed if entry.kind in wanted and is_question(entry) and entry.id.hex() not in answered]


def is_question(entry: ThreadEntry) -> bool:
    """Whether an entry asks a second person."""
    return entry.kind in QUESTION_KINDS and str(entry.said.get("state", "")).endswith("asked")


def question_for(kind: str) -> Callable[[ReportContext], ThreadEntry | None]:
    """Finds the oldest question of a kind that the caller can answer: nobody answers her own."""
    return lambda scene: next(
        (entry for entry in waiting_questions(scene.entries, kind) if entry.by != scene.caller_id), None
    )


_LETTERS = 600


class LegalHoldForm(base.ActionForm):
    """Why."""

    words = base.text_area(_l("Why"), _LETTERS, _l("Say why."))


def _said_by_two(  # noqa: PLR0913 - what is said, and as what it is offered
    name: str,
    mark: str,
    title: Any,
    small: Any,
    *,
    state: str,
    then: Callable[[CaseState], CaseState],
    fits: Callable[[CaseState], bool],
    kind: str = "hold",
) -> base.Action:
    """Something that two people say, each with her reason, by the same form.

    Args:
        name: as of an action.
        mark: the same.
        title: the same.
        small: the same.
        state: of the entry of whoever agrees; with `_asked` behind it, of whoever says it first.
        then: how the report stands once both have said it.
        fits: whether it means anything as the report stands.
        kind: of its entries, one of `QUESTION_KINDS`.
    """

    def question(report: ReportContext) -> ThreadEntry | None:
        return next(
            (entry for entry in waiting_questions(report.entries, kind) if entry.said["state"] == f"{state}_asked"),
            None,
        )

    def agree(report: ReportContext, form: LegalHoldForm, entry: ThreadEntry) -> base.Changes:
        values = {"state": state, "words": form.words.data, "question": entry.id.hex()}
        return base.Changes(then(report.case), [(kind, values)])

    def first_or_second(report: ReportContext, form: LegalHoldForm) -> base.Changes:
        if question(report):
            return joint.deed(report, form)
        return base.Changes(report.case, [(kind, {"state": f"{state}_asked", "words": form.words.data})])

    def lines(report: ReportContext, entry: ThreadEntry) -> Sequence[base.PendingRequest]:
        return [base.PendingRequest(report.names.get(entry.by, ""), str(entry.said.get("words", "")))]

    joint = base.JointAction(question, agree, lines)
    return base.Action(
        name,
        mark,
        title,
        LegalHoldForm,
        first_or_second,
        button=title,
        done=_l("It is written down. It counts once two people have said so."),
        small=small,
        possible=lambda scene: fits(scene.case) and not joint.is_hers(scene),
        rare=True,
        shows=joint.shows,
    )


HOLD = _said_by_two(
    "hold",
    "lock",
    _l("Keep it past its end"),
    _l("for a court or an inspection; a second person agrees"),
    state="keep",
    then=lambda marks: marks.flagged(HELD),
    fits=lambda marks: HELD not in marks.flags,
)

RELEASE = _said_by_two(
    "release",
    "undo",
    _l("Let it end in time again"),
    _l("a second person agrees"),
    state="let_go",
    then=lambda marks: marks.unflagged(HELD, WAS_HARM),
    fits=lambda marks: bool({HELD, WAS_HARM} & set(marks.flags)),
)

NO_AUTHORITY = _said_by_two(
    "no-authority",
    "skip",
    _l("No law asks for a report to an authority"),
    _l("a second person agrees"),
    state="agreed",
    then=lambda marks: marks.without_clock(AUTHORITY),
    fits=lambda marks: AUTHORITY in marks.clocks,
    kind="no_authority",
)
