"""The number of one sheet: random, made with the page, held by nobody but the page. A sheet sent twice counts once."""

import re
import secrets
from typing import Final

SHEET_BYTES: Final = 16
_SHEET = re.compile("[0-9a-f]{32}")


def new_sheet() -> str:
    """A sheet's id as the page holds it: 32 hexadecimal digits."""
    return secrets.token_hex(SHEET_BYTES)


def sheet_id(sent: str) -> bytes | None:
    """The 16 bytes of a sheet's id as the page held it; None where it is none of ours."""
    return bytes.fromhex(sent) if _SHEET.fullmatch(sent) else None
