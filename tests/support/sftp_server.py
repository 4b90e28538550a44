"""An OpenSSH server on 127.0.0.1 with a folder for backups, as somebody runs one elsewhere."""

import getpass
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.debian_programs import need_program
from youthvoice.config import SftpAddress

SSHD = "/usr/sbin/sshd"

_CONFIGURATION = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
Subsystem sftp {subsystem}
"""


@dataclass
class SftpServer:
    """A running server.

    Attributes:
        address: of its folder.
        folder: the same here.
        key: the private key that it lets in.
        known_hosts: the line with its own key.
        configuration: its file.
        process: the server.
    """

    address: SftpAddress
    folder: Path
    key: Path
    known_hosts: str
    configuration: Path
    process: "subprocess.Popen[bytes]"

    def introduce_to(self, data: Path) -> None:
        """Give a data folder the key, and what it knows of this server."""
        folder = data / "sftp"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "known_hosts").write_text(self.known_hosts)
        (folder / "key").write_bytes(self.key.read_bytes())
        (folder / "key").chmod(0o600)

    def serve_by(self, script: str) -> None:
        """From now on answer by a script of the shell in the place of OpenSSH's own program."""
        program = self.configuration.with_name("serve")
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        self.configuration.write_text(self.configuration.read_text().replace("internal-sftp", str(program)))
        self.stop()
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.process = subprocess.Popen([SSHD, "-D", "-e", "-f", self.configuration], stderr=subprocess.PIPE)
        for _attempt in range(600):
            assert self.process.poll() is None, self.process.communicate()[1]
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", self.address.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("sshd does not answer")

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.communicate()


@contextmanager
def sftp_server(top: Path) -> Iterator[SftpServer]:
    """Run a server whose keys and folder lie in a new folder; the test is skipped where sshd is missing."""
    need_program(SSHD, "openssh-server")
    need_program("sftp", "openssh-client")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    backups = top / "backups"
    backups.mkdir(parents=True)
    for name in ("host_key", "key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", top / name], check=True)
    (top / "authorized_keys").write_bytes((top / "key.pub").read_bytes())
    configuration = top / "sshd_config"
    configuration.write_text(_CONFIGURATION.format(port=port, folder=top, subsystem="internal-sftp"))
    address = SftpAddress(getpass.getuser(), "127.0.0.1", port, str(backups))
    known_hosts = f"[127.0.0.1]:{port} {(top / 'host_key.pub').read_text()}"
    server = SftpServer(address, backups, top / "key", known_hosts, configuration, None)  # type: ignore[arg-type]
    server.start()
    try:
        yield server
    finally:
        server.stop()
