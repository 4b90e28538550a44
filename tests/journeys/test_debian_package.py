"""The Debian packages in a bare root: installed, made by `init`, answered by a child, upgraded, put back, taken away.

Not under systemd, which no chroot has: its units are tried by `tests/structure/test_deployment.py`, and where they name
the places of the package by `tests/structure/test_debian_package.py`.
"""

import faulthandler
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.support.first_steps import walk_to_a_first_answer
from tests.journeys.support.server import House, free_port
from tests.journeys.support.sites import Place
from tests.support.debian_programs import need_program
from tests.support.long_tests import long_test
from tests.support.people import FIRST_NAMES
from youthvoice.config import Settings, read_version
from youthvoice.factory import create_app

pytestmark = [pytest.mark.journey, long_test("RUN")]
ANSWERS = [*FIRST_NAMES, "--site", "Our house", "--time-zone", "Asia/Kolkata", "--languages", "en,hi"]
PROGRAM = "usr/lib/youthvoice/lib/python3.*/site-packages"
DATABASE = "var/lib/youthvoice/house/youthvoice.sqlite3"
LATER = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{before}", None, None


def upgrade():
    op.create_table("of_a_later_release", sa.Column("id", sa.Integer, primary_key=True))
"""


def runs(*command: str | Path, timeout: float = 900) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)


@pytest.fixture(scope="module", autouse=True)
def may_take_long() -> None:
    """A package is made within minutes, on a busy disk within a quarter of an hour."""
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture(autouse=True)
def may_take_long_each_time(may_take_long: None) -> None:
    """Each test is watched anew."""
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with those of the last commit."""
    pytest.importorskip("build", reason="NOT RUN: no tools of a release here (make release)")
    folder = tmp_path_factory.mktemp("packages")
    made = runs(sys.executable, "-m", "scripts.debian_package", os.path.relpath(folder), timeout=3600)  # as make does
    if "not committed" in made.stderr:
        pytest.skip("NOT RUN: something here is not committed, so that no package is made of it")
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(scope="module")
def package(packages: Path) -> Path:
    """That of a main server."""
    (main,) = packages.glob("youthvoice_*.deb")
    return main


