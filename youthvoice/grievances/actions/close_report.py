"""Close a report (S15, S16): once an action was recorded, one reader asks, and says what came of it.

A second one agrees, or sends it back.
"""

from collections.abc import Sequence

from flask_babel import gettext as _, lazy_gettext as _l

from youthvoice.accounts.store import Reader
from youthvoice.grievances.actions import base
from youthvoice.grievances.actions.case_actions import leads_without_access, outside_without_access
from youthvoice.grievances.actions.child_actions import MAX_MESSAGE_CHARACTERS
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.child_thread import reopened_state
from youthvoice.grievances.time_limits import AUTHORITY, LISTEN, REPRISAL_CHECKS, SECOND, deadline_from_now
from youthvoice.threads.case_state import DISAGREED, NOTIFIED_DISAGREED, WAITS_FOR_CHILD, WITHDRAW_ASKED
from youthvoice.threads.entities import CHILD, ThreadEntry

_OUTCOME_LETTERS = 2000

_NOT_YET = _l("first record what was done")

_FLAGS_THAT_END = (WITHDRAW_ASKED, DISAGREED, NOTIFIED_DISAGREED, WAITS_FOR_CHILD)
"""Flags that a closed report no longer has: they say what somebody waits for."""


class AskToCloseForm(base.ActionForm):
    """What came of the report, and the message that the child gets when it is closed."""

    outcome = base.text_area(_l("What came of it"), _OUTCOME_LETTERS, _l("Write what came of it."))
    words = base.text_area(
        _l("What the child is told when it is closed"), MAX_MESSAGE_CHARACTERS, _l("Write what the child is told.")
    )


def _ask(report: ReportContext, form: AskToCloseForm) -> base.Changes:
    _refuse_before_the_authority_knows(report, "outcome")
    _refuse_while_unanswered(report, "outcome")
    new_readers = [] if report.others else _second_from_outside(report)
    if not report.others and not new_readers:
        raise base.ActionRefused(
            "outcome", str(_("Nobody else can read this. Ask the outside recipient to be there for it first."))
        )
    values = {
        "outcome": form.outcome.data,
        "told": form.words.data,
        "reads": [reader.person_id for reader in new_readers],
    }
    case = report.case.having(state="asked", owner=report.caller_id).without_clock("answer")
    case = case.with_clock("agree", deadline_from_now(report.site, case, "agree", report.now))
    steps = [base.timeline_step("next_person", name=reader.name) for reader in new_readers]
    return base.Changes(case, [("ask_close", values)], steps, new_readers=new_readers)


def _refuse_while_unanswered(report: ReportContext, field: str) -> None:
    """Refuse to close while the child waits for an answer. Closing itself answers a wish to stop."""
    if report.case.answerable and "child_wrote" in report.case.clocks and report.unanswered:
        raise base.ActionRefused(field, str(_("The child wrote, and nobody has answered yet. Answer the child first.")))


def _refuse_before_the_authority_knows(report: ReportContext, field: str) -> None:
    if AUTHORITY in report.case.clocks:
        raise base.ActionRefused(
            field, str(_("First report it to the authority, or let two people say that no law asks for it."))
        )


def _second_from_outside(report: ReportContext) -> list[Reader]:
    """The second person where nobody else reads the report: from outside the site, and not left out by the child."""
    return (outside_without_access(report) or leads_without_access(report))[:1]


def close_request(report: ReportContext) -> ThreadEntry | None:
    """The request to close that waits for a second person; None where there is none."""
    requests = report.of_kind("ask_close")
    return requests[-1] if requests and report.case.state == "asked" else None


class AgreeToCloseForm(base.ActionForm):
    """The second person agrees, or says what is missing."""

    answer = base.yes_or_no(_l("Is this report done?"), _l("Yes, close it"), _l("No, send it back"))
    words = base.text_area(_l("What is missing"), _OUTCOME_LETTERS)


