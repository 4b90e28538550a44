"""All actions in the order in which the page offers them, and `execute`, which writes an action or nothing of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from youthvoice.accounts.store import find_readers, lock_people
from youthvoice.audit.audit_log import Log
from youthvoice.grievances import time_limits
from youthvoice.grievances.actions import second_opinion, theme_summary
from youthvoice.grievances.actions.access_actions import GRANT, STEP_BACK
from youthvoice.grievances.actions.base import Action, Changes, EntryDraft
from youthvoice.grievances.actions.case_actions import ASSESS, ASSIGN, LINK, NOTE, RECORD, URGENT
from youthvoice.grievances.actions.child_actions import ANSWER, ASK, ASK_CONSENT, MUST_GO_ON
from youthvoice.grievances.actions.close_report import AGREE, ASK_CLOSE, REOPEN, TAKE_BACK
from youthvoice.grievances.actions.hand_over import AGREE_HAND, HAND_OVER, TAKE_BACK_WORDS
from youthvoice.grievances.actions.interpreter_actions import ASK_INTERPRETER, SHARE_ANSWER, TAKE_BACK_ENTRY
from youthvoice.grievances.actions.outside_actions import REFER, REPORT_TO_AUTHORITY
from youthvoice.grievances.actions.transcript_actions import TRANSCRIPT
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.deadlines import notices
from youthvoice.threads import handover_items, readership
from youthvoice.threads.case_state import CaseState
from youthvoice.threads.entities import ThreadEntry
from youthvoice.threads.store import add_entry, add_reply, change_case_state, find_thread

ACTIONS: Final = (
    ANSWER,
    AGREE,
    TRANSCRIPT,
    ASK_INTERPRETER,
    SHARE_ANSWER,
    RECORD,
    NOTE,
    ASSESS,
    ASK,
    ASK_CONSENT,
    MUST_GO_ON,
    HAND_OVER,
    AGREE_HAND,
    TAKE_BACK_WORDS,
    TAKE_BACK_ENTRY,
    REFER,
    REPORT_TO_AUTHORITY,
    ASSIGN,
    GRANT,
    LINK,
    URGENT,
    second_opinion.NO_AUTHORITY,
    ASK_CLOSE,
    TAKE_BACK,
    REOPEN,
    theme_summary.SUM_UP,
    theme_summary.AGREE_SUM,
    second_opinion.HOLD,
    second_opinion.RELEASE,
    STEP_BACK,
)


def find_action(name: str) -> Action | None:
    """The action with this name; None where there is none."""
    return next((action for action in ACTIONS if action.name == name), None)


def list_actions(report: ReportContext) -> list[tuple[Action, str]]:
    """The actions to offer, each with the reason why it cannot be done yet; the reason is empty where it can."""
    listed = [
        (action, "" if action.possible(report) else str(action.not_yet(report))) for action in ACTIONS if action.listed
    ]
    return [(action, why) for action, why in listed if why or action.possible(report)]


ACTION_DONE: Final = "report.act"
"""The log entry of every action. Only the report itself says which action it was: a thief could read the log."""


def execute(session: Session, log: Log, report: ReportContext, changes: Changes, form_number: str = "") -> None:
    """Write what an action decided.

    Args:
        session: may write.
        log: in the name of the caller.
        report: as the form showed it.
        changes: what the action decided.
        form_number: the form's own. The first entry stores it, so that a form that is sent twice is recognised;
            of an action without entries it is not.

    Raises:
        ConcurrentUpdate: somebody else changed the report; nothing was written.
        ReaderExcluded: see `readership.grant_access`.
        LastReader: see `readership.step_back`.
    """
    if changes.steps_back:
        lock_people(session)  # the remaining readers cannot leave at the same moment
    change_case_state(session, report.thread, _case_after(report, changes))  # first: locks the row, or raises
    for nth, entry in enumerate(_thread_entries(report, changes.entries, changes.voice)):
        thread_entry = replace(entry, said={**entry.said, "form": form_number}) if form_number and nth == 0 else entry
        add_entry(session, report.thread, thread_entry)
    for reply in _thread_entries(report, changes.replies, changes.voice) if report.thread.case.answerable else ():
        add_reply(session, report.thread, reply)
    if changes.question is not None:
        add_reply(session, report.thread, changes.question)
    for reader in changes.new_readers:
        readership.grant_access(session, report.thread, report.entries, reader)
    notices.ask_to_sign_in(
        session, (reader.person_id for reader in changes.notified), "asked", report.id.hex(), report.thread.version
    )
    for item in changes.handovers:
        handover_items.add_handover(session, item)
        notices.ask_to_sign_in(session, [item.person_id], "handed", item.id.hex())
    for person_id, item_id in changes.withdrawn_items:
        handover_items.remove_handovers(session, person_id, [item_id])
    handover_items.remove_interpreted(session, changes.ended_items)
    if changes.other_report is not None:
        _link_back(session, report, changes.other_report.id)
    if changes.steps_back:
        handover_items.remove_handovers(session, report.caller_id, changes.own_item_ids)
        present = find_readers(session, report.site.id)
        readership.step_back(session, report.thread, report.caller_id, present.everybody)
    log.add(session, ACTION_DONE, report.id.hex())


def _case_after(report: ReportContext, changes: Changes) -> CaseState:
    """The case as the action decided, with a deadline for each waiting question and for the report itself."""
    waiting = second_opinion.waiting_questions([*report.entries, *_thread_entries(report, changes.entries)])
    kinds = {entry.kind for entry in waiting}
    case = time_limits.with_second_person_deadlines(report.site, changes.case, report.now, kinds)
    return time_limits.with_follow_up_deadline(report.site, case, report.now)


def _thread_entries(report: ReportContext, drafts: Sequence[EntryDraft], voice: bytes = b"") -> list[ThreadEntry]:
    """The entries of drafts, in the caller's name; the recording belongs to the first."""
    return [
        ThreadEntry(kind, report.caller_id, report.today, said=content, sound=b"" if nth else voice)
        for nth, (kind, content) in enumerate(drafts)
    ]


def _link_back(session: Session, report: ReportContext, other_id: bytes) -> None:
    """Add the link to the other report too, so that a reader of both finds the way back."""
    other = find_thread(session, other_id, to_change=True)
    if other is not None:
        values = {"to_thread": report.id.hex()}
        add_entry(session, other, ThreadEntry("linked", report.caller_id, report.today, said=values))
