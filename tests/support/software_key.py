"""A security key of software for tests: it answers as a browser with a key would, or as somebody who cheats."""

import hashlib
import html
import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256, CoseKey
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

ORIGIN = "https://voice.example.org"


def options_of(page: str) -> dict[str, Any]:
    """What a page asks of a key."""
    found = re.search(r'data-key="([^"]*)"', page)
    assert found, "the page asks for no key"
    options: dict[str, Any] = json.loads(html.unescape(found[1]))["publicKey"]
    return options


@dataclass
class SoftwareKey:
    """A key with one credential.

    Attributes:
        count: of answers; 0 in a key that does not count.
        counts: whether it counts.
        user_handle: that a page gave it when it was added.
    """

    counts: bool = False
    count: int = 0
    private_key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user_handle: bytes = b""

    def made_for(self, page: str, origin: str = ORIGIN, *, cross_origin: bool = False, **changed: Any) -> str:
        """The answer to a page that adds it. `changed`: of the options."""
        options = options_of(page) | changed
        self.user_handle = websafe_decode(options["user"]["id"])
        public_key: CoseKey = ES256.from_cryptography_key(self.private_key.public_key())  # type: ignore[no-untyped-call]
        credential = AttestedCredentialData.create(Aaguid.NONE, self.credential_id, public_key)
        flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(_hash(options["rp"]["id"]), flags, self._next(), credential)
        client_data = CollectedClientData.create("webauthn.create", options["challenge"], origin, cross_origin)
        attestation = AttestationObject.create("none", data, {})
        return self._written(clientDataJSON=client_data, attestationObject=attestation)

    def answers(
        self,
        page: str,
        origin: str = ORIGIN,
        *,
        flags: int = AuthenticatorData.FLAG.UP,
        cross_origin: bool = False,
        **changed: Any,
    ) -> str:
        """The answer to a page that asks for it. `changed`: of the options."""
        options = options_of(page) | changed
        data = AuthenticatorData.create(_hash(options["rpId"]), AuthenticatorData.FLAG(flags), self._next())
        client_data = CollectedClientData.create("webauthn.get", options["challenge"], origin, cross_origin)
        signature = self.private_key.sign(data + client_data.hash, ec.ECDSA(SHA256()))
        return self._written(
            clientDataJSON=client_data, authenticatorData=data, signature=signature, userHandle=self.user_handle
        )

    def _next(self) -> int:
        self.count += self.counts
        return self.count

    def _written(self, **response: bytes) -> str:
        raw = websafe_encode(self.credential_id)
        parts = {name: websafe_encode(value) for name, value in response.items()}
        return json.dumps({"id": raw, "rawId": raw, "type": "public-key", "response": parts})


def _hash(rp_id: str) -> bytes:
    return hashlib.sha256(rp_id.encode()).digest()
