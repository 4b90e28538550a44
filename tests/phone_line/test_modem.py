"""The modem is told not to tell who calls, and plays nothing that stays in it."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.dummy_modem import CALLER, DummyModem, comes_true
from youthvoice.phone_line import modem as modems
from youthvoice.phone_line.modem import Modem, ModemLost, PortTaken, open_port
from youthvoice.phone_line.wave_sound import wave_file

SOUND = wave_file(bytes(range(250)) * 80)


@pytest.fixture
def dummy(tmp_path: Path) -> DummyModem:
    return DummyModem(tmp_path)


@pytest.fixture
def modem(dummy: DummyModem) -> Iterator[Modem]:
    opened = Modem(dummy.port)
    yield opened
    opened.close()


def test_before_any_call_all_files_are_deleted_and_callers_numbers_are_off(dummy: DummyModem, modem: Modem) -> None:
    dummy.in_call = True  # of a process that ended without a word
    modem.prepare()
    assert not dummy.in_call
    assert dummy.files == {}
    assert {"AT+CLIP=0", "ATS0=0", "AT+QTONEDET=1"} <= {*dummy.commands}


def test_a_modem_that_does_not_hide_callers_serves_no_call(dummy: DummyModem, modem: Modem) -> None:
    dummy.refuses = ("AT+CLIP",)
    with pytest.raises(ModemLost):
        modem.prepare()


def test_a_line_with_a_callers_number_is_dropped_unread(dummy: DummyModem, modem: Modem) -> None:
    dummy.tells_caller = True
    dummy.rings()
    assert modem.waits_for_ring(10)
    dummy.says(f'+CMT: "{CALLER}",,"26/11/24,09:00:00+22"', "OK")
    modem.prepare()
    assert CALLER[-10:] not in repr(vars(modem))


def test_a_sound_is_played_whole_to_the_far_end_and_deleted(dummy: DummyModem, modem: Modem) -> None:
    called(dummy, modem)
    modem.play([SOUND, SOUND])
    assert dummy.heard == [SOUND, SOUND]
    assert dummy.files == {}


def test_a_sound_of_which_the_modem_took_another_number_of_bytes_is_not_played(
    dummy: DummyModem, modem: Modem, monkeypatch: pytest.MonkeyPatch
) -> None:
    called(dummy, modem)
    says = dummy.says
    monkeypatch.setattr(
        dummy, "says", lambda *lines: says(*(re.sub("QFUPL: [0-9]+", "QFUPL: 7", one) for one in lines))
    )
    with pytest.raises(ModemLost):
        modem.play([SOUND])
    assert dummy.heard == []


def test_a_key_stops_a_sound_and_is_the_next_one_that_is_read(dummy: DummyModem, modem: Modem) -> None:
    called(dummy, modem)
    dummy.holds_sound = True
    dummy.presses("7")
    modem.play([SOUND])
    assert modem.next_key(10) == "7"
    assert dummy.files == {}


def test_a_caller_who_is_gone_before_the_line_is_taken_leaves_it_free(dummy: DummyModem, modem: Modem) -> None:
    modem.prepare()
    dummy.rings()
    assert modem.waits_for_ring(10)
    dummy.hangs_up()
    assert not modem.answer()
    called(dummy, modem)


def test_a_modem_that_falls_silent_in_a_sound_is_lost(
    dummy: DummyModem, modem: Modem, monkeypatch: pytest.MonkeyPatch
) -> None:
    called(dummy, modem)
    monkeypatch.setattr(dummy, "says", lambda *_lines: None)
    monkeypatch.setattr(modems, "_COMMAND_SECONDS", 0.2)
    monkeypatch.setattr(modems, "_SLOWEST_BYTES", 1e9)
    with pytest.raises(ModemLost):
        modem.play([SOUND])


@pytest.mark.parametrize("words", [b"\r\nRING\r\n", b"noise\r\n", b"\r\n+QTONEDET: 49\r\n", b"no end of a line"])
def test_a_modem_that_talks_without_an_end_is_lost_and_holds_nobody_for_ever(
    dummy: DummyModem, modem: Modem, monkeypatch: pytest.MonkeyPatch, words: bytes
) -> None:
    called(dummy, modem)
    monkeypatch.setattr(modems, "_COMMAND_SECONDS", 0.1)
    monkeypatch.setattr(modems, "os", SimpleNamespace(**vars(os) | {"read": lambda *_: words * 50}))
    with Path("/dev/zero").open("r+b", buffering=0) as endless:
        os.dup2(endless.fileno(), modem._handle, inheritable=False)  # noqa: SLF001 - there is always more to read
    modem.next_key(0.1)
    modem.waits_for_ring(0.1)
    for asks in (modem.forget_keys, modem.stay_ready, modem.answer, modem.hang_up):
        with pytest.raises(ModemLost):
            asks()
    assert len(modem._keys) <= 32  # noqa: SLF001 - a memory that somebody could fill
    assert len(modem._rest) <= 200  # noqa: SLF001 - the same


def test_words_of_another_call_do_not_leave_this_one_open(dummy: DummyModem, modem: Modem) -> None:
    called(dummy, modem)
    dummy.says("NO CARRIER")  # who waited while the line was busy went away
    assert modem.next_key(10) == ""
    modem.hang_up()
    assert not dummy.in_call


def test_who_calls_at_once_after_another_is_not_rejected_and_has_none_of_her_keys(
    dummy: DummyModem, modem: Modem
) -> None:
    called(dummy, modem)
    dummy.hangs_up()
    dummy.rings()
    dummy.says("+QTONEDET: 55")
    dummy.commands.clear()
    modem.hang_up()
    assert "AT+CHUP" not in dummy.commands
    dummy.says("+QTONEDET: 56")
    assert modem.waits_for_ring(10)
    assert modem.answer()
    assert comes_true(dummy.is_answered)
    assert not modem.is_hung_up
    assert modem.next_key(0.1) == ""


def test_a_port_serves_one_process_and_what_is_none_is_refused(dummy: DummyModem, modem: Modem, tmp_path: Path) -> None:
    with pytest.raises(PortTaken):
        open_port(dummy.port)
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "nothing"):
        with pytest.raises(ModemLost):
            open_port(path)


def called(dummy: DummyModem, modem: Modem) -> None:
    """A call is held."""
    modem.prepare()
    dummy.rings()
    assert modem.waits_for_ring(10)
    assert modem.answer()
    assert comes_true(dummy.is_answered)
