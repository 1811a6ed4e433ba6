"""Who is at the other end of a request: its address, whether it came by TLS, which client certificate it showed.

With a proxy in front (`RENKEI_PROXY`), the proxy says so in headers. They count only when the connection itself comes from
that proxy, and are taken out of every other request before anything reads them.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from renkei.hub.core import forwarded

_ADDRESS, _SCHEME = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"
_CERTIFICATES = {forwarded.ESCAPED_PEM: "HTTP_X_SSL_CLIENT_CERT", forwarded.RFC_9440: "HTTP_CLIENT_CERT"}
# Said elsewhere by proxies; nothing here reads it, and nothing ever should.
_OTHERS = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP",
    "HTTP_CLIENT_CERT_CHAIN",
)
_SHOWN = "renkei.client_certificate"


class Front:
    """Middleware, the first of all: what follows finds the client's own address in `REMOTE_ADDR` and the scheme it used."""

    def __init__(self, handler: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        said = {name: request.META.pop(name, "") for name in (_ADDRESS, _SCHEME, *_CERTIFICATES.values(), *_OTHERS)}
        if _is_proxy(request.META, settings.RENKEI["PROXY"]):
            header = settings.RENKEI["PROXY_CERTIFICATE"]
            request.META["REMOTE_ADDR"] = forwarded.last_address(said[_ADDRESS])
            request.META["wsgi.url_scheme"] = "https" if said[_SCHEME] == "https" else "http"
            request.META[_SHOWN] = forwarded.certificate(header, said[_CERTIFICATES[header]])
        return self._handler(request)


def client_certificate(request: HttpRequest) -> bytes | None:
    """The DER of the certificate whose key the client has shown to hold; None where it showed none, or nothing readable.

    Whether the certificate counts is for `parties.keys.signers` to judge.
    """
    if _SHOWN in request.META:
        shown: bytes | None = request.META[_SHOWN]
        return shown
    connection = request.META.get("gunicorn.socket")
    return connection.getpeercert(True) if isinstance(connection, ssl.SSLSocket) else None


def _is_proxy(environ: Mapping[str, Any], trusted: tuple[str, ...]) -> bool:
    """Whether the connection itself comes from a trusted proxy: through the hub's Unix socket, or from its address."""
    connection = environ.get("gunicorn.socket")
    if connection is not None and connection.family == socket.AF_UNIX:
        return any(proxy.startswith(forwarded.UNIX) for proxy in trusted)
    return environ.get("REMOTE_ADDR", "") in trusted
