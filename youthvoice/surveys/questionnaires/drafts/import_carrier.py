"""Carry an imported file through the page that asks for confirmation, encrypted, so that nothing is stored before.

Only the person who uploaded the file can send it back, and nobody can change it on the way.
"""

import base64
import binascii
import json
import zlib
from typing import Final

from youthvoice import context
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.surveys.questionnaires.errors import QuestionnaireRefused, faults_as_data, faults_from_data, make_fault
from youthvoice.surveys.questionnaires.questionnaire import ImportedFile, Questionnaire

MAX_CARRIED: Final = 1024 * 1024  # characters in the page


def carry(file: ImportedFile, handle: str) -> str:
    """Encrypt a file for the page.

    Args:
        file: questionnaire and notes.
        handle: of the person who uploaded it.

    Raises:
        QuestionnaireRefused: the file is too large for a page.
    """
    content = json.dumps([file.questionnaire.to_json(), faults_as_data(file.notes)], ensure_ascii=False)
    blob = encrypt_json(context.keyring(), KEPT_WORDS, zlib.compress(content.encode()), _purpose(handle))
    carried = base64.urlsafe_b64encode(blob).decode()
    if len(carried) > MAX_CARRIED:
        raise QuestionnaireRefused([make_fault("too_heavy")])
    return carried


def unpack(carried: str, handle: str) -> ImportedFile | None:
    """Open the output of `carry` for the same person; None for anything else."""
    try:
        blob = base64.urlsafe_b64decode(carried.encode())
        packed = decrypt_json(context.keyring(), KEPT_WORDS, blob, _purpose(handle), bytes)
    except (CannotOpen, KeyGone, UnicodeError, binascii.Error):
        return None
    body, notes = json.loads(zlib.decompress(packed))
    return ImportedFile(Questionnaire.from_json(body), faults_from_data(notes))


def _purpose(handle: str) -> SealingContext:
    return sealing_context("questionnaire", "import", handle)
