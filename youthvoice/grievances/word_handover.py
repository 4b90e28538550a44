"""Chosen words of a report for one more adult: which, for whom, with the child's yes, and what comes back.

Source: STANDARDS.md S20 (prior consent), S31 (per reader, withdrawable).
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms import SelectChoice

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import may
from youthvoice.accounts.sign_in.staff_session import open_private_key
from youthvoice.accounts.store import Reader, list_trusted_people
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.case.report_timeline import VOICE_KINDS
from youthvoice.grievances.time_limits import with_follow_up_deadline
from youthvoice.privacy.crypto.symmetric_encryption import CannotOpen
from youthvoice.privacy.keys.key_files import KeyGone
from youthvoice.sites.store import get_site
from youthvoice.threads.case_state import HANDED_BACK
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.handover_items import HandoverItem, list_handovers, open_handover
from youthvoice.threads.store import add_entry, change_case_state, find_thread
from youthvoice.web.i18n.formats import format_day

_MOST_LETTERS: Final = 2000


class ReportGone(Exception):
    """The report has ended, or is another one: nothing can be written back."""


def open_for(item: HandoverItem, caller: Caller) -> Mapping[str, Any]:
    """What was sealed to her.

    Raises:
        CannotOpen, KeyGone: see `threads.handover_items.open_handover`.
    """
    return open_handover(context.keyring(), item, open_private_key(caller))


def write_back(session: Session, caller: Caller, item: HandoverItem, words: str) -> None:
    """Tell the report's readers what was done.

    Args:
        session: may write.
        caller: to whom it was handed.
        item: what was handed.
        words: hers.

    Raises:
        ReportGone: see there.
        CannotOpen, KeyGone: as `open_for`.
    """
    said = open_for(item, caller)
    thread = find_thread(session, bytes.fromhex(said["thread"]), to_change=True)
    if thread is None or thread.public_key.hex() != said["public_key"]:
        raise ReportGone
    site = get_site(session, thread.line.site_id)
    marks = with_follow_up_deadline(site, thread.marks.flagged(HANDED_BACK), context.now())
    change_case_state(session, thread.line, marks)
    day = context.today(site.time_zone)
    add_entry(session, thread, ThreadEntry("handed_back", caller.person_id, day, said={"words": words}))


def handovers_of_report(session: Session, caller: Caller, thread_id: bytes) -> list[bytes]:
    """The ids of what was handed to her out of one report, as far as she can open it."""
    return [item.id for item in list_handovers(session, caller.person_id) if _comes_from(item, caller, thread_id)]


def _comes_from(item: HandoverItem, caller: Caller, thread_id: bytes) -> bool:
    try:
        return bool(open_for(item, caller)["thread"] == thread_id.hex())
    except (CannotOpen, KeyGone):
        return False


def list_recipients(session: Session, scene: ReportContext) -> list[Reader]:
    """Who may be handed something: counts by now, does not read the report anyway, and was not left out of it."""
    present = list_trusted_people(session, [scene.site.id])
    return [
        Reader(
            person.id,
            person.name,
            person.public_key,
            person.role,
            person.key_version,
            key_since=person.trusted_from,
        )
        for person in present
        if may(person.role, "handed.read") and person.id not in scene.reading | scene.kept_out
    ]


def allowed_by_child(said: Iterable[ThreadEntry], person_id: int) -> frozenset[str]:
    """What somebody may have by the child's yes, as ids in hexadecimal digits; her last answer to a question counts.

    Args:
        said: everything in a report, in order.
        person_id: who.
    """
    asked: dict[str, list[str]] = {}
    given: dict[str, list[str]] = {}
    for entry in said:
        question = str(entry.said.get("question") or "")
        if entry.kind == "advocate" and entry.said.get("ask") == "may_know" and entry.said.get("to") == person_id:
            asked[question] = list(entry.said.get("items", ()))
        elif entry.kind == "may_know" and entry.by == CHILD and question in asked:
            given.pop(question, None)
            if entry.said.get("answer") == "yes":
                given[question] = asked[question]
    return frozenset(one for items in given.values() for one in items)


_SHOWN: Final = 90  # letters of an item in a list


_WORDS: Final = frozenset({"told", "child", "put_right", "withdraw", "trouble"})


def child_entries(scene: ReportContext) -> list[ThreadEntry]:
    """Everything that the child told in words, or with her voice."""
    return [one for one in scene.said if (one.kind in _WORDS and one.said.get("words")) or _is_voice(one)]


def entry_choices(scene: ReportContext) -> list[SelectChoice]:
    """The same, as choices of a form."""
    return [SelectChoice(one.id.hex(), entry_summary(one)) for one in child_entries(scene)]


def chosen_entries(scene: ReportContext, ids: Collection[str]) -> list[ThreadEntry]:
    """Those of these ids."""
    return [one for one in child_entries(scene) if one.id.hex() in ids]


def entry_summary(entry: ThreadEntry) -> str:
    """An item in a line."""
    if _is_voice(entry):
        return str(_("Voice message, %(day)s", day=format_day(entry.day)))
    words = " ".join(str(entry.said["words"]).split())
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"


def _is_voice(entry: ThreadEntry) -> bool:
    return entry.by == CHILD and entry.kind in VOICE_KINDS
