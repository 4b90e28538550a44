"""What the Debian packages and the image hold.

That one installs, is upgraded and taken away again is tried in `make test-long`.
"""

import gzip
import hashlib
import io
import json
import re
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from scripts import debian_package
from scripts.debian_package import BOX, MAIN, Package, needed_libraries, packaged_paper, packaged_unit
from scripts.oci_image import USER, oci_archive
from scripts.release import CannotRelease
from youthvoice.config import environment

TOP = Path(__file__).parents[2]
UNITS = TOP / "docs/units"

REQUIREMENTS: Mapping[str, Sequence[str]] = {
    "youthvoice": ["Flask>=3", "pillow>=12", 'scipy>=1 ; extra == "analysis"', 'pytest ; extra == "test"'],
    "flask": ["Jinja2", 'asgiref ; extra == "async"', 'colorama ; sys_platform == "win32"'],
    "jinja2": ["flask"],
    "scipy": ["numpy"],
    **dict.fromkeys(("pillow", "numpy", "pytest", "asgiref", "colorama"), ()),
}


@pytest.mark.parametrize(
    ("package", "names"),
    [(MAIN, ["flask", "jinja2", "numpy", "pillow", "scipy", "youthvoice"]), (BOX, ["flask", "jinja2", "youthvoice"])],
    ids=["main", "box"],
)
def test_a_package_holds_what_it_needs_and_nothing_else(package: Package, names: list[str]) -> None:
    assert needed_libraries(REQUIREMENTS, package) == names


