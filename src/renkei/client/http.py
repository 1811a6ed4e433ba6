"""What both kinds of connection to a hub keep to: verified TLS, bounded answers, bounded patience."""

from __future__ import annotations

import functools
import json
import re
import ssl
from dataclasses import dataclass

import httpx2

from . import protocol
from .answers import Answer
from .errors import HubAnswerError, HubRefused, SetupError

ATTEMPTS = 4
FIRST_PAUSE = 0.5  # seconds; doubled after each attempt
LONGEST_PAUSE = 10.0
LONGEST_ANSWER = 300.0  # seconds, for an answer that drips
SMALL_ANSWER = 1024 * 1024  # bytes
TIMEOUT = httpx2.Timeout(connect=10, read=90, write=90, pool=10)
LATER = frozenset({429, 500, 502, 503, 504})
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "renkei-office"}


@dataclass(frozen=True)
class Reply:
    """Status, Retry-After and the bytes of one answer."""

    status: int
    hint: str
    data: bytes


def tls(tls_ca: str) -> ssl.SSLContext:
    """How the hub's TLS is verified. Raises SetupError E-OFFICE-TLS."""
    if not tls_ca:
        return _usual()
    try:
        return ssl.create_default_context(cafile=tls_ca)
    except OSError as error:  # ssl.SSLError is one
        raise SetupError(
            "E-OFFICE-TLS",
            "ハブの接続を確かめる証明書のファイル (tls_ca) を読めません。",
            "renkei-office.toml の tls_ca の場所を確かめてください。",
        ) from error


@functools.cache
def _usual() -> ssl.SSLContext:
    """Made once: to read the authorities that everybody trusts takes longer than most calls."""
    return httpx2.create_ssl_context(trust_env=False)


def refuse_bad_tls(error: httpx2.TransportError) -> None:
    """A certificate that does not fit will not fit at the next attempt."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        raise HubAnswerError(
            "TLS certificate", "E-HUB-TLS", "接続先が本物のハブかどうかを確かめられないため、つなぎませんでした。"
        ) from error


def wish(hint: str) -> int:
    """The seconds of a Retry-After, 0 for none."""
    return int(hint) if re.fullmatch("[0-9]{1,6}", hint) else 0


def pause(attempt: int, wished: int = 0) -> float:
    """Seconds until the next attempt; the hub's own wish counts, within bounds."""
    return min(max(FIRST_PAUSE * float(2**attempt), wished), LONGEST_PAUSE)


def too_long(most: int) -> HubAnswerError:
    return HubAnswerError(f"the answer is longer than {most} bytes")


def answer_of(reply: Reply) -> Answer:
    """Raises HubRefused with the hub's words, HubAnswerError for what is no answer of a hub."""
    if reply.status == 204:
        return Answer({}, "the answer")
    try:
        answer = Answer(json.loads(reply.data), "the answer")
    except (ValueError, RecursionError) as error:
        raise HubAnswerError(f"HTTP {reply.status} without JSON") from error
    if reply.status in (200, 201, 202):
        return answer
    if reply.status < 400:
        raise HubAnswerError(f"HTTP {reply.status}")
    raise HubRefused(reply.status, protocol.trouble(answer))
