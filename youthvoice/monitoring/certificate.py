"""The certificate of the installation's address, as the proxy on this machine shows it, or why it shows none.

Nothing is asked of a network: neither a name is looked up nor a connection leaves this machine.
"""

import os
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final, Literal
from urllib.parse import urlsplit

from cryptography import x509

from youthvoice import context
from youthvoice.config import CADDYFILE, SETTINGS_FOLDER, settings_file

HttpsFault = Literal["refused", "no_certificate", "other_name"]
"""Why nobody opens the address: nothing listens there, it shows no certificate, or that of another name."""

_HERE: Final = "127.0.0.1"

_WAIT_SECONDS: Final = 1.0

_KEPT_SECONDS: Final = 300.0

_FAULTS: Final = (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, x509.InvalidVersion)
"""What reading a certificate raises besides `ValueError`."""

_SHORT_LIFE: Final = timedelta(days=2)

_SOON, _LATE = timedelta(days=21), timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The first and the last moment at which a certificate holds, UTC."""

    begin: datetime
    end: datetime

    def find_urgency(self, now: datetime) -> Literal["late", "soon"] | None:
        """How urgent it is to renew the certificate; None while its proxy still has time to.

        Proxies renew when a third of its life is left: thirty days of ninety, four hours of the twelve for which the
        certificates of Caddy's own authority live.
        """
        left, life = self.end - now, self.end - self.begin
        if left <= timedelta() or left < min(_LATE, life / 10):
            return "late"
        return "soon" if life >= _SHORT_LIFE and left < min(_SOON, life / 3) else None


_looked_up = context.AppCache[str, Certificate | HttpsFault | None](limit=1, seconds=_KEPT_SECONDS)


def find_certificate() -> Certificate | HttpsFault | None:
    """The certificate of `YOUTHVOICE_URL`, or why there is none; looked up every five minutes.

    None where no proxy for that address has to be on this machine, or it does not answer in time.
    """
    return _looked_up.get(context.settings().url, _look_up)


def _look_up() -> Certificate | HttpsFault | None:
    address = urlsplit(context.settings().url)
    if address.scheme != "https" or address.hostname is None:
        return None
    try:
        certificate = x509.load_der_x509_certificate(_receive(address.hostname, address.port or 443))
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except ConnectionRefusedError:
        return "refused" if _is_caddy_responsible() else None
    except (ssl.SSLError, ConnectionError, ValueError, *_FAULTS):
        return "no_certificate"
    except OSError:  # it did not answer in time, or the number is that of another machine
        return None
    if not _is_for(address.hostname, names):
        return "other_name"
    return Certificate(certificate.not_valid_before_utc, certificate.not_valid_after_utc)


def _is_caddy_responsible() -> bool:
    """Whether `youthvoice init` put Caddy in front of this installation."""
    file = settings_file(os.environ)
    return file.parent == SETTINGS_FOLDER and file.with_suffix(".caddy").is_file() and CADDYFILE.is_file()


def _receive(name: str, port: int) -> bytes:
    """The certificate in DER; it is not checked, for one that has ended must be read, too."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    here = _HERE if _number_of(name) is None else name  # a proxy knows the site of a number by where it is called
    with (
        socket.create_connection((here, port), timeout=_WAIT_SECONDS, source_address=(here, 0)) as connection,
        tls.wrap_socket(connection, server_hostname=name) as secured,
    ):
        return secured.getpeercert(binary_form=True) or b""


def _number_of(name: str) -> object | None:
    try:
        return ip_address(name)
    except ValueError:
        return None


def _is_for(name: str, certified: x509.SubjectAlternativeName) -> bool:
    if (number := _number_of(name)) is not None:
        return number in certified.get_values_for_type(x509.IPAddress)
    wildcard = f"*.{name.partition('.')[2]}"
    return any(entry.lower() in {name, wildcard} for entry in certified.get_values_for_type(x509.DNSName))
