"""TLS of a hub that stands alone: its own certificate, and a client's certificate where one is shown.

gunicorn asks for the context at every connection, so a renewed certificate and a changed folder `trust/` count at once.
"""

from __future__ import annotations

import functools
import ssl
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from renkei.hub.parties.keys import trusted

# OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which Python does not name.
_NO_CHECK_TIME = 0x200000


def context(_config: Any = None, _default: Any = None) -> ssl.SSLContext:
    """The context in force, as gunicorn's hook `ssl_context`."""
    values = settings.RENKEI
    own = tuple((path, Path(path).stat().st_mtime_ns) for path in (values["TLS_CERT"], values["TLS_KEY"]))
    files = trusted.files()
    return _context(own, (*files["roots"], *files["intermediates"]))


@functools.lru_cache(maxsize=2)
def _context(own: tuple[tuple[str, int], ...], authorities: tuple[bytes, ...]) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")  # of TLS 1.2; those of 1.3 are all good
    made.load_cert_chain(*(path for path, _changed in own))
    if authorities:
        # OpenSSL breaks off the connection for what it refuses, without words. So it finds the path to a root alone, as
        # it must; dates, revocation and use are judged by our own store at each request, and told to the client.
        certificates = [one for pem in authorities for one in x509.load_pem_x509_certificates(pem)]
        made.load_verify_locations(cadata=b"".join(one.public_bytes(Encoding.DER) for one in certificates))
        made.verify_mode = ssl.CERT_OPTIONAL
        made.verify_flags = ssl.VerifyFlags.VERIFY_X509_TRUSTED_FIRST | _NO_CHECK_TIME
    return made
