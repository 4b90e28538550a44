"""End the key of open answers once no open batch needs it.

A key ends as soon as the last batch that uses it has closed, even when its quarter is not over: what was
counted should not lie openable in a backup. A round that opens later in the same quarter gets new random
bytes under the same name, which open nothing of what was before. What stopped half-way is finished at the
next look.
Source: PRIVACY.md A2.
"""

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from youthvoice import db
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.surveys.models import Batch

PREFIX = "open-answers-"


def end_unused(engine: Engine, keyring: Keyring) -> list[str]:
    """Destroy every open-answers key that no open batch uses.

    Returns:
        The names of the keys that ended.
    """
    with db.reading(engine) as session:
        if not _unused(session, keyring):
            return []
    with db.writing(engine) as session:
        _keep_rounds_from_opening(session)
        ended = _unused(session, keyring)
        for name in ended:
            keyring.destroy(name)
    return ended


def _unused(session: Session, keyring: Keyring) -> list[str]:
    used = set(session.scalars(select(Batch.answers_key).where(Batch.closed_on.is_(None))))
    return [name for name in keyring.names() if name.startswith(PREFIX) and name not in used]


def _keep_rounds_from_opening(session: Session) -> None:
    """A round that opens meanwhile waits until its old key is gone; on SQLite every writer waits anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE batches IN SHARE ROW EXCLUSIVE MODE"))
