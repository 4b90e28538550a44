"""Compose mail: neutral sender and subject, text and HTML, a stable Message-ID. It sends nothing.

Source: RFC 5322, RFC 8058 (List-Unsubscribe-Post), RFC 3834 (Auto-Submitted).
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from flask import current_app
from flask_babel import force_locale, gettext as _
from markupsafe import escape

from youthvoice.config import Settings
from youthvoice.web.i18n.languages import direction, tag

if TYPE_CHECKING:
    from email.policy import EmailPolicy

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}", re.IGNORECASE)


def whole_lines() -> "EmailPolicy[EmailMessage]":
    """A policy that does not fold headers below RFC 5322's limit: folding would encode the unsubscribe address."""
    from email.policy import SMTP  # noqa: PLC0415 - half a megabyte, only for processes that write mail

    return SMTP.clone(max_line_length=998)


def read_message(data: bytes) -> EmailMessage:
    """A composed message from its bytes."""
    return message_from_bytes(data, _class=EmailMessage, policy=whole_lines())


class NotAnAddress(ValueError):
    """Mail cannot be sent to this address; the message never repeats it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailText:
    """The content of a mail.

    Attributes:
        sender_name: the site's neutral mail name.
        subject: neutral; one line.
        text: plain.
        html: the same as a whole page.
        language: code of its language.
        unsubscribe: address that ends such mails with one click (POST), with https in production; None for staff.
    """

    sender_name: str
    subject: str
    text: str
    html: str
    language: str
    unsubscribe: str | None = None


def render_mail(  # noqa: PLR0913 - a mail has this many parts
    template: str,
    language: str,
    *,
    sender_name: str,
    subject: str,
    shown: Mapping[str, object],
    unsubscribe: str | None = None,
) -> MailText:
    """Render a mail from its two templates, without the context of a page, which the work process does not have.

    Args:
        template: name without `.txt` and `.html`.
        language: of the mail, which is also gettext's current one.
        sender_name: as `MailText`.
        subject: as `MailText`.
        shown: values for the templates.
        unsubscribe: as `MailText`.
    """
    templates, values = current_app.jinja_env, {**shown, "tag": tag(language), "direction": direction(language)}
    return MailText(
        sender_name=sender_name,
        subject=subject,
        text=templates.get_template(f"{template}.txt").render(values),
        html=templates.get_template(f"{template}.html").render(values),
        language=language,
        unsubscribe=unsubscribe,
    )


def compose(text: MailText, to: str, message_id: str, settings: Settings, now: datetime) -> EmailMessage:
    """Compose a message for the outbox; the same arguments give the same bytes.

    Args:
        text: its content.
        to: one address, without a name.
        message_id: from `message_id_for`.
        settings: for the sender's address.
        now: for the Date header.

    Raises:
        NotAnAddress: `to` is not one plain address.
    """
    from email.headerregistry import Address  # noqa: PLC0415 - see `whole_lines`

    text = _mark_practice(text) if settings.practice else text
    message = EmailMessage(policy=whole_lines())
    message["From"] = Address(_one_line(text.sender_name), addr_spec=sender_of(settings))
    message["To"] = _one_address(to)  # the laxer check: an address accepted by earlier rules must not block other mail
    message["Subject"] = text.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    if text.unsubscribe:
        message["List-Unsubscribe"] = f"<{text.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text.text)
    message.add_alternative(text.html, subtype="html")
    message["Content-Language"] = tag(text.language)  # set last, or it would end up in a part
    message.set_boundary(hashlib.sha256(f"{text.text}\0{text.html}".encode()).hexdigest()[:40])
    return message


_BODY = re.compile("<body[^>]*>")


def _mark_practice(text: MailText) -> MailText:
    """The mail of a practice installation, which says so first; it is written into a folder and never sent."""
    with force_locale(text.language):
        subject, words = f"{_('Practice')}: {text.subject}", _("Practice. Nothing here is real.")
    style = "margin:0;padding:8px;background:#ddd2ea;border-bottom:2px dashed #6b5a86"
    line = f'<p style="{style}"><b>{escape(words)}</b></p>'
    html = _BODY.sub(lambda body: body[0] + line, text.html, count=1)
    return replace(text, subject=subject, text=f"{words}\n\n{text.text}", html=html)


MAX_ADDRESS_CHARACTERS: Final = 254  # RFC 5321, 4.5.3.1.3

_FORBIDDEN_FIRST: Final = "-|"


def _one_line(name: str) -> str:
    """A name without line breaks and other characters that a header may not hold."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())


def is_plain_address(to: str) -> bool:
    """Whether `plain_address` accepts an address."""
    try:
        plain_address(to)
    except NotAnAddress:
        return False
    return True


def plain_address(to: str) -> str:
    """The address, without spaces around it.

    Raises:
        NotAnAddress: it is invalid, or more than one, has a name or a line break, or is one that mail programs could
            misread: longer than 254 characters, a number instead of a domain, or with a first character that begins
            an option or a command.
    """
    stripped = _one_address(to)
    if len(stripped) > MAX_ADDRESS_CHARACTERS or stripped[0] in _FORBIDDEN_FIRST or stripped.endswith("]"):
        raise NotAnAddress("not an address")
    return stripped


def _one_address(to: str) -> str:
    from email.headerregistry import Address  # noqa: PLC0415 - see `whole_lines`

    stripped = to.strip()
    try:
        address = Address(addr_spec=stripped)
    except (ValueError, IndexError, MessageError):
        raise NotAnAddress("not an address") from None
    if parseaddr(stripped)[1] != stripped or "." not in address.domain or any(sign.isspace() for sign in stripped):
        raise NotAnAddress("not an address")
    return stripped


def message_id_for(key: bytes, settings: Settings, *parts: str | int) -> str:
    """The Message-ID of one mail: the same for the same parts, and revealing nothing about them.

    Args:
        key: 32 bytes, from the key file `mail`.
        settings: for the domain.
        parts: what identifies the mail, such as `"publication", 7, "address", 12`.
    """
    content = "|".join(str(part) for part in ("youthvoice/1", "message-id", *parts))
    return f"<{hmac.new(key, content.encode(), hashlib.sha256).hexdigest()[:32]}@{_domain(settings)}>"


def sender_of(settings: Settings) -> str:
    """The sender's address: the account of the SMTP server where that is an address, else `post@` the installation."""
    account = unquote(urlsplit(settings.smtp_url or "").username or "")
    return account if "@" in account else f"post@{_domain(settings)}"


def _domain(settings: Settings) -> str:
    host = urlsplit(settings.url).hostname or ""
    return host if _DOMAIN.fullmatch(host) else "youthvoice.invalid"
