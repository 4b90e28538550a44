"""What operations.md tells to put before the application and around it is tried with the real programs."""

import http.client
import json
import os
import platform
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tests.journeys.support.server import House, free_port, running_house
from tests.support.debian_programs import need_program
from tests.support.long_tests import long_test
from youthvoice.installation.layout import Layout
from youthvoice.installation.machine import caddy_site

OPERATIONS = Path(__file__).parents[2] / "docs/operations.md"
BOX = OPERATIONS.with_name("box.md")
DEPLOY = OPERATIONS.parents[1] / "deploy"
CADDY = shutil.which("caddy") or "caddy"
NGINX, SYSTEMD = shutil.which("nginx") or "/usr/sbin/nginx", shutil.which("systemd-analyze") or "systemd-analyze"
UNITS = sorted(OPERATIONS.with_name("units").iterdir())
SERVICES = [file for file in UNITS if file.suffix == ".service"]
MOST_EXPOSED = 15  # tenths; `systemd-analyze security` gives 100 to what may do everything
SPOKEN = 1_300_000  # bytes of a minute and a half


def block(kind: str, paper: Path = OPERATIONS) -> str:
    match = re.search(rf"^```{kind}\n(.*?)^```$", paper.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert match
    return match[1]


def analyses(*options: str | Path) -> subprocess.CompletedProcess[str]:
    need_program(SYSTEMD, "systemd")
    return subprocess.run([SYSTEMD, *options], capture_output=True, text=True, timeout=60, check=False)


def test_systemd_takes_every_unit_and_can_enable_what_starts_by_itself(tmp_path: Path) -> None:
    """With a program and a user that every machine has."""
    for file in UNITS:
        text = re.sub(r"^(ExecStart=)\S+", r"\1/bin/sh", file.read_text("utf-8"), flags=re.MULTILINE)
        text = re.sub(r"^(User|Group)=youthvoice\S*$", r"\1=daemon", text, flags=re.MULTILINE)
        (tmp_path / file.name).write_text(text)
    process = analyses("verify", *(tmp_path / file.name for file in UNITS))
    assert "youthvoice" not in process.stderr, process.stderr
    not_enabled = {file.name for file in UNITS if "\n[Install]\nWantedBy=" not in file.read_text("utf-8")}
    assert not_enabled == {"youthvoice-backup.service", "youthvoice-backup@.service"}, "their timers start them"


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_service_may_do_little(service: Path) -> None:
    process = analyses("security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}", service)
    assert "Overall exposure level" in process.stdout, process.stderr
    assert process.returncode == 0, process.stdout


def test_every_service_is_restricted_as_the_main_one_and_the_telephone_line_alone_sees_a_device() -> None:
    texts = {file.name: file.read_text("utf-8") for file in SERVICES}
    restrictions = {name: text.partition("\nUMask")[2].partition("\n\n")[0].strip() for name, text in texts.items()}
    devices = "DevicePolicy=closed\nDeviceAllow=char-ttyUSB rw\nDeviceAllow=char-ttyACM rw\n"
    phone = restrictions.pop("youthvoice-phone.service").replace(devices, "PrivateDevices=yes\n")
    assert set(restrictions.values()) == {phone}


_WITHOUT_A_COMPILER = """
import ctypes, mmap, sys, pytest
assert ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) == 0  # PR_SET_MDWE, inherited by every process
with pytest.raises(PermissionError):
    mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_WRITE | mmap.PROT_EXEC)
sys.exit(pytest.main(["-q", "-n0", "-p", "no:cacheprovider", *sys.argv[1:]]))
"""


@long_test("RUN")
def test_papers_and_pictures_are_made_where_no_memory_is_both_written_and_executed() -> None:
    """As under `MemoryDenyWriteExecute=yes` of the units, which a library that compiles as it runs does not survive."""
    if tuple(map(int, platform.release().split(".")[:2])) < (6, 3):
        pytest.skip("NOT TESTED: Linux can take this right away from 6.3 on")
    made = ["tests/printing/test_composition.py", "tests/jobs/test_picture_maker.py"]
    process = subprocess.run(
        [sys.executable, "-c", _WITHOUT_A_COMPILER, *made],
        cwd=OPERATIONS.parents[1],
        env={name: value for name, value in os.environ.items() if name != "LONG_TESTS"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr


def makes_certificate(folder: Path) -> tuple[Path, Path]:
    """A key and a certificate that nobody else believes."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*make, "-keyout", key, "-out", certificate], capture_output=True, timeout=60, check=True)
    return key, certificate


@contextmanager
def behind_nginx(house: House, folder: Path) -> Iterator[str]:
    """The address at which nginx serves a house, with the text of operations.md."""
    port, clear_port, (key, certificate) = free_port(), free_port(), makes_certificate(folder)
    server = block("nginx")
    for before, after in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("listen 80 default_server", f"listen 127.0.0.1:{clear_port} default_server"),
        (r"/etc/letsencrypt\S*fullchain\.pem", str(certificate)),
        (r"/etc/letsencrypt\S*privkey\.pem", str(key)),
        ("/var/log/nginx/voice-error.log crit", f"{folder}/error.log warn"),  # names a body that it put into a file
        (r"http://127\.0\.0\.1:8000", house.url),
    ):
        server, times = re.subn(before, after, server)
        assert times == (2 if "error.log" in before else 1)
    temporary = "\n".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    settings = folder / "nginx.conf"
    settings.write_text(
        f"daemon off; pid {folder}/pid; user root; error_log {folder}/error.log crit; events {{}}\n"
        f"http {{ access_log {folder}/access.log;\n{temporary}\n{server}\n}}\n"
    )
    command = [NGINX, "-p", str(folder), "-c", str(settings)]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=60, check=False)
    assert tried.returncode == 0, tried.stderr
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        yield f"https://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(20)


@contextmanager
def behind_caddy(house: House, folder: Path) -> Iterator[str]:
    """The same with Caddy; what it writes lies in the folder."""
    port, (key, certificate) = free_port(), makes_certificate(folder)
    config = block("caddy")
    for before, after in (
        (r"\A\{\n", "{\n    admin off\n    auto_https disable_redirects\n"),
        (r"^voice\.example\.org \{$", f"https://127.0.0.1:{port} {{\n    tls {certificate} {key}"),
        (r"127\.0\.0\.1:8000", house.url.removeprefix("http://")),
    ):
        config, times = re.subn(before, after, config, flags=re.MULTILINE)
        assert times == 1
    settings, home = (
        folder / "Caddyfile",
        {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "PATH": os.environ["PATH"]},
    )
    settings.write_text(config)
    command = [CADDY, "run", "--config", str(settings), "--adapter", "caddyfile"]
    with (folder / "caddy.log").open("wb") as log:
        running = subprocess.Popen(command, env=home, stdout=log, stderr=log)
        try:
            yield f"https://127.0.0.1:{port}"
        finally:
            running.terminate()
            running.wait(20)


def asks(url: str, body: bytes | None = None) -> tuple[int, str]:
    """What a proxy answers whose certificate is our own; asked again as long as nobody listens."""
    believing = ssl.create_default_context()
    believing.check_hostname, believing.verify_mode = False, ssl.CERT_NONE
    sent = urllib.request.Request(url, body, {"Content-Type": "multipart/form-data; boundary=x"})  # noqa: S310 - ours
    until = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(sent, timeout=60, context=believing) as page:  # noqa: S310 - ours
                return page.status, page.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.05)


def lets_a_voice_through(url: str) -> None:
    """A minute and a half comes to the application, and what is too much is refused in its words."""
    assert asks(f"{url}/help")[0] == 200
    for size, status in ((SPOKEN, 403), (5 * 2**20 + 1, 413)):
        code, page = asks(f"{url}/tell", bytes(size))
        assert code == status, page
        assert 'lang="' in page, "the application's own page"
        assert "nginx" not in page


def test_nginx_lets_a_childs_voice_through_and_keeps_nothing_of_it(tmp_path: Path) -> None:
    """Its own limit is 1 MiB, with a page in English; and bodies above 16 KiB lie in files meanwhile."""
    need_program(NGINX, "nginx-light")
    (tmp_path / "house").mkdir()
    with running_house(tmp_path / "house") as house, behind_nginx(house, tmp_path) as url:
        lets_a_voice_through(url)
        leads_to_https(tmp_path)
        assert (tmp_path / "error.log").read_text() == ""
        assert (tmp_path / "access.log").read_text() == ""


def leads_to_https(folder: Path) -> None:
    """Whoever types http:// comes to the same page of the right address; Debian's own site there logs who came."""
    (listens,) = re.findall(r"listen (\S+) default_server", (folder / "nginx.conf").read_text())
    connection = http.client.HTTPConnection(listens, timeout=20)
    connection.request("GET", "/help?x=1")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, "https://voice.example.org/help?x=1")
    connection.close()


def test_several_web_processes_stand_behind_the_same_text_of_nginx_as_one() -> None:
    """What keeps words out of files and logs is said once; beside it stands what spreads requests, and nothing else."""
    several = (DEPLOY / "nginx/youthvoice.conf").read_text("utf-8").partition("\nserver {")[2].splitlines()
    one = block("nginx").partition("server {")[2].splitlines()
    assert [line for line in one if line not in several] == ["        proxy_pass http://127.0.0.1:8000;"]
    added = [line.split("#")[0].strip() for line in several if line not in one]
    assert [line.split()[0] for line in added if line] == [
        "proxy_pass", "proxy_set_header", "proxy_connect_timeout", "proxy_next_upstream",
    ]  # fmt: skip
    assert "non_idempotent" not in "".join(several), "a form of staff that was sent would be sent twice"


def test_whoever_answers_in_place_of_the_database_gets_no_password(tmp_path: Path) -> None:
    """By TLS with any certificate he may ask for it; who binds the channel gives it to nobody who does not know it."""
    asked = re.search(r"/youthvoice(\?[^\"]+)\"", (DEPLOY / "README.md").read_text("utf-8"))
    assert asked
    key, certificate = makes_certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    for query, expected in (("?sslmode=require", True), (asked[1], False)):
        got = list[bytes]()
        with socket.create_server(("127.0.0.1", 0)) as server:
            thief = threading.Thread(target=ask_for_password, args=(server, tls, got))
            thief.start()
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(
                    f"postgresql://youthvoice:PASSWORD@127.0.0.1:{server.getsockname()[1]}/youthvoice{query}"
                )
            thief.join(20)
        assert (b"PASSWORD" in b"".join(got)) is expected
    script = (DEPLOY / "postgresql/make-replica").read_text("utf-8")
    assert "\nexport PGSSLMODE=require PGCHANNELBINDING=require" in script.partition("pg_basebackup")[0]


def ask_for_password(server: socket.socket, tls: ssl.SSLContext, got: list[bytes]) -> None:
    """As a server of PostgreSQL that wants the password itself; source: PostgreSQL, "Message Formats"."""
    plain, _from = server.accept()
    with plain:
        plain.recv(8)  # whether TLS is spoken here
        plain.sendall(b"S")
        with tls.wrap_socket(plain, server_side=True) as connection:
            connection.recv(1000)
            connection.sendall(b"R" + (8).to_bytes(4) + (3).to_bytes(4))
            got.append(connection.recv(1000))


PRIMARY, OLD_PRIMARY, REPLICA, SILENT = "00000003", "00000001", "follows", ""
"""What the other machine answers; here the second timeline has begun."""

ASKED_SAFELY = 'test "$PGPASSFILE $PGSSLMODE $PGCHANNELBINDING" = "/var/lib/postgresql/.pgpass require require"'
"""In place of `psql`: no password goes to whoever answers instead of the other machine."""


@pytest.mark.parametrize(
    ("ready", "other", "follows", "starts"),
    [
        (0, PRIMARY, False, False),
        (0, PRIMARY, True, True),
        (0, OLD_PRIMARY, False, False),
        (0, REPLICA, False, True),
        (0, SILENT, False, False),
        (1, PRIMARY, False, True),
        (2, SILENT, False, True),
    ],
)
def test_a_primary_that_comes_back_late_does_not_start_beside_the_one_that_was_promoted(
    tmp_path: Path, ready: int, other: str, *, follows: bool, starts: bool
) -> None:
    """Nor where the other one is there and does not say what it is; alone it starts."""
    if follows:
        (tmp_path / "standby.signal").touch()
    says = f'{ASKED_SAFELY} && echo "{other}"\ntest -n "{other}"\n'
    stubs = {"pg_isready": f"exit {ready}\n", "psql": says, "sleep": ""}
    process = runs_beside_another_machine("one-primary", tmp_path, stubs)
    assert (process.returncode == 0) is starts, process.stderr
    assert bool(process.stderr) is not starts
    assert ("make-replica 192.0.2.1" in process.stderr) is (other == PRIMARY and not starts)


def runs_beside_another_machine(script: str, folder: Path, stubs: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script of `deploy/postgresql` on a machine that was promoted once, with other programs in their place."""
    (folder / "pg_wal").mkdir()
    for name in ("00000002.history", "000000020000000000000004", "archive_status"):
        (folder / "pg_wal" / name).touch()
    for name, text in stubs.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}")
        (folder / name).chmod(0o755)
    environment = {"PATH": f"{folder}:/usr/bin:/bin", "PGDATA": str(folder), "HOME": "/root"}
    command = ["sh", str(DEPLOY / "postgresql" / script), "192.0.2.1"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20, check=False)


@pytest.mark.parametrize(
    ("other", "here", "folder", "words"),
    [
        ("00000003 12", "12", "16384", ""),
        ("00000002 12", "12", "16384", ""),
        ("00000001 12", "12", "16384", "promoted after 192.0.2.1"),
        ("00000003 12", "112", "16384", "another database"),
        ("00000003 12", "112", "1", ""),
        ("", "12", "16384", "does not answer as a primary"),
    ],
)
def test_a_machine_is_never_made_the_replica_of_an_older_or_of_another_database(
    tmp_path: Path, other: str, here: str, folder: str, words: str
) -> None:
    """After a power cut the old primary may start first: what children sent since would have gone, at its own word.

    A database as Debian makes it, with folder `1` and no `16384`, goes without a word.
    """
    (tmp_path / "base" / folder).mkdir(parents=True)
    stubs = {
        "runuser": 'shift 3\nexec "$@"\n',
        "psql": f'{ASKED_SAFELY} && test -n "{other}" && echo "{other}"\n',
        "pg_controldata": f'echo "Database system identifier:           {here}"\n',
        "systemctl": "echo stopped; exit 3\n",  # no test goes further than this
    }
    process = runs_beside_another_machine("make-replica", tmp_path, stubs)
    assert process.returncode == (1 if words else 3), process.stderr
    assert ("stopped" in process.stdout) is (not words)
    assert words in process.stderr


@long_test("RUN")
def test_caddy_lets_a_childs_voice_through_and_writes_down_no_page_even_when_the_house_is_away(tmp_path: Path) -> None:
    """Without the block at its top it writes who asked for which page as soon as something goes wrong."""
    need_program(CADDY, "caddy")
    (tmp_path / "house").mkdir()
    with running_house(tmp_path / "house") as house, behind_caddy(house, tmp_path) as url:
        lets_a_voice_through(url)
    with behind_caddy(replace(house, url=f"http://127.0.0.1:{free_port()}"), tmp_path) as url:
        assert asks(f"{url}/tell?of=a-child")[0] == 502
    written = (tmp_path / "caddy.log").read_text()
    assert "a-child" not in written
    assert "/tell" not in written
    assert "remote_ip" not in written


def test_caddy_takes_the_text_of_a_box_and_writes_down_no_page_there(tmp_path: Path) -> None:
    need_program(CADDY, "caddy")
    key, certificate = makes_certificate(tmp_path)
    text = block("caddy", BOX).replace("/etc/caddy/box.pem", str(certificate)).replace("/etc/caddy/box.key", str(key))
    (tmp_path / "Caddyfile").write_text(text)
    command = [CADDY, "adapt", "--validate", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")]
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    process = subprocess.run(command, env=home, capture_output=True, text=True, timeout=60, check=False)
    assert process.returncode == 0, process.stderr
    assert json.loads(process.stdout)["logging"]["logs"]["default"]["exclude"] == ["http"]


@long_test("RUN")
def test_caddy_serves_a_private_name_with_an_authority_that_a_tablet_can_be_told_of(tmp_path: Path) -> None:
    """With the file that `youthvoice init` writes; nothing is believed but the authority that Caddy made."""
    need_program(CADDY, "caddy")
    (tmp_path / "house").mkdir()
    port = free_port()
    with running_house(tmp_path / "house") as house:
        layout = Layout(tmp_path / "c.conf", tmp_path, tmp_path, int(house.url.rsplit(":", 1)[1]), "house")
        alone = "{\n    admin off\n    auto_https disable_redirects\n    skip_install_trust\n}\n"  # beside others here
        (tmp_path / "Caddyfile").write_text(alone + caddy_site(layout, f"https://127.0.0.1:{port}"))
        command = [CADDY, "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"]
        home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "PATH": os.environ["PATH"]}
        with (tmp_path / "caddy.log").open("wb") as log:
            running = subprocess.Popen(command, env=home, stdout=log, stderr=log)
        try:
            lets_a_voice_through(f"https://127.0.0.1:{port}")
            believing = ssl.create_default_context(cafile=tmp_path / "caddy/pki/authorities/local/root.crt")
            with urllib.request.urlopen(f"https://127.0.0.1:{port}/help", timeout=20, context=believing) as page:
                assert page.status == 200
        finally:
            running.terminate()
            running.wait(20)
