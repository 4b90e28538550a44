"""Make an OCI image of the Debian package, of Debian's own packages alone. Run through `make image`, as root.

`mmdebstrap` makes a bare Debian, the package of this release is installed in it, and the result is one layer of an
archive that podman and docker load: https://github.com/opencontainers/image-spec/blob/main/image-layout.md. Equal byte
for byte as long as Debian's archive is the same.
"""

import argparse
import gzip
import hashlib
import io
import json
import re
import sys
import tarfile
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from scripts.release import CannotRelease, commit_moment, digest_of, run
from youthvoice.config import read_version

USER: Final = 59990
"""Who runs it; the folder of the house belongs to nobody else.

Without a user namespace the machine knows the same number. Debian gives services 999 and below, one after the other,
and people 1000 and above: a proxy or a resolver must not happen to be this one, and signal or trace its processes.
"""

_HOOKS: Final = (
    'cp "{package}" "$1/tmp/package.deb"',
    'chroot "$1" dpkg --force-unsafe-io --install /tmp/package.deb',
    'rm "$1/tmp/package.deb"',
    f'chroot "$1" useradd --system --uid {USER} --user-group --no-create-home --home-dir /srv/voice youthvoice',
    f'install -d -m 700 -o {USER} -g {USER} "$1/srv/voice" "$1/mnt/backups"',
    'rm -rf "$1/var/log/"* "$1/var/lib/dpkg/"*-old "$1/var/cache/ldconfig" "$1/etc/"*-',
)

NAME: Final = "localhost/youthvoice:latest"

_TYPE: Final = "application/vnd.oci.image."


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the image of a package.

    Args:
        arguments: of the command line.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path, help="youthvoice_*.deb")
    parser.add_argument("folder", type=Path)
    given = parser.parse_args(arguments)
    try:
        image = make_image(given.package, given.folder)
    except CannotRelease as error:
        raise SystemExit(f"No image was made. {error}") from None
    sys.stdout.write(f"{digest_of(image)}  {image.name}\n")


def make_image(package: Path, folder: Path) -> Path:
    """Make the image of a Debian package, for the Debian of this machine.

    Raises:
        CannotRelease: a tool is missing or fails.
    """
    moment, version = commit_moment(), read_version()
    name = re.search(r"^VERSION_CODENAME=(\w+)$", Path("/etc/os-release").read_text("utf-8"), re.MULTILINE)
    if not name:
        raise CannotRelease("This is no Debian with a name.")
    with tempfile.TemporaryDirectory() as temporary:
        layer = Path(temporary, "layer.tar")
        hooks = [f"--customize-hook={hook.format(package=package.resolve())}" for hook in _HOOKS]
        command = ["mmdebstrap", "--variant=minbase", "--include=python3,passwd,fonts-noto-core,openssh-client", *hooks]
        run([*command, name[1], str(layer)], Path(temporary), SOURCE_DATE_EPOCH=str(moment))
        architecture = run(["dpkg", "--print-architecture"], Path(temporary)).strip()
        made = folder / f"youthvoice-{version}-{architecture}.oci.tar"
        made.write_bytes(oci_archive(layer.read_bytes(), version, architecture, moment))
    return made


def oci_archive(layer: bytes, version: str, architecture: str, moment: int) -> bytes:
    """An archive in the OCI image layout.

    Args:
        layer: its whole file system, as a tar file.
        version: of the program, a label.
        architecture: as Debian and OCI call it, such as `amd64`.
        moment: of everything, in seconds since 1970.
    """
    files: dict[str, bytes] = {}

    def add(blob: bytes, kind: str) -> dict[str, object]:
        digest = hashlib.sha256(blob).hexdigest()
        files[f"blobs/sha256/{digest}"] = blob
        return {"mediaType": _TYPE + kind, "digest": f"sha256:{digest}", "size": len(blob)}

    config = {
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment)),
        "architecture": architecture,
        "os": "linux",
        "config": {
            "User": f"{USER}:{USER}",
            "Env": ["PATH=/usr/bin:/bin", "LANG=C.UTF-8", "YOUTHVOICE_HOUSE=/srv/voice/house.conf"],
            "Entrypoint": ["/usr/bin/youthvoice"],
            "Cmd": ["serve"],
            "WorkingDir": "/srv/voice",
            "Volumes": {"/srv/voice": {}},
            "StopSignal": "SIGTERM",
            "Labels": {"org.opencontainers.image.version": version, "org.opencontainers.image.licenses": "Apache-2.0"},
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
        "history": [{"created_by": "make image"}],
    }
    manifest = add(
        _json(
            {
                "schemaVersion": 2,
                "mediaType": _TYPE + "manifest.v1+json",
                "config": add(_json(config), "config.v1+json"),
                "layers": [add(gzip.compress(layer, 6, mtime=0), "layer.v1.tar+gzip")],
            }
        ),
        "manifest.v1+json",
    )
    manifest["annotations"] = {"org.opencontainers.image.ref.name": NAME}  # one: podman loads no archive with two
    files["index.json"] = _json({"schemaVersion": 2, "mediaType": _TYPE + "index.v1+json", "manifests": [manifest]})
    files["oci-layout"] = _json({"imageLayoutVersion": "1.0.0"})
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(files[name]), moment
            archive.addfile(entry, io.BytesIO(files[name]))
    return out.getvalue()


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


if __name__ == "__main__":
    main()
