"""Decisions that count once two people agree: a legal hold, its end, no report to an authority.

The summary of a report and a transcript, which also need two people, are in `theme_summary` and `transcript_actions`.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from youthvoice.grievances.actions import base
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.time_limits import AUTHORITY
from youthvoice.threads.case_state import HELD, WAS_HARM, CaseState
from youthvoice.threads.entities import ThreadEntry

QUESTION_KINDS: Final = frozenset({"handed", "hold", "summary", "no_authority", "transcript"})
"""Kinds of entries that may ask a second person. A question's `state` ends with `asked`.

An answer names the question's entry as its `question`.
"""


def waiting_questions(thread_entries: Iterable[ThreadEntry], *kinds: str) -> list[ThreadEntry]:
    """The questions of some kinds that nobody has answered, the oldest first.

    Args:
        thread_entries: all entries of a report, in order.
        kinds: some of `QUESTION_KINDS`; none for all.
    """
    entries: Sequence[ThreadEntry] = list(thread_entries)
    answered = {entry.said.get("question") for entry in entries}
    wanted = frozenset(kinds) or QUESTION_KINDS
    return [
        entry for entry in entries if entry.kind in wanted and is_question(entry) and entry.id.hex() not in answered
    ]


def is_question(entry: ThreadEntry) -> bool:
    """Whether an entry asks a second person."""
    return entry.kind in QUESTION_KINDS and str(entry.said.get("state", "")).endswith("asked")


def question_for(kind: str) -> Callable[[ReportContext], ThreadEntry | None]:
    """A function that finds the oldest question of a kind that the caller may answer: nobody answers their own."""
    return lambda report: next(
        (entry for entry in waiting_questions(report.entries, kind) if entry.by != report.caller_id), None
    )


_MAX_REASON_CHARACTERS = 600


class LegalHoldForm(base.ActionForm):
    """The reason for a decision that needs two people."""

    words = base.text_area(_l("Why"), _MAX_REASON_CHARACTERS, _l("Say why."))


def _two_person_action(  # noqa: PLR0913 - what is decided, and how it is offered
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
    """An action that two people do with the same form, each with a reason. It counts after the second one.

    Args:
        name: name of the action.
        mark: its icon.
        title: its heading.
        small: the line below it.
        state: stored as the second person's decision; with `_asked` behind it, as the first person's.
        then: changes the case once both have decided.
        fits: whether the action makes sense for the case as it is.
        kind: of the entries, one of `QUESTION_KINDS`.
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
            return joint.apply(report, form)
        return base.Changes(report.case, [(kind, {"state": f"{state}_asked", "words": form.words.data})])

    def lines(report: ReportContext, entry: ThreadEntry) -> Sequence[base.ProposalLine]:
        return [base.ProposalLine(report.names.get(entry.by, ""), str(entry.said.get("words", "")))]

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
        possible=lambda report: fits(report.case) and not joint.is_requester(report),
        rare=True,
        proposal_lines=joint.proposal_lines,
    )


HOLD = _two_person_action(
    "hold",
    "lock",
    _l("Keep it past its end"),
    _l("for a court or an inspection; a second person agrees"),
    state="keep",
    then=lambda case: case.flagged(HELD),
    fits=lambda case: HELD not in case.flags,
)

RELEASE = _two_person_action(
    "release",
    "undo",
    _l("Let it end in time again"),
    _l("a second person agrees"),
    state="let_go",
    then=lambda case: case.unflagged(HELD, WAS_HARM),
    fits=lambda case: bool({HELD, WAS_HARM} & set(case.flags)),
)

NO_AUTHORITY = _two_person_action(
    "no-authority",
    "skip",
    _l("No law asks for a report to an authority"),
    _l("a second person agrees"),
    state="agreed",
    then=lambda case: case.without_clock(AUTHORITY),
    fits=lambda case: AUTHORITY in case.clocks,
    kind="no_authority",
)
