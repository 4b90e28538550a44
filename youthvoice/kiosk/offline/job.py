"""The job that destroys the intake keys of months whose receipts are no longer stored."""

import re
from typing import Final

from youthvoice import context
from youthvoice.threads.receipts import oldest_month

_INTAKE: Final = re.compile(r"intake-(\d{4}-\d{2})")


def end_intake_keys() -> None:
    """Destroy the intake keys of months whose receipts are deleted: older envelopes could count twice.

    Source: PRIVACY.md C, "The tablet's queue".
    """
    keyring, oldest = context.keyring(), oldest_month(context.today())
    for name in keyring.names():
        match = _INTAKE.fullmatch(name)
        if match and match[1] < oldest:
            keyring.destroy(name)
