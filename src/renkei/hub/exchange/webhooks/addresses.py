"""Which addresses the hub may call: those of the open net, and what its operator allows besides.

Whoever may say where the hub calls could otherwise reach what only the hub can: its own machine, its neighbours, the
metadata service of a cloud.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
MOST_CHARACTERS = 500

# Open by their number, and yet somebody's own: protocol assignments (with a cloud's metadata), relays of old, a cloud's agent.
_OWN = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")))
_OPEN_IPV6 = ipaddress.ip_network("2000::/3")
# IPv4 in another coat, whose end is no matter of ours: Teredo and its like, 6to4.
_TUNNELS = tuple(map(ipaddress.ip_network, ("2001::/23", "2002::/16")))
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_-]{1,63})*\.?", re.ASCII)


class BadUrl(ValueError):
    """An address that the hub does not call; the text says why, in Japanese."""


@dataclass(frozen=True)
class Target:
    """Where a call goes. `host` is a name, or an address without brackets; `path` with its query."""

    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == 443 else f"{host}:{self.port}"


def parse(url: str, ports: Sequence[int], networks: Sequence[Network]) -> Target:
    """Read an address as an office typed it. Raises BadUrl."""
    if len(url) > MOST_CHARACTERS or not re.fullmatch(r"[!-~]+", url):
        raise BadUrl(f"アドレスは、半角の英数字と記号で {MOST_CHARACTERS} 文字までです。")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port or 443
    except ValueError as error:
        raise BadUrl("アドレスの形が正しくありません。") from error
    if parts.scheme != "https" or not host:
        raise BadUrl("https:// で始まるアドレスにしてください。")
    if "@" in parts.netloc or parts.fragment or "#" in url or "\\" in url:
        raise BadUrl("アドレスに、名前やパスワード (@ の前)、# の後ろは入れられません。")
    if port not in ports:
        raise BadUrl(f"ポートは {'、'.join(map(str, ports))} だけ使えます。")
    literal = _literal(host)
    if literal is None and not _HOST.fullmatch(host):
        raise BadUrl("アドレスの名前の形が正しくありません。")
    if literal is not None and not is_allowed(literal, networks):
        raise BadUrl("このアドレスは、ハブから呼べません。")
    path = parts.path or "/"
    return Target(host, port, f"{path}?{parts.query}" if parts.query else path)


def is_allowed(address: Address, networks: Sequence[Network]) -> bool:
    """Whether the hub may connect there.

    >>> [is_allowed(ipaddress.ip_address(one), ()) for one in ("203.0.114.1", "10.0.0.1", "::ffff:127.0.0.1")]
    [True, False, False]
    """
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if any(address in network for network in networks if network.version == address.version):
        return True
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _OWN)
    return address in _OPEN_IPV6 and not any(address in network for network in _TUNNELS)


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        # 127.1, 0x7f000001 and 2130706433 are names for some resolvers, and addresses for others: never names for us.
        if re.fullmatch(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+))*\.?", host):
            raise BadUrl("アドレスの名前の形が正しくありません。") from None
        return None
