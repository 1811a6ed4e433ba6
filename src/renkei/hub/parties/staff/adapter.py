"""What django-allauth asks of us for second factors: names in words, and secrets that are not in clear in the database."""

from __future__ import annotations

import base64
import secrets

from allauth.account.utils import user_pk_to_url_str
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from renkei.hub.core.keyring import keyring
from renkei.hub.parties.models import Staff

_NONCE_BYTES = 12


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """The hub's name on devices; secrets under a key of the deployment; no mails of allauth's own."""

    def get_totp_issuer(self) -> str:
        """What an authenticator app shows beside the code."""
        return str(settings.HUB_NAME)

    def get_totp_label(self, user: Staff) -> str:
        """Whose code it is."""
        return user.login

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The hub as passkeys know it: its host name, which the browser holds to."""
        return {"id": context.request.get_host().partition(":")[0], "name": str(settings.HUB_NAME)}

    def get_public_key_credential_user_entity(self, user: Staff) -> dict[str, str | bytes]:
        """The person as passkeys know them."""
        return {"id": user_pk_to_url_str(user).encode(), "display_name": user.name, "name": user.login}

    def encrypt(self, text: str) -> str:
        """The secret of an authenticator app, or the seed of recovery codes, under AES-256-GCM."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return base64.b64encode(nonce + _cipher().encrypt(nonce, text.encode(), None)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` took."""
        data = base64.b64decode(encrypted_text)
        return _cipher().decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], None).decode()


def _cipher() -> AESGCM:
    return AESGCM(bytes.fromhex(keyring().keyed("second-factors", b"key of secrets")))
