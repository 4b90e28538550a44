"""How long the certificate of the installation's address is valid, as the proxy on this machine shows it.

Nothing is asked of a network: neither a name is looked up nor a connection leaves this machine.
"""

import socket
import ssl
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509

from youthvoice import context

_HERE: Final = "127.0.0.1"

_WAIT_SECONDS: Final = 1.0

_KEPT_SECONDS: Final = 3600.0

_ends = context.AppCache[str, datetime | None](limit=1, seconds=_KEPT_SECONDS)


def find_certificate_end() -> datetime | None:
    """When the certificate of `YOUTHVOICE_URL` ends, UTC; looked up once an hour.

    None where no proxy of this machine shows one for that address.
    """
    return _ends.get(context.settings().url, _look_up)


def _look_up() -> datetime | None:
    address = urlsplit(context.settings().url)
    if address.scheme != "https" or address.hostname is None:
        return None
    try:
        certificate = x509.load_der_x509_certificate(_receive(address.hostname, address.port or 443))
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return None
    if not _is_for(address.hostname, names.get_values_for_type(x509.DNSName)):
        return None  # of another site, which answers to names that it does not know
    return certificate.not_valid_after_utc


def _receive(name: str, port: int) -> bytes:
    """The certificate in DER; it is not checked, for one that has ended must be read, too."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection((_HERE, port), timeout=_WAIT_SECONDS) as connection,
        tls.wrap_socket(connection, server_hostname=name) as secured,
    ):
        return secured.getpeercert(binary_form=True) or b""


def _is_for(name: str, certified: list[str]) -> bool:
    wildcard = f"*.{name.partition('.')[2]}"
    return any(entry.lower() in {name, wildcard} for entry in certified)