def test_a_box_leaves_out_nothing_that_is_called_otherwise() -> None:
    """A misspelt name would be packed in silence."""
    locked = re.findall(r"^([\w.-]+)==", (TOP / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    assert {canonicalize_name(name) for name in locked} >= BOX.leaves_out


@pytest.mark.parametrize("unit", [*MAIN.units, *BOX.units])
def test_units_name_the_places_of_the_package(unit: str) -> None:
    text = (UNITS / unit).read_text("utf-8")
    packaged = packaged_unit(text)
    assert packaged.partition("UMask")[2] == text.partition("UMask")[2], "it may do no more"
    if unit.endswith(".service"):
        assert "/usr/bin/youthvoice" in packaged
        assert "WorkingDirectory=/\n" in packaged
        house = "house" if unit in {"youthvoice-web@.service", "youthvoice-work@.service"} else "%i"
        folders = f"/var/lib/youthvoice/{house} /var/lib/youthvoice-keys/{house}"
        assert folders in packaged or "StateDirectory=" in packaged
        assert f"--house {house} " in packaged or "StateDirectory=" in packaged
        assert f"User=youthvoice-{house}\n" in packaged or "StateDirectory=" in packaged


def test_installing_a_box_makes_the_user_and_the_folders_that_its_unit_and_settings_name() -> None:
    """There was neither, so that its service did not start and root set it up where the service reads nothing."""
    made = (TOP / "scripts/debian/postinst").read_text("utf-8")
    unit = packaged_unit((UNITS / "youthvoice-box.service").read_text("utf-8"))
    settings = (TOP / "scripts/debian/box.conf").read_text("utf-8")
    (user,) = re.findall(r"^User=(\w+)$", unit, re.MULTILINE)
    (folders,) = re.findall(r"^StateDirectory=(.+)$", unit, re.MULTILINE)
    paths = [f"/var/lib/{name}" for name in folders.split()]
    assert re.findall(r"^YOUTHVOICE_(?:DATA|KEYS)=(.+)$", settings, re.MULTILINE) == paths
    assert f"install -d -m 700 -o {user} -g {user} {' '.join(paths)}\n" in made
    assert re.search(rf"useradd --system .* {user}$", made, re.MULTILINE)
    assert BOX.depends == "passwd", "of which useradd is"


def test_links_of_a_paper_lead_to_what_the_package_holds(tmp_path: Path) -> None:
    for file in ("guide/coordinator.md", "SECURITY.md", "operations.md"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
    text = (
        "[a](guide/coordinator.md#now) [b](../SECURITY.md) [c](design/design.md) [d](#here) [e](https://example.org/x)"
    )
    assert packaged_paper(text, Path("operations.md"), tmp_path) == (
        "[a](guide/coordinator.md#now) [b](SECURITY.md) c [d](#here) [e](https://example.org/x)"
    )
    assert packaged_paper(
        "[a](../operations.md) [b](../../SECURITY.md) [c](child.md)", Path("guide/a.md"), tmp_path
    ) == ("[a](../operations.md) [b](../SECURITY.md) c")


def test_every_paper_of_the_package_leads_somewhere(tmp_path: Path) -> None:
    debian_package._add_documents(TOP, tmp_path)  # noqa: SLF001 - the folder as it is packed
    links = [
        (paper.parent / target)
        for paper in tmp_path.rglob("*.md")
        for target in re.findall(r"\]\(([^)#:\s]+)[)#]", paper.read_text("utf-8"))
    ]
    assert len(links) > 50
    assert not [link for link in links if not link.exists()]
    assert (tmp_path / "guide/coordinator.md").is_file()


def test_a_unit_with_a_folder_of_its_own_is_refused() -> None:
    with pytest.raises(CannotRelease, match="a folder that the package does not have"):
        packaged_unit("ReadWritePaths=/srv/elsewhere\n")


UPGRADE = (TOP / "scripts/debian/youthvoice-upgrade").read_text("utf-8")


def shell(lines: str) -> str:
    return subprocess.run(["sh", "-euc", lines], capture_output=True, text=True, check=True).stdout


def test_going_back_moves_a_database_into_no_folder_that_its_user_links_to(tmp_path: Path) -> None:
    data, root_folder = tmp_path / "data", tmp_path / "root"
    data.mkdir()
    root_folder.mkdir()
    (data / "youthvoice.sqlite3").write_text("a")
    (data / "youthvoice.sqlite3.9.9").symlink_to(root_folder)
    (moves,) = re.findall(r"^ +for file in .*?done$", UPGRADE, re.MULTILINE | re.DOTALL)
    shell(f"database={data}/youthvoice.sqlite3; after=9.9\n{moves}")
    assert not [*root_folder.iterdir()]
    assert (data / "youthvoice.sqlite3.9.9").read_text() == "a"


def test_an_upgrade_reads_settings_as_the_program_does(tmp_path: Path) -> None:
    (tmp_path / "a.conf").write_text(
        "#YOUTHVOICE_PORT=1\n export YOUTHVOICE_PORT = '8001' \nYOUTHVOICE_DATA=/srv/a b\n"
    )
    (function,) = re.findall(r"^setting\(\).*$", UPGRADE, re.MULTILINE)
    names = ("YOUTHVOICE_PORT", "YOUTHVOICE_DATA")
    read = [shell(f"{function}\nsetting {name} {tmp_path}/a.conf").strip() for name in names]
    assert read == [environment({}, tmp_path / "a.conf")[name] for name in names] == ["8001", "/srv/a b"]


@pytest.mark.parametrize("script", ["preinst", "prerm", "postinst", "postrm", "youthvoice-upgrade"])
def test_scripts_stop_at_the_first_error_and_take_no_data_away(script: str) -> None:
    text = (TOP / "scripts/debian" / script).read_text("utf-8")
    assert text.startswith("#!/bin/sh\n")
    assert re.search("^set -eu?$", text, re.MULTILINE)
    assert set(re.findall(r"\brm -r.*", text)) <= {'rm -rf "$kept"', 'rm -r "$kept"', 'rm -r "$kept/package"'}
    assert set(re.findall(r"@[A-Z]+@", text)) <= {"@VERSION@", "@PACKAGE@", "@NEXT@"}


def test_nothing_is_made_of_what_is_not_committed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(debian_package, "git", lambda *_words: " M app.py")
    with pytest.raises(CannotRelease, match="not committed"):
        debian_package.make_packages(tmp_path, Path("/usr/bin/python3"))
    assert not list(tmp_path.iterdir())


def blobs_of(archive: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as unpacked:
        return {member.name: unpacked.extractfile(member).read() for member in unpacked}  # type: ignore[union-attr]


def test_an_image_is_one_layer_that_its_digests_name_and_has_the_same_bytes_each_time() -> None:
    layer = b"a file system" * 100
    archive = oci_archive(layer, "0.2.0", "amd64", 1_800_000_000)
    assert archive == oci_archive(layer, "0.2.0", "amd64", 1_800_000_000)
    files = blobs_of(archive)
    for name, content in files.items():
        if name.startswith("blobs/sha256/"):
            assert hashlib.sha256(content).hexdigest() == name.removeprefix("blobs/sha256/")

    def named(reference: Mapping[str, str]) -> bytes:
        return files["blobs/" + reference["digest"].replace(":", "/")]

    (first,) = json.loads(files["index.json"])["manifests"]  # podman loads no archive with two
    assert first["annotations"] == {"org.opencontainers.image.ref.name": "localhost/youthvoice:latest"}
    manifest = json.loads(named(first))
    config = json.loads(named(manifest["config"]))
    assert gzip.decompress(named(manifest["layers"][0])) == layer
    assert config["rootfs"]["diff_ids"] == [f"sha256:{hashlib.sha256(layer).hexdigest()}"]
    user, group = config["config"]["User"].split(":")
    assert user == group
    assert 1000 <= int(user) < 60000, "no number that Debian gives to a service"
    assert int(user) > 50000, "nor to a person"
    assert "YOUTHVOICE_HOUSE=/srv/voice/house.conf" in config["config"]["Env"]


def test_files_beside_the_image_give_it_no_right_and_one_folder() -> None:
    unit = (TOP / "docs/image/youthvoice.container").read_text("utf-8")
    for line in (
        "ReadOnly=true",
        "NoNewPrivileges=true",
        "DropCapability=all",
        "Volume=youthvoice:/srv/voice",
        "Ulimit=core=0",
    ):
        assert f"\n{line}\n" in unit
    composed = (TOP / "docs/image/compose.yaml").read_text("utf-8")
    for line in (
        "read_only: true",
        "cap_drop: [ALL]",
        "no-new-privileges:true",
        "youthvoice:/srv/voice",
        "{ core: 0 }",
    ):
        assert line in composed


def test_a_container_sees_a_stick_come_and_go_and_has_the_folder_that_init_filled() -> None:
    """A mount at /mnt/backups reaches a container whose own mount is the parent, and no other; tried with podman 5."""
    paper = (TOP / "docs/operations.md").read_text("utf-8")
    assert "\nVolume=/mnt:/mnt:rslave\n" in (TOP / "docs/image/youthvoice.container").read_text("utf-8")
    assert " -v youthvoice:/srv/voice -v /mnt:/mnt:rslave localhost/youthvoice init\n" in paper
    composed = (TOP / "docs/image/compose.yaml").read_text("utf-8")
    assert "source: /mnt, target: /mnt, bind: { propagation: rslave }" in composed
    assert re.search(r"^volumes:\n  youthvoice:\n    external: true", composed, re.MULTILINE)
    assert f"chown {USER}:{USER} /mnt/backups " in paper
