"""A house that cannot start says why and what to do; never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]


def doctor(tmp_path: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    folders = {"YOUTHVOICE_DATA": str(tmp_path / "var"), "YOUTHVOICE_KEYS": str(tmp_path / "keys")}
    environment = {**os.environ, "YOUTHVOICE_MODE": "development", **folders, **settings}
    command = [sys.executable, "-m", "flask", "--app", str(TOP / "app.py"), "doctor"]
    return subprocess.run(command, env=environment, cwd=TOP, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://house:hush@127.0.0.1:1/house", "Connection refused. Start it, or set YOUTHVOICE_DATABASE_URL"),
        ("mysql://house:hush@127.0.0.1/house", "YOUTHVOICE_DATABASE_URL is no address of a database"),
        ("nowhere", "YOUTHVOICE_DATABASE_URL is no address of a database"),
        ("sqlite:////proc/nowhere/house.sqlite3", "The folder of the database cannot be made"),
        ("sqlite:////proc/version", "The database does not answer"),
    ],
)
def test_a_database_that_is_down_is_named_with_what_to_do(tmp_path: Path, url: str, told: str) -> None:
    answer = doctor(tmp_path, YOUTHVOICE_DATABASE_URL=url)
    said = answer.stdout + answer.stderr
    assert told in said
    assert answer.returncode == 1
    assert "Traceback" not in said
    assert "hush" not in said
