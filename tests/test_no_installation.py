"""Commands never make an installation: real processes in an empty folder, whose tree stays the same byte for byte."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from sqlalchemy import text

from tests.support.command_line import run
from tests.support.long_tests import long_test
from tests.support.people import FIRST_NAMES
from youthvoice import db
from youthvoice.cli import COMMANDS
from youthvoice.config import INSTALLATION, Settings, read_version
from youthvoice.context import runtime_of
from youthvoice.example import loader
from youthvoice.factory import create_app
from youthvoice.sites.store import find_site_by_slug
from youthvoice.surveys.rounds.store import list_rounds

TOP = Path(__file__).parents[1]
SIGN_INS = {"YOUTHVOICE_SIGN_IN": "tomas:hush", "YOUTHVOICE_SECOND_SIGN_IN": "asha:hush"}
PRODUCTION = {"YOUTHVOICE_URL": "https://voice.example.org"}
"""All that the refusal of production asks for."""
NOBODY = 65534
WITHOUT_INSTALLATION = {
    "close check-note",
    "close read-records",
    "practice",
    "recovery make-key",
    "reviews make-key",
    "reviews open",
    "surveys check",
}
"""Commands that work on files alone, or make an installation of their own for as long as they run."""


def leaf_commands() -> Iterator[tuple[str, click.Command]]:
    for listed in COMMANDS:
        command = listed.read()
        if isinstance(command, click.Group):
            yield from ((f"{listed.name} {name}", inner) for name, inner in command.commands.items())
        else:
            assert listed.name
            yield listed.name, command


def arguments_of(command: click.Command, folder: Path) -> list[str]:
    """What a command asks for, so that nothing but the installation is missing."""
    given = []
    for one in command.params:
        if not one.required:
            continue
        names = dict.fromkeys(("date", "due", "on", "until"), "2026-12-01") | {"role": "facilitator"}
        value = str(folder / "given") if isinstance(one.type, click.Path) else names.get(one.opts[0].lstrip("-"), "1")
        given += [value] if isinstance(one, click.Argument) else [one.opts[0], value]
    return given


ENDS = dict(leaf_commands())


def flask(folder: Path, *given: str, settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command = [sys.executable, "-m", "flask", "--app", str(TOP / "app.py"), *given]
    return subprocess.run(
        command, cwd=folder, env={**bare, **settings}, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_checkout_has_the_command_that_papers_name(here: Path, tmp_path: Path) -> None:
    """As `make install` lays it; the environment of these tests may lie anywhere."""
    checkout = tmp_path / "our house"
    programs = checkout / ".venv/bin"
    programs.mkdir(parents=True)
    shutil.copy(TOP / "scripts/youthvoice.sh", programs / "youthvoice")
    for name in ("youthvoice", "translations", "surveys", "docs", "pyproject.toml"):
        (checkout / name).symlink_to(TOP / name)
    python = programs / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    command = [programs / "youthvoice"]
    for given, told in ((["--version"], f"Youth Voice {read_version()}\n"), (["doctor"], "")):
        answer = subprocess.run([*command, *given], cwd=here, capture_output=True, text=True, timeout=60, check=False)
        assert answer.stdout == told, answer.stderr
        assert answer.returncode == (0 if told else 1)
    assert f"{here}/.env does not exist" in answer.stderr
    assert tree(here) == {}
    (tmp_path / "linked").symlink_to(programs / "youthvoice")
    (tmp_path / "linked again").symlink_to("linked")
    (tmp_path / "way").symlink_to(checkout)
    moved = tmp_path / "moved house"
    environment = {**os.environ, "CDPATH": str(tmp_path), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    for name in (
        "linked again",
        "linked",
        "./linked",
        "way/.venv/bin/youthvoice",
        f"{moved.name}/.venv/bin/youthvoice",
    ):
        if name.startswith(moved.name):
            checkout.rename(moved)
        answer = subprocess.run(
            [shutil.which(name, path=environment["PATH"]) or name, "--version"],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert answer.stdout == f"Youth Voice {read_version()}\n", (name, answer.stderr)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, in which commands are run without any setting."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in [name for name in os.environ if name.startswith("YOUTHVOICE_")]:
        monkeypatch.delenv(name)
    return folder


def test_no_command_makes_anything_where_there_is_no_installation(here: Path, tmp_path: Path) -> None:
    given = tmp_path / "given"
    shutil.copy(min((TOP / "surveys").glob("*.toml")), given)  # nothing is wrong with it
    before = given.read_bytes()
    for name, command in ENDS.items():
        if name in WITHOUT_INSTALLATION | {"staff found", "init"}:
            continue
        answer = run(*name.split(), *arguments_of(command, tmp_path), settings={**PRODUCTION, **SIGN_INS})
        assert answer.exit_code == 1, (name, answer.output)
        assert isinstance(answer.exception, SystemExit), name
        assert tree(here) == {}, name
        if name in {"backup", "bundle box"}:  # their file is there already
            continue
        told = "There are no key files in" if name == "restore" else "No installation here: there is no database at"
        said = answer.output + str(answer.exception)
        assert told in said, (name, said)
        assert f"{here}/.env does not exist" in said, name
    assert given.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("YOUTHVOICE_URL=https://voice.example.org\n", "No installation here: there is no database at"),
        ("YOUTHVOICE_URL=https://voice.example.org\nYOUTHVOICE_DA", "line 2 is not NAME=VALUE"),
        ("YOUTHVOICE_PORT=80oo\n", "YOUTHVOICE_PORT is '80oo'; it must be a whole number"),
        (None, "voice.conf does not exist"),
    ],
    ids=["only the address", "cut", "wrong", "gone"],
)
def test_no_command_does_anything_with_half_a_settings_file(
    here: Path, tmp_path: Path, text: str | None, told: str
) -> None:
    file = tmp_path / "etc" / "voice.conf"
    file.parent.mkdir()
    if text is not None:
        file.write_text(text)
    shutil.copy(min((TOP / "surveys").glob("*.toml")), tmp_path / "given")
    before = {name: content for name, content in tree(tmp_path).items() if name != "given"}
    for name, command in ENDS.items():
        if name in WITHOUT_INSTALLATION | {"staff found", "init", "backup", "bundle box", "restore"}:
            continue
        answer = run(*name.split(), *arguments_of(command, tmp_path), settings={**SIGN_INS, INSTALLATION: str(file)})
        assert answer.exit_code == 1, (name, answer.output)
        assert told in answer.output + str(answer.exception), name
        assert "Traceback" not in answer.output
    assert tree(here) == {}
    assert {name: content for name, content in tree(tmp_path).items() if name != "given"} == before


@pytest.mark.parametrize("settings", [{}, PRODUCTION, {"YOUTHVOICE_MODE": "development", "YOUTHVOICE_EXAMPLE": "0"}])
def test_a_backup_of_nothing_is_refused_and_no_process_serves_nothing(here: Path, settings: Mapping[str, str]) -> None:
    """With YOUTHVOICE_URL alone it made a new database and new keys, and said "1 rows, sealed"."""
    for command in (("backup", "copy"), ("serve",), ("routes",)):
        answer = run(*command, settings=settings)
        assert answer.exit_code == 1
        assert "No installation here" in str(answer.exception)
        assert tree(here) == {}


def test_a_box_that_was_not_set_up_is_told_how_a_box_is(here: Path) -> None:
    """It read of `staff found`, `restore` and `make run`, which a box does not have."""
    answer = str(run("doctor", settings={**PRODUCTION, "YOUTHVOICE_BOX": "1"}).exception)
    assert "youthvoice bundle setup FILE" in answer
    assert "staff found" not in answer
    assert tree(here) == {}


def test_a_restore_that_is_refused_makes_nothing_and_the_right_file_still_comes_back(
    here: Path, tmp_path: Path
) -> None:
    """It left a new database, bound to the key files that had been put back, and the next try read "not empty"."""
    copy, wrong = tmp_path / "copy", tmp_path / "wrong"
    result = run("staff", "found", *FIRST_NAMES, settings=PRODUCTION)
    assert result.exit_code == 0, result.output
    assert run("backup", str(copy), settings=PRODUCTION).exit_code == 0
    (keys,) = {path.parent for path in here.rglob("backup.v*.key")}
    spare_keys = tmp_path / "kept"
    shutil.copytree(keys, spare_keys)
    for path in list(here.iterdir()):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(spare_keys, keys)
    before = tree(here)
    whole = copy.read_bytes()
    for content, why in (
        (b"a photograph", "this is not a backup of Youth Voice"),
        (whole[:-1], "the file is damaged"),
        (whole[:-9] + bytes(9), "the file is damaged"),
    ):
        wrong.write_bytes(content)
        answer = run("restore", str(wrong), settings=PRODUCTION)
        assert (answer.exit_code, why in answer.output) == (1, True), answer.output
        assert tree(here) == before
    answer = run("restore", str(copy), settings=PRODUCTION)
    assert answer.exit_code == 0, answer.output + str(answer.exception)


def test_a_founding_that_is_refused_makes_nothing(here: Path) -> None:
    for given in (("--languages", "xx"), ("--time-zone", "Nowhere"), ("--danger-number", "x" * 90)):
        answer = run("staff", "found", *FIRST_NAMES, *given, settings=PRODUCTION)
        assert answer.exit_code == 1
        assert "Error: " in answer.output
        assert tree(here) == {}


@long_test("RUN")
def test_every_command_explains_itself_in_an_empty_folder_with_an_empty_environment(here: Path) -> None:
    for name, command in ENDS.items():
        answer = run(*name.split(), "--help", settings={})
        assert answer.exit_code == 0, answer.output
        assert answer.output.startswith(f"Usage: youthvoice {name}")
        assert all(one.opts[-1] in answer.output for one in command.params if isinstance(one, click.Option))
    every = flask(here, "--help", settings={})
    assert every.returncode == 0
    assert all(f"\n  {listed.name} " in every.stdout for listed in COMMANDS)
    assert tree(here) == {}


@pytest.mark.parametrize(
    "python",
    [(str(TOP / "app.py"),), ("-c", "from youthvoice.factory import main; main()")],
    ids=["app.py", "youthvoice"],
)
def test_the_version_is_said_anywhere(tmp_path: Path, python: tuple[str, ...]) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(TOP)}
    command = [sys.executable, *python, "--version"]
    answer = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (answer.returncode, answer.stdout) == (0, f"Youth Voice {read_version()}\n"), answer.stderr
    assert tree(tmp_path) == {}


def test_a_command_names_the_installation_that_it_found_and_where_its_settings_lie(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"YOUTHVOICE_URL=https://voice.example.org\nYOUTHVOICE_DATA={tmp_path}/data\n")
    founded = flask(tmp_path, "staff", "found", *FIRST_NAMES, settings={})
    assert founded.returncode == 0, founded.stderr
    before = set(tree(tmp_path))
    for command, code in ((("doctor",), 1), (("backup", "copy"), 0)):
        answer = flask(tmp_path, *command, settings={})
        assert answer.returncode == code, answer.stderr
        assert f"sqlite:///{tmp_path}/data/youthvoice.sqlite3; settings from the environment and {tmp_path}/.env" in (
            answer.stderr
        )
        assert "Installation" not in answer.stdout
    assert {name for name in set(tree(tmp_path)) - before if not name.startswith(("data/", "var-keys/"))} == {"copy"}


GO_ON = {"serve", "phone", "practice"}
"""Commands that go on until a signal comes: `test_no_room` and the units of each hold what a full disk does to them."""

NO_ROOM, FULL = "No space left on device", "disk is full, or cannot be written"
WITHOUT_DATABASE = WITHOUT_INSTALLATION | {"bundle in", "bundle setup", "restore", "staff found"}
"""Commands that end, or have done all, before they open a database."""
BY_ADVOCATE = {"close records", "reviews export", "surveys analyse", "surveys approve"}

FULL_DISK: Mapping[str, tuple[str, str]] = {
    "audit verify": ("", "The log is whole"),
    "backup": ("{new}", NO_ROOM),
    "bundle box": ("village {new} --site example-house", "The pages of a box cannot be made now: the disk may be full"),
    "bundle setup": ("{form}", "This is the main server."),
    "bundle out": ("{new}", "This is the main server."),
    "bundle send": ("", "This is the main server."),
    "bundle in": ("{form} {new}", "this is no bundle"),
    "clips": ("1 en", r"\nrecorded\t"),
    "close decide": ("example-house --on 2099-12-01", "Asked."),
    "close confirm": ("example-house --on 2099-12-01", "it needs the sign-in of: outside recipient"),
    "close call-off": ("example-house", "does not close"),
    "close status": ("example-house", "This is what you may know."),
    "close records": ("example-house {new} --key {key}", "Children still tell here."),
    "close views": ("example-house {new}", NO_ROOM),
    "close finish": ("example-house --key {key} --note {new}", "set YOUTHVOICE_THIRD_SIGN_IN"),
    "close check-note": ("{form}", "is no note"),
    "close read-records": ("{form} {new} --half {files}/first --half {files}/second", "does not open"),
    "doctor": ("", "A full disk keeps nothing."),
    "recovery make-key": ("{new} {new}-2", NO_ROOM),
    "recovery rehearse": ("--keys {keys} --backups {files}/copy", "These are the key files"),
    "reviews make-key": ("{new}", NO_ROOM),
    "reviews open": ("{form} --key {form}", "this is no secret key"),
    "reviews export": (f"{'0' * 32} {{new}}", "There is no review"),
    "restore": ("{files}/copy", "the database is not empty"),
    "staff found": ("--again", "somebody has chosen a password"),
    "staff invite": ("Mira --role facilitator --site example-house", "/staff/join/"),
    "surveys close-due": ("", "waits for its end"),
    "surveys answers": ("{round} {form}", "has no column"),
    "surveys analyse": ("{round}", "This round is not closed yet."),
    "surveys check": ("{form}", "OK: form"),
    "surveys import": ("{form}", r"\nform/1\n"),
    "surveys approve": ("form", r"\nform/1\n"),
    "surveys open": (
        "form --site example-house --invited 12 --until {until} --decider asha --due {due} --permission 1",
        r"\n[a-z]+-\d{{4}}\n",
    ),
    "surveys end": ("{round}", r"\n{round}\n"),
    "tablet": ("", r"/enrol\?code="),
    "work": ("--once", "failed:"),
}
"""Of each command: what it is given where a disk is full, and what it then says while the house serves (a pattern)."""


def test_each_command_is_tried_on_a_full_disk() -> None:
    assert {*FULL_DISK} == {*ENDS} - GO_ON - {"init"}, "a new one needs a row: what it says there"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, in which there is room for a house and little else."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "small", folder], check=False)
    if mounted.returncode:
        pytest.skip("NOT RUN: no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a disk")
@long_test("RUN")
@pytest.mark.parametrize("serves", [True, False])
def test_a_full_disk_ends_each_command_with_a_sentence_and_nothing_half_made(
    here: Path, small_disk: Path, tmp_path: Path, *, serves: bool
) -> None:
    """While the house serves, its database can be read; what is small may fit into its log."""
    settings = {
        "YOUTHVOICE_MODE": "development",
        "YOUTHVOICE_DATA": f"{small_disk}/data",
        "YOUTHVOICE_KEYS": f"{small_disk}/keys",
    }
    example = create_app(Settings.read(settings))
    with example.app_context():
        loader.load()
    engine = runtime_of(example).engine
    served = engine.connect() if serves else None
    with example.app_context(), db.reading(engine) as session:
        site = find_site_by_slug(session, "example-house")
        assert site
        slug = next(each.slug for each in list_rounds(session, [site.id]) if each.closed_on is None)
    if served:
        served.execute(text("SELECT 1 FROM people")).all()
        served.rollback()
    else:
        engine.dispose()
    signed = dict(
        line.split()[0].split(":", 1) for line in (small_disk / "keys/example-sign-ins.txt").read_text().splitlines()
    )
    settings["YOUTHVOICE_SIGN_IN"], settings["YOUTHVOICE_SECOND_SIGN_IN"] = (
        f"{handle}:{signed[handle]}" for handle in ("tomas", "asha")
    )
    files = tmp_path / "files"
    files.mkdir()
    form = shutil.copy(min((TOP / "surveys").glob("*.toml")), files / "form.toml")
    made = run("recovery", "make-key", f"{files}/first", f"{files}/second", settings={})
    assert run("backup", f"{files}/copy", settings=settings).exit_code == 0
    words = {"files": str(files), "form": str(form), "keys": f"{small_disk}/keys", "round": slug}
    words["until"], words["due"] = (str(datetime.now(UTC).date() + timedelta(days=days)) for days in (10, 20))
    words["key"] = made.output.splitlines()[0]
    ballast = os.open(small_disk / "ballast", os.O_CREAT | os.O_WRONLY)
    with suppress(OSError):
        while os.write(ballast, bytes(4096)):
            pass
    os.close(ballast)
    before = {name: content for name, content in tree(small_disk).items() if "sqlite3-" not in name}
    for name, (given, sentence) in FULL_DISK.items():
        new = small_disk / name.replace(" ", "-")
        signs = {"YOUTHVOICE_SIGN_IN": settings["YOUTHVOICE_SECOND_SIGN_IN"]} if name in BY_ADVOCATE else {}
        answer = run(
            *name.split(), *(word.format(**words, new=new) for word in given.split()), settings={**settings, **signs}
        )
        assert answer.exception is None or isinstance(answer.exception, SystemExit), (name, answer.exc_info)
        said = f"{answer.output} {answer.exception}"
        assert "Traceback" not in said, name
        expected = sentence.format(**words) + ("" if serves or name in WITHOUT_DATABASE else f"|{FULL}")
        assert re.search(expected, said), (name, said)
        after = {file: content for file, content in tree(small_disk).items() if "sqlite3-" not in file}
        changed = {file for file in {*after, *before} if after.get(file) != before.get(file)}
        assert changed <= ({"data/youthvoice.sqlite3"} if name == "work" else set()), name
    if served:
        served.close()
        engine.dispose()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_what_another_user_founded_is_refused_in_words(here: Path, tmp_path: Path) -> None:
    """Founded as root and served as a user it ended with a traceback."""
    founded = run("staff", "found", *FIRST_NAMES, settings=PRODUCTION)
    assert founded.exit_code == 0, founded.output
    for folder in (here, *here.parents[:4]):
        folder.chmod(folder.stat().st_mode | 0o055)
    before = tree(here)
    click.DateTime().convert("2026-12-01", None, None)  # imports now what nobody may not read here
    os.seteuid(NOBODY)
    try:
        answers = {
            name: run(*name.split(), *arguments_of(command, tmp_path), settings=PRODUCTION | SIGN_INS)
            for name, command in ENDS.items()
            if name not in WITHOUT_INSTALLATION | {"init"}
        }
    finally:
        os.seteuid(0)
    for name, answer in answers.items():
        assert isinstance(answer.exception, SystemExit), (name, answer.output)
        assert answer.exit_code
        assert "Traceback" not in answer.output
        if name in {"doctor", "serve", "work"}:
            assert "is not open to the user nobody, who runs this." in str(answer.exception), (name, answer.output)
    assert tree(here) == before
    os.chown(here / "var", NOBODY, NOBODY)
    assert "root must not write there: sudo -u nobody" in str(run("doctor", settings=PRODUCTION).exception)
