"""TLS to a real server: a certificate that nobody vouches for, or of another name, gets no mail and no password."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.smtp_server import Office, post_office
from youthvoice.config import Settings
from youthvoice.mail.messages import MailText, compose
from youthvoice.mail.outbox import DeliveryResult
from youthvoice.mail.transport import SmtpTransport

pytestmark = pytest.mark.parametrize("way", ["smtps", "starttls"])

SETTINGS = Settings.read({})
WORDS = MailText(sender_name="Example post", subject="News", text="Hello.", html="<p>Hello.</p>", language="en")


def certificate(folder: Path, *names: x509.GeneralName, ends: datetime | None = None) -> Path:
    """A certificate that vouches for itself, with its key, as one file; it ends tomorrow where nothing else is said."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "example post office")])
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(ends or now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    locked = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return certificate(tmp_path, x509.IPAddress(ip_address("127.0.0.1")))


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    return certificate(tmp_path, x509.DNSName("post.example.org"))


@contextmanager
def office_with(file: Path, way: str) -> Iterator[tuple[Office, str]]:
    """The server with a certificate, and its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    given = {"tls": context} if way == "smtps" else {"starttls": context}
    with post_office(**given) as office:
        yield office, office.tls_url if way == "smtps" else office.url


def sent(url: str) -> DeliveryResult:
    server = SmtpTransport(url)
    try:
        message = compose(WORDS, "one@example.org", "<x@example.org>", SETTINGS, datetime(2026, 11, 24, tzinfo=UTC))
        return server.deliver(message.as_bytes()).result
    finally:
        server.quit()


def test_a_certificate_that_is_vouched_for_gets_the_mail(here: Path, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(here))
    with office_with(here, way) as (office, url):
        assert sent(url) == "sent"
        assert len(office.taken) == 1


def test_a_certificate_that_nobody_vouches_for_gets_nothing_and_is_tried_again(here: Path, way: str) -> None:
    with office_with(here, way) as (office, url):
        assert sent(url) == "again"
        assert office.taken == []


def test_a_certificate_of_another_name_gets_nothing(elsewhere: Path, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(elsewhere))
    with office_with(elsewhere, way) as (office, url):
        assert sent(url) == "again"
        assert office.taken == []
