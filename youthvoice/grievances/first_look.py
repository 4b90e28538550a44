"""Somebody opens a report: its first look is settled, the child's timeline says so."""

from sqlalchemy.orm import Session

from youthvoice import running
from youthvoice.grievances.scene import Scene
from youthvoice.threads import conversation
from youthvoice.threads import thread_store as threads
from youthvoice.threads.thread_store import Meanwhile


def look(session: Session, scene: Scene) -> None:
    """Note the first look of anybody; later ones change nothing. Two at once are one first look.

    Args:
        session: may write.
        scene: of whoever opens it.
    """
    marks = scene.marks
    if marks.state != "new":
        return
    looked = marks.having(state="open").without_clock("first_look").on("first_look", scene.today)
    try:
        threads.change(session, running.keyring(), scene.thread.facts.line, looked)
    except Meanwhile:
        return
    if marks.answerable:
        conversation.step(session, running.keyring(), scene.thread.facts, "looked", scene.today)
