"""Close a report: one asks with an action and an outcome, a second person agrees or sends it back (S15, S16)."""

from collections.abc import Sequence

from flask_babel import gettext as _, lazy_gettext as _l

from youthvoice.accounts.store import Reader
from youthvoice.grievances.actions import base
from youthvoice.grievances.actions.case_actions import leads_without_access, outside_without_access
from youthvoice.grievances.actions.child_actions import MAX_MESSAGE_CHARACTERS
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.child_thread import reopened_state
from youthvoice.grievances.time_limits import AUTHORITY, REPRISAL_CHECKS, SECOND, deadline_from_now
from youthvoice.threads.case_state import DISAGREED, TOLD_DISAGREED, WAITS_FOR_CHILD, WITHDRAW_ASKED
from youthvoice.threads.entities import CHILD, ThreadEntry

_OUTCOME_LETTERS = 2000


_NOT_YET = _l("first record what was done")


_DONE_WITH = (WITHDRAW_ASKED, DISAGREED, TOLD_DISAGREED, WAITS_FOR_CHILD)


class AskToCloseForm(base.ActionForm):
    """What came of it, and what the child is told."""

    outcome = base.text_area(_l("What came of it"), _OUTCOME_LETTERS, _l("Write what came of it."))
    words = base.text_area(
        _l("What the child is told when it is closed"), MAX_MESSAGE_CHARACTERS, _l("Write what the child is told.")
    )


def _ask(scene: ReportContext, form: AskToCloseForm) -> base.Changes:
    _refuse_before_the_authority_knows(scene, "outcome")
    _refuse_over_her_head(scene, "outcome")
    second = [] if scene.others else _second_from_outside(scene)
    if not scene.others and not second:
        raise base.ActionRefused(
            "outcome", str(_("Nobody else can read this. Ask the outside recipient to be there for it first."))
        )
    said = {
        "outcome": form.outcome.data,
        "told": form.words.data,
        "reads": [one.person_id for one in second],
    }
    marks = scene.marks.having(state="asked", owner=scene.caller_id).without_clock("answer")
    marks = marks.with_clock("agree", deadline_from_now(scene.site, marks, "agree", scene.now))
    told = [base.timeline_step("next_person", name=one.name) for one in second]
    return base.Changes(marks, [("ask_close", said)], told, given=second)


def _refuse_over_her_head(scene: ReportContext, field: str) -> None:
    """Words of hers that nobody answered are not closed over; a wish to stop is answered by closing."""
    if scene.marks.answerable and "child_wrote" in scene.marks.clocks and scene.unanswered:
        raise base.ActionRefused(field, str(_("The child wrote, and nobody has answered yet. Answer the child first.")))


def _refuse_before_the_authority_knows(scene: ReportContext, field: str) -> None:
    if AUTHORITY in scene.marks.clocks:
        raise base.ActionRefused(
            field, str(_("First report it to the authority, or let two people say that no law asks for it."))
        )


def _second_from_outside(scene: ReportContext) -> list[Reader]:
    """Where nobody else reads it: somebody from outside the site, whom the child did not leave out."""
    return (outside_without_access(scene) or leads_without_access(scene))[:1]


def close_request(scene: ReportContext) -> ThreadEntry | None:
    """The question that waits for a second person; None when there is none."""
    found = scene.of_kind("ask_close")
    return found[-1] if found and scene.marks.state == "asked" else None


class AgreeToCloseForm(base.ActionForm):
    """Yes, or what is missing."""

    answer = base.yes_or_no(_l("Is this report done?"), _l("Yes, close it"), _l("No, send it back"))
    words = base.text_area(_l("What is missing"), _OUTCOME_LETTERS)


