"""Make the Debian packages into a folder, from what is committed; everything is inside. Run through `make deb`.

`youthvoice` is a main server, `youthvoice-box` a box in a village without what one never uses. Both hold the program
and every library in a virtual environment of Debian's own Python below `/usr/lib/youthvoice`, compiled, so that nothing
is fetched while installing, and the units of `docs/units`. The same bytes wherever they are made; see `release`.
"""

import argparse
import gzip
import hashlib
import os
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.release import CannotRelease, build, commit_moment, digest_of, export, git, run, same_wheel
from youthvoice.config import read_version

HOME: Final = Path("usr/lib/youthvoice")
_SCRIPTS: Final = Path(__file__).with_name("debian")

_NOT_PACKED: Final = ("**/*.svg.gz", "**/*.svg.zst", "**/direct_url.json", "bin")
"""What libraries bring and nobody opens here: each picture twice more, compressed; programs; where a file was made."""

_BRING_TESTS: Final = ("numpy", "scipy", "fontTools")

_COMMAND: Final = """\
#!/usr/lib/youthvoice/bin/python -I
from youthvoice.factory import main

main("{house}")
"""

_CONTROL: Final = """\
Package: {name}
Version: {version}
Architecture: {architecture}
Maintainer: Youth Voice <youthvoice@example.org>
Installed-Size: {kilobytes}
Depends: python3 (>= {python}), python3 (<< {next_python}), {depends}
Recommends: {recommends}
Conflicts: {conflicts}
Section: web
Priority: optional
Homepage: https://example.org/youthvoice
Description: {summary}
{description}
"""


@dataclass(frozen=True)
class Package:
    """What differs between the two packages.

    Attributes:
        name: of the package.
        house: whose settings its commands mean where none is named.
        extras: groups of libraries that it holds besides those of every installation.
        leaves_out: libraries that its commands never load.
        units: files of `docs/units`, by the name that they get.
        next_step: what it says when it is installed.
    """

    name: str
    house: str
    extras: tuple[str, ...]
    leaves_out: frozenset[str]
    units: Mapping[str, str]
    conflicts: str
    depends: str
    recommends: str
    summary: str
    description: str
    next_step: str


MAIN: Final = Package(
    name="youthvoice",
    house="house",
    extras=("analysis", "print"),
    leaves_out=frozenset(),
    units={
        "youthvoice@.service": "youthvoice@.service",
        "youthvoice-backup@.service": "youthvoice-backup@.service",
        "youthvoice-backup@.timer": "youthvoice-backup@.timer",
        "youthvoice-web@.service": "youthvoice-web@.service",
        "youthvoice-work@.service": "youthvoice-work@.service",
    },
    conflicts="youthvoice-box",
    depends="passwd",
    recommends="caddy, fonts-noto-core, openssh-client",
    summary="children are heard in shelters, schools and villages",
    description=(
        " Anonymous surveys on shared tablets, a grievance channel that independent child advocates alone can read,\n"
        " committees whose items adults must answer, and the answer that comes back. Holds every library it needs."
    ),
    next_step="What is what: /usr/share/doc/youthvoice/README.Debian. Make a house, as root: youthvoice init",
)

BOX: Final = Package(
    name="youthvoice-box",
    house="box",
    extras=(),
    leaves_out=frozenset({"icalendar", "openpyxl", "pillow", "psycopg", "redis", "xlrd", "zxcvbn"}),
    units={"youthvoice-box.service": "youthvoice-box.service"},
    conflicts="youthvoice",
    depends="passwd",
    recommends="network-manager, dnsmasq-base",
    summary="box in a village of a main server of Youth Voice",
    description=(
        " A small computer with its own Wi-Fi on which children answer and tell without a network. It keeps what they\n"
        " send sealed for its main server and opens none of it."
    ),
    next_step="Set it up with the file of its main server: youthvoice bundle setup FILE",
)


@dataclass(frozen=True)
class Materials:
    """What both packages are made of.

    Attributes:
        tree: what is committed.
        libraries: a folder with the program and every library.
        python: Debian's.
        moment: of everything, in seconds since 1970.
    """

    tree: Path
    libraries: Path
    python: Path
    moment: int


