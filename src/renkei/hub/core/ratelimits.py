"""How many requests a caller may make: a bucket that refills steadily and holds ten seconds' worth.

Per process, and in memory alone: it stops what runs away, and is no account of what was done. A caller who has not been
heard of for as long as it takes to fill the bucket is forgotten without a loss.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from renkei.hub.core.problems import Refused

WINDOW = 10  # seconds' worth that may come at once
MOST_CALLERS = 20_000
_IPV6_OF_ONE_PLACE = 64


@dataclass(frozen=True)
class Standing:
    """What one caller has left after this request: `left` requests at once, all `quota` again after `seconds`.

    `policy` names the rule; `wait` is 0, or the seconds after which a request that found nothing left may come again.
    """

    policy: str
    quota: int
    left: int
    seconds: int
    wait: int = 0


class Buckets:
    """One bucket for each caller under one policy, the longest silent one forgotten first."""

    def __init__(self, policy: str, clock: Callable[[], float] = time.monotonic, most: int = MOST_CALLERS) -> None:
        self.policy = policy
        self._clock, self._most, self._lock = clock, most, threading.Lock()
        self._callers: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str, rate: int) -> Standing:
        """One request of this caller, who may make `rate` a second for long."""
        now, quota = self._clock(), rate * WINDOW
        with self._lock:
            left, at = self._callers.pop(caller, (float(quota), now))
            left = min(quota, left + (now - at) * rate)
            wait = 0 if left >= 1 else math.ceil((1 - left) / rate)
            left -= not wait
            self._callers[caller] = (left, now)
            if len(self._callers) > self._most:
                self._callers.popitem(last=False)
        return Standing(self.policy, quota, int(left), math.ceil((quota - left) / rate), wait)

    def forget(self) -> None:
        """All buckets are full again."""
        with self._lock:
            self._callers.clear()

    def __len__(self) -> int:
        return len(self._callers)


PARTIES, ADDRESSES = Buckets("party"), Buckets("address")


def by_party(request: HttpRequest, party: int) -> None:
    """One request of a party that has signed in. Raises Refused (429)."""
    _charge(request, PARTIES, str(party), settings.RENKEI["LIMIT_RATE_PARTY"])


def by_address(request: HttpRequest) -> None:
    """One request of somebody who has not signed in. Raises Refused (429)."""
    _charge(request, ADDRESSES, place_of(request.META.get("REMOTE_ADDR", "")), settings.RENKEI["LIMIT_RATE_ADDRESS"])


def standing_of(request: HttpRequest) -> Standing | None:
    """What was counted for this request; None where nothing was."""
    return getattr(request, "renkei_standing", None)


def place_of(address: str) -> str:
    """Whom an address stands for: one machine's IPv4, or the network of an IPv6.

    >>> place_of("203.0.113.9"), place_of("2001:db8:1:2:3::4"), place_of("")
    ('203.0.113.9', '2001:db8:1:2::', '')
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""  # a Unix socket
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, _IPV6_OF_ONE_PLACE), strict=False).network_address)


def _charge(request: HttpRequest, buckets: Buckets, caller: str, rate: int) -> None:
    if not rate:
        return
    standing = buckets.take(caller, rate)
    request.renkei_standing = standing  # type: ignore[attr-defined]
    if standing.wait:
        raise Refused.known(429, "E-LIMIT-RATE", retry_after=standing.wait)
