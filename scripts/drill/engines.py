"""PostgreSQL on two machines, Valkey and nginx: Debian's programs with the very files of `deploy`, on 127.0.0.1."""

import os
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from benchmarks.server import free_port
from scripts.drill.services import PATIENCE, TOP, Service, restart_seconds

_PROGRAMS: Final = Path("/usr/lib/postgresql/17/bin")

_DEPLOY: Final = TOP / "deploy"

_POSTGRESQL_UNIT: Final = "deploy/postgresql/postgresql.service.conf"

_DATABASE: Final = "youthvoice"

_REPLICA: Final = "replica"
"""The role by which one machine follows the other, and asks it whether it is the primary."""


class MissingProgram(RuntimeError):
    """A program of Debian is not installed."""


def find_program(name: str, package: str) -> str:
    """The path of a program.

    Raises:
        MissingProgram: it is not there; the message says what to install.
    """
    path = shutil.which(name, path=f"{_PROGRAMS}:/usr/sbin:{os.environ['PATH']}")  # of PostgreSQL this version
    if path is None:
        raise MissingProgram(f"{name} is missing: apt-get install {package}")
    return path


def comes_true(question: Callable[[], bool], what: str, seconds: float = PATIENCE) -> float:
    """Wait until something is so; returns how many seconds that took.

    Raises:
        TimeoutError: it did not come.
    """
    began = time.monotonic()
    while not question():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.05)
    return time.monotonic() - began


def _as_postgres(command: Sequence[str | Path]) -> Sequence[str | Path]:
    """As the user of Debian's package where we are root, as whom PostgreSQL does not start."""
    if os.geteuid() != 0:
        return command
    return ("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--", *command)


@dataclass(frozen=True)
class Passwords:
    """Of the two roles."""

    application: str
    replica: str


