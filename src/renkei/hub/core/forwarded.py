"""What a proxy says of the client in front of it: plain functions of header texts."""

from __future__ import annotations

import base64
import ipaddress
import ssl
from urllib.parse import unquote_to_bytes

UNIX = "unix:"
# The headers in which a proxy may hand on the certificate, in the form that goes with each.
ESCAPED_PEM, RFC_9440 = "X-SSL-Client-Cert", "Client-Cert"
_MOST_CHARACTERS = 20_000


def certificate(header: str, said: str) -> bytes | None:
    """The DER of a certificate that was forwarded in `header`; None for nothing, or nothing readable."""
    if not said or len(said) > _MOST_CHARACTERS:
        return None
    return _from_escaped_pem(said) if header == ESCAPED_PEM else _from_rfc_9440(said)


def last_address(said: str) -> str:
    """The address that the proxy itself added to `X-Forwarded-For`; what stands before it, anybody may have written."""
    try:
        return str(ipaddress.ip_address(said.rpartition(",")[2].strip()))
    except ValueError:
        return ""


def _from_escaped_pem(said: str) -> bytes | None:
    """nginx's `$ssl_client_escaped_cert`: PEM, percent-encoded."""
    try:
        return ssl.PEM_cert_to_DER_cert(unquote_to_bytes(said).decode("ascii"))
    except ValueError:
        return None


def _from_rfc_9440(said: str) -> bytes | None:
    """A byte sequence of structured fields: base64 of the DER between colons."""
    if len(said) < 2 or not said[0] == said[-1] == ":":
        return None
    try:
        return base64.b64decode(said[1:-1], validate=True)
    except ValueError:
        return None
