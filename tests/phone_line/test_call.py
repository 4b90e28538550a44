"""A child calls from a button phone, presses her seven keys, and hears her answer (S13, PRIVACY.md C "Codes")."""

import re
import sqlite3
import threading
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from unittest.mock import Mock

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.conftest import StillClock
from tests.grievances.conftest import Team
from tests.phone_line.conftest import screens_after_telling
from tests.support.audio import WEBM, record, webm_block
from tests.support.debian_programs import need_program
from tests.support.dummy_modem import CALLER, DummyModem, comes_true
from tests.support.people import house, on_tablet
from tests.support.threads import HERS, WRONG, message, told
from tests.support.visitor import Visitor
from youthvoice import context, db, metadata
from youthvoice.jobs.worker_health import PHONE, last_heartbeat
from youthvoice.phone_line import call, commands, recorded_sentences
from youthvoice.phone_line.wave_sound import make_waves, wave_file
from youthvoice.privacy.credentials.picture_codes import CODE_LENGTH, SCREENS, PictureCode
from youthvoice.sites.labels import line_number
from youthvoice.sites.store import Site, change_site, get_site, record_line_heard
from youthvoice.threads.case_state import STATEMENT, CaseState
from youthvoice.threads.child_codes import code_attempts
from youthvoice.threads.child_codes.code_visit import ChildVisit, CodeScope, open_visit
from youthvoice.threads.entities import ThreadEntry
from youthvoice.threads.models import CodeAttemptRow, ThreadRow

DAY = date(2026, 11, 24)
VOICE = Path(__file__).parents[1] / "journeys/beep.webm"


@dataclass
class Line:
    """A site with a telephone line, the modem in it, and whoever calls.

    Attributes:
        waits: before a caller is asked again; short here.
        heard: what the caller heard so far: codes of sentences with their language, or `recording`.
    """

    site_id: int
    modem: DummyModem
    said: dict[bytes, str] = field(default_factory=dict)

    @property
    def heard(self) -> list[str]:
        return [
            next((name for mark, name in self.said.items() if mark in file), "recording") for file in self.modem.heard
        ]

    def _is_over_or_asks_again(self, times: int) -> bool:
        return not self.modem.in_call or self.heard.count("keys en") > times

    def hears_last(self, name: str) -> bool:
        """Whether it is what she hears now, or heard last."""
        return self.heard[-1] == name

    def calls(self) -> None:
        """Somebody calls, and the line is answered."""
        self.modem.heard.clear()
        self.modem.rings()
        assert comes_true(self.modem.is_answered)
        assert comes_true(lambda: "keys en" in self.heard)

    def calls_and_presses(self, *codes: PictureCode) -> list[str]:
        """A whole call; gives what was heard after the first request for keys."""
        self.calls()
        for nth, code in enumerate(codes, 1):
            self.modem.presses(keys(code))
            assert comes_true(partial(self._is_over_or_asks_again, nth))
        if len(codes) < call.MAX_WRONG and "nothing hi" in self.heard:
            self.modem.hangs_up()
        assert comes_true(lambda: not self.modem.in_call)
        return [name for name in self.heard if not name.startswith("keys")]


def keys(code: PictureCode) -> str:
    """The keys of a code."""
    return "".join(str(pick + 1) for pick in code.picks)


def rows() -> list[int]:
    """The counters of wrong codes."""
    with db.reading(db.engine()) as session:
        return sorted(session.scalars(select(CodeAttemptRow.tries)))


def disk_is_full() -> sqlite3.Error:
    """As the driver says it."""
    error = sqlite3.OperationalError()
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


@pytest.fixture
def modem(tmp_path: Path) -> DummyModem:
    return DummyModem(tmp_path)


