"""Once a day the head of the log is kept, and mailed to the outside addresses."""

from datetime import date

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.audit import heads
from youthvoice.audit.log import Log
from youthvoice.mail import messages, outbox
from youthvoice.mail.messages import Words
from youthvoice.privacy.keys.names import AUDIT, MAIL
from youthvoice.witnesses import mail as letters
from youthvoice.witnesses import store
from youthvoice.witnesses.store import Outside


def heads_due() -> None:
    """The job: at the first look on a day (UTC) the head is kept and put into the outbox, once.

    Where the head that was kept last is not in the log any more, the outside is told so, day after day.
    """
    day = running.today()
    with db.reading(db.engine()) as session:
        if heads.is_kept(session, day) or heads.to_keep(session)[0] is None:
            return
    with db.writing(db.engine()) as session:
        key = running.keyring().key(AUDIT)
        if heads.to_keep(session)[1]:  # a log that was cut grows no longer by itself
            heads.fill(session, Log(key, day, "work"))
        head, stands = heads.to_keep(session)
        if head is None or not heads.keep(session, key, day, head):
            session.rollback()  # another process was faster
            return
        for outside in store.to_write_to(session, running.keyring()):
            language = outside.language
            words = letters.daily(head, day, language) if stands else letters.changed(language)
            _put(session, outside, words, "day", day.isoformat())


def say_farewell(session: Session, outside: Outside) -> None:
    """Tell an address that was taken away that no more notes come: nobody takes it away in silence."""
    if outside.address and outside.confirmed_by:
        _put(session, outside, letters.farewell(outside.language), "farewell", outside.seen)


def undelivered(session: Session, day: date) -> int:
    """How many of the notes of a day no server took."""
    found = store.to_write_to(session, running.keyring())
    return len(outbox.given_up(session, [_message_id(one, "day", day.isoformat()) for one in found]))


def _put(session: Session, outside: Outside, words: Words, *what: str) -> None:
    settings, now = running.settings(), running.now()
    message = messages.compose(words, outside.address, _message_id(outside, *what), settings, now)
    outbox.put(session, running.keyring(), message, now)


def _message_id(outside: Outside, *what: str) -> str:
    key = running.keyring().key_or_new(MAIL)
    return messages.message_id_for(key, running.settings(), "witness", outside.slot, outside.address, *what)
