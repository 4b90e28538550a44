"""Who knows all that a tablet shows speaks into a letter box as often, and as much, as she likes: what that costs.

Duties: PRIVACY.md A10; C, "Pad to size buckets first".
"""

import json
from collections.abc import Callable
from io import BytesIO

import pytest
from sqlalchemy import func, select
from werkzeug.test import EnvironBuilder

from tests.support.offline import deliver, manifest_of, outer_of, seal_letter
from tests.support.rounds import answers
from tests.support.suggestions import JSON, WEBM
from tests.support.visitor import Visitor
from tests.surveys.responses.test_answer_page import Shelter, how_many, shelter
from youthvoice import db
from youthvoice.surveys.models import ResponseRow
from youthvoice.threads.letters.letter_box import LETTER_BYTES, MAX_LETTER_VOICE_BYTES
from youthvoice.threads.models import LetterRow
from youthvoice.web.random_ids import new_submission_id

__all__ = ["shelter"]

FILL = "\U0001f600" * 1000
"""The longest words of a letter box."""


def speaks(shelter: Shelter, size: int, **given: str) -> int:
    """Send a voice of so many bytes; the status."""
    sent = {"sheet": new_submission_id(), **answers(**given), "voice": (BytesIO(WEBM.ljust(size, b"x")), "voice.webm")}
    answer = shelter.tablet.client.post(shelter.path, data=sent, content_type="multipart/form-data", headers=JSON)
    return answer.status_code


def lengths() -> set[int]:
    with db.reading(db.engine()) as session:
        return set(session.scalars(select(func.length(LetterRow.body))))


def test_no_voice_makes_a_letter_longer_than_another(shelter: Shelter) -> None:
    """`ccaa8e7f`: 1.25 MB were taken, seven times what a minute needs; its length told such a letter from others."""
    sizes = (100, MAX_LETTER_VOICE_BYTES, MAX_LETTER_VOICE_BYTES + 1, LETTER_BYTES, 2 * LETTER_BYTES)
    assert [speaks(shelter, size, letter_box=FILL) for size in sizes] == [201, 201, 422, 422, 413]
    assert how_many(LetterRow) == how_many(ResponseRow) == 2
    (length,) = lengths()
    assert length < LETTER_BYTES + 200


def test_a_sheet_has_room_for_two_lengths_and_no_more(shelter: Shelter) -> None:
    """Whatever is beside the voice: 169 MB came in through this door in 23 seconds."""
    sent = {"sheet": new_submission_id(), **answers(food="good"), "filler": "x" * 2 * LETTER_BYTES}
    assert shelter.tablet.ask("POST", shelter.path, data=sent).status_code == 413
    assert how_many(ResponseRow) == 0


@pytest.mark.parametrize("more", [0, 1])
def test_an_envelope_brings_no_longer_one_and_loses_no_answer(
    visitor: Callable[[], Visitor], shelter: Shelter, more: int
) -> None:
    """Of a tablet 6,000 envelopes a minute are taken. Our recorder stops before (`recorder.js`).

    Of a longer one a letter arrives that says that the child spoke, as long as any other.
    """
    manifest, number = manifest_of(shelter.tablet), new_submission_id()
    voice = BytesIO(WEBM.ljust(MAX_LETTER_VOICE_BYTES + more, b"x"))
    body, kind = multipart({"sheet": number, **answers(food="good"), "voice": (voice, "voice.webm")})
    head = {"path": shelter.path, "type": kind, "language": "en", "pass": manifest["pass"], "sheet": number}
    blob = seal_letter(manifest, json.dumps(head).encode() + b"\n" + body, outer_of(number), "voice")
    assert deliver(visitor(), blob).status_code == 201
    assert (how_many(ResponseRow), how_many(LetterRow)) == (1, 1)
    (length,) = lengths()
    assert length < LETTER_BYTES + 200


def multipart(sent: dict[str, object]) -> tuple[bytes, str]:
    """A form with a file, as a browser would send it; and its type."""
    builder = EnvironBuilder(method="POST", data=sent)
    try:
        request = builder.get_request()
        return request.get_data(), request.headers["Content-Type"]
    finally:
        builder.close()