@pytest.fixture
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for the next key, nor for a call; keys come at once."""
    monkeypatch.setattr(call, "NEXT_KEY_SECONDS", 0.2)
    monkeypatch.setattr(commands, "LOOK_SECONDS", 0.05)


@pytest.fixture
def served(app: Flask, modem: DummyModem, no_waits: None) -> Iterator[Callable[[int], Line]]:
    """Give a site the line: its sentences in two languages, each a file that can be told from the others."""
    stop = threading.Event()
    settings = replace(context.settings(), phone=modem.port)
    made: list[threading.Thread] = []

    def serve(site_id: int) -> Line:
        line = Line(site_id, modem)
        with db.writing(db.engine()) as session:
            change_site(session, site_id, {"phone_number": "+91 22 1234", "languages": ["en", "hi"]})
        for language in ("en", "hi"):
            for code, text in recorded_sentences.texts_in(language):
                mark = f"<{code} {language}>".encode()
                line.said[mark] = f"{code} {language}"
                record(language, text, WEBM + webm_block(mark))
        thread = threading.Thread(target=commands.serve_line, args=(app, modem.port, stop, 0.1), daemon=True)
        made.append(thread)
        thread.start()
        assert comes_true(lambda: noted_hour() is not None)  # the last that is written before a call
        return line

    def waves_of_sentence(sound: bytes, _kind: str) -> list[bytes]:
        return [wave_file(sound + bytes(len(sound) % 2))]

    with context.override(app, settings=settings), pytest.MonkeyPatch.context() as patch:
        patch.setattr(recorded_sentences, "make_waves", waves_of_sentence)
        yield serve
        stop.set()
        for thread in made:
            thread.join(10)
            assert not thread.is_alive()


@pytest.fixture
def line(served: Callable[[int], Line]) -> Line:
    return served(house(["advocate", "outside_recipient"])[0])


def test_where_nobody_answered_yet_she_hears_it_in_one_sentence(line: Line) -> None:
    told(line.site_id)
    assert line.calls_and_presses(HERS) == ["new en", "again en", "bye en"]


def test_a_report_told_on_a_tablet_is_answered_by_voice_and_heard_by_telephone(
    team: Team, served: Callable[[int], Line]
) -> None:
    """End to end: told and answered on pages, pressed as keys; the modem gets the advocate's recording whole."""
    need_program("ffmpeg", "ffmpeg")
    line = served(team.site_id)
    code = tells(on_tablet(team.visitor(), team.site_id))
    with db.reading(db.engine()) as session:
        (report,) = session.scalars(select(ThreadRow.id))
    asha = team.at(team.asha)
    path = f"/staff/reports/{report.hex()}"
    asha.open(path)
    asha.send(path)
    asha.open(path)
    asha.send(f"{path}/answer", {"words": "", "voice": (BytesIO(VOICE.read_bytes()), "voice.webm")})
    assert line.calls_and_presses(code) == ["answer en", "recording", "again en", "bye en"]
    recording = line.modem.heard[-3]
    assert [recording] == make_waves(VOICE.read_bytes(), "audio/webm")
    with wave.open(BytesIO(recording)) as file:
        assert file.getparams()[:3] == (1, 2, 8000)
        assert 1.1 < file.getnframes() / 8000 < 1.3
    assert line.modem.files == {}


def tells(tablet: Visitor) -> PictureCode:
    """A child tells on a tablet; gives her pictures, as its page shows them."""
    names = re.findall(r'<li data-words="([^"]+)"', screens_after_telling(tablet))[:CODE_LENGTH]
    of_screens = [[picture.name for picture in screen] for screen in SCREENS]
    return PictureCode(tuple(screen.index(name) for screen, name in zip(of_screens, names, strict=True)))


@pytest.mark.parametrize(
    ("case", "replies", "heard"),
    [
        (CaseState(state="open", language="hi"), [], ["open hi"]),
        (CaseState(state="asked"), [], ["open en"]),
        (CaseState(state="closed", language="ar"), [], ["closed en"]),
        (CaseState(state="open"), [message("It is mended.", DAY)], ["answer en", "written en"]),
        (
            CaseState(state="closed"),
            [ThreadEntry("ask", 1, DAY, said={"ask": "put_right"}), message("It is mended.", DAY)],
            ["answer en", "written en", "closed en", "question en"],
        ),
    ],
)
def test_she_hears_where_it_stands_in_the_language_of_her_report_if_the_line_has_it(
    line: Line, case: CaseState, replies: list[ThreadEntry], heard: list[str]
) -> None:
    told(line.site_id, case=case).answer(*replies)
    language = heard[0][-2:]
    assert line.calls_and_presses(HERS) == [*heard, f"again {language}", f"bye {language}"]


def test_the_code_of_a_plan_leads_to_a_tablet(line: Line) -> None:
    told(line.site_id, case=CaseState(kind=STATEMENT))
    assert line.calls_and_presses(HERS) == ["plan en", "again en", "bye en"]


def test_key_one_says_everything_again(line: Line) -> None:
    told(line.site_id)
    line.modem.holds_sound = True
    line.calls()
    line.modem.presses(keys(HERS))
    for name, key in (("new en", "9"), ("again en", "1"), ("new en", "9"), ("again en", "3"), ("bye en", "5")):
        assert comes_true(partial(line.hears_last, name))
        line.modem.presses(key)
    assert comes_true(lambda: not line.modem.in_call)
    assert line.heard == ["keys en", "new en", "again en", "new en", "again en", "bye en"]


