"""What operations.md tells to put before the application and around it is tried with the real programs."""

import re
import shutil
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.support.server import House, free_port, running_house

OPERATIONS = Path(__file__).parents[2] / "docs/operations.md"
NGINX, SYSTEMD = shutil.which("nginx") or "/usr/sbin/nginx", shutil.which("systemd-analyze")
SPOKEN = 1_300_000  # bytes of a minute and a half


def block(kind: str) -> str:
    found = re.search(rf"^```{kind}\n(.*?)^```$", OPERATIONS.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


@pytest.mark.skipif(SYSTEMD is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_unit_and_can_enable_it(tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    text = block("systemd").replace("/srv/youthvoice-app/.venv/bin/python", str(program))
    unit = tmp_path / "youthvoice.service"
    unit.write_text(re.sub(r"^(User|Group)=youthvoice$", r"\1=daemon", text, flags=re.MULTILINE))
    assert SYSTEMD
    said = subprocess.run([SYSTEMD, "verify", unit], capture_output=True, text=True, timeout=60, check=False)
    assert "youthvoice" not in said.stderr, said.stderr
    assert "WantedBy=multi-user.target" in text.partition("[Install]")[2]


@contextmanager
def behind_nginx(house: House, folder: Path) -> Iterator[str]:
    """The address at which nginx serves a house, with the text of operations.md."""
    port, key, certificate = free_port(), folder / "key.pem", folder / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*make, "-keyout", key, "-out", certificate], capture_output=True, timeout=60, check=True)
    server = block("nginx")
    for before, after in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        (r"/etc/letsencrypt\S*fullchain\.pem", str(certificate)),
        (r"/etc/letsencrypt\S*privkey\.pem", str(key)),
        ("/var/log/nginx/voice-error.log crit", f"{folder}/error.log warn"),  # names a body that it put into a file
        (r"http://127\.0\.0\.1:8000", house.url),
    ):
        server, times = re.subn(before, after, server)
        assert times == 1
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


@pytest.mark.skipif(not Path(NGINX).exists(), reason="nginx is not installed (apt-get install nginx-light)")
def test_nginx_lets_a_childs_voice_through_and_keeps_nothing_of_it(tmp_path: Path) -> None:
    """Its own limit is 1 MiB, with a page in English; and bodies above 16 KiB lie in files meanwhile."""
    believing = ssl.create_default_context()
    believing.check_hostname, believing.verify_mode = False, ssl.CERT_NONE
    (tmp_path / "house").mkdir()
    with running_house(tmp_path / "house") as house, behind_nginx(house, tmp_path) as url:
        until = time.monotonic() + 20
        while True:
            try:
                with urllib.request.urlopen(f"{url}/help", timeout=20, context=believing) as page:  # noqa: S310 - ours
                    assert page.status == 200
                break
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.05)
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        for size, status in ((SPOKEN, 403), (5 * 2**20 + 1, 413)):
            sent = urllib.request.Request(f"{url}/tell", bytes(size), headers)  # noqa: S310 - ours
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(sent, timeout=60, context=believing)  # noqa: S310 - ours
            said = refused.value.read().decode()
            assert refused.value.code == status, said
            assert "nginx" not in said
        assert (tmp_path / "error.log").read_text() == ""
        assert (tmp_path / "access.log").read_text() == ""