@pytest.fixture(scope="module")
def root(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare Debian in which the package is installed."""
    need_program("mmdebstrap", "mmdebstrap")
    if os.geteuid():
        pytest.skip("NOT RUN: needs root")
    folder = tmp_path_factory.mktemp("debian") / "root"
    name = re.search(r"^VERSION_CODENAME=(\w+)$", Path("/etc/os-release").read_text("utf-8"), re.MULTILINE)
    assert name
    made = runs("mmdebstrap", "--variant=minbase", "--include=python3,passwd", name[1], str(folder))
    if made.returncode:
        pytest.skip(f"NOT RUN: no bare Debian could be made here: {made.stderr[-300:]}")
    (folder / "mnt/backups").mkdir()
    (folder / "etc/dpkg/dpkg.cfg.d/unsafe").write_text(
        "force-unsafe-io\n"
    )  # thousands of files, thrown away afterwards
    shutil.copy(package, folder / "root")
    installed = inside(folder, "dpkg", "-i", f"/root/{package.name}")
    assert installed.returncode == 0, installed.stderr
    assert installed.stdout.endswith("Make a house, as root: youthvoice init\n")
    return folder


def inside(root: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command of root in that Debian."""
    variables = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/root", **environment}
    return subprocess.run(
        ["chroot", str(root), *command], env=variables, capture_output=True, text=True, timeout=900, check=False
    )


def test_a_command_before_there_is_a_house_makes_nothing(root: Path) -> None:
    for command in (["doctor"], ["backup"], ["serve"], ["work"], ["audit", "verify"]):
        refused = inside(root, "youthvoice", *command)
        assert refused.returncode == 1
        assert "youthvoice init" in refused.stderr
    assert inside(root, "youthvoice", "--version").stdout == f"Youth Voice {read_version()}\n"
    assert not (root / "var/lib/youthvoice").exists()
    assert not list((root / "etc/youthvoice").iterdir())


def test_a_child_answers_and_tells_in_what_was_installed(root: Path, browser: Browser, tmp_path: Path) -> None:
    """Every step of the first hour in the browser, with nothing but what the package brought."""
    port = free_port()
    settings = {
        "YOUTHVOICE_MODE": "development", "YOUTHVOICE_EXAMPLE": "0", "YOUTHVOICE_PORT": str(port),
        "YOUTHVOICE_DATA": "/srv/walk/data", "YOUTHVOICE_KEYS": "/srv/walk/keys", "YOUTHVOICE_HOUSE": "/srv/walk/conf",
    }  # fmt: skip
    (root / "srv/walk").mkdir()
    (root / "srv/walk/conf").touch()
    made = inside(root, "youthvoice", "staff", "found", *ANSWERS, **settings)
    assert made.returncode == 0, made.stderr
    accounts = re.findall(r"^(\w+)\t[^\t]+\t([a-z0-9-]+):(\S+)$", made.stdout, re.MULTILINE)
    of_the_clock = {
        "YOUTHVOICE_MODE": "development",
        "YOUTHVOICE_DATA": f"{tmp_path}/d",
        "YOUTHVOICE_KEYS": f"{tmp_path}/k",
    }
    app = create_app(Settings.read(of_the_clock))
    with served(root, port, settings) as url:
        walk_to_a_first_answer(
            browser, Place(House(tmp_path, url, settings, app), 0, "Our house", {}, "", None), accounts
        )


@contextmanager
def served(root: Path, port: int, settings: dict[str, str]) -> Iterator[str]:
    url, variables = f"http://127.0.0.1:{port}", {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **settings}
    process = subprocess.Popen(["chroot", str(root), "youthvoice", "serve"], env=variables, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(f"{url}/language", timeout=10).close()  # noqa: S310 - our own server
                break
            except OSError:
                assert time.monotonic() < until, "nothing answers"
                time.sleep(0.3)
        yield url
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def house(root: Path) -> Path:
    """The root with a house that `init` made."""
    made = inside(
        root,
        "youthvoice",
        "init",
        *ANSWERS,
        "--url",
        "https://voice.example.org",
        "--backups",
        "/mnt/backups",
        "--same-disk",
        "--yes",
    )
    assert made.returncode == 0, made.stderr
    return root


def test_init_makes_a_house_that_its_user_alone_opens(house: Path) -> None:
    owner = house.joinpath(DATABASE).stat().st_uid
    assert owner not in {0, os.geteuid()}
    for path in ("var/lib/youthvoice/house", "var/lib/youthvoice-keys/house", "mnt/backups/house"):
        at = house.joinpath(path).stat()
        assert (at.st_uid, oct(at.st_mode & 0o777)) == (owner, "0o700"), path
    assert inside(house, "youthvoice", "audit", "verify").returncode == 0
    backup = inside(house, "youthvoice", "backup")
    assert backup.returncode == 0, backup.stderr
    assert {path.stat().st_uid for path in house.joinpath("var/lib/youthvoice/house").iterdir()} == {owner}
    assert inside(house, "youthvoice", "init", *ANSWERS).returncode == 1


def of_a_later_release(package: Path, folder: Path, version: str, *, is_broken: bool) -> Path:
    """The package as a release after this one would be: another number, one migration more."""
    tree = folder / "tree"
    assert runs("dpkg-deb", "-R", package, tree).returncode == 0
    (program,) = tree.glob(PROGRAM)
    for file in (tree / "DEBIAN/control", *program.glob("youthvoice-*.dist-info/METADATA")):
        file.write_text(re.sub(r"^Version: .*$", f"Version: {version}", file.read_text("utf-8"), flags=re.MULTILINE))
    versions = program / "youthvoice/migrations/versions"
    before = max(file.name[:4] for file in versions.glob("[0-9]*.py"))
    (versions / "9999_later.py").write_text(LATER.format(before=before))
    if is_broken:
        (program / "youthvoice/audit/commands.py").write_text("raise SystemExit('this release is broken')\n")
        for compiled in program.glob("youthvoice/audit/__pycache__/commands.*.pyc"):
            compiled.unlink()
    made = folder / f"youthvoice_{version}.deb"
    assert runs("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, made).returncode == 0
    shutil.rmtree(tree)
    return made


def rows(root: Path) -> dict[str, int]:
    """How many rows each table has."""
    with sqlite3.connect(root / DATABASE) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        counts = ((name, connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()) for (name,) in names)  # noqa: S608
        return {name: count for name, (count,) in counts}


def test_a_release_that_does_not_work_is_put_back_and_the_next_good_one_stays(
    house: Path, package: Path, tmp_path: Path
) -> None:
    before = rows(house)
    broken = of_a_later_release(package, tmp_path, "9.0", is_broken=True)
    shutil.move(broken, house / "root")
    tried = inside(house, "youthvoice-upgrade", f"/root/{broken.name}")
    assert tried.returncode == 1
    assert "everything is as it was" in tried.stderr, tried.stderr
    assert inside(house, "youthvoice", "--version").stdout == f"Youth Voice {read_version()}\n"
    assert inside(house, "youthvoice", "audit", "verify").returncode == 0
    after = rows(house)
    assert {name for name in before if before[name] > after[name]} == set()
    assert "of_a_later_release" not in after

    good = of_a_later_release(package, tmp_path, "9.1", is_broken=False)
    shutil.move(good, house / "root")
    done = inside(house, "youthvoice-upgrade", f"/root/{good.name}")
    assert done.returncode == 0, done.stderr
    assert inside(house, "youthvoice", "--version").stdout == "Youth Voice 9.1\n"
    assert "of_a_later_release" in rows(house)
    assert not (house / "var/lib/youthvoice-upgrade").exists()

    refused = inside(house, "dpkg", "-i", f"/root/{package.name}")
    assert refused.returncode != 0
    assert "Nothing was changed." in refused.stderr
    assert inside(house, "youthvoice", "--version").stdout == "Youth Voice 9.1\n"
    for wrong in (f"/root/{good.name}", f"/root/{package.name}", "/root/nothing.deb", "/etc/passwd"):
        assert "Nothing was changed." in inside(house, "youthvoice-upgrade", wrong).stderr


def test_what_children_said_never_goes_with_the_program(house: Path) -> None:
    """Nothing is installed afterwards."""
    kept = house.joinpath(DATABASE).read_bytes()
    for goes in ("--remove", "--purge"):
        done = inside(house, "dpkg", goes, "youthvoice")
        assert done.returncode == 0, done.stderr
        assert not (house / "usr/bin/youthvoice").exists()
        assert house.joinpath(DATABASE).read_bytes() == kept
        assert (house / "etc/youthvoice/house.conf").is_file()
    assert "never taken away with a program" in done.stderr
    assert not (house / "usr/lib/youthvoice").exists()


def test_a_box_has_a_user_and_folders_and_keeps_what_waits_where_a_new_program_fails(
    root: Path, packages: Path, tmp_path: Path
) -> None:
    """The last: no main server is installed beside a box."""
    assert inside(root, "dpkg", "--purge", "youthvoice").returncode == 0
    (box,) = packages.glob("youthvoice-box_*.deb")
    shutil.copy(box, root / "root")
    for _again in range(2):
        installed = inside(root, "dpkg", "-i", f"/root/{box.name}")
        assert installed.returncode == 0, installed.stderr
        for folder in (root / "var/lib/youthvoice/box", root / "var/lib/youthvoice-keys/box"):
            assert folder.stat().st_uid != 0
            assert oct(folder.stat().st_mode & 0o777) == "0o700"
    assert "youthvoice bundle setup FILE" in inside(root, "youthvoice", "doctor").stderr
    (root / "root/nonsense").write_text("nonsense")
    refused = inside(root, "youthvoice", "bundle", "setup", "/root/nonsense")
    assert "this is no file of youthvoice bundle box" in refused.stderr
    database = root / "var/lib/youthvoice/box/youthvoice.sqlite3"
    assert database.stat().st_uid == database.parent.stat().st_uid
    kept = database.read_bytes()
    broken = with_a_script_that_fails(box, tmp_path)
    shutil.move(broken, root / "root")
    tried = inside(root, "youthvoice-upgrade", f"/root/{broken.name}")
    assert tried.returncode == 1
    assert "everything is as it was" in tried.stderr, tried.stderr
    assert inside(root, "youthvoice", "--version").stdout == f"Youth Voice {read_version()}\n"
    assert database.read_bytes() == kept


def with_a_script_that_fails(package: Path, folder: Path) -> Path:
    """The package as a release whose installing fails in the end."""
    tree, made = folder / "tree", folder / "failing.deb"
    assert runs("dpkg-deb", "-R", package, tree).returncode == 0
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"^Version: .*$", "Version: 9.0", control.read_text("utf-8"), flags=re.MULTILINE))
    (tree / "DEBIAN/postinst").write_text("#!/bin/sh\nexit 1\n")
    assert runs("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, made).returncode == 0
    shutil.rmtree(tree)
    return made
