"""Copies on another machine: the same promises as in a folder, against a real server of OpenSSH."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from click.testing import Result
from flask import Flask

from tests.conftest import StillClock
from tests.support.long_tests import long_test
from tests.support.people import house
from tests.support.sftp_server import SftpServer, sftp_server
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.backups import sftp_place
from youthvoice.backups.archive import CopiedRows
from youthvoice.backups.labels import REFUSAL_LABELS
from youthvoice.backups.nightly_copy import MARKER
from youthvoice.backups.rotation import list_unproved
from youthvoice.backups.sftp_place import SftpPlace, read_free_bytes
from youthvoice.backups.trial import BackupRefused
from youthvoice.config import Settings, SettingsError, SftpAddress
from youthvoice.context import runtime_of
from youthvoice.factory import create_app

NAME = "youthvoice-0a1b2c3d-2026-11-24.bak.unproved"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SftpServer]:
    with sftp_server(tmp_path / "elsewhere") as running:
        (running.folder / MARKER).touch()
        yield running


@pytest.fixture
def place(server: SftpServer, tmp_path: Path) -> SftpPlace:
    server.introduce_to(tmp_path / "data folder")
    return SftpPlace(server.address, tmp_path / "data folder")


@pytest.fixture
def production(settings: Settings, clock: StillClock, server: SftpServer) -> Iterator[Flask]:
    server.introduce_to(settings.data)
    set_up = replace(settings, mode="production", url="https://voice.example.org", backups=server.address)
    made = create_app(set_up, clock)
    with made.app_context():
        house(("advocate", "coordinator"))
        with db.writing(db.engine()) as session:
            Log(context.today(), "command").add(session, "staff.found", "example-house")
        yield made
    runtime_of(made).engine.dispose()


def back_up(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["backup"])


def names(server: SftpServer) -> list[str]:
    return sorted(file.name for file in server.folder.iterdir() if file.name != MARKER)


def without_mark(server: SftpServer) -> list[str]:
    return ["-".join(name.split("-")[2:]) for name in names(server)]


def write_bytes(content: bytes, file: Path) -> CopiedRows:
    file.write_bytes(content)
    return CopiedRows(size=len(content))


def put(place: SftpPlace, content: bytes = b"sealed") -> None:
    place.put(NAME, lambda file: write_bytes(content, file))


def use(place: SftpPlace, content: bytes) -> None:
    place.list_names()
    put(place, content)
    with place.fetch(NAME, len(content)) as file:
        assert file.read_bytes() == content


def refusal_of(place: SftpPlace, content: bytes = b"sealed") -> BackupRefused:
    with pytest.raises(BackupRefused) as refused:
        use(place, content)
    assert refused.value.code in REFUSAL_LABELS
    assert list(place.data.glob("backup-trial-*")) == []
    return refused.value


def test_it_is_fetched_back_proved_and_rotated_as_in_a_folder(
    production: Flask, server: SftpServer, clock: StillClock
) -> None:
    others = ["a photograph.jpg", "youthvoice-ffffffff-2020-01-01.bak", "-rf", "a\nyouthvoice", '"$(touch x)" *']
    for name in others:
        (server.folder / name).touch()
    made = back_up(production)
    assert made.exit_code == 0, made.output
    assert f"{server.address}/youthvoice-" in made.output
    assert "brought back into a database of its own and compared: every row is there" in made.output
    first = [name for name in names(server) if name not in others]
    assert [(server.folder / name).stat().st_mode & 0o777 for name in first] == [0o600, 0o600]
    killed = server.folder / f"{first[-1]}.unproved"
    killed.touch()
    clock.move(days=40)
    assert back_up(production).exit_code == 0
    for name in others:
        (server.folder / name).unlink()
    assert without_mark(server) == ["2026-11-24-month.bak", "2027-01-03-month.bak", "2027-01-03.bak"]


@long_test("RUN")
def test_what_the_server_sends_back_otherwise_is_no_copy(
    production: Flask, server: SftpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = SftpPlace._run  # noqa: SLF001 - the moment between two of its connections

    def harm_before_fetching(place: SftpPlace, command: str, folder: Path, size: int = 0) -> str:
        if command.startswith("get "):
            file = server.folder / command.split()[1]
            content = bytearray(file.read_bytes())
            content[200] ^= 1
            file.write_bytes(content)
        return run(place, command, folder, size)

    monkeypatch.setattr(SftpPlace, "_run", harm_before_fetching)
    refused = back_up(production)
    assert "The backup was damaged when it was read back." in refused.output
    assert names(server) == []
    doctor = production.test_cli_runner().invoke(args=["doctor"]).output
    assert "The newest was refused: The backup was damaged" in doctor


@long_test("RUN")
def test_without_its_marker_nothing_is_written_there(production: Flask, server: SftpServer) -> None:
    (server.folder / MARKER).unlink()
    refused = back_up(production)
    assert refused.exit_code == 1
    assert "or was never marked" in refused.output
    assert f"{server.address}/{MARKER}" in refused.output
    assert names(server) == []


@long_test("RUN")
def test_another_server_with_its_name_gets_nothing(server: SftpServer, place: SftpPlace) -> None:
    known_hosts = place.data / "sftp" / "known_hosts"
    other = f"[127.0.0.1]:{server.address.port} {server.key.with_suffix('.pub').read_text()}"
    for text in (other, ""):
        known_hosts.write_text(text)
        assert refusal_of(place).code == "host_unknown"
    known_hosts.unlink()
    assert refusal_of(place).code == "host_unknown"
    assert not known_hosts.exists()


@long_test("RUN")
@pytest.mark.parametrize("lacks", ["the key", "a secret mode", "to be let in"])
def test_a_key_that_is_refused_is_named_and_no_password_is_asked(
    server: SftpServer, place: SftpPlace, lacks: str
) -> None:
    key = place.data / "sftp" / "key"
    if lacks == "the key":
        key.unlink()
    elif lacks == "a secret mode":
        key.chmod(0o644)
    else:
        (server.key.parent / "authorized_keys").write_text("")
    assert refusal_of(place).code == "not_let_in"


@long_test("RUN")
def test_a_server_that_is_away_and_a_folder_that_is_not_there(server: SftpServer, place: SftpPlace) -> None:
    elsewhere = replace(server.address, path=f"{server.address.path}/none")
    assert refusal_of(replace(place, address=elsewhere)).code == "no_folder"
    server.stop()
    refused = refusal_of(place)
    assert (refused.code, "refused" in refused.detail) == ("not_reached", True)
    server.start()


@long_test("RUN")
def test_a_folder_that_takes_nothing_and_a_full_disk(
    server: SftpServer, place: SftpPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.serve_by('trap "" XFSZ; ulimit -f 8; exec /usr/lib/openssh/sftp-server')  # a write fails there
    assert refusal_of(place, bytes(100_000)).code == "cannot_write"
    monkeypatch.setattr(sftp_place, "read_free_bytes", lambda _table: 99_999)
    assert refusal_of(place, bytes(100_000)).code == "no_room"


@long_test("RUN")
def test_a_second_copy_of_a_day_takes_the_place_of_the_first(server: SftpServer, place: SftpPlace) -> None:
    for content in (b"first", b"second"):
        use(place, content)
        place.rename(NAME, "a.bak")
    assert [(server.folder / name).read_bytes() for name in names(server)] == [b"second"]
    place.remove("a.bak")
    place.remove("a.bak")
    assert names(server) == []


@long_test("RUN")
def test_a_connection_that_breaks_is_a_refusal(server: SftpServer, place: SftpPlace) -> None:
    waits = f"while [ ! -s {server.folder / NAME} ]; do sleep 0.01; done"
    server.serve_by(f"({waits}; kill -9 $PPID) </dev/null >/dev/null 2>&1 &\nexec /usr/lib/openssh/sftp-server")
    refused = refusal_of(place, bytes(64 * 1024**2))
    assert (refused.code, "no end" in refused.detail) == ("not_reached", False)
    assert 0 < (server.folder / NAME).stat().st_size < 64 * 1024**2


@long_test("RUN")
def test_a_server_that_stops_talking_ends_with_its_time(
    server: SftpServer, place: SftpPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.serve_by("exec sleep 100")
    monkeypatch.setattr(sftp_place, "_SECONDS", 1)
    assert refusal_of(place).detail == "no end after 1 seconds"
    left = [process.info["cmdline"] for process in psutil.process_iter(["cmdline"]) if process.info["cmdline"]]
    assert not [line for line in left if str(server.address.port) in line and "ssh" in line[0]]


@long_test("RUN")
def test_a_server_that_sends_more_than_it_got_fills_no_disk(server: SftpServer, place: SftpPlace) -> None:
    put(place)
    (server.folder / NAME).write_bytes(bytes(8 * 1024**2))
    with pytest.raises(BackupRefused) as refused, place.fetch(NAME, 6):
        pass
    assert refused.value.code == "damaged"


@long_test("RUN")
def test_no_listed_name_but_that_of_an_unproved_copy_is_removed() -> None:
    ours = [NAME, f"{NAME}.abcdefgh.part"]
    others = [f"{NAME} x", f"{NAME}\n", f"../{NAME}", "youthvoice-0a1b2c3d-*.bak.unproved", NAME.replace("0a", "ff")]
    assert list_unproved([*ours, *others], "0a1b2c3d") == ours


@long_test("RUN")
def test_room_there_is_read_of_a_table() -> None:
    table = "sftp> df\n        Size         Used        Avail       (root)    %Capacity\n  100   40   50   60   40%\n"
    assert read_free_bytes(table) == 50 * 1024
    assert read_free_bytes("nothing") is None


@long_test("RUN")
@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("sftp://voice@backup.example.org/copies", SftpAddress("voice", "backup.example.org", 22, "/copies")),
        ("sftp://v@[::1]:2222/a/b-c/", SftpAddress("v", "[::1]", 2222, "/a/b-c")),
    ],
)
def test_an_address_is_read(text: str, address: SftpAddress) -> None:
    assert Settings.read({"YOUTHVOICE_BACKUPS": text}).backups == address


@long_test("RUN")
@pytest.mark.parametrize(
    "text",
    [
        "sftp://voice:secret@host/copies",
        "sftp://host/copies",
        "sftp://voice@host",
        "sftp://voice@-oProxyCommand=x/copies",
        "sftp://-l@host/copies",
        "sftp://voice@host:70000/copies",
        "sftp://voice@host/a b",
        'sftp://voice@host/a"\nrm *',
        "ftp://voice@host/copies",
    ],
)
def test_what_could_be_an_option_or_a_command_is_no_address(text: str) -> None:
    with pytest.raises(SettingsError, match="A key opens it, and no password") as refused:
        Settings.read({"YOUTHVOICE_BACKUPS": text})
    assert "secret" not in str(refused.value)
