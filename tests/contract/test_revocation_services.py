"""What the world asks a hub that holds an authority: openssl asks for answers and lists, and judges them."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.test import Client

from renkei.conformance import Month

from . import world
from .conftest import Hub

Openssl = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def office(issuing: Hub, month: Month) -> world.TestOffice:
    first = month.offices[0]
    return issuing.admit(world.new_office(issuing.authority, first.number, first.service, first.name))


def row_of(office: world.TestOffice) -> Any:
    from renkei.hub.parties.models import Certificate
    from renkei.trust.chain import fingerprint

    return Certificate.objects.get(fingerprint=fingerprint(office.certificate))


def revoke(office: world.TestOffice, reason: str = "superseded") -> None:
    from renkei.hub.parties.keys import revoking

    revoking.revoke(row_of(office), reason, "command:test", "試験")


def files(hub: Hub, office: world.TestOffice, folder: Path) -> dict[str, Path]:
    """What openssl needs, as files."""
    given = {
        "root": [hub.authority.root],
        "issuing": [hub.authority.issuing],
        "both": [hub.authority.root, hub.authority.issuing],
        "leaf": [office.certificate],
    }
    for name, certificates in given.items():
        (folder / f"{name}.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in certificates))
    return {name: folder / f"{name}.pem" for name in given}


@pytest.mark.parametrize("way", ["POST", "GET"])
def test_openssl_learns_from_the_hub_that_a_certificate_was_revoked(
    issuing: Hub, office: world.TestOffice, tmp_path: Path, openssl: Openssl, way: str
) -> None:
    at = files(issuing, office, tmp_path)
    asked = ("ocsp", "-no_nonce", "-issuer", at["issuing"], "-cert", at["leaf"])
    openssl(*asked, "-reqout", tmp_path / "request.der")
    request = (tmp_path / "request.der").read_bytes()

    def answered() -> bytes:
        path = f"/ocsp/{base64.b64encode(request).decode()}" if way == "GET" else "/ocsp"
        given = {} if way == "GET" else {"data": request, "content_type": "application/ocsp-request"}
        answer = Client().generic(way, path, **given)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/ocsp-response")
        (tmp_path / "answer.der").write_bytes(answer.content)
        checked = openssl(*asked, "-respin", tmp_path / "answer.der", "-CAfile", at["both"])
        assert b"Response verify OK" in checked.stderr
        return checked.stdout

    assert b": good" in answered()
    revoke(office, "keyCompromise")
    assert b": revoked" in answered()


def test_openssl_refuses_a_revoked_certificate_by_the_list_that_the_hub_serves(
    issuing: Hub, office: world.TestOffice, tmp_path: Path, openssl: Openssl
) -> None:
    revoke(office)
    answer = Client().get("/crl/issuing.crl")
    assert answer.status_code == 200 and "public" in answer["Cache-Control"]
    (tmp_path / "list.crl").write_bytes(answer.content)
    openssl("crl", "-inform", "DER", "-in", tmp_path / "list.crl", "-out", tmp_path / "list.pem")
    at = files(issuing, office, tmp_path)
    verify = ("verify", "-CAfile", at["root"], "-untrusted", at["issuing"], "-crl_check", "-CRLfile")
    refused = openssl(*verify, tmp_path / "list.pem", at["leaf"])
    assert b"certificate revoked" in refused.stderr


def test_a_list_is_replaced_ahead_of_its_end_and_when_the_ledger_changes(issuing: Hub, office: Any) -> None:
    from django.utils import timezone

    from renkei.hub.parties.keys import issuing as room

    def number() -> int:
        listed = x509.load_der_x509_crl((issuing.data / "trust" / "crls" / room.LIST).read_bytes())
        return listed.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number

    now = timezone.now()
    room.keep_lists(now)
    first = number()
    room.keep_lists(now + timedelta(days=3))
    assert number() == first
    room.keep_lists(now + timedelta(days=4))
    assert number() == first + 1
    issuing.authority.revoke(office.certificate.serial_number, "cessationOfOperation")  # by the operator's command
    room.keep_lists(now)
    assert number() == first + 2
    assert office.get("/events", service=office.service).status_code == 401


def test_a_revocation_that_the_authority_missed_is_brought_to_it_later(
    issuing: Hub, office: world.TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings
    from django.utils import timezone

    from renkei.hub.core import jobs

    held = settings.RENKEI["AUTHORITY"]
    settings.RENKEI["AUTHORITY"] = "/nowhere"
    revoke(office)
    settings.RENKEI["AUTHORITY"] = held
    serial = office.certificate.serial_number
    entry = issuing.authority.entry(serial)
    assert entry is not None and entry.revoked_at is None
    while jobs.run_due(timezone.now()):
        pass
    entry = issuing.authority.entry(serial)
    assert entry is not None and entry.reason == "superseded"


@pytest.mark.parametrize("path", ["/crl/nothing.crl", "/crl/..%2F..%2Fhub.json.crl", "/crl/.hidden.crl"])
def test_only_lists_are_served(hub: Hub, path: str) -> None:
    assert Client().get(path).status_code == 404


def test_without_an_authority_there_are_no_answers_but_lists(hub: Hub) -> None:
    assert Client().post("/ocsp", b"x", content_type="application/ocsp-request").status_code == 404
    assert Client().get("/crl/list.crl").status_code == 200


def test_what_is_no_question_is_answered_without_trouble(issuing: Hub) -> None:
    assert Client().get("/ocsp/%25%25").status_code == 400
    assert Client().post("/ocsp", b"x" * 5000, content_type="application/ocsp-request").status_code == 413
    assert Client().post("/ocsp", b"x", content_type="application/ocsp-request").status_code == 200


def test_the_operator_is_told_of_an_authority_that_cannot_be_opened(
    issuing: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    from renkei.hub.config.status import status

    assert "root.key" in status({})  # the test's authority has it in its folder
    monkeypatch.setitem(settings.RENKEI, "AUTHORITY", "/nowhere")
    assert "RENKEI_AUTHORITY" in status({})


def test_an_old_list_warns_and_stops_nobody(
    hub: Hub, office: world.TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import timezone

    from renkei.hub.parties.keys.trusted import trust_store

    assert any("古くなっています" in text for text in trust_store().crl_warnings(timezone.now() + timedelta(days=30)))
    trust_store().check(office.certificate, timezone.now() + timedelta(days=30))


def test_clocks_may_differ_by_a_few_minutes_and_no_more(issuing: Hub, office: world.TestOffice) -> None:
    from django.utils import timezone

    from renkei.hub.core.problems import Refused
    from renkei.hub.parties.keys import signers

    signature, now = office.sign(b"text"), timezone.now()
    assert signers.verified_signer(b"text", signature, now - timedelta(minutes=4)).party.number == office.number
    with pytest.raises(Refused, match="E-CERT-NOT-YET"):
        signers.verified_signer(b"text", signature, now - timedelta(minutes=6))
