"""`youthvoice init`: five questions, then a house; what is refused is refused before anything is made."""

import json
import os
import pwd
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.long_tests import breadth, long_test
from tests.support.people import FIRST_NAMES
from youthvoice import config
from youthvoice.config import INSTALLATION, SETTINGS, Settings, SettingsError, environment
from youthvoice.installation import commands, machine
from youthvoice.installation.layout import Layout, new_layout
from youthvoice.installation.settings_text import settings_text, with_backups

TOP = Path(__file__).parents[2]
ANSWERS = {
    "--site": "Our house",
    "--time-zone": "Asia/Kolkata",
    "--url": "https://voice.example.org",
    "--languages": "en,hi",
    "--backups": "-",
}


NO_ADDRESSES = (
    "", "[abc", "[::1", "[fe80::1%25x]", "a{b}", "{$HOME}", "a b", "a\nb {", "a:99999", "a:0", "a:", "a:x", "a:80:90",
    "@a", "me@a", "a?b", "a#b", "a..b", "-a", ".", "a,b", "*.a", "a;b", 'a"b', "a`b", "a\u200bb",
)  # fmt: skip
"""What stands behind https:// and is no address: it would become a line of settings, and of the file of Caddy."""

DAMAGED = dict.fromkeys(("site", "time_zone", "url", "languages", "backups", "database_url"), 1) | {"names": [1] * 4}


def given(**changed: str) -> list[str]:
    """The options that answer every question."""
    options = ANSWERS | {"--" + name.replace("_", "-"): value for name, value in changed.items()}
    return [*FIRST_NAMES, *(word for pair in options.items() for word in pair)]


def installed(folder: Path, *words: str, typed: str = "", sign_in: str = "") -> subprocess.CompletedProcess[str]:
    """A command as an installed package has it, for the house of a file in the folder."""
    program = folder.parent / "youthvoice"
    program.write_text(f"import sys\nsys.path.insert(0, {str(TOP)!r})\nfrom youthvoice.factory import main\nmain()\n")
    bare = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ} | {"YOUTHVOICE_SIGN_IN": sign_in}
    return subprocess.run(
        [sys.executable, str(program), "--house", str(folder / "voice.conf"), *words],
        cwd=folder, env=bare, input=typed, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "house").mkdir()
    return tmp_path / "house"


