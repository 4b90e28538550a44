"""Mail and text messages to staff: encrypted addresses and neutral texts, put into the outbox by what causes them."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import force_locale, gettext as _, lazy_gettext as _l
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accounts import store
from youthvoice.accounts.models import PersonRow
from youthvoice.errors import CannotOpen
from youthvoice.mail import messages, outbox, sms
from youthvoice.privacy.crypto import symmetric_encryption
from youthvoice.privacy.keys.key_names import MAIL
from youthvoice.sites.store import find_site

_AS_ALWAYS = _l("Open the staff pages as you always do: this letter holds no link. If one does, it is a trick.")

_MAIL_TEXTS = {
    # kind: lines, text of the link if there is one, the line after it
    "invitation": (
        (_l("an account was prepared for you. Choose your password within seven days."),),
        _l("Open the page"),
        _l("The link works once. If you expected nothing, do not open it."),
    ),
    "sign_in": ((_l("please sign in."),), "", _AS_ALWAYS),
    "renewed": (
        (_l("your account has a new password; the old one is dead."),),
        "",
        _l("If you did not choose it, tell a child advocate today: somebody else did, in your name."),
    ),
    "ended": ((_l("your account was ended."),), "", _l("If you did not expect this, ask those you worked with.")),
}


def staff_mail_words(kind: str, mail_name: str, language: str, link: str = "", word: str = "") -> messages.MailText:
    """The text of one mail. Only an invitation has a link: nobody learns to type a password after a mail.

    Args:
        kind: `invitation`, `sign_in`, `renewed` or `ended`.
        mail_name: the site's neutral name.
        language: of the recipient.
        link: where the link of an invitation leads.
        word: the word by which the staff of a site recognise its mail; or empty.
    """
    lines, link_words, after = _MAIL_TEXTS[kind]
    with force_locale(language):
        values = {
            "lines": [str(line) for line in lines],
            "link": link,
            "link_words": str(link_words),
            "after": str(after),
            "word": word,
            "mail_name": mail_name,
        }
        subject = str(_("A letter for you"))
        return messages.render_mail(
            "accounts/invitations/letter", language, sender_name=mail_name, subject=subject, shown=values
        )


_ADDRESS_SIZE = 4 * messages.MAX_ADDRESS_CHARACTERS + symmetric_encryption.LENGTH_BYTES  # up to four bytes a letter

_ADDRESS_PURPOSE = symmetric_encryption.sealing_context("staff-mail", "address")


def encrypt_address(address: str) -> bytes | None:
    """Encrypt an address for a row; None for an empty one.

    Raises:
        NotAnAddress: it is none.
    """
    if not address.strip():
        return None
    return symmetric_encryption.encrypt_padded(
        context.keyring().key(MAIL), messages.plain_address(address).encode(), _ADDRESS_SIZE, _ADDRESS_PURPOSE
    )


def open_address(blob: bytes | None) -> str:
    """Decrypt an address; empty if there is none, or if the mail key is not the one it was encrypted with."""
    if blob is None:
        return ""
    try:
        return symmetric_encryption.decrypt_padded(context.keyring().key(MAIL), blob, _ADDRESS_PURPOSE).decode()
    except CannotOpen:
        return ""


_NUMBER_PURPOSE = symmetric_encryption.sealing_context("staff-mail", "telephone")

_NUMBER_SIZE = sms.MAX_NUMBER_CHARACTERS + symmetric_encryption.LENGTH_BYTES


def encrypt_number(number: str) -> bytes | None:
    """Encrypt a telephone number for a row; None for an empty one.

    Raises:
        NotANumber: it is none.
    """
    if not number.strip():
        return None
    return symmetric_encryption.encrypt_padded(
        context.keyring().key_or_new(MAIL), sms.plain_number(number).encode(), _NUMBER_SIZE, _NUMBER_PURPOSE
    )


def open_number(blob: bytes | None) -> str:
    """Decrypt a telephone number; empty if there is none, or if the mail key is not the one it was encrypted with."""
    if blob is None:
        return ""
    try:
        return symmetric_encryption.decrypt_padded(context.keyring().key(MAIL), blob, _NUMBER_PURPOSE).decode()
    except CannotOpen:
        return ""


@dataclass(frozen=True, slots=True)
class MailRecipient:
    """The recipient of a mail.

    Attributes:
        address: in plain text.
        site_id: the site whose neutral name the mail has.
        language: of its words.
    """

    address: str
    site_id: int
    language: str


def mail_invitation(session: Session, recipient: MailRecipient, token: str) -> None:
    """Mail an invitation's link."""
    _put_into_outbox(session, "invitation", recipient, url_for("people.join", token=token))