def test_a_sentence_that_is_recorded_again_in_a_call_is_passed_over_and_the_rest_is_said(line: Line) -> None:
    told(line.site_id)
    line.calls()
    record("en", dict(recorded_sentences.texts_in("en"))["new"], WEBM + webm_block(b"<later>"))
    line.modem.presses(keys(HERS))
    assert comes_true(lambda: not line.modem.in_call)
    assert [name for name in line.heard if not name.startswith("keys")] == ["again en", "bye en"]


def test_the_star_begins_anew_and_other_keys_are_no_pictures(line: Line) -> None:
    told(line.site_id)
    line.calls()
    line.modem.presses(f"3*0#A{keys(HERS)}99999")
    assert comes_true(lambda: not line.modem.in_call)
    assert "new en" in line.heard


def test_children_see_its_number_once_it_read_seven_keys(line: Line) -> None:
    """S14: a number that leads nowhere, or to somebody else, is on no screen."""
    before = site_of(line)
    line.calls()
    line.modem.hangs_up()
    assert comes_true(lambda: not line.modem.in_call)
    assert (site_of(line).phone_heard, line_number(site_of(line))) == (None, "")
    line.calls_and_presses(WRONG)
    heard = site_of(line)
    assert (heard.phone_heard, line_number(heard)) == (context.today("Asia/Kolkata"), "+91 22 1234")
    assert heard.version == before.version + 1, "pages are made anew"
    line.calls_and_presses(WRONG)
    assert site_of(line) == heard, "of later calls nothing is written"
    with db.writing(db.engine()) as session:
        record_line_heard(session, replace(heard, phone_number="5"), DAY)
        change_site(session, line.site_id, {"phone_number": "6"})
        record_line_heard(session, heard, DAY)
    assert line_number(site_of(line)) == "", "another number was not tried"


def test_a_key_that_is_no_picture_leads_to_the_next_language_which_then_comes_first(line: Line) -> None:
    line.modem.holds_sound = True
    line.calls()
    line.modem.presses("#")
    assert comes_true(partial(line.hears_last, "keys hi"))
    line.modem.presses("0")
    assert comes_true(lambda: line.heard == ["keys en", "keys hi", "keys en"])
    line.modem.presses("#")
    assert comes_true(partial(line.hears_last, "keys hi"))
    line.modem.holds_sound = False
    line.modem.presses(keys(WRONG))
    assert comes_true(lambda: "nothing en" in line.heard)
    assert line.heard[4:6] == ["nothing hi", "nothing en"]
    line.modem.hangs_up()
    assert comes_true(lambda: not line.modem.in_call)


