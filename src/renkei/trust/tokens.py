"""Keys that live in a PKCS#11 token (a card, an HSM, SoftHSM) and never leave it.

The library (`renkei[token]`) is loaded only when a token is used. A token's key stands wherever cryptography asks for a
private key to sign with; everything else that such a key could do is refused.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from typing import Any, NoReturn, Self

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from .errors import AuthorityError


@dataclass(frozen=True)
class Token:
    """Where a key is: the maker's library (`.so`), the token's label, the key's label."""

    module: str
    label: str
    key: str


class TokenKey(ec.EllipticCurvePrivateKey):
    """A P-256 key in a token. One session, used by one thread at a time."""

    def __init__(self, private: Any, public: ec.EllipticCurvePublicKey) -> None:
        self._private, self._public = private, public
        self._lock = threading.Lock()

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        """Only ECDSA with SHA-256. Raises AuthorityError E-CERT-TOKEN where the token does not sign."""
        if not isinstance(signature_algorithm, ec.ECDSA) or not isinstance(
            signature_algorithm.algorithm, hashes.SHA256
        ):
            raise _trouble("a token signs with ECDSA and SHA-256 only")
        from pkcs11 import Mechanism
        from pkcs11.exceptions import PKCS11Error
        from pkcs11.util.ec import encode_ecdsa_signature

        try:
            with self._lock:
                raw = self._private.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA)
        except PKCS11Error as error:
            raise _trouble(type(error).__name__) from error
        return bytes(encode_ecdsa_signature(raw))

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._public.curve

    @property
    def key_size(self) -> int:
        return self._public.key_size

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> NoReturn:
        raise _trouble("the key signs and does nothing else")

    def private_numbers(self) -> NoReturn:
        raise _trouble("the key does not leave its token")

    def private_bytes(
        self,
        encoding: serialization.Encoding,
        format: serialization.PrivateFormat,
        encryption_algorithm: serialization.KeySerializationEncryption,
    ) -> NoReturn:
        raise _trouble("the key does not leave its token")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


def make_key(token: Token, pin: str) -> TokenKey:
    """A new P-256 key in the token, under `token.key`. Raises AuthorityError E-CERT-TOKEN."""
    session = _session(token, pin)
    from pkcs11 import Attribute, KeyType
    from pkcs11.exceptions import PKCS11Error
    from pkcs11.util.ec import encode_named_curve_parameters

    try:
        curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
        domain = session.create_domain_parameters(KeyType.EC, curve, local=True)
        kept = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
        public, private = domain.generate_keypair(store=True, label=token.key, private_template=kept)
        return TokenKey(private, _public(public))
    except PKCS11Error as error:
        raise _trouble(type(error).__name__) from error


def open_key(token: Token, pin: str) -> TokenKey:
    """The key of this label. Raises AuthorityError E-CERT-TOKEN for a token, PIN or key that does not fit."""
    session = _session(token, pin)
    from pkcs11 import KeyType, ObjectClass
    from pkcs11.exceptions import PKCS11Error

    try:
        public = session.get_key(object_class=ObjectClass.PUBLIC_KEY, key_type=KeyType.EC, label=token.key)
        private = session.get_key(object_class=ObjectClass.PRIVATE_KEY, key_type=KeyType.EC, label=token.key)
        return TokenKey(private, _public(public))
    except PKCS11Error as error:
        raise _trouble(type(error).__name__) from error


def _session(token: Token, pin: str) -> Any:
    try:
        import pkcs11
        from pkcs11.exceptions import PKCS11Error, UserAlreadyLoggedIn
    except ImportError as error:
        raise _trouble("the library for tokens (renkei[token]) is not installed") from error
    try:
        found = pkcs11.lib(token.module).get_token(token_label=token.label)
        try:
            return found.open(rw=True, user_pin=pin)
        except UserAlreadyLoggedIn:
            # Signing in is the whole process's, not one session's.
            return found.open(rw=True)
    except (PKCS11Error, RuntimeError, OSError) as error:
        raise _trouble(type(error).__name__) from error


def _public(public: Any) -> ec.EllipticCurvePublicKey:
    from pkcs11.util.ec import encode_ec_public_key

    key = serialization.load_der_public_key(encode_ec_public_key(public))
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _trouble("the token's key is not P-256")
    return key


def _trouble(detail: str) -> AuthorityError:
    return AuthorityError("E-CERT-TOKEN", detail)
