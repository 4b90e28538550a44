"""A form that came too late to be taken, kept for the person whose form it was.

It lies in the sign-in page and nowhere else: nothing of it is stored here, and no cookie holds it. It is sealed, for a
page at a desk can be read by whoever sits down there next, and a child's words may be in it; it opens only after that
same person has signed in. A password or a code is never kept.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Final, Self

from flask import Request

from youthvoice.privacy.crypto.contexts import Context, context
from youthvoice.privacy.crypto.symmetric_encryption import lock, unlock
from youthvoice.privacy.errors import CannotOpen

SECRETS: Final = frozenset({"csrf_token", "password", "current", "new", "again", "code", "secret"})
"""Fields that are typed anew."""

MOST_LETTERS: Final = 96 * 1024
"""Of a sealed form; all words that a form takes fit."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody sent.

    Attributes:
        path: where to, with its query.
        fields: names and values, in order; no password and no code.
        files: names of fields that held a file. The file itself is not kept: it has to be brought again.
    """

    path: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...]

    @classmethod
    def of(cls, sent: Request) -> Self:
        """What a request brought."""
        fields = tuple((name, value) for name, value in sent.form.items(multi=True) if name not in SECRETS)
        files = tuple(name for name, file in sent.files.items() if file.filename)
        return cls(sent.full_path.rstrip("?"), fields, files)

    def sealed(self, key: bytes, person_id: int) -> str:
        """For a hidden field, and for one person; empty when it is more than a form can be."""
        words = json.dumps([self.path, self.fields, self.files], ensure_ascii=False)
        blob = base64.urlsafe_b64encode(lock(key, words.encode(), _bound(person_id))).decode()
        return blob if len(blob) <= MOST_LETTERS else ""


def opened(key: bytes, blob: str, person_id: int) -> Kept | None:
    """The form again; None when it was another person's, or none."""
    try:
        path, fields, files = json.loads(unlock(key, base64.urlsafe_b64decode(blob), _bound(person_id)))
    except (CannotOpen, binascii.Error, ValueError):
        return None
    return Kept(path, tuple((name, value) for name, value in fields), tuple(files))


def _bound(person_id: int) -> Context:
    return context("kept-form", person_id)