def test_a_house_is_made_by_answers_and_opens_by_its_file_alone(folder: Path) -> None:
    typed = ["Our house", "Asia/Kolkata", "voice.example.org", "https://voice.example.org/", "xx", "en,hi"]
    names = FIRST_NAMES[1::2]
    made = installed(folder, "init", typed="\n".join([*typed, *names, "", "y", ""]))
    assert made.returncode == 0, made.stderr + made.stdout
    assert "It begins with https://" in made.stdout, "a wrong address is asked for again"
    assert all(f"\t{name}\t" in made.stdout for name in names)
    assert sorted(path.name for path in folder.iterdir()) == ["var", "var-keys", "voice.conf"]
    assert {oct(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {"0o700", "0o600"}
    log = installed(folder, "audit", "verify")
    assert log.returncode == 0, log.stderr
    before = (folder / "voice.conf").read_bytes()
    again = installed(folder, "init", *given(), "--yes")
    assert again.returncode == 1
    assert "Here is an installation already" in again.stderr
    assert (folder / "voice.conf").read_bytes() == before


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"url": "http://voice.example.org"}, "--url: It begins with https://"),
        ({"url": "https://voice.example.org/tell"}, "--url: It begins with https://"),
        *(({"url": f"https://{rest}"}, "--url: It begins with https://") for rest in NO_ADDRESSES),
        ({"time_zone": "Kolkata"}, "--time-zone: There is no time zone Kolkata"),
        ({"languages": "xx"}, "--languages: Languages are some of"),
        ({"site": " "}, "--site: A name has"),
        ({"backups": "backups"}, "--backups: backups is no folder that is there"),
        ({"backups": "{folder}/with\nYOUTHVOICE_URL=x"}, "--backups: The name of this folder has a letter"),
        ({"backups": "{folder}/keys"}, "--backups: {folder}/keys holds keys or a database."),
        ({"backups": "{folder}/data"}, "--backups: {folder}/data holds keys or a database."),
        ({"backups": "{folder}"}, "--backups: {folder} and {folder}/house/var lie one in the other."),
        ({"backups": "{folder}/link"}, "--backups: {folder}/link and {folder}/house/var lie one in the other."),
        ({"coordinator": "First advocate"}, "--coordinator: 'First advocate' says what somebody does"),
    ],
)
def test_an_answer_that_cannot_be_used_makes_nothing(folder: Path, answer: dict[str, str], said: str) -> None:
    for name in ("with\nYOUTHVOICE_URL=x", "keys", "data"):
        (folder.parent / name).mkdir()
    (folder.parent / "keys/links.v1.key").touch()
    (folder.parent / "data/youthvoice.sqlite3").touch()
    (folder.parent / "link").symlink_to(folder.parent)
    answer = {name: text.replace("{folder}", str(folder.parent)) for name, text in answer.items()}
    refused = CliRunner(env={INSTALLATION: str(folder / "voice.conf")}).invoke(
        commands.init, [*given(**answer), "--yes", "--same-disk"]
    )
    assert refused.exit_code == 1
    assert said.replace("{folder}", str(folder.parent)) in refused.output
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    "rest", ["voice.example.org:8443", "192.168.1.5", "[fd00::5]:8443", "voice", "आवाज़.example", "bücher.example"]
)
def test_an_address_of_a_name_or_a_number_is_taken_as_it_is(rest: str) -> None:
    assert commands.parse_https_address(f" HTTPS://{rest}/ ") == f"https://{rest}"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "\x00", '{"names": []}', '{"names": 1}', json.dumps(DAMAGED), "\N{SNOWMAN}"]
)
def test_damaged_answers_of_an_init_that_was_cut_are_a_sentence(folder: Path, text: str) -> None:
    file = config.unfinished_file(folder / "voice.conf")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode("utf-16" if text == "\N{SNOWMAN}" else "utf-8"))
    refused = CliRunner(env={INSTALLATION: str(folder / "voice.conf")}).invoke(commands.init, [*given(), "--yes"])
    assert isinstance(refused.exception, SystemExit), refused.exc_info
    assert f"{file} has the answers of an installation that was cut. It is damaged" in refused.output
    assert list(folder.iterdir()) == [file]


@long_test("RUN")
def test_without_anybody_to_answer_the_option_is_named(folder: Path) -> None:
    refused = installed(folder, "init")
    assert refused.returncode == 1
    assert "give it with --site. Nothing was made." in refused.stderr
    assert not list(folder.iterdir())


@long_test("RUN")
def test_no_is_an_answer(folder: Path) -> None:
    refused = installed(folder, "init", *given(), typed="n\n")
    assert (refused.returncode, "Nothing was made." in refused.stderr) == (1, True)
    assert not list(folder.iterdir())


def test_of_a_database_on_postgresql_nothing_is_made_here_but_files_beside_it(folder: Path) -> None:
    on_postgresql = "for files beside its database, which is on PostgreSQL,"
    for url, words in (("", "its database,"), ("postgresql://us:word@localhost/voice", on_postgresql)):
        runner = CliRunner(env={INSTALLATION: str(folder / "voice.conf")})
        plan = runner.invoke(commands.init, given(database_url=url), input="n\n").output
        assert f"  {folder}/var, {words} and {folder}/var-keys, its keys" in plan


def test_a_full_disk_is_said_and_leaves_no_settings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: Path, _text: str, _user: str) -> None:
        raise OSError(28, "No space left on device", str(folder / "voice.conf"))

    monkeypatch.setattr(machine, "write_settings", full)
    refused = CliRunner(env={INSTALLATION: str(folder / "voice.conf")}).invoke(commands.init, [*given(), "--yes"])
    assert refused.exit_code == 1
    assert "voice.conf cannot be made: No space left on device." in refused.output
    assert not (folder / "voice.conf").exists()


