"""Time-stamps over seals: one token over the newest seal covers every seal before it, through their chain.

Nothing waits for the authority. While it is down, events are sealed as ever; the next token covers them all.
"""

from __future__ import annotations

import functools
import http.client
import secrets
import time
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connections
from django.utils import timezone

from renkei.hub.core.files import make_folder, replace_file
from renkei.hub.core.models import Seal, TimeStamp
from renkei.hub.core.problems import Refused
from renkei.hub.core.repeating import Repeating
from renkei.hub.core.words import moment_words
from renkei.hub.core.writing import write
from renkei.trust import timestamps
from renkei.trust.chain import fingerprint
from renkei.trust.errors import TrustError

SECONDS = 30  # of patience with the authority, for one whole answer
RETRY_SECONDS = 60.0
_log = structlog.get_logger(__name__)
_started_at = timezone.now()


def is_on() -> bool:
    """Whether an authority is configured."""
    return bool(settings.RENKEI["TSA_URL"])


def stamp_once() -> TimeStamp | None:
    """Have the newest seal stamped, unless it is; returns the stamp.

    Raises TrustError when the token is not what was asked for, OSError when the authority does not answer.
    """
    seal = Seal.objects.order_by("-number").first()
    if seal is None or seal.number == newest_stamped():
        return None
    statement, nonce = bytes(seal.statement), secrets.randbits(timestamps.NONCE_BITS)
    token = timestamps.token_in(_ask(timestamps.request(statement, nonce)))
    stamp = timestamps.verify(token, statement, authorities(), nonce=nonce)
    _keep_roots()
    try:
        with write():
            return TimeStamp.objects.create(seal=seal, token=token, at=stamp.at)
    except IntegrityError:
        # Another hub on the same database was quicker.
        return None


def newest_stamped() -> int:
    """The number of the last seal that bears a token; 0 when there is none."""
    return TimeStamp.objects.order_by("-seal_id").values_list("seal__number", flat=True).first() or 0


def waiting_since(now: datetime) -> datetime | None:
    """Since when a seal waits for a token; None when none does. Before the first token, since this process began."""
    stamped = newest_stamped()
    oldest = Seal.objects.filter(number__gt=stamped).order_by("number").values_list("at", flat=True).first()
    return oldest if oldest is None or stamped else max(oldest, min(_started_at, now))


def warnings(now: datetime) -> list[str]:
    """Japanese sentences about an authority that has not stamped for TSA_WARN_HOURS; empty if all is well or it is off."""
    since = waiting_since(now) if is_on() else None
    if since is None or now - since < timedelta(hours=settings.RENKEI["TSA_WARN_HOURS"]):
        return []
    stop = settings.RENKEI["TSA_STOP_HOURS"]
    then = f"{stop}時間を過ぎると、新しい送信を受け付けません。" if stop else "送受信はそのまま続きます。"
    return [f"{moment_words(since)}から、時刻の証明をもらえていません。時刻認証局を確かめてください。{then}"]


def require_stamped_lately(now: datetime) -> None:
    """Raises Refused (503) when TSA_STOP_HOURS are set and have passed without a token."""
    stop = settings.RENKEI["TSA_STOP_HOURS"]
    since = waiting_since(now) if stop and is_on() else None
    if since is not None and now - since >= timedelta(hours=stop):
        raise Refused(
            503,
            "E-HUB-TIME-STAMP",
            "時刻の証明を長くもらえていないため、ハブは新しい送信を受け付けていません。",
            "運営者が直すまで待ってから、同じものをもう一度送ってください。受け取りと知らせはできます。",
        )


def authorities() -> tuple[x509.Certificate, ...]:
    """The roots of TSA_CA; none when no authority is configured."""
    if not settings.RENKEI["TSA_CA"]:
        return ()
    path = Path(settings.RENKEI["TSA_CA"])
    return _load(path, path.stat().st_mtime_ns)


def authorities_ever() -> tuple[x509.Certificate, ...]:
    """The same, and those of earlier authorities: their tokens must be believed as long as they are kept."""
    kept = [one for path in sorted(_kept().glob("*.pem")) for one in _load(path, path.stat().st_mtime_ns)]
    return tuple(dict.fromkeys((*authorities(), *kept)))


def _kept() -> Path:
    return Path(settings.DATA) / "trust" / "time-stamps"


def _keep_roots() -> None:
    """Put the roots of TSA_CA aside: it may name others one day, or nobody."""
    make_folder(_kept())
    for one in authorities():
        path = _kept() / f"{fingerprint(one)}.pem"
        if not path.exists():
            replace_file(path, one.public_bytes(Encoding.PEM))


@functools.lru_cache(maxsize=16)
def _load(path: Path, _changed: int) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_pem_x509_certificates(path.read_bytes()))


class _StayThere(urllib.request.HTTPRedirectHandler):
    """The authority is where the operator said; whoever answers there sends the hub nowhere else."""

    def redirect_request(self, *_: object) -> None:
        return None


_opener = urllib.request.build_opener(_StayThere)


def _ask(query: bytes) -> bytes:
    """The authority's answer, not yet looked at. Raises OSError."""
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    # http or https alone: config.options refuses any other address.
    request = urllib.request.Request(settings.RENKEI["TSA_URL"], data=query, headers=headers)  # noqa: S310
    deadline, answer = time.monotonic() + SECONDS, b""
    try:
        with _opener.open(request, timeout=SECONDS) as response:
            while piece := response.read1(4096):
                answer += piece
                if len(answer) > timestamps.MAX_BYTES or time.monotonic() > deadline:
                    raise TimeoutError
    except http.client.HTTPException as error:
        raise ConnectionError from error
    return answer


class Stamper(Repeating):
    """Asks for a token every so many seconds until it is told to stop; sooner after a failure."""

    def __init__(self, seconds: float) -> None:
        self._retry = min(seconds, RETRY_SECONDS)
        super().__init__("stamper", seconds, first=self._retry)

    def once(self) -> float | None:
        """Ask once; after a failure, how soon to ask again."""
        try:
            stamp_once()
        except Exception as error:
            _log.warning("no time-stamp; trying again", reason=_reason(error))
            self._warn()
            return self._retry
        else:
            return None
        finally:
            connections.close_all()  # minutes pass until the next one

    def _warn(self) -> None:
        try:
            for text in warnings(timezone.now()):
                _log.error("time-stamps are overdue", text=text)
        except DatabaseError:
            pass  # the reason above says it


def _reason(error: Exception) -> str:
    return error.code if isinstance(error, TrustError) else type(error).__name__
