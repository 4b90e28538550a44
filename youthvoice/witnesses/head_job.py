"""Store the head of the log once a day and mail it to the witness addresses; the texts of these mails.

The mails name neither the installation nor a child: a person who sees the inbox reads a number and a row of letters.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from flask_babel import LazyString, force_locale, gettext as _, lazy_gettext as _l
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.audit import audit_log
from youthvoice.mail import messages, outbox
from youthvoice.privacy.keys.key_names import AUDIT, MAIL
from youthvoice.web.i18n.formats import format_long_day
from youthvoice.witnesses.store import WitnessAddress, list_confirmed_witnesses


def daily_note(head: audit_log.LogHead, day: date, language: str) -> messages.MailText:
    """The mail with the head of a day."""
    with force_locale(language):
        lines = [
            _("Day: %(day)s", day=format_long_day(day)),
            _("Keep this note for a year. If a day is missing, or the number before the colon falls, ask immediately."),
        ]
        return _words(language, lines, str(head))


def changed_note(language: str) -> messages.MailText:
    """The mail that says that the last stored head is no longer in the log."""
    with force_locale(language):
        return _words(
            language,
            [
                _("What was noted before was changed or cut off since."),
                _("Please ask immediately, with the last note that you have."),
            ],
        )


def farewell_note(language: str) -> messages.MailText:
    """The last mail to an address that was removed."""
    with force_locale(language):
        return _words(
            language,
            [
                _("This is the last note: your address was taken away."),
                _("If nobody told you why, please ask. Keep the notes that you have."),
            ],
        )


def _words(language: str, lines: list[str], code: str = "") -> messages.MailText:
    title, values = str(_("Daily note")), {"lines": lines, "code": code}
    return messages.render_mail("witnesses/note", language, sender_name=title, subject=title, shown=values)


def send_due_heads() -> None:
    """Store the head of the log and mail it, once a day (UTC). A job.

    Where the last stored head is no longer in the log, the witnesses get a mail that says so, every day.
    """
    day = context.today()
    with db.reading(db.engine()) as session:
        if audit_log.is_head_kept(session, day) or audit_log.head_to_keep(session)[0] is None:
            return
    with db.writing(db.engine()) as session:
        key = context.keyring().key(AUDIT)
        if audit_log.head_to_keep(session)[1]:  # a log that was cut is not filled up
            audit_log.fill_log(session, audit_log.Log(day, "work"))
        head, is_in_log = audit_log.head_to_keep(session)
        if head is None or not audit_log.keep_head(session, key, day, head):
            session.rollback()  # another process has stored it
            return
        for address in list_confirmed_witnesses(session):
            language = address.language
            text = daily_note(head, day, language) if is_in_log else changed_note(language)
            _put(session, address, text, "day", day.isoformat())


def send_farewell(session: Session, address: WitnessAddress) -> None:
    """Tell a removed address that no more mails come, so that nobody can remove it unnoticed."""
    if address.address and address.confirmed_by:
        _put(session, address, farewell_note(address.language), "farewell", address.seen)


def count_undelivered_notes(session: Session, day: date) -> int:
    """How many mails with the head of a day could not be delivered."""
    witness_addresses = list_confirmed_witnesses(session)
    return len(
        outbox.list_undelivered(
            session, [_message_id(address, "day", day.isoformat()) for address in witness_addresses]
        )
    )


def _put(session: Session, address: WitnessAddress, text: messages.MailText, *what: str) -> None:
    settings, now = context.settings(), context.now()
    message = messages.compose(text, address.address, _message_id(address, *what), settings, now)
    outbox.put(session, message, now)


def _message_id(address: WitnessAddress, *what: str) -> str:
    key = context.keyring().key_or_new(MAIL)
    return messages.message_id_for(key, context.settings(), "witness", address.slot, address.address, *what)


_LATE = timedelta(days=1)


def head_complaints(session: Session) -> Iterator[LazyString]:
    """What is wrong with the head of the log, one sentence each."""
    today = context.today()
    last_stored = audit_log.last_kept_head(session)
    if audit_log.last_head(session) is not None and (last_stored is None or today - last_stored[0] > _LATE):
        yield _l("The head of the log was not kept, nor mailed, since yesterday. Is the work process running?")
    if any(count_undelivered_notes(session, today - timedelta(days=back)) for back in range(7)):
        yield _l("A daily note to an address outside was refused. Advocates see its address under The log.")
