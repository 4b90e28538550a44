"""The certificate is read from the proxy of this machine, whatever its state; no network is asked."""

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from youthvoice import context
from youthvoice.config import INSTALLATION
from youthvoice.monitoring.certificate import Certificate, HttpsFault, find_certificate

ENDS = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)


def certificate_file(folder: Path, *names: str, more: Sequence[x509.ExtensionType] = ()) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([])
    builder = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(ENDS - timedelta(days=90))
        .not_valid_after(ENDS)
        .add_extension(x509.SubjectAlternativeName([general_name(name) for name in names]), critical=True)
    )
    for extension in more:
        builder = builder.add_extension(extension, critical=False)
    made = builder.sign(key, hashes.SHA256())
    file = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@contextmanager
def proxy(file: Path) -> Iterator[int]:
    """Shows a certificate to one caller."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    with socket.create_server(("", 0)) as listening:
        listening.settimeout(10)

        def answer() -> None:
            connection, _address = listening.accept()
            with connection, tls.wrap_socket(connection, server_side=True):
                pass

        thread = threading.Thread(target=answer)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def general_name(name: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)


def look_up(app: Flask, url: str) -> Certificate | HttpsFault | None:
    with context.override(app, settings=replace(context.settings(), url=url), caches={}):
        return find_certificate()


@pytest.mark.parametrize(
    ("host", "name", "known"),
    [
        ("voice.example.org", "voice.example.org", True),
        ("voice.example.org", "*.example.org", True),
        ("voice.example.org", "other.example.org", False),
        ("voice.example.org", "*.org", False),
        ("127.0.0.2", "127.0.0.2", True),
        ("127.0.0.2", "127.0.0.1", False),
    ],
)
def test_it_is_read_if_it_is_for_this_address(app: Flask, tmp_path: Path, host: str, name: str, *, known: bool) -> None:
    with proxy(certificate_file(tmp_path, name)) as port:
        found = look_up(app, f"https://{host}:{port}")
    assert found == (Certificate(ENDS - timedelta(days=90), ENDS) if known else "other_name")


def test_a_certificate_with_one_extension_twice_is_none(app: Flask, tmp_path: Path) -> None:
    """Its names stand in it again as those of the issuer, which are called like the first: nothing is signed anew."""
    file = certificate_file(tmp_path, "voice.example.org", more=[x509.IssuerAlternativeName([general_name("a.org")])])
    private, _begin, pem = file.read_text().partition("-----BEGIN CERTIFICATE-----")
    der = ssl.PEM_cert_to_DER_cert(_begin + pem).replace(bytes.fromhex("0603551d12"), bytes.fromhex("0603551d11"))
    file.write_text(private + ssl.DER_cert_to_PEM_cert(der))
    with proxy(file) as port:
        assert look_up(app, f"https://voice.example.org:{port}") == "no_certificate"


def test_without_a_proxy_here_or_without_https_it_is_not_known(app: Flask) -> None:
    port = free_port()
    assert look_up(app, f"https://voice.example.org:{port}") is None
    assert look_up(app, f"http://127.0.0.1:{port}") is None
    assert look_up(app, f"https://203.0.113.7:{port}") is None, "a number of another machine is not called"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def silent_proxy() -> Iterator[int]:
    """Ends each call before it shows anything, as Caddy does where it has no such site."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)

        def hang_up() -> None:
            listening.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def test_an_address_that_nobody_can_open_is_said(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with silent_proxy() as port:
        assert look_up(app, f"https://voice.example.org:{port}") == "no_certificate"
    for module in ("youthvoice.config", "youthvoice.monitoring.certificate"):
        monkeypatch.setattr(f"{module}.SETTINGS_FOLDER", tmp_path)
    monkeypatch.setattr("youthvoice.monitoring.certificate.CADDYFILE", tmp_path / "Caddyfile")
    monkeypatch.setenv(INSTALLATION, "north")
    url = f"https://voice.example.org:{free_port()}"
    (tmp_path / "Caddyfile").touch()
    assert look_up(app, url) is None, "Caddy serves something else; what serves this house may be elsewhere"
    (tmp_path / "north.caddy").touch()
    assert look_up(app, url) == "refused"


@pytest.mark.parametrize(
    ("life", "left", "urgency"),
    [
        (timedelta(days=90), timedelta(days=22), None),
        (timedelta(days=90), timedelta(days=20), "soon"),
        (timedelta(days=90), timedelta(days=2), "late"),
        (timedelta(days=30), timedelta(days=11), None),
        (timedelta(days=30), timedelta(days=9), "soon"),
        (timedelta(days=6), timedelta(days=1), "soon"),
        (timedelta(days=6), timedelta(hours=12), "late"),
        (timedelta(hours=12), timedelta(hours=2), None),
        (timedelta(hours=12), timedelta(hours=1), "late"),
        (timedelta(hours=12), timedelta(), "late"),
        (timedelta(days=3650), timedelta(days=-1), "late"),
    ],
)
def test_how_urgent_it_is_to_renew_depends_on_how_long_a_certificate_lives(
    life: timedelta, left: timedelta, urgency: str | None
) -> None:
    assert Certificate(ENDS - life, ENDS).find_urgency(ENDS - left) == urgency
