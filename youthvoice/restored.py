"""What is done with a backup that was brought back, before anybody works with it: the log says so."""

from datetime import UTC, datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.accounts.people import store as accounts
from youthvoice.audit.log import RESTORED, Log


def note(connection: Connection, copied_at: datetime) -> None:
    """Append the line, in the transaction that brought everything back; whoever left since stays away.

    Args:
        connection: of that transaction; the caller commits.
        copied_at: when the backup was made.
    """
    with Session(bind=connection, join_transaction_mode="rollback_only") as session:
        log = Log(running.keyring().key("audit"), running.today(), "command")
        log.add(session, RESTORED, f"{copied_at.astimezone(UTC):%Y-%m-%dT%H:%MZ}")
        if ended := accounts.end_those_who_left(session, running.today()):
            log.add(session, "person.leave.again", str(ended))
        session.flush()
