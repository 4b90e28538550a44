"""Write what an act decided: everything or nothing."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.accounts import store as people
from youthvoice.audit.log import Log
from youthvoice.grievances import follow_up as going_on
from youthvoice.grievances.actions.base import Deed, Said
from youthvoice.grievances.case import second_opinions as questions
from youthvoice.grievances.case.context import Scene
from youthvoice.grievances.deadlines import notices
from youthvoice.privacy.keys.names import PEOPLE
from youthvoice.threads import messages as conversation
from youthvoice.threads import store as threads
from youthvoice.threads.case_state import Marks
from youthvoice.threads.entries import Entry
from youthvoice.threads.handover import store as handed_store
from youthvoice.threads.readers import membership

DONE: Final = "report.act"
"""In the log, whatever was done: which act it was stands inside the report, for a thief reads the log."""


def perform(session: Session, log: Log, scene: Scene, deed: Deed, form: str = "") -> None:
    """Do it.

    Args:
        session: may write.
        log: in the name of whoever does it.
        scene: of the report as the form showed it.
        deed: what is to be written.
        form: number of the form that asks for it; its first entry keeps it, so that a form sent twice is known.

    Raises:
        Meanwhile: somebody else changed the report; nothing was written.
        LeftOut, LastReader: as `threads.membership`.
    """
    keyring, facts = running.keyring(), scene.thread.facts
    if deed.steps_back:
        people.keep_still(session)  # whoever shall go on reading does not leave in the same moment
    threads.change(session, keyring, facts.line, _marks(scene, deed))  # first: its row is held, or somebody was faster
    for nth, entry in enumerate(_entries(scene, deed.entries, deed.voice)):
        kept = replace(entry, said={**entry.said, "form": form}) if form and nth == 0 else entry
        conversation.say(session, keyring, facts, kept)
    for reply in _entries(scene, deed.replies, deed.voice) if facts.marks.answerable else ():
        conversation.tell_child(session, keyring, facts, reply)
    for reader in deed.given:
        membership.give(session, keyring, scene.thread, scene.said, reader)
    notices.ask(session, (one.person_id for one in deed.asked), "asked", scene.id.hex(), facts.line.version)
    for item in deed.handed:
        handed_store.add(session, item)
        notices.ask(session, [item.person_id], "handed", item.id.hex())
    for person_id, item_id in deed.taken:
        handed_store.take_away(session, person_id, [item_id])
    if deed.linked is not None:
        _link_back(session, scene, deed.linked.id)
    if deed.steps_back:
        handed_store.take_away(session, scene.caller_id, deed.given_up)
        present = people.readers(session, scene.site.id, keyring.key_or_new(PEOPLE), scene.now)
        membership.step_back(session, keyring, facts, scene.caller_id, present.everybody)
    log.add(session, DONE, scene.id.hex())


def _marks(scene: Scene, deed: Deed) -> Marks:
    """As the deed says; and no question to a second person, nor the report itself, is left without a clock."""
    waiting = questions.waiting([*scene.said, *_entries(scene, deed.entries)])
    marks = going_on.asking_a_second(scene.site, deed.marks, scene.now, waiting)
    return going_on.kept_going(scene.site, marks, scene.now)


def _entries(scene: Scene, several: Sequence[Said], voice: bytes = b"") -> list[Entry]:
    """What the caller says, in order; her voice lies with the first."""
    return [
        Entry(kind, scene.caller_id, scene.today, said=said, sound=b"" if nth else voice)
        for nth, (kind, said) in enumerate(several)
    ]


def _link_back(session: Session, scene: Scene, other_id: bytes) -> None:
    """The other report says so, too; whoever reads both of them finds the way back."""
    other = threads.facts(session, running.keyring(), other_id, to_change=True)
    if other is not None:
        said = {"to_thread": scene.id.hex()}
        conversation.say(session, running.keyring(), other, Entry("linked", scene.caller_id, scene.today, said=said))