def test_a_line_without_a_network_says_so_and_is_not_noted(
    line: Line, clock: StillClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hour, line.modem.network = noted_hour(), "3"
    monkeypatch.setattr(commands, "CHECK_SECONDS", 0.05)
    assert comes_true(lambda: "in no network" in capsys.readouterr().err)
    clock.move(hours=1)
    assert not comes_true(lambda: noted_hour() != hour, seconds=0.3)
    line.modem.network = "5"
    assert comes_true(lambda: noted_hour() != hour), "abroad"


def test_an_eighth_key_cuts_one_sentence_short_and_begins_no_other_code(line: Line) -> None:
    told(line.site_id)
    line.modem.holds_sound = True
    line.calls()
    line.modem.presses(keys(WRONG))
    for name, key in (("nothing en", "5"), ("nothing hi", "#"), ("keys en", keys(HERS))):
        assert comes_true(partial(line.hears_last, name))
        line.modem.presses(key)
    assert comes_true(partial(line.hears_last, "new en"))
    line.modem.hangs_up()
    assert rows() == [1, 1], "no other code was tried"


def test_a_key_that_comes_while_a_code_is_tried_cuts_nothing_short(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    told(line.site_id)

    def try_slowly(code: PictureCode, scope: CodeScope, now: datetime) -> ChildVisit:
        line.modem.presses("#")
        return open_visit(code, scope, now)

    monkeypatch.setattr(call, "open_visit", try_slowly)
    line.modem.holds_sound = True
    line.calls()
    line.modem.presses(keys(HERS))
    assert comes_true(partial(line.hears_last, "new en"))
    assert not comes_true(lambda: not line.hears_last("new en"), seconds=0.5)
    line.modem.hangs_up()


def test_a_recording_that_cannot_be_played_leads_to_a_tablet(line: Line) -> None:
    told(line.site_id).answer(ThreadEntry("message_voice", 1, DAY, said={"from": "Asha"}, sound=WEBM + b"torn"))
    assert line.calls_and_presses(HERS) == ["answer en", "written en", "again en", "bye en"]


def test_words_beside_a_recording_are_not_kept_from_her(line: Line) -> None:
    said = {"from": "Asha", "words": "On Tuesday at four."}
    told(line.site_id).answer(ThreadEntry("message_voice", 1, DAY, said=said, sound=WEBM + b"torn"))
    assert line.calls_and_presses(HERS)[:3] == ["answer en", "written en", "written en"]


def test_an_error_in_a_call_hangs_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else she pays for silence until the process begins anew."""
    modem = Mock()
    monkeypatch.setattr(call._Call, "hold", lambda _self: 1 / 0)  # noqa: SLF001 - as with a database that is away
    with pytest.raises(ZeroDivisionError):
        call.take_call(modem, Mock())
    modem.hang_up.assert_called_once_with()


def test_wrong_codes_are_counted_as_on_a_page_and_the_third_ends_the_call(line: Line) -> None:
    told(line.site_id)
    heard = line.calls_and_presses(WRONG, WRONG, WRONG)
    assert heard == [*["nothing en", "nothing hi"] * 3, "bye en", "bye hi"]
    assert rows() == [3, 3], "of the line, and of the phones of the place"
    assert "new en" in line.calls_and_presses(HERS)
    assert rows() == [3, 3], "a right one leaves nothing"


def test_from_twenty_wrong_codes_a_day_the_line_takes_one_in_a_while_and_says_so(line: Line, clock: StillClock) -> None:
    told(line.site_id)
    pepper, day = context.keyring().key("pepper"), context.today("Asia/Kolkata")
    who = code_attempts.phone_counter(pepper, line.site_id, day).who
    with db.writing(db.engine()) as session:
        session.add(CodeAttemptRow(who=who, day=day, tries=code_attempts.PHONE_SLOW_FROM))
    clock.move(seconds=5 - clock().timestamp() % 5)
    line.calls_and_presses(WRONG)
    assert line.calls_and_presses(HERS) == ["wait en", "wait hi"], "the slot is taken"
    with db.reading(db.engine()) as session:
        assert code_attempts.slowed_sites(session, pepper, {line.site_id: day}) == {line.site_id}, "advocates read it"
    clock.move(seconds=5)
    assert "new en" in line.calls_and_presses(HERS)


@pytest.mark.parametrize("failure", [db.WriteQueueTimeout(), OperationalError("", None, disk_is_full())])
def test_a_call_while_nothing_can_be_written_is_told_to_call_again_and_the_line_stays(
    line: Line, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    with monkeypatch.context() as disk:
        disk.setattr(call, "open_visit", Mock(side_effect=failure))
        assert line.calls_and_presses(WRONG) == ["wait en", "wait hi"]
    assert "nothing en" in line.calls_and_presses(WRONG)


def test_who_hangs_up_between_two_keys_leaves_none_of_them_to_the_next_caller(line: Line) -> None:
    told(line.site_id)
    line.calls()
    line.modem.presses(keys(HERS)[:5])
    line.modem.hangs_up()
    line.calls()
    line.modem.presses(keys(HERS)[5:])
    assert comes_true(lambda: line.heard.count("keys hi") == 2)
    line.modem.hangs_up()
    assert {name.split()[0] for name in line.heard} == {"keys"}
    assert rows() == [], "no code was tried"


def test_who_hangs_up_while_she_hears_leaves_nothing_to_the_next_caller(line: Line) -> None:
    told(line.site_id).answer(ThreadEntry("message_voice", 1, DAY, said={"from": "Asha"}, sound=VOICE.read_bytes()))
    line.modem.holds_sound = True
    line.calls()
    line.modem.presses(keys(HERS))
    assert comes_true(lambda: line.heard[-1] == "answer en")
    line.modem.presses("1")
    assert comes_true(lambda: line.heard[-1] == "recording")
    line.modem.hangs_up()
    assert comes_true(lambda: line.modem.files == {})
    line.modem.holds_sound = False
    assert "recording" not in line.calls_and_presses(WRONG, WRONG, WRONG)


def test_noise_on_the_line_is_passed_over(line: Line) -> None:
    told(line.site_id)
    line.calls()
    line.modem.makes_noise(b"\x00\xff+QTONEDET: 4" + bytes(range(256)) * 40 + b"OK RING")
    line.modem.says("+QTONEDET: 999", "+CREG: 1", "OK")
    line.modem.presses(keys(HERS))
    assert comes_true(lambda: not line.modem.in_call)
    assert "new en" in line.heard


def test_a_modem_that_was_unplugged_in_a_call_serves_the_next_one(
    line: Line, capfd: pytest.CaptureFixture[str]
) -> None:
    told(line.site_id)
    line.calls()
    line.modem.presses(keys(HERS)[:3])
    line.modem.unplug()
    assert comes_true(lambda: "cannot be used" in capfd.readouterr().err)
    line.modem.commands.clear()
    line.modem.plug_in()
    assert comes_true(lambda: "AT+QTONEDET=1" in line.modem.commands)
    assert "new en" in line.calls_and_presses(HERS)
    assert "cannot be used" not in capfd.readouterr().err


def test_a_modem_that_hangs_while_nobody_calls_is_noticed(
    line: Line, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that began anew without a word: it gets its settings again."""
    line.modem.commands.clear()
    monkeypatch.setattr(commands, "CHECK_SECONDS", 0.1)
    assert comes_true(lambda: {"AT+CLIP=0", "AT+QTONEDET=1"} <= {*line.modem.commands})
    line.modem.refuses = ("AT+QTONEDET",)
    assert comes_true(lambda: "cannot be used" in capfd.readouterr().err)


@pytest.mark.sqlite
def test_no_callers_number_is_kept_anywhere(
    line: Line, app: Flask, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """S13: byte by byte in the database, its log, the folder of data, the key files and what is printed."""
    told(line.site_id)
    with db.writing(db.engine()) as session:
        record_line_heard(session, site_of(line), DAY)
    line.modem.tells_caller = True
    before = everything_kept()
    assert "AT+CLIP=0" in line.modem.commands
    assert "new en" in line.calls_and_presses(HERS)
    assert everything_kept() == before, "hearing an answer is written down nowhere, as on a page"
    line.calls_and_presses(WRONG, WRONG, WRONG)
    captured = capfd.readouterr()
    kept = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    kept += [captured.out.encode(), captured.err.encode(), caplog.text.encode()]
    assert any(b"+91 22 1234" in content for content in kept), "the site's own number is found so"
    assert not any(form in content for content in kept for form in (CALLER[1:].encode(), CALLER[-10:].encode()))


def everything_kept() -> dict[str, list[str]]:
    """Each row of each table."""
    with db.reading(db.engine()) as session:
        return {
            table.name: sorted(str(row) for row in session.execute(select(table)))
            for table in metadata.full_metadata().sorted_tables
        }


def test_a_line_whose_sentences_are_recorded_in_no_language_answers_nobody(
    line: Line, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.writing(db.engine()) as session:
        change_site(session, line.site_id, {"languages": ["fr"]})
    before = noted_hour()
    clock.move(hours=1)
    monkeypatch.setattr(commands, "CHECK_SECONDS", 0.05)
    line.modem.rings()
    assert not comes_true(line.modem.is_answered, seconds=0.5)
    assert noted_hour() == before


def test_a_language_is_spoken_once_every_sentence_of_it_is_recorded(line: Line) -> None:
    with db.writing(db.engine()) as session:
        change_site(session, line.site_id, {"languages": ["ar", "hi", "en"]})
    *most, last = (text for _code, text in recorded_sentences.texts_in("ar"))
    for texts, languages in ((most, ("hi", "en")), ([last], ("ar", "hi", "en"))):
        for text in texts:
            record("ar", text)
        with db.reading(db.engine()) as session:
            found = recorded_sentences.find_line(session)
        assert found
        assert found.languages == languages


def test_a_call_does_not_last_for_ever(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call, "MAX_CALL_SECONDS", 0)
    line.modem.commands.clear()
    line.modem.rings()
    assert comes_true(lambda: {"ATA", "AT+CHUP"} <= {*line.modem.commands})
    assert line.heard == []


def site_of(line: Line) -> Site:
    """The site as it is now."""
    with db.reading(db.engine()) as session:
        return get_site(session, line.site_id)


def noted_hour() -> datetime | None:
    """When the line was said to answer calls, last."""
    with db.reading(db.engine()) as session:
        return last_heartbeat(session, PHONE)


def test_a_line_that_can_answer_says_so_by_the_hour_and_no_finer(
    line: Line, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hour = noted_hour()
    assert hour == clock()
    monkeypatch.setattr(commands, "CHECK_SECONDS", 0.05)
    clock.move(minutes=80)
    assert comes_true(lambda: noted_hour() != hour)
    assert noted_hour() == hour + timedelta(hours=1), "a call leaves no gap"


def test_without_a_port_the_command_says_what_to_set(app: Flask) -> None:
    output = app.test_cli_runner().invoke(args=["phone"])
    assert output.exit_code == 1
    assert "YOUTHVOICE_PHONE is not set" in output.output
