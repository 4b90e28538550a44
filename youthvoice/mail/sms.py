"""Text messages to adults by telephone (SMS), through the queue of a gammu-smsd on this machine.

They say to sign in and nothing else, and go only to the people on call, when somebody may be in danger: the operator of
the network keeps a list of numbers and minutes. They share the outbox with mail and are sent by another thread, so that
a mail server that does not answer holds up no warning.
Source: gammu-smsd-inject(1); ITU-T E.164.
"""

import re
import subprocess
from configparser import ConfigParser, Error
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.config import Settings
from youthvoice.jobs.turns import Turn
from youthvoice.mail import transport
from youthvoice.mail.messages import read_message, whole_lines
from youthvoice.mail.outbox import SMS, DeliveryAttempt

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_SIGNS_BETWEEN = str.maketrans("", "", " -()./\u00a0")
_RECIPIENT: Final = "Telephone-Number"
PROGRAM: Final = "gammu-smsd-inject"
_MOST_SECONDS: Final = 10
MAX_NUMBER_CHARACTERS: Final = 40


class NotANumber(ValueError):
    """No text message can be sent to this number; the message never repeats it."""


def plain_number(written: str) -> str:
    """A telephone number as a network wants it, such as `+911234567890`.

    Raises:
        NotANumber: it does not begin with + and the code of a country, or has another length.
    """
    number = written.strip().translate(_SIGNS_BETWEEN)
    if not _NUMBER.fullmatch(number):
        raise NotANumber("not a number")
    return number


def compose_sms(words: str, number: str, message_id: str, now: datetime) -> EmailMessage:
    """Compose a text message for the outbox.

    Args:
        words: one line.
        number: from `plain_number`.
        message_id: from `messages.message_id_for`; only the outbox reads it.
        now: for the Date header.
    """
    message = EmailMessage(policy=whole_lines())
    message[_RECIPIENT] = number
    message["Message-ID"] = message_id
    message["Date"] = now
    if context.settings().practice:
        words = f"{_('Practice. Nothing here is real.')} {words}"
    message.set_content(words)
    return message


class GammuQueue:
    """The queue of a gammu-smsd; the daemon itself sends and tries again; the operator of this machine watches it."""

    def __init__(self, configuration: Path) -> None:
        self._configuration = configuration

    def deliver(self, data: bytes) -> DeliveryAttempt:
        """Put one message into the queue; where that fails, it is tried again."""
        message = read_message(data)
        words = message.get_content().strip()
        command = [PROGRAM, "-c", str(self._configuration), "TEXT", str(message[_RECIPIENT])]
        try:
            done = subprocess.run(  # noqa: S603 - a checked number, and our own words
                [*command, "-unicode", "-autolen", str(len(words)), "-textutf8", words],
                capture_output=True,
                timeout=_MOST_SECONDS,
                check=False,
            )
        except OSError:
            return DeliveryAttempt("again", "no_server", reached=False)
        except subprocess.TimeoutExpired:
            return DeliveryAttempt("again", "slow", reached=False)
        return DeliveryAttempt("again", "refused", reached=False) if done.returncode else DeliveryAttempt("sent")


_LATE: Final = timedelta(minutes=10)


def count_late(configuration: Path, now: datetime) -> int:
    """How many messages are in the queue for ten minutes: its gammu-smsd does not run, or reaches no network.

    Args:
        configuration: of the gammu-smsd, which keeps its queue in files.
        now: UTC.
    """
    parser = ConfigParser(strict=False, interpolation=None, allow_no_value=True)
    try:
        parser.read(configuration, "utf-8")
        folder = parser.get("smsd", "outboxpath", fallback="")
        times = [file.stat().st_mtime for file in Path(folder).glob("OUT*")] if folder else []
    except (OSError, Error, UnicodeDecodeError):
        return 0
    return sum(written <= (now - _LATE).timestamp() for written in times)


def send_due_sms() -> bool:
    """The job: put text messages that are due into the queue, or, in development without one, into a folder.

    Returns:
        Whether some are left for the next turn.
    """
    settings, turn = context.settings(), Turn()
    if (queue := _queue(settings)) is not None:
        transport.send_due_by(queue, SMS, db.engine(), context.now, turn)
    return turn.is_cut


def _queue(settings: Settings) -> transport.Transport | None:
    if settings.sms is not None:
        return GammuQueue(settings.sms)
    return transport.FolderTransport(settings.outbox) if settings.development else None
