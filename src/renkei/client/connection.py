"""HTTP to the hub: verified TLS, bounded answers, bounded patience."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx2

from . import protocol
from .answers import Answer
from .errors import HubAnswerError, HubRefused, HubUnreachable, SetupError

ATTEMPTS = 4
FIRST_PAUSE = 0.5  # seconds; doubled after each attempt
LONGEST_PAUSE = 10.0
LONGEST_ANSWER = 300.0  # seconds, for an answer that drips
SMALL_ANSWER = 1024 * 1024  # bytes
_TIMEOUT = httpx2.Timeout(connect=10, read=90, write=90, pool=10)
_LATER = frozenset({429, 500, 502, 503, 504})


class Connection:
    """One hub. Every call may be repeated: the hub's API answers the same request the same way."""

    def __init__(
        self,
        url: str,
        tls_ca: str = "",
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sleep = sleep
        # Proxies and passwords from the environment are not taken: a program that signs talks to its hub directly.
        self._client = httpx2.Client(
            base_url=url,
            verify=_tls(tls_ca),
            transport=transport,
            timeout=_TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "renkei-office"},
        )

    def close(self) -> None:
        self._client.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, str | int] | None = None,
        token: str | None = None,
        most: int = SMALL_ANSWER,
    ) -> Answer:
        """The answer to one request, of `most` bytes. Raises HubUnreachable, HubRefused or HubAnswerError."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = self._client.build_request(method, path, json=body, params=params, headers=headers)
        return _answer(*self._patiently(request, most))

    def fetch(self, path: str, most: int) -> bytes:
        """A public file of at most so many bytes. Raises HubUnreachable, HubRefused or HubAnswerError."""
        status, data = self._patiently(self._client.build_request("GET", path), most)
        if status != 200:
            raise HubAnswerError(f"HTTP {status} for a file")
        return data

    def _patiently(self, request: httpx2.Request, most: int) -> tuple[int, bytes]:
        """Status and body of an answer that does not say "later"."""
        for attempt in range(ATTEMPTS):
            try:
                status, hint, data = self._once(request, most)
            except httpx2.TransportError as error:
                _refuse_bad_tls(error)
                hint = ""
            else:
                if status not in _LATER:
                    return status, data
            if attempt + 1 < ATTEMPTS:
                self._sleep(_pause(attempt, hint))
        raise HubUnreachable

    def _once(self, request: httpx2.Request, most: int) -> tuple[int, str, bytes]:
        """Status, Retry-After and body."""
        deadline = time.monotonic() + LONGEST_ANSWER
        response = self._client.send(request, stream=True)
        try:
            data = bytearray()
            for chunk in response.iter_raw():
                data += chunk
                if len(data) > most:
                    raise HubAnswerError(f"the answer is longer than {most} bytes")
                if time.monotonic() > deadline:
                    raise httpx2.ReadTimeout("the answer takes too long", request=request)
        finally:
            response.close()
        return response.status_code, response.headers.get("Retry-After", ""), bytes(data)


def _tls(tls_ca: str) -> ssl.SSLContext | bool:
    if not tls_ca:
        return True
    try:
        return ssl.create_default_context(cafile=tls_ca)
    except OSError as error:  # ssl.SSLError is one
        raise SetupError(
            "E-OFFICE-TLS",
            "ハブの接続を確かめる証明書のファイル (tls_ca) を読めません。",
            "renkei-office.toml の tls_ca の場所を確かめてください。",
        ) from error


def _refuse_bad_tls(error: httpx2.TransportError) -> None:
    """A certificate that does not fit will not fit at the next attempt."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        raise HubAnswerError(
            "TLS certificate", "E-HUB-TLS", "接続先が本物のハブかどうかを確かめられないため、つなぎませんでした。"
        ) from error


def _pause(attempt: int, hint: str) -> float:
    wished = float(hint) if hint.isascii() and hint.isdigit() else 0.0
    return min(max(FIRST_PAUSE * float(2**attempt), wished), LONGEST_PAUSE)


def _answer(status: int, data: bytes) -> Answer:
    try:
        answer = Answer(json.loads(data), "the answer")
    except (ValueError, RecursionError) as error:
        raise HubAnswerError(f"HTTP {status} without JSON") from error
    if status in (200, 201, 202):
        return answer
    if status < 400:
        raise HubAnswerError(f"HTTP {status}")
    raise HubRefused(status, protocol.trouble(answer))
