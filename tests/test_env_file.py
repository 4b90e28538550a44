"""The file `.env`: NAME=VALUE, the environment wins, and what it cannot do is said, never shown."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.people import FIRST_NAMES
from youthvoice.config import SETTINGS, Settings, SettingsError, environment

TOP = Path(__file__).parents[1]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def test_it_sets_what_the_environment_does_not(file: Path) -> None:
    file.write_text(
        "# where it is\n\nYOUTHVOICE_PORT=8123\nexport YOUTHVOICE_URL = 'https://voice.example.org'\n"
        'YOUTHVOICE_DATA="/srv/a house"\nYOUTHVOICE_SMTP_URL=smtp://house:a#b=c@mail.example.org:587\n'
    )
    read = Settings.read(environment({"YOUTHVOICE_PORT": "8200"}, file))
    assert (read.port, read.url) == (8200, "https://voice.example.org")
    assert str(read.data) == "/srv/a house"
    assert read.smtp_url == "smtp://house:a#b=c@mail.example.org:587"


def test_no_file_is_no_fault(file: Path) -> None:
    assert environment({"A": "b"}, file) == {"A": "b"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("YOUTHVOICE_PORT=1\nsecret words\n", "line 2 is not NAME=VALUE"),
        ("=secret", "line 1 is not NAME=VALUE"),
        ("NAME WITH SPACES=secret", "line 1 is not NAME=VALUE"),
        ("YOUTHVOICE_SMTP_URL='secret", "line 1: the quotes around the value of YOUTHVOICE_SMTP_URL do not close"),
        ("YOUTHVOICE_SMTP_URL='", "the quotes around the value of YOUTHVOICE_SMTP_URL do not close"),
        ("YOUTHVOICE_PORT=1\nYOUTHVOICE_PORT=2", "line 2: YOUTHVOICE_PORT stands there twice"),
    ],
)
def test_a_line_that_says_nothing_is_named_and_not_shown(file: Path, text: str, told: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError) as refused:
        environment({}, file)
    assert told in str(refused.value)
    assert "secret" not in str(refused.value)


def test_what_is_no_setting_is_named_and_not_used(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("YOUTHVOICE_PROT=1\nPATH=/nowhere\nYOUTHVOICE_SIGN_IN=tomas:hush\n")
    assert environment({}, file) == {}
    told = capsys.readouterr().err
    for line, name in enumerate(("YOUTHVOICE_PROT", "PATH", "YOUTHVOICE_SIGN_IN"), start=1):
        assert f"line {line}: {name} is no setting for this file and is not used" in told
    assert "hush" not in told


def test_bytes_that_are_no_text_are_refused(file: Path) -> None:
    file.write_bytes(b"YOUTHVOICE_PORT=\xff\xfe")
    with pytest.raises(SettingsError, match="plain text in UTF-8"):
        environment({}, file)


def test_the_house_reads_it_where_it_is_started(tmp_path: Path, file: Path) -> None:
    file.write_text(f"YOUTHVOICE_MODE=development\nYOUTHVOICE_DATA={tmp_path}/house\nYOUTHVOICE_KEYS={tmp_path}/keys\n")
    bare = {name: value for name, value in os.environ.items() if not name.startswith("YOUTHVOICE_")}
    command = [sys.executable, "-m", "flask", "--app", str(TOP / "app.py"), "staff", "found", *FIRST_NAMES]
    answer = subprocess.run(command, env=bare, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert answer.returncode == 0, answer.stderr
    assert (tmp_path / "house" / "youthvoice.sqlite3").exists()
    file.write_text("YOUTHVOICE_MODE development\n")
    answer = subprocess.run(command, env=bare, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert answer.returncode == 1
    assert "Youth Voice does not start. .env, line 1 is not NAME=VALUE" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("YOUTHVOICE_MODE=production", ""),
        ("\ufeff\tYOUTHVOICE_MODE\t= production", ""),
        ("# YOUTHVOICE_MODE=production", "development"),
        ("YOUTHVOICE_PORT=1", "development"),
    ],
)
def test_make_knows_a_mode_that_the_file_says(tmp_path: Path, file: Path, line: str, said: str) -> None:
    """Else `make run` would serve a house of production as an example."""
    file.write_text(f"# of this house\n{line}\n" if line[0] != "\ufeff" else f"{line}\n", "utf-8")
    told = environment({}, file).get("YOUTHVOICE_MODE", "development")
    assert told == (said or "production")
    bare = {name: value for name, value in os.environ.items() if not name.startswith("YOUTHVOICE_")}
    command = ["make", "-s", "-f", str(TOP / "Makefile"), '--eval=mode: ; @echo "$(MODE)"', "mode"]
    answer = subprocess.run(command, env=bare, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
    assert answer.stdout.strip() == said


def test_every_setting_of_the_papers_can_stand_in_it() -> None:
    readme = (TOP / "docs/operations.md").read_text("utf-8")
    rows = set(re.findall(r"^\| `(YOUTHVOICE_[A-Z_]+)` \|", readme, re.MULTILINE))
    signed = {f"YOUTHVOICE_{which}SIGN_IN" for which in ("", "SECOND_", "THIRD_")}
    for_one_command = {"YOUTHVOICE_HOUSE", *signed}
    assert rows - SETTINGS == for_one_command
    assert rows >= SETTINGS