def test_a_folder_of_backups_is_marked_and_its_service_may_write_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "youthvoice@.service").touch()
    monkeypatch.setattr(machine, "UNITS", tmp_path)
    monkeypatch.setattr(machine, "UNITS_OF_ADMINISTRATORS", tmp_path / "etc")
    layout, backups = (
        Layout(tmp_path / "n.conf", tmp_path / "data", tmp_path / "keys", 8001, "north"),
        tmp_path / '100% our "disk/b',
    )
    monkeypatch.setattr(machine, "make_folder", lambda folder, _user: folder.mkdir(parents=True))
    machine.make_backup_folder(layout, backups)
    assert (backups / "youthvoice-backups.txt").is_file()
    drop_in = (tmp_path / "etc/youthvoice-backup@north.service.d/folder.conf").read_text()
    written = f'{tmp_path}/100%% our \\"disk/b"\n'
    assert f'ReadWritePaths="-{written}' in drop_in
    assert f'WantsMountsFor="{written}' in drop_in


def test_root_gives_away_nothing_to_which_a_link_leads(tmp_path: Path) -> None:
    """A folder of backups lies on a disk on which others write, and a house of before may have left one."""
    user, other = pwd.getpwuid(os.geteuid()).pw_name, tmp_path / "other"
    other.mkdir()
    (tmp_path / "linked").symlink_to(other)
    with pytest.raises(OSError, match="linked"):
        machine.make_folder(tmp_path / "linked", user)
    (other / "youthvoice-backups.txt").symlink_to(tmp_path / "made")
    with pytest.raises(OSError, match=r"youthvoice-backups\.txt"):
        machine.make_backup_folder(Layout(tmp_path / "n.conf", tmp_path, tmp_path, 8001), other)
    assert not (tmp_path / "made").exists()


