"""A security key in software: answers registration and sign-in as a browser with a real one would."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

ORIGIN = "http://testserver"


class SecurityKey:
    """One credential for this site (WebAuthn level 2, sections 6.1 and 6.5; attestation "none")."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._id = secrets.token_bytes(16)
        self._used = 0

    def register(self, options: Any) -> str:
        public = cbor.encode(dict(ES256.from_cryptography_key(self._private.public_key())))
        credential = bytes(16) + len(self._id).to_bytes(2, "big") + self._id + public
        statement = {"fmt": "none", "attStmt": {}, "authData": self._data(0x45) + credential}
        client = self._client("webauthn.create", options)
        return self._answer(
            clientDataJSON=websafe_encode(client), attestationObject=websafe_encode(cbor.encode(statement))
        )

    def sign_in(self, options: Any) -> str:
        self._used += 1
        client, data = self._client("webauthn.get", options), self._data(0x05)
        signature = self._private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=websafe_encode(client),
            authenticatorData=websafe_encode(data),
            signature=websafe_encode(signature),
        )

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(b"testserver").digest() + bytes([flags]) + self._used.to_bytes(4, "big")

    def _client(self, kind: str, options: Any) -> bytes:
        challenge = options["publicKey"]["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": ORIGIN}).encode()

    def _answer(self, **response: str) -> str:
        name = websafe_encode(self._id)
        extensions = {"credProps": {"rk": False}}
        return json.dumps(
            {
                "type": "public-key",
                "id": name,
                "rawId": name,
                "response": response,
                "clientExtensionResults": extensions,
            }
        )
