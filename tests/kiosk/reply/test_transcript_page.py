"""Her yes to written words counts once she says that she knows them: she may not read, and her voice ends (S5, S13)."""

import secrets
from collections.abc import Callable

import pytest
from flask import Flask

from tests.kiosk.reply.test_reply import Place, opens
from tests.support.people import house, on_tablet
from tests.support.threads import HERS, told
from tests.support.visitor import Visitor
from youthvoice import context
from youthvoice.grievances import transcripts
from youthvoice.grievances.transcripts import KEEP, NO, YES
from youthvoice.threads.entities import CHILD, ThreadEntry

QUESTION = bytes(range(16))
SAID = "he took my shoe and I did not got it back"


@pytest.fixture
def place(app: Flask, visitor: Callable[[], Visitor]) -> Place:
    """She told by voice, and is asked whether it was written down right."""
    site_id, people = house(["advocate", "outside_recipient"])
    thread, day = told(site_id), context.today()
    voice = ThreadEntry("voice", CHILD, day, 1, id=secrets.token_bytes(16))
    values = {
        "ask": transcripts.QUESTION,
        "recording": voice.id.hex(),
        "words": SAID,
        "from": "Asha Example",
        "copies": [],
    }
    question = ThreadEntry("ask", people["advocate"].id, day, said=values, sound=b"her voice", id=QUESTION)
    thread.answer(question, case=transcripts.with_question(thread.marks(), voice, QUESTION, day, "Asia/Kolkata"))
    return Place(site_id, people, on_tablet(visitor(), site_id), visitor(), thread)


def asked(place: Place) -> transcripts.TranscriptQuestion:
    (question,) = transcripts.list_questions(place.thread.marks())
    return question


def sends(place: Place, answer: str, **more: str) -> str:
    """Where her answer leads."""
    typed = {"kind": "transcript_right", "ask": QUESTION.hex(), "answer": answer, "sheet": secrets.token_hex(8), **more}
    return str(place.tablet.ask("POST", "/reply/said", data=typed).location)


def test_a_yes_alone_asks_whether_she_knows_the_words_and_changes_nothing(place: Place) -> None:
    opens(place.tablet, HERS)
    way = sends(place, YES)
    page = place.tablet.open(way).text
    assert "Do you know what is written here?" in page
    assert SAID in page
    assert "checked" not in page
    assert asked(place).answer == ""


def test_once_she_knows_them_it_counts(place: Place) -> None:
    opens(place.tablet, HERS)
    assert sends(place, YES, knows="yes") == "/reply/open?done=transcript_right"
    assert asked(place).answer == YES


def test_nothing_tapped_is_not_sent(place: Place) -> None:
    """A redirect is the script's yes: she read "Sent", and nothing was."""
    opens(place.tablet, HERS)
    place.tablet.open(sends(place, YES))
    assert place.tablet.hidden["is_sure"]
    refused = place.tablet.send("/reply/said", dict(place.tablet.hidden), 422).text
    assert "Tap one picture first." in refused
    assert asked(place).answer == ""


@pytest.mark.parametrize("knows", ["no", "perhaps"])
def test_a_child_who_does_not_know_them_keeps_her_voice_and_reads_what_to_do(place: Place, knows: str) -> None:
    opens(place.tablet, HERS)
    page = place.tablet.open(sends(place, YES, knows=knows)).text
    assert "Your voice stays. Ask somebody you trust to read it to you." in page
    assert asked(place).answer == ""


@pytest.mark.parametrize("before", ["", YES])
def test_she_who_said_yes_and_then_that_she_does_not_know_them_keeps_her_voice(place: Place, before: str) -> None:
    """`before` is what her page showed: her yes may have come through though the line broke."""
    opens(place.tablet, HERS)
    sends(place, YES, knows="yes")
    sends(place, YES, knows="no", is_sure="1", before=before)
    assert asked(place).answer == KEEP
    assert "You keep your voice." in place.tablet.open(f"/reply/transcript/{QUESTION.hex()}").text


@pytest.mark.parametrize(("answer", "way"), [(KEEP, "/reply/open"), (NO, "/reply/write")])
def test_what_ends_no_voice_asks_nothing_more(place: Place, answer: str, way: str) -> None:
    opens(place.tablet, HERS)
    assert sends(place, answer) == f"{way}?done=transcript_right"
    assert asked(place).answer == answer


def test_a_no_is_said_to_be_taken_where_she_says_what_is_different(place: Place) -> None:
    opens(place.tablet, HERS)
    assert "They look at it again." in place.tablet.open(sends(place, NO)).text
    assert "They look at it again." not in place.tablet.open("/reply/write").text
