"""The children's line about a session at a school: what was heard, in the words the advocates agreed on (S34)."""

from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.surveys.school_sessions import store as session_store


class Line(NamedTuple):
    """One session on the board.

    Attributes:
        title: where it was.
        sentence: what the advocates agreed to say of it, else only that it was.
    """

    title: str
    sentence: str


def line(session: Session, subject: str, site_id: int, language: str, today: date) -> Line | None:
    """What is said of a session; nothing before its day.

    Args:
        session: only read.
        subject: as something is owed about it.
        site_id: whose children it was for.
        language: of the child.
        today: at the site.
    """
    found = session_store.find(session, running.keyring(), int(subject), [site_id])
    if found is None or found.draft.day > today:
        return None
    title = _("After the session at %(school)s", school=found.where) if found.draft.school else _("After the session")
    agreed = found.heard.sentence
    sentence = agreed.get(language) or next(iter(agreed.values()), "") or str(_("We talked together."))
    return Line(str(title), sentence)
