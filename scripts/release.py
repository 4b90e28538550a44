"""Make a release into a folder: wheel, source archive, list of parts (SBOM), Debian packages, image, checksums.

Run through `make release`. Where the machine cannot make a package or the image, its last lines say so.

Made from what is committed, not from what lies in the checkout, and equal byte for byte wherever and whenever it is
made: times are the commit's, owners nobody's, names sorted (https://reproducible-builds.org/docs/source-date-epoch/).
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from youthvoice.config import read_version

TOP: Final = Path(__file__).resolve().parents[1]
_LOCKED: Final = re.compile(r"^([\w.-]+)==([^ ;\\]+)", re.MULTILINE)
FIRST_YEAR_OF_ZIP: Final = 315_532_800  # 1980-01-01


class CannotRelease(Exception):
    """Why nothing was made; the message says what to do."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Make every file of a release, and say what was not done.

    Args:
        arguments: of the command line.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="empty, or not there yet")
    folder = parser.parse_args(arguments).folder
    try:
        make_release(folder)
        not_made = add_packages(folder)
    except CannotRelease as error:
        raise SystemExit(f"No release was made. {error}") from None
    sys.stdout.write("\n".join([write_sums(folder).strip(), *not_made, audit_parts(), ""]))


def make_release(folder: Path) -> None:
    """Make wheel, source archive and list of parts into a folder.

    Raises:
        CannotRelease: something is not committed, or the folder holds files.
    """
    if git("status", "--porcelain"):
        raise CannotRelease("Something here is not committed: commit it, or put it away with: git stash -u")
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise CannotRelease(f"{folder} holds files. Name an empty folder.")
    moment = commit_moment()
    with tempfile.TemporaryDirectory() as temporary:
        tree, built = Path(temporary, "tree"), Path(temporary, "built")
        export(tree)
        build(tree, built, moment)
        (wheel,), (archive,) = built.glob("*.whl"), built.glob("*.tar.gz")
        (folder / wheel.name).write_bytes(same_wheel(wheel.read_bytes(), moment))
        (folder / archive.name).write_bytes(same_archive(archive.read_bytes(), moment))
        parts = list_parts(tree)
    (folder / f"youthvoice-{read_version()}.cdx.json").write_text(parts, "utf-8")


def add_packages(folder: Path) -> list[str]:
    """Make both Debian packages and the image, where this machine can.

    Args:
        folder: of the release.

    Returns:
        A line for each kind that was not made.

    Raises:
        CannotRelease: a tool that is there fails.
    """
    from scripts import debian_package, oci_image  # noqa: PLC0415 - both are made of the steps below

    python = Path("/usr/bin/python3")
    if not (shutil.which("dpkg-deb") and python.exists()):
        return ["NOT MADE: Debian packages and the image. This machine is no Debian."]
    package, _box = debian_package.make_packages(folder, python)
    if os.geteuid() or not shutil.which("mmdebstrap"):
        return ["NOT MADE: the image. It needs root, and: apt-get install mmdebstrap"]
    oci_image.make_image(package, folder)
    return []


def write_sums(folder: Path) -> str:
    """Write SHA256SUMS of every file of a folder; returns what it says."""
    sums = "".join(f"{digest_of(file)}  {file.name}\n" for file in sorted(folder.iterdir()))
    (folder / "SHA256SUMS").write_text(sums, "utf-8")
    return sums


def commit_moment() -> int:
    """When what stands here was committed, in seconds since 1970.

    Raises:
        CannotRelease: there is no history.
    """
    return int(git("log", "-1", "--format=%ct"))


def digest_of(file: Path) -> str:
    """The SHA-256 of a file in hexadecimal, as sha256sum writes it."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def same_wheel(wheel: bytes, moment: int) -> bytes:
    """The wheel with the same files, sorted, all of one moment and readable for everybody.

    Args:
        wheel: a zip file.
        moment: seconds since 1970; zip files know no year before 1980.
    """
    out, at = io.BytesIO(), time.gmtime(max(moment, FIRST_YEAR_OF_ZIP))[:6]
    with zipfile.ZipFile(io.BytesIO(wheel)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name in sorted(given.namelist(), key=lambda name: (".dist-info/" in name, name)):  # as PEP 427 advises
            entry = zipfile.ZipInfo(name, at)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o100644 << 16
            written.writestr(entry, given.read(name), compresslevel=9)
    return out.getvalue()


def same_archive(archive: bytes, moment: int) -> bytes:
    """The source archive with the same files, sorted, of one moment and of nobody.

    Args:
        archive: a gzipped tar file.
        moment: seconds since 1970.
    """
    plain = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as given,
        tarfile.open(fileobj=plain, mode="w", format=tarfile.GNU_FORMAT) as written,
    ):
        for member in sorted(given.getmembers(), key=lambda member: member.name):
            entry = tarfile.TarInfo(member.name)
            entry.type, entry.size, entry.mtime = member.type, member.size, moment
            entry.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            written.addfile(entry, given.extractfile(member) if member.isfile() else None)
    return gzip.compress(plain.getvalue(), 9, mtime=moment)


def list_parts(tree: Path) -> str:
    """The list of parts in CycloneDX: every package of requirements.txt with its version and hashes.

    Args:
        tree: a checkout.

    Raises:
        CannotRelease: a package misses in it.
    """
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "requirements.txt"]
    parts = run([*command, "--pyproject", "pyproject.toml", "--output-reproducible", "--output-format", "JSON"], tree)
    named = {(part["name"], part["version"]) for part in json.loads(parts)["components"]}
    locked = _LOCKED.findall((tree / "requirements.txt").read_text("utf-8"))
    if missing := [f"{name} {version}" for name, version in locked if (name, version) not in named]:
        raise CannotRelease(f"The list of parts misses {', '.join(missing)}.")
    return parts


def audit_parts() -> str:
    """What is known of weaknesses of the packages that the program needs, or that nobody could be asked."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", "requirements.txt", "--disable-pip", "--strict"]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode == 0:
        return "pip-audit knows of no weakness in these packages."
    weaknesses = "\n".join(line for line in done.stdout.splitlines() if line.strip())
    why = done.stderr.strip().splitlines() or ["it gives no reason"]
    return weaknesses or f"NOT AUDITED: pip-audit reached nobody ({why[-1]})."


def export(tree: Path) -> None:
    """Write what is committed into a folder."""
    tree.mkdir()
    packed = subprocess.run(["git", "archive", "HEAD"], cwd=TOP, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(tree, filter="data")


def build(tree: Path, built: Path, moment: int) -> None:
    """Build source archive and wheel with the tools of this environment; nothing is fetched."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(built), "--wheel", "--sdist", str(tree)]
    run(command, tree, SOURCE_DATE_EPOCH=str(moment))


def git(*words: str) -> str:
    """What git says of this checkout."""
    return run(["git", *words], TOP).strip()


def run(command: Sequence[str], folder: Path, **environment: str) -> str:
    """What a program writes.

    Raises:
        CannotRelease: it fails.
    """
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=900
    )
    if done.returncode:
        raise CannotRelease(f"{' '.join(command[:4])} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    main()
