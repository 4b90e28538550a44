"""What an interpreter reads: one entry that the child let her read, and adults' answers to it; what she writes of it.

Nothing is sealed to her before the child's yes. Until then a copy of the entry is in the question to the child, which
only the child's code opens; the request with the yes seals that copy to her. She learns neither the child's code nor
the short name of the report, neither day nor topic nor site; she opens nothing but this. What she writes is sealed to
the public key of the report, and to that of the child's code where it renders an answer.
Source: PRIVACY.md C, "An interpreter".
"""

import base64
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.guard import Caller
from youthvoice.accounts.interpreters import Interpreter, list_interpreters
from youthvoice.accounts.store import names_of_people
from youthvoice.grievances import transcripts
from youthvoice.grievances.child_thread import RENDERING, ChildMessage
from youthvoice.grievances.handovers import add_back, open_for
from youthvoice.sites.store import Site
from youthvoice.threads import handover_items
from youthvoice.threads.case_state import CaseState
from youthvoice.threads.content_check import contacts_in
from youthvoice.threads.entities import Thread, ThreadEntry
from youthvoice.threads.handover_items import HandoverItem
from youthvoice.threads.store import add_reply


class TooManyRenderings(Exception):
    """The interpreter wrote of one entry as often as she may: each goes to the child and the readers."""


MAX_RENDERINGS: Final = 5
"""Renderings that an interpreter may write of one entry."""


def follow_answer(  # noqa: PLR0913, PLR0917 - each of them matters
    session: Session, thread: Thread, site: Site, message: ChildMessage, case: CaseState, day: date
) -> bool:
    """Seal the entry to the interpreter after a yes of the child; delete it after anything else.

    Args:
        session: may write; the thread's row is locked.
        thread: the child's report.
        site: of the report.
        message: the child's answer, with the question that the child's code opened.
        case: after the answer.
        day: at the site.

    Returns:
        False where nothing was done: the question is settled or takes no answer; or after a yes `message.copy` is not
        this question, or names somebody who no longer interprets for the site, got a new key or another name, or works
        there now.
    """
    question_id = bytes.fromhex(message.ask)
    question = transcripts.find_question(case, question_id, transcripts.INTERPRETER)
    if question is None:
        return False
    # the first is of the child's entry, the others of adults' answers to it that readers shared with the interpreter
    item_ids = handover_items.interpreted_item_ids(context.keyring(), thread.id, question.question)
    if message.answer != transcripts.YES:
        handover_items.remove_interpreted(session, item_ids)
        return True
    if message.copy is None or message.copy.id != question_id:
        return False
    if thread.case.transcripts == case.transcripts:
        return True  # the same yes once more
    content = message.copy.said
    named = (content["to_id"], content["key"], content["to"])
    interpreter = find_as_named(
        list_interpreters(session, site.id), site.id, named, may_work_here=content["works_here"]
    )
    if interpreter is None:
        return False
    ends_on = transcripts.last_day(question, site.time_zone)
    data = entry_data(thread, content, message.copy)
    handover_items.remove_interpreted(session, item_ids)
    period = handover_items.Interpretation(item_ids[0], ends_on)
    item = handover_items.seal_handover(context.keyring(), interpreter.reader, day, thread.month, data, period)
    handover_items.add_handover(session, item)
    return True


def find_as_named(
    interpreters: Collection[Interpreter], site_id: int, named: tuple[int, int, str], *, may_work_here: bool
) -> Interpreter | None:
    """The interpreter as she was named to the child; None once she has a new key or name, or came to work there.

    Args:
        interpreters: of the site.
        site_id: where the child lives.
        named: her row of `people`, the version of her key, and her name.
        may_work_here: whether the child asked for somebody who works there.
    """
    for interpreter in interpreters:
        reader = interpreter.reader
        if (reader.person_id, reader.key_version, reader.name) == named:
            return interpreter if may_work_here or site_id not in interpreter.works_at else None
    return None


def entry_data(thread: Thread, content: Mapping[str, Any], entry: ThreadEntry) -> dict[str, Any]:
    """What is sealed to an interpreter, as JSON values: nothing of the report but this text or recording.

    Args:
        thread: the report; its id and public key say where her words go, and no page shows them.
        content: `recording`, the id of the readers' entry; `language`; `into`; `message`, of an adult's answer.
        entry: with the text or the recording.
    """
    values = {name: content[name] for name in ("recording", "language", "into")}
    values |= {"thread": thread.id.hex(), "public_key": thread.public_key.hex(), "message": content.get("message", "")}
    values["words"] = str(entry.said.get("words") or "")
    if entry.sound:
        values |= {"kind": str(entry.said.get("kind") or ""), "sound": base64.b64encode(entry.sound).decode()}
    return values


def list_readable(session: Session, caller: Caller) -> list[HandoverItem]:
    """What an interpreter can read today, unopened."""
    items = handover_items.list_handovers(session, caller.person_id)
    return [item for item in items if _is_readable(item)]


def find_readable(session: Session, caller: Caller, item_id: bytes) -> HandoverItem | None:
    """One of these; None for any other, whether it ended, was taken back, or is somebody else's."""
    item = handover_items.find_handover(session, caller.person_id, item_id)
    return item if item is not None and _is_readable(item) else None


def _is_readable(item: HandoverItem) -> bool:
    return item.ends_on is not None and item.ends_on >= context.today()


class ContactAdded(Exception):
    """A rendering for the child holds a telephone number or an address that the adult's answer does not hold."""


def _adds_contact(original: str, rendering: str) -> bool:
    """Whether a rendering leads the child to somebody who is not in the original."""
    return bool(contacts_in(rendering) - contacts_in(original))


def write_rendering(session: Session, caller: Caller, item: HandoverItem, words: str) -> None:
    """Add what an interpreter wrote to the report, beside the original; it never takes its place.

    Args:
        session: may write.
        caller: the interpreter.
        item: what she read.
        words: her rendering.

    Raises:
        ContactAdded, TooManyRenderings: see there. ReportGone, CannotOpen, KeyGone: as `handovers.write_back`.
    """
    content = open_for(item, caller)
    if content["message"] and not content.get("sound") and _adds_contact(content["words"], words):
        raise ContactAdded
    if not handover_items.count_rendering(session, item.id, MAX_RENDERINGS):
        raise TooManyRenderings
    values = {"recording": content["recording"], "language": content["into"], "words": words}
    thread, entry = add_back(session, caller, content, RENDERING, values)
    if content["message"]:
        name = names_of_people(session, [caller.person_id])[caller.person_id]
        reply = {"message": content["message"], "language": content["into"], "words": words, "from": name}
        add_reply(session, thread, ThreadEntry(RENDERING, caller.person_id, entry.day, said=reply))


def list_offered(
    interpreters: Collection[Interpreter], excluded: Collection[int], excluded_names: Collection[str]
) -> list[Interpreter]:
    """The interpreters for whom a child can be asked: nobody whom the child left out, or said no to, by any account."""
    names = {name.casefold() for name in excluded_names}
    return [
        each
        for each in interpreters
        if each.reader.person_id not in excluded and each.reader.name.casefold() not in names
    ]


def end_interpretations() -> None:
    """The job: delete what interpreters could read until yesterday."""
    engine, today = db.engine(), context.today()
    with db.reading(engine) as session:
        is_due = handover_items.has_ended_items(session, today)
    if is_due:
        with db.writing(engine) as session:
            handover_items.remove_ended(session, today)
        db.truncate_write_ahead_log(engine)