class Machine:
    """One machine with PostgreSQL: settings as below `/etc/postgresql/17/main`, data elsewhere.

    Attributes:
        name: in messages.
        port: on 127.0.0.1.
        data: the data folder.
        service: its server.
    """

    def __init__(self, name: str, folder: Path, port: int, other_port: int, passwords: Passwords) -> None:
        """Write its settings.

        Args:
            name: in messages.
            folder: that both machines lie in.
            port: its own.
            other_port: of the other machine.
            passwords: of the roles.
        """
        self.name, self.port = name, port
        self._folder = folder / name
        self.data, self._settings = self._folder / "volume/main", self._folder / "settings"
        self._passwords, self._other_port = passwords, other_port
        for path in (self.data.parent, self._settings / "conf.d", self._folder / "socket", self._folder / "home"):
            path.mkdir(parents=True)
        shutil.copy(_DEPLOY / "postgresql/youthvoice.conf", self._settings / "conf.d")
        (self._settings / "conf.d/z-drill.conf").write_text("listen_addresses = '127.0.0.1'\nwal_keep_size = 160MB\n")
        (self._settings / "postgresql.conf").write_text(
            f"data_directory = '{self.data}'\nhba_file = '{self._settings}/pg_hba.conf'\nport = {port}\n"
            f"unix_socket_directories = '{self._folder}/socket'\ninclude_dir = 'conf.d'\nssl = on\n"
            f"ssl_cert_file = '{self._settings}/server.crt'\nssl_key_file = '{self._settings}/server.key'\n"
        )
        (self._settings / "pg_hba.conf").write_text(
            f"local all postgres peer\nhostssl {_DATABASE} {_DATABASE} 127.0.0.1/32 scram-sha-256\n"
            f"hostssl replication,postgres {_REPLICA} 127.0.0.1/32 scram-sha-256\n"
        )
        certificate = ("-keyout", self._settings / "server.key", "-out", self._settings / "server.crt")
        self._run(("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", *certificate))
        word = self._folder / "home/pgpass"
        word.write_text(f"127.0.0.1:*:*:{_REPLICA}:{passwords.replica}\n")
        word.chmod(0o600)
        self._own()
        self.service = Service(
            f"PostgreSQL of {name}",
            _as_postgres(
                (find_program("postgres", "postgresql-17"), "-c", f"config_file={self._settings}/postgresql.conf")
            ),
            self.environment,
            folder / f"{name}.log",
            restart=restart_seconds(_POSTGRESQL_UNIT),
            check_before=_as_postgres((_DEPLOY / "postgresql/one-primary", "127.0.0.1")),
        )

    def _own(self) -> None:
        if os.geteuid() == 0:
            for path in (self._folder, *self._folder.rglob("*")):
                shutil.chown(path, "postgres", "postgres")

    @property
    def environment(self) -> Mapping[str, str]:
        """Of its server and of the scripts of `deploy/postgresql`: as they find all of it on a machine of its own."""
        return {
            "PATH": f"{self._folder}/home:{_PROGRAMS}:/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL": "C.UTF-8",
            "HOME": f"{self._folder}/home",
            "PGDATA": str(self.data),
            "PGSETTINGS": str(self._settings),
            "PGPORT": str(self._other_port),
            "PGPASSFILE": f"{self._folder}/home/pgpass",
        }

    def make_primary(self) -> None:
        """Make a new database, with the two roles, and start it."""
        command = (
            "initdb",
            "--pgdata",
            self.data,
            "--auth=peer",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "-U",
            "postgres",
        )
        self._run(_as_postgres(command))
        self.service.start()
        comes_true(self.answers, f"{self.name} answers")
        for role, password, right in (
            (_DATABASE, self._passwords.application, ""),
            (_REPLICA, self._passwords.replica, "REPLICATION"),
        ):
            self.say(f"CREATE ROLE {role} LOGIN {right} PASSWORD '{password}'")
        self.say(f"CREATE DATABASE {_DATABASE} OWNER {_DATABASE}")

    def follow(self) -> None:
        """Follow the other machine, by the script of `deploy`; here nothing listens to `systemctl`."""
        self.service.stop()
        stub = self._folder / "home/systemctl"
        stub.write_text("#!/bin/sh\n")
        stub.chmod(0o755)
        self._run((_DEPLOY / "postgresql/make-replica", "127.0.0.1"))
        self.service.start()
        comes_true(self.answers, f"{self.name} answers")

    def wait_for_replica(self) -> None:
        """Let nothing be acknowledged that the other machine does not have, once that follows."""
        shutil.copy(_DEPLOY / "postgresql/synchronous.conf", self._settings / "conf.d")
        self.reload()
        comes_true(self.is_followed, f"{self.name} is followed")

    def is_followed(self) -> bool:
        """Whether the other machine has everything that is acknowledged."""
        return self.say("SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')") == "1"

    def reload(self) -> None:
        """Read the settings again."""
        self.say("SELECT pg_reload_conf()")

    def promote(self) -> None:
        """Make the primary of it, as `pg_ctlcluster 17 main promote` does."""
        self._run(_as_postgres(("pg_ctl", "promote", "--pgdata", self.data)))

    def answers(self) -> bool:
        """Whether somebody can sign in."""
        try:
            return self.say("SELECT 1") == "1"
        except subprocess.CalledProcessError:
            return False

    def say(self, statement: str) -> str:
        """What the server answers to its own administrator.

        Raises:
            CalledProcessError: it does not answer.
        """
        command = (
            "psql",
            "--no-psqlrc",
            "-qAt",
            "-h",
            f"{self._folder}/socket",
            "-p",
            str(self.port),
            "-U",
            "postgres",
        )
        return self._run(_as_postgres((*command, "-c", statement)))

    def _run(self, command: Sequence[str | Path]) -> str:
        done = subprocess.run(
            command,
            env=self.environment,
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if done.returncode != 0:
            raise subprocess.CalledProcessError(
                done.returncode, [str(part) for part in command], done.stdout, done.stderr
            )
        return done.stdout.strip()


class Pair:
    """A primary and a replica that has all that was acknowledged.

    Attributes:
        primary, replica: the machines; they change places at a failover.
        url: for `YOUTHVOICE_DATABASE_URL`.
    """

    def __init__(self, folder: Path) -> None:
        """Write the settings of both."""
        passwords = Passwords(secrets.token_hex(8), secrets.token_hex(8))
        first, second = free_port(), free_port()
        self.primary = Machine("first", folder, first, second, passwords)
        self.replica = Machine("second", folder, second, first, passwords)
        hosts = f"127.0.0.1:{first},127.0.0.1:{second}"
        self.url = (
            f"postgresql://{_DATABASE}:{passwords.application}@{hosts}/{_DATABASE}?target_session_attrs=read-write"
            "&sslmode=require&channel_binding=require"
        )

    def start(self) -> None:
        """Make both, and let one follow the other."""
        self.primary.make_primary()
        self.replica.follow()
        self.primary.wait_for_replica()

    def fail_over(self) -> None:
        """Promote the replica; the machines change places."""
        self.replica.promote()
        self.primary, self.replica = self.replica, self.primary

    def end(self) -> None:
        """Stop both."""
        for machine in (self.replica, self.primary):
            machine.service.end()


def make_valkey(folder: Path, port: int) -> Service:
    """Valkey with the settings of `deploy`; Debian's unit starts it again at once."""
    command = (find_program("valkey-server", "valkey-server"), _DEPLOY / "valkey/youthvoice.conf")
    options = ("--port", str(port), "--dir", folder, "--daemonize", "no")
    return Service("Valkey", (*command, *options), os.environ, folder / "valkey.log", restart=0.1)


def make_nginx(folder: Path, port: int, web_ports: Sequence[int]) -> Service:
    """Nginx with the text of `deploy`, on another port and without a certificate."""
    text = (_DEPLOY / "nginx/youthvoice.conf").read_text("utf-8")
    servers = "\n".join(f"server 127.0.0.1:{each} max_fails=1 fail_timeout=2s;" for each in web_ports)
    for before, after in (
        (r"(    server 127\.0\.0\.1:800\d max_fails=1 fail_timeout=2s;\n)+", servers + "\n"),
        (r"listen 443 ssl;", f"listen 127.0.0.1:{port};"),
        (r"listen 80 default_server;", f"listen unix:{folder}/nginx.socket;"),
        (r" *ssl_certificate .*\n *ssl_certificate_key .*\n", ""),
        (r"/var/log/nginx/voice-error\.log", str(folder / "nginx-error.log")),
    ):
        text, times = re.subn(before, after, text)
        if not times:
            raise ValueError(before)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    user = "user root;" if os.geteuid() == 0 else ""
    settings = folder / "nginx.conf"
    settings.write_text(
        f"daemon off; pid {folder}/nginx.pid; {user} error_log {folder}/nginx-error.log crit; worker_processes 1;\n"
        f"events {{}}\nhttp {{ access_log off;\n{places}\n{text}\n}}\n"
    )
    command = (find_program("nginx", "nginx-light"), "-p", folder, "-c", settings)
    return Service("nginx", command, os.environ, folder / "nginx.log", restart=0.1)


def list_ids(url: str) -> set[bytes] | None:
    """The ids of all answers in the database; None while none answers."""
    with suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=5) as connection:
        return {bytes(row[0]) for row in connection.execute("SELECT id FROM sheets")}
    return None
