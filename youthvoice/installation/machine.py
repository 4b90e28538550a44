"""What making an installation changes on the machine: user, folders, settings file, services, the file of Caddy."""

import grp
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from youthvoice.backups.durable_file import durable_file, write_new_file
from youthvoice.backups.nightly_copy import MARKER
from youthvoice.config import CADDYFILE, list_units
from youthvoice.installation.layout import Layout

CADDY_IMPORT: Final = "import /etc/youthvoice/*.caddy"

UNITS: Final = Path("/usr/lib/systemd/system")
UNITS_OF_ADMINISTRATORS: Final = Path("/etc/systemd/system")

_PRIVATE_ENDINGS: Final = (".local", ".lan", ".internal", ".home.arpa", ".test")

_CADDY_SITE: Final = """\
{address} {{{own_certificate}
    request_body {{
        max_size 18MiB
    }}
    reverse_proxy 127.0.0.1:{port} {{
        header_up X-Forwarded-For {{remote_host}}
    }}
}}
"""


def make_user(layout: Layout) -> None:
    """Make the user who runs an installation that has a name, if there is none.

    Raises:
        CalledProcessError: the machine refuses.
    """
    try:
        user = pwd.getpwnam(layout.user)
    except KeyError:
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        _run([*command, "--home-dir", str(layout.data), layout.user])
        return
    try:
        grp.getgrnam(layout.user)
    except KeyError:  # `useradd` ended between the two
        _run(["groupadd", "--system", "--gid", str(user.pw_gid), layout.user])


def make_folder(folder: Path, user: str) -> None:
    """Make a folder that one user alone can open.

    Args:
        folder: its parents are made, too, open to everybody to pass.
        user: empty for the current user.

    Raises:
        OSError: it cannot be made, or a link is in its place: root would give away what that leads to.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    if user:
        owner = pwd.getpwnam(user)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.fchown(handle, owner.pw_uid, owner.pw_gid)
        finally:
            os.close(handle)


def make_backup_folder(layout: Layout, backups: Path) -> None:
    """Make the folder of the nightly copies with the mark that its disk is there, and let their service write there.

    Args:
        layout: of the installation.
        backups: the folder.

    Raises:
        OSError: it cannot be made, or a link is in its place or in that of the mark.
    """
    make_folder(backups, layout.user)
    os.close(os.open(backups / MARKER, os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o644))
    if layout.name and has_units():
        drop_in = UNITS_OF_ADMINISTRATORS / f"youthvoice-backup@{layout.name}.service.d" / "folder.conf"
        drop_in.parent.mkdir(parents=True, exist_ok=True)
        mount, writable = _unit_word(str(backups)), _unit_word(f"-{backups}")
        drop_in.write_text(f"[Unit]\nWantsMountsFor={mount}\n\n[Service]\nReadWritePaths={writable}\n", "utf-8")


def _unit_word(word: str) -> str:
    """One word of a unit, whatever is in it: the name of a stick may have spaces. Source: systemd.syntax(7)."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def write_settings(file: Path, text: str, user: str) -> None:
    """Write a settings file that root alone changes and its user reads; one that is there keeps what is in it.

    Raises:
        OSError: it cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        write_new_file(file, text.encode())
    _open_settings(file, user)


def change_settings(file: Path, text: str, user: str) -> None:
    """Write other settings into a settings file, which is always whole.

    Raises:
        OSError: it cannot be written.
    """
    with durable_file(file) as out:
        out.write(text.encode())
    _open_settings(file, user)


def _open_settings(file: Path, user: str) -> None:
    if user:
        os.chown(file, 0, grp.getgrnam(user).gr_gid)
        file.chmod(0o640)


def has_units() -> bool:
    """Whether the units of the package are installed."""
    return UNITS.joinpath("youthvoice@.service").is_file()


def has_systemd() -> bool:
    """Whether services run on this machine, and the units of the package are installed."""
    return Path("/run/systemd/system").is_dir() and has_units()


SEVERAL: Final = ("youthvoice-web@*.service", "youthvoice-work@*.service")


def start_services(layout: Layout, *, has_backups: bool) -> None:
    """Start the services of an installation that has a name, now and whenever the machine starts.

    Raises:
        CalledProcessError: systemd refuses.
    """
    backup = [f"youthvoice-backup@{layout.name}.timer"] if has_backups else []
    _run(["systemctl", "daemon-reload"])  # the folder of the backups is in a file of its own
    own = [] if runs_as_several(layout) else [f"youthvoice@{layout.name}.service"]
    if own or backup:
        _run(["systemctl", "enable", "--now", *own, *backup])


def runs_as_several(layout: Layout) -> bool:
    """Whether web and work processes are services of their own: deploy/README.md. Then its own service is off."""
    return bool(list_units("web", f"youthvoice@{layout.name}"))


def restart_service(layout: Layout) -> None:
    """Let the service of an installation that has a name read its settings, if it runs.

    Raises:
        CalledProcessError: systemd refuses.
    """
    units = SEVERAL if runs_as_several(layout) else [f"youthvoice@{layout.name}.service"]
    _run(["systemctl", "try-restart", *units])


def caddy_site(layout: Layout, url: str) -> str:
    """What Caddy needs to know of an installation; it fetches the certificate.

    For a name that no one on the internet can vouch for it makes one, with an authority of its own that each tablet has
    to know.
    """
    own_certificate = "\n    tls internal" if is_private_name(urlsplit(url).hostname or "") else ""
    return _CADDY_SITE.format(address=urlsplit(url).netloc, port=layout.port, own_certificate=own_certificate)


def is_private_name(host: str) -> bool:
    """Whether a name or number of a machine means nothing outside of its own network."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE_ENDINGS)


def write_caddy_site(layout: Layout, url: str) -> bool:
    """Tell Caddy of an installation that has a name; returns whether it serves it now.

    Debian's own `Caddyfile`, as long as nobody changed it, is replaced by one that reads those of the installations.
    """
    layout.file.with_suffix(".caddy").write_text(caddy_site(layout, url), "utf-8")
    if not CADDYFILE.is_file() or not shutil.which("caddy"):
        return False
    if CADDY_IMPORT not in CADDYFILE.read_text("utf-8"):
        if not _is_as_debian_brought_it(CADDYFILE):
            return False
        CADDYFILE.write_text(f"{{\n    log {{\n        exclude http\n    }}\n}}\n{CADDY_IMPORT}\n", "utf-8")
    try:
        _run(["systemctl", "reload-or-restart", "caddy"])
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _is_as_debian_brought_it(file: Path) -> bool:
    try:
        brought = _run(["dpkg-query", "--show", "--showformat", "${Conffiles}", "caddy"]).split()
        digest = _run(["md5sum", str(file)]).split()[0]
    except (OSError, subprocess.CalledProcessError):
        return False
    return str(file) in brought and brought[brought.index(str(file)) + 1] == digest


def _run(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout  # noqa: S603 - above
