"""How an office's program gets, renews and loses its certificate."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.test import Client

from renkei.conformance import Month
from renkei.trust import cms, keys
from renkei.trust.authority import Authority
from renkei.trust.chain import fingerprint

from . import world
from .conftest import Hub
from .world import b64


@pytest.fixture
def party(hub: Hub, month: Month) -> Any:
    from renkei.hub.parties import services

    office = month.offices[0]
    return services.admit_office(office.number, office.name, [office.service], None)


def der(key: Any, number: str) -> bytes:
    return keys.request(key, number, "試験の事業所").public_bytes(Encoding.DER)


def ask(party: Any, code: str, key: Any, **changes: Any) -> Any:
    given = {"office": party.number, "code": code, "request": b64(der(key, party.number))} | changes
    return Client().post("/v1/certificate-requests", given, content_type="application/json")


def offer(party: Any) -> str:
    from renkei.hub.parties.keys import enrolling

    return enrolling.offer(party, "staff:1")


def renew(office: world.TestOffice, key: Any) -> Any:
    request = der(key, office.number)
    given = {"request": b64(request), "signature": b64(office.sign(request))}
    return Client().post("/v1/renewals", given, content_type="application/json")


def leaf(answer: Any) -> x509.Certificate:
    return world.pem_chain(answer.json()["certificate"])[0]


def joined(party: Any, month: Month) -> world.TestOffice:
    """An office that has just enrolled with a code."""
    key, office = keys.new_key(), month.offices[0]
    answer = ask(party, offer(party), key)
    assert answer.status_code == 201, answer.content.decode()
    return world.TestOffice(office.number, office.service, office.name, key, leaf(answer))


def deeds(kind: str) -> list[Any]:
    from renkei.hub.core.models import Deed

    return list(Deed.objects.filter(kind=kind))


def test_a_code_gives_a_certificate_that_signs_in_at_once(issuing: Hub, party: Any, month: Month) -> None:
    office = joined(party, month)
    office.sign_in()
    assert office.token
    assert [deed.actor for deed in deeds("enrolment-code")] == ["staff:1"]
    assert len(deeds("certificate-issued")) == 1


def test_the_answer_carries_the_chain_without_the_root(issuing: Hub, party: Any) -> None:
    answer = ask(party, offer(party), keys.new_key())
    chain = world.pem_chain(answer.json()["certificate"])
    assert [fingerprint(one) for one in chain[1:]] == [fingerprint(issuing.authority.issuing)]


def test_a_lost_answer_is_given_again_and_the_code_gives_no_second(issuing: Hub, party: Any) -> None:
    code, key = offer(party), keys.new_key()
    first, again = ask(party, code, key), ask(party, code.lower().replace("-", " "), key)
    assert (first.status_code, again.status_code) == (201, 201) and leaf(first) == leaf(again)
    fetched = Client().get(f"/v1/certificate-requests/{first.json()['id']}")
    assert fetched.status_code == 200 and leaf(fetched) == leaf(first)
    assert ask(party, code, keys.new_key()).status_code == 401


def test_unknown_office_wrong_used_and_old_codes_are_refused_in_the_same_words(
    issuing: Hub, party: Any, month: Month
) -> None:
    from renkei.hub.parties.models import EnrolmentCode

    code, stranger = offer(party), month.offices[1].number
    wrong = ask(party, "AAAA-BBBB-CCCC", keys.new_key())
    key = keys.new_key()
    unknown = ask(party, code, key, office=stranger, request=b64(der(key, stranger)))
    replaced = offer(party)
    EnrolmentCode.objects.update(expires_at=EnrolmentCode.objects.get().made_at - timedelta(days=1))
    old, earlier = ask(party, replaced, keys.new_key()), ask(party, code, keys.new_key())
    assert {answer.status_code for answer in (wrong, unknown, old, earlier)} == {401}
    assert len({answer.content for answer in (wrong, unknown, old, earlier)}) == 1


def test_guessing_codes_is_locked_out(issuing: Hub, party: Any) -> None:
    statuses = [ask(party, f"AAAA-BBBB-CC{n:02}", keys.new_key()).status_code for n in range(7)]
    assert statuses[0] == 401 and statuses[-1] == 429


def test_a_request_that_no_authority_would_grant_uses_no_code_up(issuing: Hub, party: Any, month: Month) -> None:
    code = offer(party)
    torn = ask(party, code, keys.new_key(), request=b64(b"\x30\x03"))
    other = ask(party, code, keys.new_key(), request=b64(der(keys.new_key(), month.offices[1].number)))
    assert (torn.status_code, other.status_code) == (422, 422)
    good = der(keys.new_key(), party.number)
    unknown_curve = good.replace(bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06082a8648ce3d03017f"))
    unknown_version = good.replace(bytes.fromhex("020100"), bytes.fromhex("020107"), 1)
    for odd in (unknown_curve, unknown_version):
        assert odd != good and ask(party, code, keys.new_key(), request=b64(odd)).status_code == 422
    assert ask(party, code, keys.new_key()).status_code == 201


def test_without_an_authority_requests_wait_for_the_operator(
    hub: Hub, party: Any, month: Month, tmp_path: Path
) -> None:
    from renkei.hub.config import deeds as operators

    key = keys.new_key()
    answer = ask(party, offer(party), key)
    assert answer.status_code == 202 and answer.json()["state"] == "asked" and answer["Retry-After"]
    nothing = {"export": "", "certificates": None, "refuse": None, "reason": "", "actor": "command:test"}
    told = operators.DEEDS["requests"](nothing | {"export": str(tmp_path / "out")})
    assert "1件" in told
    [file] = (tmp_path / "out").iterdir()
    csr = x509.load_pem_x509_csr(file.read_bytes())
    certificate = hub.authority.issue(csr, party.number)
    stranger = world.new_office(hub.authority, month.offices[1].number, "11", "別")
    given = {
        "a.pem": base64.b64encode(certificate.public_bytes(Encoding.PEM)).decode(),
        "b.pem": base64.b64encode(stranger.certificate.public_bytes(Encoding.PEM)).decode(),
    }
    told = operators.DEEDS["requests"](nothing | {"certificates": given})
    assert "a.pem: 登録しました" in told and "b.pem: この鍵の申請書は待っていません" in told
    fetched = Client().get(f"/v1/certificate-requests/{answer.json()['id']}")
    assert fetched.status_code == 200 and leaf(fetched) == certificate
    office = world.TestOffice(party.number, month.offices[0].service, party.name, key, certificate)
    office.sign_in()


def test_an_operator_can_say_no(hub: Hub, party: Any) -> None:
    from renkei.hub.config import deeds as operators
    from renkei.hub.parties.models import CertificateRequest

    answer = ask(party, offer(party), keys.new_key())
    row = CertificateRequest.objects.get()
    given = {"export": "", "certificates": None, "refuse": row.pk, "reason": "確かめられません。", "actor": "command"}
    operators.DEEDS["requests"](given)
    fetched = Client().get(f"/v1/certificate-requests/{answer.json()['id']}")
    assert fetched.status_code == 422 and "確かめられません" in fetched.json()["title"]


def test_a_renewed_certificate_counts_beside_the_old_one_until_that_ends(
    issuing: Hub, party: Any, month: Month
) -> None:
    from renkei.hub.parties.models import Certificate

    office, key = joined(party, month), keys.new_key()
    answer = renew(office, key)
    assert answer.status_code == 201, answer.content.decode()
    renewed = world.TestOffice(office.number, office.service, office.name, key, leaf(answer))
    office.sign_in()
    renewed.sign_in()
    row = Certificate.objects.get(fingerprint=fingerprint(renewed.certificate))
    assert row.replaces is not None and row.replaces.fingerprint == fingerprint(office.certificate)
    assert leaf(renew(office, key)) == renewed.certificate  # asked again: a lost answer


def test_a_renewal_needs_the_key_in_use_and_a_new_key(issuing: Hub, party: Any, month: Month, tmp_path: Path) -> None:
    office = joined(party, month)
    assert renew(office, office.key).status_code == 422
    stranger = Authority.create(tmp_path / "stranger", "別の認証局")
    imitation = world.new_office(stranger, office.number, office.service, office.name)
    refused = renew(imitation, keys.new_key())
    assert refused.status_code == 422 and refused.json()["code"] == "E-CERT-AUTHORITY"
    request = der(keys.new_key(), office.number)
    given = {"request": b64(request), "signature": b64(office.sign(request + b" "))}
    assert Client().post("/v1/renewals", given, content_type="application/json").json()["code"] == "E-AUTH-SIGNATURE"


def test_a_key_that_was_lost_is_cut_off_at_once_and_gets_no_other_certificate(
    issuing: Hub, party: Any, month: Month
) -> None:
    from renkei.hub.parties.keys import revoking
    from renkei.hub.parties.models import AccessToken, Certificate

    office = joined(party, month)
    office.sign_in()
    row = Certificate.objects.get(fingerprint=fingerprint(office.certificate))
    assert revoking.revoke(row, "keyCompromise", "staff:1", "パソコンをなくした")
    assert not AccessToken.objects.exists()
    assert office.get("/events", service=office.service).status_code == 401
    entry = issuing.authority.entry(office.certificate.serial_number)
    assert entry is not None and entry.reason == "keyCompromise"
    assert [deed.reason for deed in deeds("certificate-revoked")] == ["パソコンをなくした"]
    refused = ask(party, offer(party), office.key)
    assert (refused.status_code, refused.json()["code"]) == (422, "E-CERT-COMPROMISED")
    assert not revoking.revoke(row, "superseded", "staff:1", "")


def test_what_was_asked_for_with_a_key_that_was_lost_is_not_issued(
    issuing: Hub, party: Any, month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    from renkei.hub.core.problems import Refused
    from renkei.hub.parties.keys import enrolling, revoking, signers
    from renkei.hub.parties.models import Certificate, CertificateRequest

    office = joined(party, month)
    row = Certificate.objects.get(fingerprint=fingerprint(office.certificate))
    with monkeypatch.context() as away:
        away.setitem(settings.RENKEI, "AUTHORITY", "")
        assert renew(office, keys.new_key()).status_code == 202
    before = signers.verified_signer  # what it finds is revoked before the request is written down
    request = der(keys.new_key(), office.number)
    signature = office.sign(request)
    found = before(request, signature, row.registered_at)
    revoking.revoke(row, "keyCompromise", "staff:1", "パソコンをなくした")
    monkeypatch.setattr(signers, "verified_signer", lambda *_: found)
    with pytest.raises(Refused):
        enrolling.renew(request, signature)
    assert [one.state for one in CertificateRequest.objects.filter(renews=row)] == ["refused"]


def test_an_offices_certificates_are_bounded(issuing: Hub, party: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.parties.keys import enrolling

    monkeypatch.setattr(enrolling, "MOST_ALIVE", 1)
    assert ask(party, offer(party), keys.new_key()).status_code == 201
    refused = ask(party, offer(party), keys.new_key())
    assert (refused.status_code, refused.json()["code"]) == (422, "E-CERT-MANY")


def test_what_waited_while_the_authority_was_away_is_issued_by_the_job(hub: Hub, party: Any, issuing: Hub) -> None:
    from django.conf import settings
    from django.utils import timezone

    from renkei.hub.parties.keys import tasks

    held = settings.RENKEI["AUTHORITY"]
    settings.RENKEI["AUTHORITY"] = str(hub.data / "nowhere")
    answer = ask(party, offer(party), keys.new_key())
    assert answer.status_code == 202
    settings.RENKEI["AUTHORITY"] = held
    tasks.keep_lists(timezone.now() + timedelta(minutes=1), {})
    assert Client().get(f"/v1/certificate-requests/{answer.json()['id']}").status_code == 200


def test_a_signature_of_a_renewal_is_no_sign_in(issuing: Hub, party: Any, month: Month) -> None:
    office = joined(party, month)
    request = der(keys.new_key(), office.number)
    cms.verify(request, office.sign(request))
    answer = office.post("/tokens", {"challenge": "x", "signature": b64(office.sign(request))})
    assert answer.status_code == 401
