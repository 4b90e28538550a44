"""The certificate is read from the proxy of this machine, whatever its state; no network is asked."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from youthvoice import context
from youthvoice.monitoring.certificate import find_certificate_end

ENDS = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)


def certificate(folder: Path, *names: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([])
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(ENDS - timedelta(days=90))
        .not_valid_after(ENDS)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=True)
        .sign(key, hashes.SHA256())
    )
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
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)

        def answer() -> None:
            connection, _address = listening.accept()
            with connection, tls.wrap_socket(connection, server_side=True):
                pass

        thread = threading.Thread(target=answer)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def end_of(app: Flask, url: str) -> datetime | None:
    with context.override(app, settings=replace(context.settings(), url=url), caches={}):
        return find_certificate_end()


@pytest.mark.parametrize(
    ("names", "known"),
    [(["voice.example.org"], True), (["*.example.org"], True), (["other.example.org"], False), (["*.org"], False)],
)
def test_it_is_read_if_it_is_for_this_address(app: Flask, tmp_path: Path, names: list[str], *, known: bool) -> None:
    with proxy(certificate(tmp_path, *names)) as port:
        assert end_of(app, f"https://voice.example.org:{port}") == (ENDS if known else None)


def test_without_a_proxy_here_or_without_https_it_is_not_known(app: Flask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert end_of(app, f"https://voice.example.org:{port}") is None
    assert end_of(app, f"http://127.0.0.1:{port}") is None