def _agree(report: ReportContext, form: AgreeToCloseForm, entry: ThreadEntry) -> base.Changes:
    words = form.words.data
    if form.answer.data == "yes":
        _refuse_before_the_authority_knows(report, "answer")
        # no check for unanswered words: what a child writes while a second person is asked opens the report again
        return _close(report, entry, words)
    if not words:
        raise base.ActionRefused("words", str(_("Say what is missing.")))
    case = report.case.having(state="open").without_clock("agree")
    case = case.with_clock("answer", deadline_from_now(report.site, case, "answer", report.now))
    return base.Changes(case, [("refuse_close", {"words": words})])


def _close(report: ReportContext, entry: ThreadEntry, words: str) -> base.Changes:
    # what else waits for a second person, as a transcript, waits on in a closed report
    ended_clocks = (name for name in report.case.clocks if name not in {SECOND, LISTEN})
    case = report.case.having(state="closed").without_clock(*ended_clocks).unflagged(*_FLAGS_THAT_END)
    case = case.having(days={**case.days, "closed": report.today.isoformat()})
    if case.answerable:
        for name in REPRISAL_CHECKS:
            case = case.with_clock(name, deadline_from_now(report.site, case, name, report.now))
    message = {"words": entry.said.get("told", ""), "from": report.names.get(entry.by, "")}
    last = "withdrawn" if WITHDRAW_ASKED in report.case.flags and _still_wants_to_stop(report) else "closed"
    return base.Changes(case, [("agree_close", {"words": words})], [("message", message), base.timeline_step(last)])


def _still_wants_to_stop(report: ReportContext) -> bool:
    """Whether the child's last message is the wish to stop."""
    child_entries = [entry for entry in report.entries if entry.by == CHILD and entry.kind != "reopened"]
    return bool(child_entries) and child_entries[-1].kind == "withdraw"


def _proposal_lines(_report: ReportContext, entry: ThreadEntry) -> Sequence[base.ProposalLine]:
    return [
        base.ProposalLine(_("What came of it"), str(entry.said.get("outcome", ""))),
        base.ProposalLine(_("What the child is told when it is closed"), str(entry.said.get("told", ""))),
    ]


_CLOSING = base.JointAction(close_request, _agree, _proposal_lines)


def _take_back(report: ReportContext, _form: base.ActionForm) -> base.Changes:
    case = report.case.having(state="open").without_clock("agree")
    return base.Changes(case, [("close_taken_back", {})])


class ReopenForm(base.ActionForm):
    """Why the report is not done."""

    words = base.text_area(_l("Why"), _OUTCOME_LETTERS, _l("Say why."))


def _reopen(report: ReportContext, form: ReopenForm) -> base.Changes:
    case = reopened_state(report.case, report.today).having(owner=report.caller_id).without_clock(*REPRISAL_CHECKS)
    case = case.with_clock("answer", deadline_from_now(report.site, case, "answer", report.now))
    return base.Changes(case, [("reopened", {"words": form.words.data})], [base.timeline_step("reopened")])


ASK_CLOSE = base.Action(
    "close",
    "tick",
    _l("Ask to close"),
    AskToCloseForm,
    _ask,
    button=_l("Ask a second person"),
    done=_l("A second person is asked to agree."),
    small=_l("with what came of it, and a second person"),
    possible=lambda report: report.case.state == "open" and report.case.day("acted") is not None,
    not_yet=lambda report: "" if report.case.state in {"asked", "closed"} else _NOT_YET,
    later=True,
)

AGREE = _CLOSING.answer_action("agree", "tick", _l("Agree to close, or send back"), AgreeToCloseForm)

TAKE_BACK = base.Action(
    "not-yet",
    "undo",
    _l("Do not close it yet"),
    base.ActionForm,
    _take_back,
    button=_l("Go on with it"),
    done=_l("The report stays open. Nobody is asked to agree now."),
    small=_l("take back what you asked a second person"),
    possible=_CLOSING.is_requester,
)

REOPEN = base.Action(
    "reopen",
    "undo",
    _l("Open it again"),
    ReopenForm,
    _reopen,
    button=_l("Open it again"),
    done=_l("It is open again, and the child is told."),
    possible=lambda report: report.case.state == "closed",
)
