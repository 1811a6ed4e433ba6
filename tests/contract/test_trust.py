"""Whom the hub trusts: what an operator puts in, and what the hub does not take."""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.conformance import Month
from renkei.hub.config.options import BadOption
from renkei.hub.parties.keys import trusted as authorities_trusted
from renkei.trust.authority import Authority

from . import world
from .conftest import Hub

Files = dict[str, dict[str, bytes]]


@pytest.fixture
def trusted(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hub's `trust/`, a copy that this test may spoil."""
    from django.conf import settings

    shutil.copytree(hub.data / "trust", tmp_path / "trust")
    (tmp_path / "keys").symlink_to(hub.data / "keys")
    monkeypatch.setattr(settings, "DATA", tmp_path)
    return tmp_path / "trust"


@pytest.fixture
def stranger(tmp_path: Path) -> Authority:
    return Authority.create(tmp_path / "stranger", "別の認証局")


def found(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def trust(files: Files) -> str:
    """As the operator's command hands it over."""
    from renkei.hub.config import deeds

    given: Mapping[str, Mapping[str, str]] = {
        kind: {name: base64.b64encode(data).decode() for name, data in group.items()} for kind, group in files.items()
    }
    return deeds.trust({"files": given, "actor": "command:test"})


def test_a_list_that_no_trusted_authority_signed_is_refused_whole(
    hub: Hub, trusted: Path, stranger: Authority, month: Month
) -> None:
    before = found(trusted)
    certificate = {"second.pem": stranger.root.public_bytes(Encoding.PEM)}
    with pytest.raises(BadOption, match=r"stray\.crl.*何も登録していません"):
        trust({"roots": certificate, "crls": {"fresh.crl": hub.authority.crl(), "stray.crl": stranger.crl()}})
    assert found(trusted) == before
    office = month.offices[0]
    hub.admit(world.new_office(hub.authority, office.number, office.service, office.name))


def test_a_list_that_comes_with_its_authority_is_taken(trusted: Path, stranger: Authority) -> None:
    files = world.trusted_files(stranger)
    trust({kind: {f"second-{name}": data for name, data in group.items()} for kind, group in files.items()})
    assert found(trusted)["crls/second-list.crl"] == files["crls"]["list.crl"]


def test_who_made_an_authority_count_is_on_record_and_a_new_list_alone_is_not(hub: Hub, trusted: Path) -> None:
    from renkei.hub.core.models import Deed

    trust({"crls": {"fresh.crl": hub.authority.crl()}})
    assert not Deed.objects.filter(kind="authorities-trusted").exists()
    trust({"roots": {"again.pem": hub.authority.root.public_bytes(Encoding.PEM)}})
    deed = Deed.objects.get(kind="authorities-trusted")
    assert (deed.actor, deed.details) == ("command:test", {"files": ["again.pem"]})


def test_an_authority_is_not_replaced_under_a_list_that_it_signed(trusted: Path, stranger: Authority) -> None:
    before = found(trusted)
    with pytest.raises(BadOption, match=r"list\.crl"):
        trust({"intermediates": {"issuing.pem": stranger.issuing.public_bytes(Encoding.PEM)}})
    assert found(trusted) == before


def test_a_stray_list_that_lies_there_is_named_and_can_be_replaced(
    hub: Hub, trusted: Path, stranger: Authority
) -> None:
    (trusted / "crls" / "copied.crl").write_bytes(stranger.crl())
    with pytest.raises(BadOption, match=r"copied\.crl"):
        trust({"crls": {"list.crl": hub.authority.crl()}})
    trust({"crls": {"copied.crl": hub.authority.crl()}})


def test_a_file_that_is_moved_away_meanwhile_hides_no_other(trusted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = authorities_trusted.published()["revocation_lists"]
    read = os.scandir

    @contextlib.contextmanager
    def torn(folder: str) -> Iterator[list[object]]:
        path = Path(folder, "gone")
        gone = SimpleNamespace(path=str(path), is_file=lambda: True, stat=path.stat)
        with read(folder) as files:
            yield [gone, *files]

    monkeypatch.setattr(os, "scandir", torn)
    assert names
    assert authorities_trusted.published()["revocation_lists"] == names


@pytest.mark.parametrize("kind", ["roots", "intermediates", "crls"])
def test_a_file_that_cannot_be_read_is_named_and_nothing_is_put(trusted: Path, kind: str) -> None:
    before = found(trusted)
    with pytest.raises(BadOption, match="torn"):
        trust({kind: {"torn": b"-----BEGIN"}})
    assert found(trusted) == before


@pytest.mark.parametrize("kind", ["roots", "intermediates"])
def test_an_offices_certificate_is_not_taken_for_an_authority(hub: Hub, trusted: Path, month: Month, kind: str) -> None:
    before = found(trusted)
    office = world.new_office(hub.authority, "1379399999", "11", "まちがい")
    with pytest.raises(BadOption, match=r"認証局の証明書ではありません: office\.pem"):
        trust({kind: {"office.pem": office.certificate.public_bytes(Encoding.PEM)}})
    assert found(trusted) == before


def test_the_operator_is_told_whose_list_is_missing(hub: Hub, trusted: Path) -> None:
    told = trust({"crls": {"list.crl": hub.authority.crl()}})
    assert "1 つ登録しました" in told and "Renkei Root CA」の失効リストがありません" in told
    assert trust({"crls": {"root.crl": hub.authority.root_crl()}}) == "認証局のファイルを 1 つ登録しました。"
