"""From a person's name to what she signs in with. Pure."""

import re
import unicodedata
from collections.abc import Container
from typing import Final

HANDLE: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,38}[a-z0-9])?")


def handle_for(name: str, taken: Container[str], otherwise: str = "person") -> str:
    """A free handle of small Latin letters: from the first name, then with a number.

    Args:
        name: in any script.
        taken: handles that are in use.
        otherwise: what to begin with when the name has no Latin letter.
    """
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    start = words[0][:30] if words else otherwise
    return next(
        handle for handle in (start, *(f"{start}-{number}" for number in range(2, 10_000))) if handle not in taken
    )