@long_test()
def test_backups_on_the_disk_of_the_database_are_said_and_made(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    refused = installed(folder, "init", *given(backups=str(tmp_path / "backups")), typed="n\n")
    assert "ON THE DISK OF THE DATABASE" in refused.stdout
    unattended = installed(folder, "init", *given(backups=str(tmp_path / "backups")), "--yes")
    assert "add --same-disk. Nothing was made." in unattended.stderr
    assert not list(folder.iterdir())
    made = installed(folder, "init", *given(backups=str(tmp_path / "backups")), "--yes", "--same-disk")
    assert made.returncode == 0, made.stderr


@pytest.fixture
def houses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the houses of this machine have their settings."""
    folder = tmp_path / "etc"
    folder.mkdir()
    for module in ("config", "installation.layout"):
        monkeypatch.setattr(f"youthvoice.{module}.SETTINGS_FOLDER", folder)
    return folder


def test_houses_of_a_machine_have_names_users_folders_and_ports_of_their_own(houses: Path) -> None:
    first = new_layout({INSTALLATION: "house"})
    assert (first.file, first.user, first.port) == (houses / "house.conf", "youthvoice-house", 8000)
    first.file.write_text(settings_text(first, "https://a.example.org", "", ""))
    second = new_layout({INSTALLATION: "north"})
    assert (second.user, second.port) == ("youthvoice-north", 8001)
    assert not {first.data, first.keys} & {second.data, second.keys}
    assert second.data == Path("/var/lib/youthvoice/north")


@pytest.mark.parametrize("name", ["North", "n orth", "1north", "north-east", "n" * 17, "..", "é"])
def test_what_is_no_name_of_a_house_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="no name of an installation"):
        config.settings_file({INSTALLATION: name})


def test_a_house_that_is_not_there_is_named_with_its_file(houses: Path) -> None:
    with pytest.raises(config.NoInstallation, match=re.escape(f"{houses}/north.conf does not exist")):
        environment({INSTALLATION: "north"})


def test_settings_in_a_folder_of_another_user_are_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As in a volume that belonged to another user of the image: no traceback at each start."""

    def refuse(*_words: object, **_more: object) -> None:
        raise PermissionError

    file = tmp_path / "house.conf"
    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(config.SettingsError, match="cannot be read"):
        config.environment({"YOUTHVOICE_HOUSE": str(file)}, file)


def test_its_settings_can_be_served(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "voice.conf", tmp_path / "data", tmp_path / "keys", 8004)
    layout.file.write_text(settings_text(layout, "https://voice.example.org", "postgresql://h:p@localhost/v", "/mnt/b"))
    read = Settings.read(environment({}, layout.file))
    assert (read.data, read.keys, read.port, read.refusals()) == (layout.data, layout.keys, 8004, [])
    assert read.database_url.startswith("postgresql+psycopg://h:p@localhost/v")
    assert set(re.findall(r"YOUTHVOICE_\w+(?==)", layout.file.read_text())) <= SETTINGS


@pytest.mark.parametrize(
    ("url", "is_own"),
    [
        ("https://voice.example.org", False),
        ("https://voice.local", True),
        ("https://voice", True),
        ("https://10.42.0.1", True),
        ("https://voice.home.arpa:8443", True),
        ("https://8.8.8.8", False),
    ],
)
def test_a_name_that_nobody_outside_can_vouch_for_gets_a_certificate_of_the_house(url: str, is_own: bool) -> None:
    layout = Layout(Path("voice.conf"), Path("data"), Path("keys"), 8001, "north")
    text = machine.caddy_site(layout, url)
    assert text.startswith(url.removeprefix("https://") + " {")
    assert ("tls internal" in text) == is_own
    assert "reverse_proxy 127.0.0.1:8001" in text


def test_only_root_makes_a_named_house(houses: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "is_root", lambda: False)
    refused = CliRunner(env={INSTALLATION: "north"}).invoke(commands.init, [*given(), "--yes"])
    assert refused.exit_code == 1
    assert "Start it as root" in refused.output
    assert not list(houses.iterdir())


@long_test("RUN")
@pytest.mark.skipif(os.geteuid() != 0, reason="NOT TESTED: only root can become somebody else")
def test_root_goes_on_as_the_user_whose_house_it_is() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        Path(temporary).chmod(0o755)
        folder = Path(temporary, "house")
        folder.mkdir()
        backs_up_as_its_user(folder)


def backs_up_as_its_user(folder: Path) -> None:
    made = installed(folder, "init", *given(), "--yes")
    assert made.returncode == 0, made.stderr
    nobody = pwd.getpwnam("nobody")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    backup = folder / "var" / "copy.bak"
    copied = installed(folder, "backup", str(backup))
    assert copied.returncode == 0, copied.stderr
    assert backup.stat().st_uid == nobody.pw_uid


CUT = """
import importlib, os, signal
place, when = importlib.import_module({module!r}), {when!r}
names = {name!r}.split(".")
for part in names[:-1]:
    place = getattr(place, part)
original = getattr(place, names[-1])
def cut(*args, **options):
    done = original(*args, **options) if when == "after" else None
    os.killpg(0, signal.SIGKILL)
setattr(place, names[-1], cut)
"""
"""Ends the command and what it started, as a closed terminal does, where one of its functions was called."""

INIT, FOUND = "youthvoice.installation", "youthvoice.accounts"
FOUNDED = ("youthvoice.accounts.people.bootstrap", "missing_help_sentences", "before")
CUTS = [
    (f"{INIT}.commands", "keep_answers", "after"),
    (f"{INIT}.machine", "make_folder", "after"),
    (f"{INIT}.machine", "write_settings", "before"),
    (f"{INIT}.machine", "write_settings", "after"),
    ("youthvoice.startup", "_migrate", "before"),
    ("youthvoice.startup", "_migrate", "after"),
    ("youthvoice.privacy.keys.keyring", "Keyring.bind", "before"),
    ("youthvoice.privacy.keys.keyring", "Keyring.bind", "after"),
    (f"{FOUND}.commands", "_print_accounts", "before"),
    (f"{FOUND}.commands", "_print_accounts", "after"),
    (f"{INIT}.commands", "_start", "before"),
    (f"{INIT}.commands", "_start", "after"),
]


def cut_init(folder: Path, module: str, name: str, when: str) -> str:
    """Run `init`, cut at a function; gives what was printed."""
    program = folder.parent / "cut"
    hook = CUT.format(module=module, name=name, when=when)
    program.write_text(
        f"import sys\nsys.path.insert(0, {str(TOP)!r})\n{hook}\nfrom youthvoice.factory import main\nmain()\n"
    )
    bare = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    ended = subprocess.run(
        [sys.executable, str(program), "--house", str(folder / "voice.conf"), "init", *given(), "--yes"],
        cwd=folder, env=bare, capture_output=True, text=True, timeout=120, check=False, start_new_session=True,
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    return ended.stdout


def passwords(output: str) -> dict[str, str]:
    return dict(re.findall(r"\t([a-z0-9-]+):(\S+)$", output, re.MULTILINE))


def signs(folder: Path, handle: str, password: str) -> str:
    """What a command says that somebody signs with the password that she was shown."""
    words = ["staff", "invite", "Ravi", "--role", "facilitator", "--site", "our-house"]
    return installed(folder, *words, sign_in=f"{handle}:{password}").stderr


@pytest.mark.parametrize(("module", "name", "when"), breadth([FOUNDED], CUTS))
def test_what_was_cut_is_said_goes_on_and_loses_no_password(folder: Path, module: str, name: str, when: str) -> None:
    before = passwords(cut_init(folder, module, name, when))
    said = installed(folder, "doctor")
    assert said.returncode == 1
    assert "is not finished. To go on, as root: youthvoice --house" in said.stdout + said.stderr
    done = installed(folder, "init")
    assert done.returncode == 0, done.stderr + done.stdout
    after = passwords(done.stdout)
    assert list(after) == ["coordinator", "advocate-1", "advocate-2", "outside"]
    assert not set(before.values()) & set(after.values())
    assert sorted(path.name for path in folder.iterdir()) == ["var", "var-keys", "voice.conf"]
    assert "is not finished" not in installed(folder, "doctor").stdout
    assert "knows this password" in signs(folder, "coordinator", after["coordinator"])
    if before:
        assert "is not right" in signs(folder, "coordinator", before["coordinator"])


@long_test("RUN")
def test_a_folder_of_backups_may_come_later(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    made = installed(folder, "init", *given(), "--yes")
    assert made.returncode == 0, made.stderr
    command = "init --backups FOLDER"
    assert f"Nothing is backed up. Once another disk is there: youthvoice --house {folder}/voice.conf {command}" in (
        made.stdout
    )
    refused = installed(folder, "init", "--backups", str(tmp_path / "backups"), "--yes")
    assert "ON THE DISK OF THE DATABASE" in refused.stderr
    assert (tmp_path / "backups").exists()
    assert not list((tmp_path / "backups").iterdir()), "no mark lies where no other disk is"
    later = installed(folder, "init", "--backups", str(tmp_path / "backups"), "--same-disk")
    assert later.returncode == 0, later.stderr
    assert installed(folder, "backup").returncode == 0
    assert list((tmp_path / "backups").glob("youthvoice-*.bak"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A=1\n#YOUTHVOICE_BACKUPS=\nB=2\n", "A=1\nYOUTHVOICE_BACKUPS=/mnt/b\nB=2\n"),
        (
            "#YOUTHVOICE_BACKUPS=\n export YOUTHVOICE_BACKUPS = /old\n",
            "#YOUTHVOICE_BACKUPS=\nYOUTHVOICE_BACKUPS=/mnt/b\n",
        ),
        ("A=1\n", "A=1\n\nYOUTHVOICE_BACKUPS=/mnt/b\n"),
    ],
)
def test_a_settings_file_names_one_folder_of_backups(before: str, after: str) -> None:
    assert with_backups(before, "/mnt/b") == after


def test_several_processes_of_their_own_are_never_joined_by_the_service_of_one_installation(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A folder of backups that came later started it beside them, and none of them knew of the folder."""
    commands: list[list[str]] = []
    monkeypatch.setattr(machine, "_run", commands.append)
    monkeypatch.setattr("youthvoice.config.SERVICES", tmp_path)
    layout = Layout(tmp_path / "house.conf", tmp_path, tmp_path, 8000, "house")
    reload, own = ["systemctl", "daemon-reload"], ["systemctl", "enable", "--now", "youthvoice@house.service"]
    machine.start_services(layout, has_backups=False)
    machine.restart_service(layout)
    assert commands == [reload, own, ["systemctl", "try-restart", "youthvoice@house.service"]]
    (tmp_path / "youthvoice-web@8001.service").touch()
    commands.clear()
    machine.start_services(layout, has_backups=True)
    machine.start_services(layout, has_backups=False)
    machine.restart_service(layout)
    assert commands == [
        reload,
        ["systemctl", "enable", "--now", "youthvoice-backup@house.timer"],
        reload,
        ["systemctl", "try-restart", "youthvoice-web@*.service", "youthvoice-work@*.service"],
    ]
