"""Whom the hub calls, and whom it never does, however the address is written."""

from __future__ import annotations

import ipaddress

import pytest

from renkei.hub.exchange.webhooks.addresses import BadUrl, is_allowed, parse

ALLOWED = ["1.1.1.1", "203.0.114.9", "2606:4700::1111", "2400:3200::1"]
FORBIDDEN = {
    "loopback": "127.0.0.1",
    "loopback elsewhere": "127.8.8.8",
    "loopback of IPv6": "::1",
    "nowhere": "0.0.0.0",  # noqa: S104
    "nowhere of IPv6": "::",
    "private 10": "10.1.2.3",
    "private 172": "172.16.0.1",
    "private 192": "192.168.1.1",
    "unique local": "fd00::1",
    "metadata of a cloud": "169.254.169.254",
    "metadata of another": "fd00:ec2::254",
    "metadata of a third": "100.100.100.200",
    "metadata of a fourth": "192.0.0.192",
    "a cloud's agent": "168.63.129.16",
    "carrier-grade NAT": "100.64.0.1",
    "link-local": "169.254.1.1",
    "link-local of IPv6": "fe80::1",
    "multicast": "224.0.0.1",
    "multicast for all": "239.1.1.1",
    "multicast of IPv6": "ff02::1",
    "broadcast": "255.255.255.255",
    "reserved": "240.0.0.1",
    "documentation": "192.0.2.1",
    "benchmarks": "198.18.0.1",
    "a relay of old": "192.88.99.1",
    "mapped loopback": "::ffff:127.0.0.1",
    "mapped private": "::ffff:10.0.0.1",
    "mapped metadata": "::ffff:a9fe:a9fe",
    "compatible loopback": "::127.0.0.1",
    "translated private": "64:ff9b::10.0.0.1",
    "translated locally": "64:ff9b:1::1",
    "6to4 of a private one": "2002:0a00:0001::1",
    "Teredo": "2001:0:53aa:64c::1",
    "documentation of IPv6": "2001:db8::1",
    "site-local of old": "fec0::1",
    "discard": "100::1",
}


@pytest.mark.parametrize("address", ALLOWED)
def test_what_is_open_to_everybody_may_be_called(address: str) -> None:
    assert is_allowed(ipaddress.ip_address(address), ())


@pytest.mark.parametrize("address", FORBIDDEN.values(), ids=FORBIDDEN)
def test_what_is_somebodys_own_may_not(address: str) -> None:
    assert not is_allowed(ipaddress.ip_address(address), ())


def test_the_operator_may_open_a_closed_network_and_opens_nothing_besides() -> None:
    networks = (ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("fd00:1::/32"))
    assert is_allowed(ipaddress.ip_address("10.1.2.3"), networks)
    assert is_allowed(ipaddress.ip_address("::ffff:10.1.2.3"), networks)
    assert is_allowed(ipaddress.ip_address("fd00:1::5"), networks)
    assert not is_allowed(ipaddress.ip_address("10.2.0.1"), networks)
    assert not is_allowed(ipaddress.ip_address("127.0.0.1"), networks)


@pytest.mark.parametrize(
    ("url", "host", "port", "path", "authority"),
    [
        ("https://example.jp", "example.jp", 443, "/", "example.jp"),
        ("https://Example.JP:443/a?b=c", "example.jp", 443, "/a?b=c", "example.jp"),
        ("https://[2606:4700::1111]/x", "2606:4700::1111", 443, "/x", "[2606:4700::1111]"),
        ("https://example.jp:8443/", "example.jp", 8443, "/", "example.jp:8443"),
    ],
)
def test_an_address_is_read_as_it_is_meant(url: str, host: str, port: int, path: str, authority: str) -> None:
    target = parse(url, (443, 8443), ())
    assert (target.host, target.port, target.path, target.authority) == (host, port, path, authority)


BAD = {
    "plain": "http://example.jp/",
    "another scheme": "file:///etc/passwd",
    "gopher": "gopher://example.jp/",
    "no host": "https:///x",
    "a name and password": "https://a:b@example.jp/",
    "an empty name": "https://@127.0.0.1/",
    "a fragment": "https://example.jp/#x",
    "a backslash": "https://example.jp\\@127.0.0.1/",
    "another port": "https://example.jp:22/",
    "no such port": "https://example.jp:99999/",
    "a line": "https://example.jp/\r\nX: 1",
    "a space": "https://example.jp/a b",
    "letters that look alike": "https://exаmple.jp/",
    "loopback": "https://127.0.0.1/",
    "loopback in one number": "https://2130706433/",
    "loopback in hexadecimal": "https://0x7f000001/",
    "loopback in octal": "https://0177.0.0.1/",
    "loopback shortened": "https://127.1/",
    "loopback of IPv6": "https://[::1]/",
    "mapped": "https://[::ffff:169.254.169.254]/",
    "a zone": "https://[fe80::1%25eth0]/",
    "too long": "https://example.jp/" + "a" * 500,
    "nothing": "",
}


@pytest.mark.parametrize("url", BAD.values(), ids=BAD)
def test_an_address_that_leads_elsewhere_is_refused_with_words(url: str) -> None:
    with pytest.raises(BadUrl) as refused:
        parse(url, (443,), ())
    assert str(refused.value).endswith("。")
