"""Every action, in the order in which a page offers them, and how one is carried out: everything or nothing."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from youthvoice.accounts.store import find_readers, lock_people
from youthvoice.audit.audit_log import Log
from youthvoice.grievances import time_limits
from youthvoice.grievances.actions import second_opinion
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
    second_opinion.SUM_UP,
    second_opinion.AGREE_SUM,
    second_opinion.HOLD,
    second_opinion.RELEASE,
    STEP_BACK,
)


def by_name(name: str) -> Action | None:
    """The act of a name; None where there is none."""
    return next((one for one in ACTIONS if one.name == name), None)


def available(scene: ReportContext) -> list[tuple[Action, str]]:
    """What can be done with a report now, each with empty words; and what cannot yet, with the reason."""
    listed = [(one, "" if one.possible(scene) else str(one.not_yet(scene))) for one in ACTIONS if one.listed]
    return [(one, why) for one, why in listed if why or one.possible(scene)]


ACTION_DONE: Final = "report.act"
"""In the log, whatever was done: which act it was stands inside the report, for a thief reads the log."""


def execute(session: Session, log: Log, scene: ReportContext, deed: Changes, form: str = "") -> None:
    """Do it.

    Args:
        session: may write.
        log: in the name of whoever does it.
        scene: of the report as the form showed it.
        deed: what is to be written.
        form: number of the form that asks for it; its first entry keeps it, so that a form sent twice is known.

    Raises:
        ConcurrentUpdate: somebody else changed the report; nothing was written.
        ReaderExcluded, LastReader: as `readership.grant_access` and `readership.step_back`.
    """
    facts = scene.thread.facts
    if deed.steps_back:
        lock_people(session)  # whoever shall go on reading does not leave in the same moment
    change_case_state(session, facts.line, _marks(scene, deed))  # first: its row is held, or somebody was faster
    for nth, entry in enumerate(_entries(scene, deed.entries, deed.voice)):
        kept = replace(entry, said={**entry.said, "form": form}) if form and nth == 0 else entry
        add_entry(session, facts, kept)
    for reply in _entries(scene, deed.replies, deed.voice) if facts.marks.answerable else ():
        add_reply(session, facts, reply)
    for reader in deed.given:
        readership.grant_access(session, scene.thread, scene.said, reader)
    notices.ask_to_sign_in(session, (one.person_id for one in deed.asked), "asked", scene.id.hex(), facts.line.version)
    for item in deed.handed:
        handover_items.add_handover(session, item)
        notices.ask_to_sign_in(session, [item.person_id], "handed", item.id.hex())
    for person_id, item_id in deed.taken:
        handover_items.remove_handovers(session, person_id, [item_id])
    if deed.linked is not None:
        _link_back(session, scene, deed.linked.id)
    if deed.steps_back:
        handover_items.remove_handovers(session, scene.caller_id, deed.given_up)
        present = find_readers(session, scene.site.id)
        readership.step_back(session, facts, scene.caller_id, present.everybody)
    log.add(session, ACTION_DONE, scene.id.hex())


def _marks(scene: ReportContext, deed: Changes) -> CaseState:
    """As the deed says; and no question to a second person, nor the report itself, is left without a clock."""
    waiting = second_opinion.waiting_questions([*scene.said, *_entries(scene, deed.entries)])
    marks = time_limits.with_second_opinion_deadline(scene.site, deed.marks, scene.now, waiting)
    return time_limits.with_follow_up_deadline(scene.site, marks, scene.now)


def _entries(scene: ReportContext, several: Sequence[EntryDraft], voice: bytes = b"") -> list[ThreadEntry]:
    """What the caller says, in order; her voice lies with the first."""
    return [
        ThreadEntry(kind, scene.caller_id, scene.today, said=said, sound=b"" if nth else voice)
        for nth, (kind, said) in enumerate(several)
    ]


def _link_back(session: Session, scene: ReportContext, other_id: bytes) -> None:
    """The other report says so, too; whoever reads both of them finds the way back."""
    other = find_thread(session, other_id, to_change=True)
    if other is not None:
        said = {"to_thread": scene.id.hex()}
        add_entry(session, other, ThreadEntry("linked", scene.caller_id, scene.today, said=said))