def main(arguments: Sequence[str] | None = None) -> None:
    """Make both packages.

    Args:
        arguments: of the command line.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", type=Path, default=Path("/usr/bin/python3"), help="Debian's own, that will run it")
    given = parser.parse_args(arguments)
    try:
        files = make_packages(given.folder, given.python)
    except CannotRelease as error:
        raise SystemExit(f"No package was made. {error}") from None
    sys.stdout.write("".join(f"{digest_of(file)}  {file.name}\n" for file in files))


def make_packages(folder: Path, python: Path) -> list[Path]:
    """Make both packages of what is committed; returns them.

    Args:
        folder: that gets them.
        python: which will run them on the machines where they are installed.

    Raises:
        CannotRelease: something is not committed, or a tool or a library is missing.
    """
    if git("status", "--porcelain"):
        raise CannotRelease("Something here is not committed: commit it, or put it away with: git stash -u")
    moment = commit_moment()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        tree, libraries = Path(temporary, "tree"), Path(temporary, "libraries")
        export(tree)
        build(tree, Path(temporary, "built"), moment)
        (wheel,) = Path(temporary, "built").glob("*.whl")
        _install_libraries(tree, libraries, python)
        with zipfile.ZipFile(_written(Path(temporary, "same.whl"), same_wheel(wheel.read_bytes(), moment))) as packed:
            packed.extractall(libraries)
        _leave_out(libraries)
        materials = Materials(tree, libraries, python, moment)
        return [_make_package(package, materials, Path(temporary, package.name), folder) for package in (MAIN, BOX)]


def _make_package(package: Package, materials: Materials, root: Path, folder: Path) -> Path:
    """Lay out what one package holds, and pack it."""
    major_minor, full_version = _python_versions(materials.python)
    site = root / HOME / f"lib/python{major_minor}/site-packages"
    _copy_needed(materials.libraries, site, package)
    places = [str(site), "/" + str(site.relative_to(root))]
    run([str(materials.python), "-c", _COMPILE, *places], root)
    if package is MAIN:
        keeps = {"PYTHONPATH": str(site), "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""}  # whoever builds it
        run([str(materials.python), "-c", _COMPILE_TEMPLATES, *places], root, **keeps)
    (root / HOME / "bin").mkdir()
    for name in ("python", "python3", f"python{major_minor}"):
        (root / HOME / "bin" / name).symlink_to(Path("/usr/bin", f"python{major_minor}"))
    (root / HOME / "pyvenv.cfg").write_text(
        f"home = /usr/bin\ninclude-system-site-packages = false\nversion = {full_version}\n"
    )
    _written(root / "usr/bin/youthvoice", _COMMAND.format(house=package.house).encode()).chmod(0o755)
    _written(root / "usr/sbin/youthvoice-upgrade", (_SCRIPTS / "youthvoice-upgrade").read_bytes()).chmod(0o755)
    for unit, name in package.units.items():
        text = packaged_unit((materials.tree / "docs/units" / unit).read_text("utf-8"))
        _written(root / "usr/lib/systemd/system" / name, text.encode())
    _add_documents(materials.tree, root / "usr/share/doc" / package.name)
    if package is MAIN:
        _copy_file(_SCRIPTS / "README.Debian", root / "usr/share/doc/youthvoice/README.Debian")
        page = gzip.compress((_SCRIPTS / "youthvoice.1").read_bytes(), 9, mtime=0)
        _written(root / "usr/share/man/man1/youthvoice.1.gz", page)
    (root / "etc/youthvoice").mkdir(parents=True)
    if package is BOX:
        _written(root / "etc/youthvoice/box.conf", (_SCRIPTS / "box.conf").read_bytes())
    version = read_version()
    _add_control(package, root, version, major_minor)
    _settle(root, materials.moment)
    architecture = run(["dpkg", "--print-architecture"], root).strip()
    made = folder.absolute() / f"{package.name}_{version}_{architecture}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z9", "--threads-max=1", "--build", str(root), str(made)]
    run(command, root, SOURCE_DATE_EPOCH=str(materials.moment))
    return made


_COMPILE: Final = """
import compileall, py_compile, sys
for level in (0, 2):
    compileall.compile_dir(
        sys.argv[1], quiet=2, force=True, optimize=level, stripdir=sys.argv[1], prependdir=sys.argv[2],
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
"""
"""For commands and for services, which run without docstrings; a file that dpkg brings never changes by itself."""

_COMPILE_TEMPLATES: Final = """
import sys, tempfile
from pathlib import Path
from jinja2 import FileSystemLoader
from youthvoice.config import Settings
from youthvoice.factory import create_app
here, there = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    places = {"YOUTHVOICE_DATA": folder + "/data", "YOUTHVOICE_KEYS": folder + "/keys"}
    environment = create_app(Settings.read({"YOUTHVOICE_MODE": "development", **places})).jinja_env
environment._compile = lambda source, file: compile(source, there + file.removeprefix(here), "exec")
for folder in sorted(Path(here, "youthvoice").rglob("templates")):
    loader = FileSystemLoader(folder)
    for name in loader.list_templates():
        if "__pycache__" not in name:
            loader.load(environment, name)
"""
"""As the program compiles and keeps its templates: a service may not write into the folder of the package."""


def packaged_unit(text: str) -> str:
    """A unit of `docs/units` for the places of the package.

    Raises:
        CannotRelease: it names a place that the package does not have.
    """
    python = "/usr/lib/youthvoice/bin/python -I -OO /usr/bin/youthvoice"
    house = "%i"
    if "WorkingDirectory=/srv/youthvoice-app\n" in text:  # `%i` is a port or a number there
        house = "house"
        text = re.sub(r"^(User|Group)=youthvoice$", r"\1=youthvoice-house", text, flags=re.MULTILINE)
    for before, after in (
        (
            r"/srv/youthvoice-app/\.venv/bin/python -OO (/srv/youthvoice-app/)?app\.py",
            f"{python} --house {house} serve",
        ),
        (r"/opt/youthvoice/\.venv/bin/python -OO app\.py", f"{python} serve"),
        (r"/srv/youthvoice-app/\.venv/bin/youthvoice", f"{python} --house {house}"),
        (r"^WorkingDirectory=.*$", "WorkingDirectory=/"),
        (r"/srv/youthvoice-instances/%i/data", "/var/lib/youthvoice/%i"),
        (r"/srv/youthvoice-instances/%i/keys", "/var/lib/youthvoice-keys/%i"),
        (r"/srv/youthvoice /srv/youthvoice-keys", "/var/lib/youthvoice/house /var/lib/youthvoice-keys/house"),
        (r"^StateDirectory=.*$", "StateDirectory=youthvoice/box youthvoice-keys/box"),
    ):
        text = re.sub(before, after, text, flags=re.MULTILINE)
    if "/srv/" in text or "/opt/" in text:
        raise CannotRelease(f"A unit names a folder that the package does not have:\n{text}")
    return text


def _install_libraries(tree: Path, libraries: Path, python: Path) -> None:
    """Fetch every locked library for that Python, checked against its hash."""
    environment = libraries.with_name("environment")
    run([str(python), "-m", "venv", "--without-pip", str(environment)], tree)
    command = ["python3", "-m", "pip", "--disable-pip-version-check", "--python", str(environment / "bin/python")]
    command += ["install", "--quiet", "--require-hashes", "--only-binary", ":all:", "--no-compile"]
    run([*command, "--target", str(libraries), "--requirement", "requirements.txt"], tree)


def _leave_out(libraries: Path) -> None:
    for pattern in (*_NOT_PACKED, *(f"{name}/**/tests" for name in _BRING_TESTS)):
        for path in [*libraries.glob(pattern)]:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _copy_needed(libraries: Path, site: Path, package: Package) -> None:
    """Copy the program and what it needs, each library with all that it needs itself."""
    installed = {str(canonicalize_name(each.name)): each for each in distributions(path=[str(libraries)])}
    for name in needed_libraries({name: each.requires or () for name, each in installed.items()}, package):
        for file in installed[name].files or ():
            source = Path(str(file.locate()))
            if source.is_file() and source.is_relative_to(libraries):
                target = site / source.relative_to(libraries)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
    for record in site.glob("*.dist-info/RECORD"):  # programs, which are not packed, bear the path where it was made
        lines = record.read_text("utf-8").splitlines(keepends=True)
        record.write_text("".join(line for line in lines if not line.startswith("..")), "utf-8")


def needed_libraries(requirements: Mapping[str, Iterable[str]], package: Package) -> list[str]:
    """The names of the program and of everything that it needs in a package, sorted.

    Args:
        requirements: of each library that is there, by its canonical name.
        package: which extras it has, and what it leaves out.
    """
    found: set[str] = set()
    waiting = [("youthvoice", package.extras)]
    while waiting:
        name, extras = waiting.pop()
        found.add(name)
        for requirement in map(Requirement, requirements[name]):
            needed = str(canonicalize_name(requirement.name))
            is_wanted = requirement.marker is None or any(
                requirement.marker.evaluate({"extra": extra}) for extra in (*extras, "")
            )
            if is_wanted and needed in requirements and needed not in found | package.leaves_out:
                waiting.append((needed, tuple(requirement.extras)))
    return sorted(found)


def _python_versions(python: Path) -> tuple[str, str]:
    """The version of a Python: `3.13`, `3.13.5`."""
    full = run([str(python), "-c", "import platform; print(platform.python_version())"], Path("/")).strip()
    return full.rpartition(".")[0], full


def _add_documents(tree: Path, folder: Path) -> None:
    for name in PAPERS:
        (shutil.copytree if (tree / "docs" / name).is_dir() else _copy_file)(tree / "docs" / name, folder / name)
    _copy_file(tree / "SECURITY.md", folder / "SECURITY.md")
    shutil.copytree(tree / "deploy", folder / "deploy")
    for paper in folder.rglob("*.md"):
        paper.write_text(packaged_paper(paper.read_text("utf-8"), paper.relative_to(folder), folder), "utf-8")
    _copy_file(tree / "LICENSE", folder / "copyright")
    _written(folder / "changelog.gz", gzip.compress((tree / "CHANGELOG.md").read_bytes(), 9, mtime=0))


PAPERS: Final = (
    "operations.md", "box.md", "threat-model.md", "threat-register.md", "glossary.md", "kit", "guide", "units", "image",
)  # fmt: skip
"""What of `docs` is in the package; `deploy` is, too."""

_LINK: Final = re.compile(r"\[([^\]]+)\]\(([^)\s#:]+)(#[^)\s]*)?\)")


def packaged_paper(text: str, paper: Path, folder: Path) -> str:
    """A paper of `docs` whose links lead to what is in the package; of every other link its words alone are kept.

    Args:
        text: of the paper.
        paper: its path below the folder.
        folder: of all papers of the package.
    """

    def settle(link: re.Match[str]) -> str:
        words, target, part = link.groups(default="")
        path = os.path.normpath(f"docs/{paper.parent}/{target}")
        path = path.removeprefix("docs/")  # what is beside `docs` is among the papers
        if not (folder / path).exists():
            return words
        return f"[{words}]({os.path.relpath(path, paper.parent)}{part})"

    return _LINK.sub(settle, text)


def _add_control(package: Package, root: Path, version: str, python: str) -> None:
    """The files by which dpkg knows the package: what it is, scripts, sums."""
    major, minor = python.split(".")
    files = [path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink()]
    sums = [f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(root)}\n" for path in files]  # noqa: S324 - dpkg's own
    control = _CONTROL.format(
        **{
            name: getattr(package, name)
            for name in ("name", "depends", "recommends", "conflicts", "summary", "description")
        },
        version=version,
        architecture=run(["dpkg", "--print-architecture"], root).strip(),
        kilobytes=sum(path.stat().st_size + 1023 for path in files) // 1024,
        python=python,
        next_python=f"{major}.{int(minor) + 1}",
    )
    _written(root / "DEBIAN/control", control.encode())
    _written(root / "DEBIAN/md5sums", "".join(sums).encode())
    if package is BOX:
        _written(root / "DEBIAN/conffiles", b"/etc/youthvoice/box.conf\n")
    for name in ("preinst", "prerm", "postinst", "postrm"):
        text = (_SCRIPTS / name).read_text("utf-8")
        for word, value in (("@VERSION@", version), ("@PACKAGE@", package.name), ("@NEXT@", package.next_step)):
            text = text.replace(word, value)
        _written(root / "DEBIAN" / name, text.encode()).chmod(0o755)


def _settle(root: Path, moment: int) -> None:
    """Give each file one moment and the mode that everybody may read it with."""
    for path in _everything(root):
        if not path.is_symlink():
            is_executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if is_executable else 0o644)
        os.utime(path, (moment, moment), follow_symlinks=False)


def _everything(root: Path) -> Iterator[Path]:
    yield from sorted(root.rglob("*"), reverse=True)
    yield root


def _copy_file(source: Path, target: Path) -> Path:
    return _written(target, source.read_bytes())


def _written(file: Path, content: bytes) -> Path:
    """Write a file and the folders it lies in; returns it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


if __name__ == "__main__":
    main()
