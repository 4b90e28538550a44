"""Somebody opens a report: its first look is settled, the child's timeline says so; what was written back is read."""

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.grievances.case.context import Scene
from youthvoice.grievances.follow_up import kept_going
from youthvoice.grievances.status import HANDED_BACK
from youthvoice.threads import messages as conversation
from youthvoice.threads import store as threads


def look(session: Session, scene: Scene) -> None:
    """Note the first look of anybody at the report, and at what an adult wrote back.

    Args:
        session: may write.
        scene: of whoever opens it.

    Raises:
        Meanwhile: somebody else changed the report; nothing was written.
    """
    marks = scene.marks.unflagged(HANDED_BACK)
    first = marks.state == "new"
    if first:
        marks = marks.having(state="open").without_clock("first_look").on("first_look", scene.today)
    if marks == scene.marks:
        return
    threads.change(session, running.keyring(), scene.thread.facts.line, kept_going(scene.site, marks, scene.now))
    if first and marks.answerable:
        conversation.step(session, running.keyring(), scene.thread.facts, "looked", scene.today)
