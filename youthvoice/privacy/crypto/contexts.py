"""What a sealed thing is for, in words that are bound into it: `youthvoice/1|letter|<id>|body`.

A blob that is moved to another row, or used for another purpose, does not open there.
Source: PRIVACY.md C; the HPKE calls have no associated data, so the context goes into `info`.
"""

from typing import NewType
from uuid import UUID

Context = NewType("Context", str)

PREFIX = "youthvoice/1|"


def context(*parts: str | int | UUID) -> Context:
    """Name a purpose, such as `context("letter", letter_id, "body")`.

    Raises:
        ValueError: no part, an empty part, or a part with the separator "|", which could pass for two parts.
    """
    words = [str(part) for part in parts]
    if not words or any(not word or "|" in word for word in words):
        raise ValueError("A context is made of non-empty parts without '|'")
    return Context(PREFIX + "|".join(words))


def context_bytes(purpose: Context | str) -> bytes:
    """The bytes that are bound into a sealed thing; a plain string gets the house's prefix.

    Raises:
        ValueError: the context is empty.
    """
    if not purpose or purpose == PREFIX:
        raise ValueError("A context is never empty")
    return (purpose if purpose.startswith(PREFIX) else PREFIX + purpose).encode()
