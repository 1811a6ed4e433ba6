"""The hub seals for an office whose staff sends from the browser: only there, only while the office allows it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509

from renkei.conformance import Month
from renkei.trust import cms, manifest
from renkei.trust.chain import kept_by, office_number

from . import world
from .conftest import Hub
from .streets import PASSWORD

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")


@pytest.fixture
def place(issuing: Hub, town: Hub, month: Month) -> Any:
    """The membership of someone at the care management office who may send."""
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Membership

    party = services.office(month.offices[0].number)
    staff = services.add_staff("suzuki", "鈴木　一", party, PASSWORD)
    return Membership.objects.select_related("party", "staff").get(staff=staff)


@pytest.fixture
def files(month: Month) -> Mapping[str, bytes]:
    """One unit of that office."""
    return world.units_of(month.files[month.offices[0].number])[0][1]


def send(place: Any, files: Mapping[str, bytes], **changes: Any) -> Any:
    from renkei.hub.exchange.sealing_units import accept_sealed

    sender = place.party.services.select_related("party").get()
    return accept_sealed(sender, place, files, **({"is_confirmed": True} | changes))


def refused(place: Any, files: Mapping[str, bytes], **changes: Any) -> str:
    from renkei.hub.core.problems import Refused

    with pytest.raises(Refused) as stopped:
        send(place, files, **changes)
    return stopped.value.code


def deeds(kind: str) -> list[Any]:
    from renkei.hub.core.models import Deed

    return list(Deed.objects.filter(kind=kind))


def test_a_sealed_unit_arrives_and_says_that_the_hub_sealed_it(
    town: Hub, place: Any, files: Mapping[str, bytes], month: Month
) -> None:
    accepted = send(place, files)
    row = accepted.transmission
    recipient = town.offices[row.recipient.party.number]
    handed = recipient.get(f"/transmissions/{row.pk}/files").json()
    data, signature = base64.b64decode(handed["manifest"]), base64.b64decode(handed["signature"])
    signed = cms.verify(data, signature)
    assert manifest.parse(data).sealed_by == "hub" and row.sealed_by == "hub"
    assert (office_number(signed.certificate), kept_by(signed.certificate)) == (month.offices[0].number, world.HUB_ID)
    assert {name: base64.b64decode(one) for name, one in handed["files"].items()} == dict(files)
    [deed] = deeds("sealed")
    assert deed.actor == f"staff:{place.staff_id}" and set(deed.details) == {"manifest"}


def test_the_same_unit_sealed_twice_arrives_once(place: Any, files: Mapping[str, bytes]) -> None:
    first, again = send(place, files), send(place, files)
    assert again.repeated and again.transmission.pk == first.transmission.pk
    assert again.receipt.body == first.receipt.body


def test_without_a_second_factor_nothing_is_sealed(place: Any, files: Mapping[str, bytes]) -> None:
    from renkei.hub.exchange.models import Transmission

    assert refused(place, files, is_confirmed=False) == "E-SEAL-FACTOR"
    assert not Transmission.objects.exists() and not deeds("sealed")


def test_who_may_not_send_cannot_have_it_sealed(place: Any, files: Mapping[str, bytes]) -> None:
    place.duties = "prepare,check"
    assert refused(place, files) == "E-AUTH-DUTY"


def test_nobody_seals_another_offices_files(place: Any, month: Month) -> None:
    other = world.units_of(month.files[month.offices[1].number])[0][1]
    assert refused(place, other) == "E-AUTH-SENDER" and not deeds("sealed")


def test_a_unit_with_errors_is_refused_before_anything_is_sealed(place: Any, files: Mapping[str, bytes]) -> None:
    broken = {name: data + b"\xff" for name, data in files.items()}
    assert refused(place, broken).startswith("E-UNIT") and not deeds("sealed")


def test_an_office_that_forbids_the_seal_has_its_key_revoked_at_once(
    issuing: Hub, place: Any, files: Mapping[str, bytes]
) -> None:
    from renkei.hub.parties.keys import sealing
    from renkei.hub.parties.models import SealingKey

    send(place, files)
    sealing.allow(place.party, False, "staff:1")
    row = SealingKey.objects.select_related("certificate").get()
    assert row.retired_at is not None and row.certificate.revoked_at is not None
    entry = issuing.authority.entry(x509.load_der_x509_certificate(bytes(row.certificate.der)).serial_number)
    assert entry is not None and entry.revoked_at is not None
    assert refused(place, files) == "E-SEAL-FORBIDDEN"
    sealing.allow(place.party, True, "staff:1")
    assert send(place, files).repeated
    assert len(deeds("browser-seal")) == 2


def test_a_key_that_the_hub_keeps_opens_no_door_for_programs(
    town: Hub, place: Any, files: Mapping[str, bytes], month: Month
) -> None:
    """As if it had been stolen out of the hub."""
    from renkei.hub.parties.keys import sealing

    row = sealing.make(place.party, place.staff)
    certificate = x509.load_der_x509_certificate(bytes(row.certificate.der))
    thief = world.TestOffice(place.party.number, "43", "", sealing._key(row), certificate)
    challenge = thief.post("/challenges", {"office": thief.number}).json()["challenge"]
    answer = thief.post("/tokens", {"challenge": challenge, "signature": world.b64(thief.sign(challenge.encode()))})
    assert (answer.status_code, answer.json()["code"]) == (401, "E-CERT-KEPT")
    honest = town.offices[place.party.number]
    unit, own = world.units_of(month.files[honest.number])[0]
    thief.token = honest.token
    assert thief.post("/transmissions", thief.envelope(unit, own)).json()["code"] == "E-CERT-KEPT"
    sealed = thief.post("/transmissions", thief.envelope(unit, own, sealed_by="hub"))
    assert sealed.json()["code"] == "E-AUTH-MANIFEST"


def test_an_operators_row_before_ours_makes_no_kept_key_into_a_programs(
    town: Hub, place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import timezone

    from renkei.hub.core.problems import Refused
    from renkei.hub.parties.keys import policed, registering, sealing, signers
    from renkei.trust.policies import policies

    heading = "kind\tname\tcounts\tissuer\trecognise\tnumber\tguess\tbasis\n"
    table = policies(heading + "renkei\t広い行\tyes\t\turi:urn:renkei:\turi\t\t\n")
    certificate = x509.load_der_x509_certificate(bytes(sealing.make(place.party, place.staff).certificate.der))
    monkeypatch.setattr(policed, "in_force", lambda: table)
    with pytest.raises(Refused, match="E-CERT-KEPT"):
        signers.registered(certificate, timezone.now())
    with pytest.raises(Refused, match="E-CERT-KEPT"):
        registering.kind_of(certificate, place.party.number)


def test_nobody_registers_a_kept_keys_certificate_for_a_program(place: Any) -> None:
    from renkei.hub.core.problems import Refused
    from renkei.hub.parties import services
    from renkei.hub.parties.keys import sealing

    row = sealing.make(place.party, place.staff)
    certificate = x509.load_der_x509_certificate(bytes(row.certificate.der))
    with pytest.raises(Refused, match="E-CERT-KEPT"):
        services.admit_office(place.party.number, place.party.name, ["43"], certificate)


def test_changing_the_wrapping_key_wraps_kept_keys_too(
    prepared: Any, place: Any, files: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.core.bodies import rewrapping
    from renkei.hub.core.writing import write
    from renkei.hub.parties.models import SealingKey

    send(place, files)
    folder = prepared[0] / "keys"
    first = (folder / "wrapping-0001.key").read_bytes()
    try:
        rewrapping.rotate()
        with pytest.raises(rewrapping.KeyInUse):
            rewrapping.retire("0001")
        left: Any = {"key": "", "after": 0}
        while (left := rewrapping.go_on(left)) is not None:
            pass
        assert SealingKey.objects.get().key_id == "0002"
        assert next(use for use in rewrapping.uses() if use.id == "0002").wraps > 2
        rewrapping.retire("0001")
        assert send(place, files).repeated
    finally:
        with write():
            SealingKey.objects.all().delete()
        for path in folder.glob("wrapping-*.key"):
            path.unlink()
        (folder / "wrapping-0001.key").write_bytes(first)


def test_the_hub_renews_a_kept_key_before_its_end(place: Any) -> None:
    from django.utils import timezone

    from renkei.hub.parties.keys import sealing
    from renkei.hub.parties.models import SealingKey

    first = sealing.make(place.party, place.staff)
    sealing.renew_ending(timezone.now() + timedelta(days=300))
    assert sealing.in_use(place.party) == first
    sealing.renew_ending(timezone.now() + timedelta(days=340))
    renewed = sealing.in_use(place.party)
    assert renewed is not None and renewed != first and SealingKey.objects.filter(retired_at=None).count() == 1


def test_a_hub_without_an_authority_says_so(town: Hub, place: Any, files: Mapping[str, bytes]) -> None:
    from django.conf import settings

    settings.RENKEI["AUTHORITY"] = ""
    assert refused(place, files) == "E-SEAL-AUTHORITY"
