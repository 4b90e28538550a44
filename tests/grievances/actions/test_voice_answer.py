"""An advocate answers by voice: one message for the child who cannot read, heard by her and by the report's readers."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from tests.grievances.conftest import Team
from tests.support.child_at_tablet import WEBM, whole
from tests.support.report_actions import before
from tests.support.reports import WORDS, Told, tell
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.grievances.child_thread import child_thread_view
from youthvoice.threads.child_fields import MAX_VOICE_BYTES, MAX_VOICE_SECONDS
from youthvoice.threads.models import ThreadEntryRow, ThreadReplyRow

KIND = "Thank you for telling me."
OGG = b"OggS\x00" + bytes(23) + b"OpusHead" + b"\x01" * 40
FULL = f"This is longer than {MAX_VOICE_SECONDS} seconds. Say it shorter."


def recorded(sound: bytes = WEBM, name: str = "voice.webm") -> tuple[BytesIO, str]:
    return BytesIO(sound), name


def played(at: Visitor, page: str) -> list[bytes]:
    """What every button of a report's page plays, in order."""
    addresses = [part.partition('"')[0] for part in page.split('class="voice" method="post" action="')[1:]]
    return [at.ask("POST", address, data=at.hidden).data for address in addresses]


def test_a_voice_alone_is_one_message_for_the_child_and_one_entry_for_the_readers(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi, team.olga])
    asha = before(team, team.asha, told)
    page = asha.does("answer", words="", voice=recorded())
    assert "It is sent." in page
    assert "a voice message" in page
    (message,) = child_thread_view(told.replies(), told.marks).messages
    assert (message.kind, message.sound) == ("message_voice", WEBM)
    assert (message.said["words"], message.said["from"]) == ("", "Asha Example")
    assert played(asha.browser, page) == [WEBM]
    for reader in (team.ravi, team.olga):
        other = before(team, reader, told)
        assert played(other.browser, other.reads()) == [WEBM]


def test_words_and_a_voice_are_one_message_and_words_alone_stay_what_they_were(team: Team) -> None:
    told = tell(team.site_id, [team.asha])
    asha = before(team, team.asha, told)
    page = asha.does("answer", words=KIND, voice=recorded(OGG, "voice.ogg"))
    assert KIND in page
    (both,) = child_thread_view(told.replies(), told.marks).messages
    assert (both.said["words"], both.sound) == (KIND, OGG)
    asha.does("answer", words="Good night.", voice=recorded(b"", ""))
    entry = child_thread_view(told.replies(), told.marks).messages[0]
    assert (entry.kind, entry.said["words"], entry.sound) == ("message", "Good night.", b"")


def test_it_is_as_much_an_answer_as_words_are(team: Team) -> None:
    told = tell(team.site_id, [team.asha])
    before(team, team.asha, told).does("answer", words="", voice=recorded(), again="7")
    assert told.marks.owner == team.asha.id
    assert told.marks.day("answered")
    assert told.marks.clocks["answer"]


@pytest.mark.parametrize(
    ("sound", "why"),
    [
        (b"MZ" * 500, "This is not a sound recording."),
        (b"\x1a\x45\xdf\xa3 no webm", "This is not a sound recording."),
        (WEBM + bytes(MAX_VOICE_BYTES), FULL),
    ],
)
def test_what_is_no_voice_or_too_long_is_refused_beside_its_box_and_the_words_stay(
    team: Team, sound: bytes, why: str
) -> None:
    told = tell(team.site_id, [team.asha])
    browser = before(team, team.asha, told).browser
    answer = browser.ask("POST", f"{told.path}/answer", **whole(sound, words=KIND, again="14", **browser.hidden))
    assert answer.status_code == 422
    page = answer.text
    assert why in page
    assert f"{KIND}</textarea>" in page
    assert '<option selected value="14">' in page
    assert "data-lost" not in page, "it is said why, beside its box"
    assert len(told.replies()) == 2


def test_neither_words_nor_a_voice_is_no_answer(team: Team) -> None:
    told = tell(team.site_id, [team.asha])
    asha = before(team, team.asha, told)
    assert "Write or record your answer first." in asha.does("answer", status=422, words=" ", voice=recorded(b"", ""))
    assert "Write or record your answer first." in asha.does("answer", status=422, words="", voice="no file")
    assert len(told.replies()) == 2


