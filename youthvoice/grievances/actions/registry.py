"""Every action, in the order in which a page offers them, and how one is carried out: everything or nothing."""

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
from youthvoice.grievances.actions.outside_actions import REFER, REPORT_TO_AUTHORITY
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.deadlines import notices
from youthvoice.threads import handover_items, readership
from youthvoice.threads.case_state import CaseState
from youthvoice.threads.entities import ThreadEntry
from youthvoice.threads.store import add_entry, add_reply, change_case_state, find_thread

ACTIONS: Final = (
    ANSWER,
    AGREE,
    RECORD,
    NOTE,
    ASSESS,
    ASK,
    ASK_CONSENT,
    MUST_GO_ON,
    HAND_OVER,
    AGREE_HAND,
    TAKE_BACK_WORDS,
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


def by_name(name: str) -> Action | None:
    """The act of a name; None where there is none."""
    return next((action for action in ACTIONS if action.name == name), None)


def available(report: ReportContext) -> list[tuple[Action, str]]:
    """What can be done with a report now, each with empty words; and what cannot yet, with the reason."""
    listed = [
        (action, "" if action.possible(report) else str(action.not_yet(report))) for action in ACTIONS if action.listed
    ]
    return [(action, why) for action, why in listed if why or action.possible(report)]


ACTION_DONE: Final = "report.act"
"""In the log, whatever was done: which act it was stands inside the report, for a thief reads the log."""


def execute(session: Session, log: Log, report: ReportContext, changes: Changes, form: str = "") -> None:
    """Do it.

    Args:
        session: may write.
        log: in the name of whoever does it.
        report: of the report as the form showed it.
        changes: what is to be written.
        form: number of the form that asks for it; its first entry keeps it, so that a form sent twice is known.

    Raises:
        ConcurrentUpdate: somebody else changed the report; nothing was written.
        ReaderExcluded, LastReader: as `readership.grant_access` and `readership.step_back`.
    """
    thread = report.thread.facts
    if changes.steps_back:
        lock_people(session)  # whoever shall go on reading does not leave in the same moment
    change_case_state(session, thread.line, _marks(report, changes))  # first: its row is held, or somebody was faster
    for nth, entry in enumerate(_entries(report, changes.entries, changes.voice)):
        thread_entry = replace(entry, said={**entry.said, "form": form}) if form and nth == 0 else entry
        add_entry(session, thread, thread_entry)
    for reply in _entries(report, changes.replies, changes.voice) if thread.case.answerable else ():
        add_reply(session, thread, reply)
    for reader in changes.new_readers:
        readership.grant_access(session, report.thread, report.entries, reader)
    notices.ask_to_sign_in(
        session, (reader.person_id for reader in changes.notified), "asked", report.id.hex(), thread.line.version
    )
    for item in changes.handovers:
        handover_items.add_handover(session, item)
        notices.ask_to_sign_in(session, [item.person_id], "handed", item.id.hex())
    for person_id, item_id in changes.taken:
        handover_items.remove_handovers(session, person_id, [item_id])
    if changes.linked is not None:
        _link_back(session, report, changes.linked.id)
    if changes.steps_back:
        handover_items.remove_handovers(session, report.caller_id, changes.given_up)
        present = find_readers(session, report.site.id)
        readership.step_back(session, thread, report.caller_id, present.everybody)
    log.add(session, ACTION_DONE, report.id.hex())


def _marks(report: ReportContext, changes: Changes) -> CaseState:
    """As the deed says; and no question to a second person, nor the report itself, is left without a clock."""
    waiting = second_opinion.waiting_questions([*report.entries, *_entries(report, changes.entries)])
    case = time_limits.with_second_opinion_deadline(report.site, changes.case, report.now, waiting)
    return time_limits.with_follow_up_deadline(report.site, case, report.now)


def _entries(report: ReportContext, several: Sequence[EntryDraft], voice: bytes = b"") -> list[ThreadEntry]:
    """What the caller says, in order; her voice lies with the first."""
    return [
        ThreadEntry(kind, report.caller_id, report.today, said=said, sound=b"" if nth else voice)
        for nth, (kind, said) in enumerate(several)
    ]


def _link_back(session: Session, report: ReportContext, other_id: bytes) -> None:
    """The other report says so, too; whoever reads both of them finds the way back."""
    other = find_thread(session, other_id, to_change=True)
    if other is not None:
        values = {"to_thread": report.id.hex()}
        add_entry(session, other, ThreadEntry("linked", report.caller_id, report.today, said=values))
