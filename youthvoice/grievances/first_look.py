"""Somebody opens a report: its first look is settled, the child's timeline says so; what was written back is read."""

from sqlalchemy.orm import Session

from youthvoice import running
from youthvoice.grievances.scene import Scene
from youthvoice.grievances.standing import HANDED_BACK
from youthvoice.threads import conversation
from youthvoice.threads import thread_store as threads
from youthvoice.threads.thread_store import Meanwhile


def look(session: Session, scene: Scene) -> None:
    """Note the first look of anybody at the report, and at what an adult wrote back. Two at once are one first look.

    Args:
        session: may write.
        scene: of whoever opens it.
    """
    marks = scene.marks.unflagged(HANDED_BACK)
    first = marks.state == "new"
    if first:
        marks = marks.having(state="open").without_clock("first_look").on("first_look", scene.today)
    if marks == scene.marks:
        return
    try:
        threads.change(session, running.keyring(), scene.thread.facts.line, marks)
    except Meanwhile:
        return
    if first and marks.answerable:
        conversation.step(session, running.keyring(), scene.thread.facts, "looked", scene.today)