def _agree(scene: ReportContext, form: AgreeToCloseForm, question: ThreadEntry) -> base.Changes:
    words = form.words.data
    if form.answer.data == "yes":
        _refuse_before_the_authority_knows(scene, "answer")
        return _closed(scene, question, words)
    if not words:
        raise base.ActionRefused("words", str(_("Say what is missing.")))
    marks = scene.marks.having(state="open").without_clock("agree")
    marks = marks.with_clock("answer", deadline_from_now(scene.site, marks, "answer", scene.now))
    return base.Changes(marks, [("refuse_close", {"words": words})])


def _closed(scene: ReportContext, question: ThreadEntry, words: str) -> base.Changes:
    others = (name for name in scene.marks.clocks if name != SECOND)
    marks = scene.marks.having(state="closed").without_clock(*others).unflagged(*_DONE_WITH)
    marks = marks.having(days={**marks.days, "closed": scene.today.isoformat()})
    if marks.answerable:
        for name in REPRISAL_CHECKS:
            marks = marks.with_clock(name, deadline_from_now(scene.site, marks, name, scene.now))
    message = {"words": question.said.get("told", ""), "from": scene.names.get(question.by, "")}
    last = "withdrawn" if WITHDRAW_ASKED in scene.marks.flags and _still_wants_to_stop(scene) else "closed"
    return base.Changes(marks, [("agree_close", {"words": words})], [("message", message), base.timeline_step(last)])


def _still_wants_to_stop(scene: ReportContext) -> bool:
    """Whether asking to stop was the last thing that she said."""
    hers = [one for one in scene.said if one.by == CHILD and one.kind != "reopened"]
    return bool(hers) and hers[-1].kind == "withdraw"


def _proposal(_scene: ReportContext, question: ThreadEntry) -> Sequence[base.PendingRequest]:
    return [
        base.PendingRequest(_("What came of it"), str(question.said.get("outcome", ""))),
        base.PendingRequest(_("What the child is told when it is closed"), str(question.said.get("told", ""))),
    ]


_CLOSING = base.JointAction(close_request, _agree, _proposal)


def _take_back(scene: ReportContext, _form: base.ActionForm) -> base.Changes:
    marks = scene.marks.having(state="open").without_clock("agree")
    return base.Changes(marks, [("close_taken_back", {})])


class ReopenForm(base.ActionForm):
    """Why it is not done."""

    words = base.text_area(_l("Why"), _OUTCOME_LETTERS, _l("Say why."))


def _reopen(scene: ReportContext, form: ReopenForm) -> base.Changes:
    marks = reopened_state(scene.marks, scene.today).having(owner=scene.caller_id).without_clock(*REPRISAL_CHECKS)
    marks = marks.with_clock("answer", deadline_from_now(scene.site, marks, "answer", scene.now))
    return base.Changes(marks, [("reopened", {"words": form.words.data})], [base.timeline_step("reopened")])


ASK_CLOSE = base.Action(
    "close",
    "tick",
    _l("Ask to close"),
    AskToCloseForm,
    _ask,
    button=_l("Ask a second person"),
    done=_l("A second person is asked to agree."),
    small=_l("with what came of it, and a second person"),
    possible=lambda scene: scene.marks.state == "open" and scene.marks.day("acted") is not None,
    not_yet=lambda scene: "" if scene.marks.state in {"asked", "closed"} else _NOT_YET,
    later=True,
)


AGREE = _CLOSING.act("agree", "tick", _l("Agree to close, or send back"), AgreeToCloseForm)


TAKE_BACK = base.Action(
    "not-yet",
    "undo",
    _l("Do not close it yet"),
    base.ActionForm,
    _take_back,
    button=_l("Go on with it"),
    done=_l("It goes on. Nobody is asked to agree any more."),
    small=_l("take back what you asked a second person"),
    possible=_CLOSING.is_hers,
)


REOPEN = base.Action(
    "reopen",
    "undo",
    _l("Open it again"),
    ReopenForm,
    _reopen,
    button=_l("Open it again"),
    done=_l("It is open again, and the child is told."),
    possible=lambda scene: scene.marks.state == "closed",
)