def test_the_form_says_not_to_repeat_the_child_and_words_beside_a_voice_are_compared_as_ever(team: Team) -> None:
    """S38. The house cannot hear what is said; it asks before."""
    told = tell(team.site_id, [team.asha])
    asha = before(team, team.asha, told)
    assert "Do not repeat what the child told, and say no names: others may hear it." in asha.reads()
    page = asha.does("answer", status=422, words=WORDS, voice=recorded())
    assert "Send it all the same" in page
    assert "Your recording was not kept, for nothing was sent." in page
    assert len(told.replies()) == 2
    asha.sends("answer", words=WORDS, anyway="y", voice=recorded())
    assert told.replies()[-1].sound == WEBM


def test_whoever_was_left_out_or_has_not_opened_it_hears_nothing(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.olga], left_out=[team.ravi])
    asha = before(team, team.asha, told)
    page = asha.does("answer", words="", voice=recorded())
    address = page.partition('class="voice" method="post" action="')[2].partition('"')[0]
    for who, first in ((team.olga, told.path), (team.ravi, "/staff/me/password")):
        stranger = team.at(who)
        stranger.open(first)
        assert stranger.ask("POST", address, data=stranger.hidden).status_code == 404


def test_only_the_page_with_the_form_may_ask_for_the_microphone(team: Team) -> None:
    told, silent = tell(team.site_id, [team.asha]), tell(team.site_id, [team.asha], answerable=False)
    silent.changes(answerable=False)

    def policy(browser: Visitor, path: str) -> bool:
        return "microphone=(self)" in browser.open(path).headers["Permissions-Policy"]

    asha = before(team, team.asha, told)
    assert policy(asha.browser, told.path)
    assert not policy(asha.browser, f"{told.path}/note")
    assert not policy(asha.browser, "/staff/reports/")
    assert not policy(team.at(team.asha), told.path), "in its envelope"
    assert not policy(before(team, team.asha, silent).browser, silent.path)


def test_only_an_answer_may_be_large(team: Team) -> None:
    told = tell(team.site_id, [team.asha])
    browser = before(team, team.asha, told).browser
    hidden = browser.hidden
    for act, status in (("note", 413), ("urgent", 413), ("no-such-act", 413), ("answer", 303)):
        answer = browser.ask("POST", f"{told.path}/{act}", **whole(WEBM + bytes(900_000), words=KIND, **hidden))
        assert answer.status_code == status, act
    assert len(told.replies()[-1].sound) > 900_000
    too_much = whole(WEBM + bytes(5_000_000), words=KIND, **hidden)
    assert browser.ask("POST", f"{told.path}/answer", **too_much).status_code == 413


def test_a_voice_does_not_touch_the_disk(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server would spool whatever is longer than 500 KB into a temporary folder."""

    def refuse(*_given: object, **_named: object) -> None:
        raise AssertionError("a temporary file was made")

    told = tell(team.site_id, [team.asha])
    browser = before(team, team.asha, told).browser
    for name in ("TemporaryFile", "SpooledTemporaryFile"):
        monkeypatch.setattr(f"werkzeug.formparser.{name}", refuse, raising=False)
    sent = whole(WEBM + bytes(900_000), words="", **browser.hidden)
    assert browser.ask("POST", f"{told.path}/answer", **sent).status_code == 303
    assert len(told.replies()[-1].sound) > 900_000


def sizes(told: Told) -> list[int]:
    """Of everything that lies there for the readers and for the child, as a thief sees it."""
    with db.reading(db.engine()) as session:
        return sorted(
            len(body)
            for table in (ThreadEntryRow, ThreadReplyRow)
            for body in session.scalars(select(table.body).where(table.thread_id == told.id))
        )


def answered(team: Team, **typed: Any) -> list[int]:
    told = tell(team.site_id, [team.asha])
    before(team, team.asha, told).does("answer", **typed)
    return sizes(told)


def test_how_long_she_spoke_and_whether_she_wrote_too_is_seen_in_coarse_steps_alone(team: Team) -> None:
    """As with a child's voice: 16 KiB, five seconds of it."""
    short = answered(team, words="", voice=recorded(WEBM + bytes(33_000)))
    assert short == answered(team, words=KIND, voice=recorded(WEBM + bytes(46_000)))
    assert short != answered(team, words="", voice=recorded(WEBM + bytes(60_000)))
