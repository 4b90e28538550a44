"""What a coordinator has filled in so far of a round that is not open yet.

It lies sealed in the form session of her own sign-in, and nowhere else: whoever signs in next in this browser has none
of it, and nothing is written on the server before two adults agree.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Final

from flask import session

from youthvoice import context as running
from youthvoice.privacy.crypto.contexts import Context, context
from youthvoice.privacy.crypto.symmetric_encryption import lock, unlock
from youthvoice.privacy.errors import CannotOpen

LARGEST: Final = 2000
"""Bytes of a draft; sealed it fits into a cookie with room to spare."""
_KEY: Final = "round"

Draft = Mapping[str, Sequence[str]]


def kept(person_id: int) -> Draft:
    """As typed, by the names of fields; empty when there is none of hers."""
    try:
        blob = base64.urlsafe_b64decode(str(session.get(_KEY, "")))
        draft: dict[str, list[str]] = json.loads(unlock(_key(), blob, _bound(person_id)))
    except (CannotOpen, binascii.Error, ValueError):
        return {}
    return draft


def keep(person_id: int, draft: Draft) -> bool:
    """Keep it; False, and nothing is changed, when it is larger than a draft can be."""
    words = json.dumps(draft, ensure_ascii=False, separators=(",", ":")).encode()
    if len(words) > LARGEST:
        return False
    session[_KEY] = base64.urlsafe_b64encode(lock(_key(), words, _bound(person_id))).decode()
    return True


def forget() -> None:
    """It was opened, or thrown away."""
    session.pop(_KEY, None)


def _key() -> bytes:
    return running.keyring().derive("cookie", "round-drafts")


def _bound(person_id: int) -> Context:
    return context("round-draft", person_id)