def ask_to_sign_in(session: Session, person: store.Person | PersonRow, *once: str | int) -> bool:
    """Ask a person by mail to sign in, without the reason; False if there is no address.

    Args:
        session: may write.
        person: who.
        once: identifies the mail, so that the outbox sends it only once; without it each call sends a new one.
    """
    if recipient := _recipient(session, person):
        _put_into_outbox(session, "sign_in", recipient, "", *((person.id, *once) if once else ()))
    return recipient is not None


def ask_to_sign_in_by_sms(session: Session, person: store.Person, leaves_at: datetime, *once: str | int) -> None:
    """Ask a person by text message to sign in, without the reason; nothing happens without a number.

    Args:
        session: may write.
        person: who.
        leaves_at: from when it is sent, UTC.
        once: identifies the message, so that the outbox sends it only once.
    """
    number, settings = open_number(person.telephone), context.settings()
    site_id = store.find_first_site(session, person.id)
    site = find_site(session, site_id) if site_id is not None else None
    if not number or site is None or not settings.sends_sms:
        return
    with force_locale(person.language):
        lines, _link_words, _after = _MAIL_TEXTS["sign_in"]
        words = f"{' · '.join(part for part in (site.mail_name, site.staff_word) if part)}: {lines[0]}"
    message_id = messages.message_id_for(context.keyring().key(MAIL), settings, "staff", "sms", person.id, *once)
    outbox.put(session, sms.compose_sms(words, number, message_id, leaves_at), leaves_at, channel=outbox.SMS)


def ask_all_to_sign_in(session: Session, person_ids: Collection[int], *once: str | int) -> None:
    """Ask several people by mail to sign in, except those who have left. Their To do pages say why."""
    for person_id in sorted(person_ids):
        person = store.find_person_row(session, person_id)
        if person is not None and person.left_on is None:
            ask_to_sign_in(session, person, *once)


def mail_about_account(session: Session, person: PersonRow, kind: str) -> None:
    """Notify the owner of an account by mail of a change that perhaps somebody else made.

    Args:
        session: may write.
        person: whose account.
        kind: `renewed`: it has a new password; `ended`: send it before the account ends, which deletes the address.
    """
    if recipient := _recipient(session, person):
        _put_into_outbox(session, kind, recipient)


def _recipient(session: Session, person: store.Person | PersonRow) -> MailRecipient | None:
    address = open_address(person.mail)
    site_id = store.find_first_site(session, person.id) if address else None
    return MailRecipient(address, site_id, person.language) if site_id is not None else None


def _put_into_outbox(session: Session, kind: str, recipient: MailRecipient, path: str = "", *once: str | int) -> None:
    settings, now = context.settings(), context.now()
    site = find_site(session, recipient.site_id)
    name, word = (site.mail_name, site.staff_word) if site else ("", "")
    text = staff_mail_words(kind, name, recipient.language, settings.url + path if path else "", word)
    message_id = messages.message_id_for(
        context.keyring().key(MAIL), settings, "staff", kind, *(once or (secrets.token_hex(16),))
    )
    outbox.put(session, messages.compose(text, recipient.address, message_id, settings, now), now)
