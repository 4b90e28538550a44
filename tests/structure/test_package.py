"""`pip wheel .` builds a package that runs wherever it is installed, without the checkout that it was made from."""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.server import free_port
from tests.support.long_tests import long_test
from tests.support.people import FIRST_NAMES

TOP = Path(__file__).parents[2]
PACKED = ("youthvoice", "surveys", "translations", "docs/guide", "pyproject.toml", "setup.py", "README.md", "LICENSE")
ANSWERS = [*FIRST_NAMES, "--site", "Our house", "--time-zone", "Asia/Kolkata", "--languages", "en"]
PATIENCE = 90  # seconds until the example is made and served
pytestmark = long_test("BUILT")


def runs(*command: str | Path, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("YOUTHVOICE", "PYTHON"))}
    return subprocess.run(
        command, cwd=cwd, env={**kept, **environment}, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.fixture(scope="module")
def pip() -> tuple[str, ...]:
    """The pip that made this environment, or another of this machine: the environment has none itself."""
    found = (f"{sys.base_prefix}/bin/python3", shutil.which("python3"), "/usr/bin/python3")
    for one in (python for python in found if python and Path(python).exists()):
        if runs(one, "-m", "pip", "--version", cwd=TOP).returncode == 0:
            return (one, "-m", "pip", "--disable-pip-version-check", "--python")
    pytest.fail("No Python here has pip, with which `make install` installs")


@pytest.fixture(scope="module")
def wheel(pip: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy, out = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("wheel")
    for name in PACKED:
        if (TOP / name).is_dir():
            shutil.copytree(TOP / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(TOP / name, copy / name)
    done = runs(
        *pip, sys.executable, "wheel", ".", "--no-deps", "--no-build-isolation", "--no-index", "-w", out, cwd=copy
    )
    assert done.returncode == 0, done.stderr
    (made,) = out.glob("youthvoice-*.whl")
    return made


@pytest.fixture(scope="module")
def installed(pip: tuple[str, ...], wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a new environment with the package, and with the libraries of this one."""
    place = tmp_path_factory.mktemp("installed")
    venv.create(place, symlinks=True, with_pip=False)
    python = place / "bin" / "python"
    (site,) = place.glob("lib/python*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    done = runs(*pip, python, "install", "--no-deps", "--no-index", "--quiet", wheel, cwd=place)
    assert done.returncode == 0, done.stderr
    return place / "bin"


@pytest.fixture
def house(tmp_path: Path) -> dict[str, str]:
    folders = {"YOUTHVOICE_DATA": str(tmp_path / "var"), "YOUTHVOICE_KEYS": str(tmp_path / "keys")}
    return {"YOUTHVOICE_MODE": "development", "YOUTHVOICE_PORT": str(free_port()), **folders}


def test_it_holds_everything_that_is_no_code_and_no_test(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    kept = [file for file in (TOP / "youthvoice").rglob("*") if file.is_file() and file.suffix != ".pyc"]
    assert {file.relative_to(TOP).as_posix() for file in kept} - names == set()
    for folder in ("surveys", "translations"):
        beside = [file for file in (TOP / folder).rglob("*.[tm]o*") if file.suffix in {".toml", ".mo"}]
        beside = [file for file in beside if file.name != "child.toml"]  # which texts are whose: for translators alone
        assert beside
        assert {f"youthvoice/shared/{file.relative_to(TOP).as_posix()}" for file in beside} - names == set()
    assert not [name for name in names if name.startswith(("tests", "benchmarks")) or name.endswith(("s.po", ".pyc"))]
    guides = list((TOP / "docs/guide").glob("*.md"))
    assert guides
    assert {f"youthvoice/shared/guide/{guide.name}" for guide in guides} - names == set(), "staff read them"
    assert "youthvoice/shared/translations/hi/LC_MESSAGES/child.po" in names, "pages about languages read it"


def test_its_command_is_that_of_a_checkout(installed: Path, house: dict[str, str], tmp_path: Path) -> None:
    assert (listed := runs(installed / "youthvoice", "--help", cwd=tmp_path, **house)).returncode == 0, listed.stderr
    for name in ("audit", "backup", "doctor", "restore", "serve", "staff", "surveys", "tablet", "work"):
        assert f"\n  {name} " in listed.stdout
    refused = runs(installed / "youthvoice", "doctor", cwd=tmp_path, **house)
    assert refused.returncode == 1
    assert "A new one is made by: youthvoice staff found" in refused.stderr
    assert not list(tmp_path.iterdir()), "a command that only looks makes nothing"
    founded = runs(installed / "youthvoice", "staff", "found", *ANSWERS, cwd=tmp_path, **house)
    assert founded.returncode == 0, founded.stderr
    doctor = runs(installed / "youthvoice", "doctor", cwd=tmp_path, **house)
    assert doctor.returncode == 1
    assert "- It does not run" in doctor.stdout
    assert "- Our house: Connect a tablet" in doctor.stdout
    where = runs(installed / "python", "-c", "import youthvoice; print(youthvoice.__file__)", cwd=tmp_path)
    assert where.stdout.startswith(str(installed.parent)), "not the checkout"


@pytest.fixture
def served(installed: Path, house: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """The address of the example, served by the package."""
    process = subprocess.Popen(
        [installed / "youthvoice", "serve"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], **house},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield f"http://127.0.0.1:{house['YOUTHVOICE_PORT']}"
    finally:
        process.terminate()
        try:
            process.wait(20)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def get(address: str) -> str:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own server
                return str(answer.read().decode())
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def test_it_serves_pages_words_and_drawings(served: str) -> None:
    page = get(f"{served}/staff/sign-in")
    assert "<form" in page
    (sheet,) = {part.partition('"')[0] for part in page.split('href="')[1:] if ".css" in part.partition('"')[0]}
    assert "{" in get(f"{served}{sheet}")
    assert "हिन्दी" in get(f"{served}/language")
