"""What the work process does for tablets without a network: intake keys end after as long as receipts are kept."""

import re
from typing import Final

from youthvoice import context
from youthvoice.threads.receipts import oldest_month

_INTAKE: Final = re.compile(r"intake-(\d{4}-\d{2})")


def end_intake_keys() -> None:
    """Destroy the intake keys of months of which no receipt is kept: what is older could count twice.

    Source: PRIVACY.md C, "The tablet's queue".
    """
    keyring, oldest = context.keyring(), oldest_month(context.today())
    for name in keyring.names():
        match = _INTAKE.fullmatch(name)
        if match and match[1] < oldest:
            keyring.destroy(name)
