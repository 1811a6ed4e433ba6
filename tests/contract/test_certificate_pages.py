"""証明書: the office's page, the page that anyone may ask, and the reminders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from renkei.conformance import Month
from renkei.trust import policies
from renkei.trust.authority import Authority
from renkei.trust.chain import fingerprint

from . import world
from .conftest import Hub
from .streets import person

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["person"]  # a fixture

Person = Callable[..., Client]


@pytest.fixture
def office(issuing: Hub, month: Month) -> world.TestOffice:
    first = month.offices[0]
    return issuing.admit(world.new_office(issuing.authority, first.number, first.service, first.name, days=60))


@pytest.fixture
def browser(office: world.TestOffice, person: Person) -> Client:
    return person(office)


def row_of(office: world.TestOffice) -> Any:
    from renkei.hub.parties.models import Certificate

    return Certificate.objects.get(fingerprint=fingerprint(office.certificate))


def page(browser: Client, path: str = "/settings/certificates/") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def asked(data: bytes, name: str = "a.cer") -> tuple[int, str]:
    answer = Client().post("/certificate-check/", {"certificate": SimpleUploadedFile(name, data)})
    return answer.status_code, answer.content.decode()


def test_the_page_says_what_counts_and_how_long(office: world.TestOffice, browser: Client) -> None:
    shown = page(browser)
    assert "Renkei の証明書" in shown and "あと60日" in shown and "renkei office renew" in shown
    assert "証明書" in page(browser, "/settings/")


def test_an_administrator_revokes_with_a_reason_and_only_when_sure(
    office: world.TestOffice, browser: Client, issuing: Hub
) -> None:
    row = row_of(office)
    path = f"/settings/certificates/{row.pk}/revoke/"
    assert "元に戻せません" in page(browser, path)
    unsure = browser.post(path, {"reason": "keyCompromise"})
    assert "まだ失効させていません" in unsure.content.decode() and row_of(office).revoked_at is None
    assert browser.post(path, {"reason": "keyCompromise", "sure": "yes"}).status_code == 302
    assert row_of(office).revoked_reason == "keyCompromise"
    shown = page(browser)
    assert "失効しています" in shown and "鍵がもれた" in shown
    assert browser.get(path).status_code == 404
    assert office.get("/events", service=office.service).status_code == 401


def test_another_offices_certificate_is_a_page_that_does_not_exist(
    office: world.TestOffice, browser: Client, issuing: Hub, month: Month
) -> None:
    other = month.offices[1]
    theirs = issuing.admit(world.new_office(issuing.authority, other.number, other.service, other.name))
    path = f"/settings/certificates/{row_of(theirs).pk}/revoke/"
    assert browser.post(path, {"reason": "superseded", "sure": "yes"}).status_code == 404
    assert row_of(theirs).revoked_at is None


def test_who_does_not_administer_sees_and_changes_nothing(office: world.TestOffice, browser: Client) -> None:
    from renkei.hub.parties.models import EnrolmentCode, Membership, Party

    Membership.objects.update(level="member")
    assert "失効させる" not in page(browser)
    row = row_of(office)
    tried = [
        browser.post(f"/settings/certificates/{row.pk}/revoke/", {"reason": "superseded", "sure": "yes"}),
        browser.post("/settings/certificates/code/"),
        browser.post("/settings/certificates/browser-seal/", {"allowed": "no"}),
    ]
    assert [answer.status_code for answer in tried] == [403, 403, 403]
    assert row_of(office).revoked_at is None and not EnrolmentCode.objects.exists()
    assert Party.objects.get(pk=row.party_id).browser_seal


def test_a_code_is_shown_once_with_the_command_to_copy(office: world.TestOffice, browser: Client, issuing: Hub) -> None:
    from renkei.hub.parties.models import EnrolmentCode

    shown = browser.post("/settings/certificates/code/").content.decode()
    assert "renkei office join" in shown and fingerprint(issuing.authority.root) in shown
    stored = EnrolmentCode.objects.get()
    assert stored.code not in shown and stored.made_by.startswith("staff:")
    assert browser.get("/settings/certificates/code/").status_code == 405


def test_the_office_forbids_the_browser_seal_and_allows_it_again(office: world.TestOffice, browser: Client) -> None:
    for allowed, words in (("no", "禁じています"), ("yes", "許しています")):
        browser.post("/settings/certificates/browser-seal/", {"allowed": allowed})
        assert words in page(browser)


def test_anyone_learns_that_a_certificate_works(office: world.TestOffice) -> None:
    for form in (Encoding.PEM, Encoding.DER):
        status, shown = asked(office.certificate.public_bytes(form))
        assert status == 200 and "使えます" in shown and "このハブに登録されています" in shown
        assert office.number in shown and "失効していません" in shown


def test_a_revoked_and_a_strangers_certificate_are_told_apart_in_words(
    office: world.TestOffice, tmp_path: Any, hub: Hub
) -> None:
    from renkei.hub.parties.keys import revoking

    revoking.revoke(row_of(office), "superseded", "command", "")
    status, shown = asked(office.certificate.public_bytes(Encoding.PEM))
    assert status == 200 and "失効しています" in shown
    stranger = Authority.create(tmp_path / "stranger", "介護DX証明書の見本")
    foreign = world.new_office(stranger, office.number, "43", "別")
    status, shown = asked(foreign.certificate.public_bytes(Encoding.PEM))
    assert "まだ使えません" in shown and "名前からの推測" in shown and "発行元" in shown


def test_a_file_with_a_private_key_is_refused_unread(office: world.TestOffice) -> None:
    key, secret = office.key, serialization.BestAvailableEncryption(b"secret")
    bundle = pkcs12.serialize_key_and_certificates(b"x", key, office.certificate, None, secret)
    pem = key.private_bytes(Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    for data, name in ((bundle, "office.pfx"), (bundle, "renamed.cer"), (pem, "both.pem")):
        status, shown = asked(data, name)
        assert status == 422 and "秘密の鍵が入ったファイルは、送らないでください" in shown


@pytest.mark.parametrize("data", [b"", b"\x00" * 100, b"-----BEGIN CERTIFICATE-----\nx", b"\x30" * 70_000])
def test_what_is_no_certificate_is_refused_with_words(hub: Hub, data: bytes) -> None:
    status, shown = asked(data)
    assert status == 422 and "調べる" in shown


def test_a_certificate_of_a_version_that_there_is_not_is_refused_with_words(office: world.TestOffice) -> None:
    data = office.certificate.public_bytes(Encoding.DER)
    odd = data.replace(bytes.fromhex("a003020102"), bytes.fromhex("a003020107"), 1)
    assert odd != data and asked(odd)[0] == 422


def test_the_page_lists_the_kinds_and_says_which_are_only_names(hub: Hub) -> None:
    shown = Client().get("/certificate-check/").content.decode()
    for name in (
        "介護保険証明書",
        "請求委任事業所用ケアプラン証明書",
        "介護DX証明書",
        "代理人証明書",
        "障害総合支援証明書",
    ):
        assert name in shown
    assert "まだ登録していません" in shown and "公表されていません" in shown


def test_an_external_kind_counts_once_the_operator_has_entered_it(hub: Hub, month: Month, tmp_path: Any) -> None:
    """Root trusted, issuer and rule entered; another kind of the same authority stays out."""
    from renkei.hub.config import preparing
    from renkei.hub.config.deeds import certificates
    from renkei.hub.core.problems import Refused
    from renkei.hub.parties import services

    foreign = Authority.create(tmp_path / "foreign", "架空の中央の認証局")
    first = month.offices[0]
    theirs = world.new_office(foreign, first.number, first.service, first.name)
    table = "\t".join(["kind", "name", "counts", "issuer", "recognise", "number", "guess", "basis"]) + "\n"
    table += f"kaigo-dx\t介護DX証明書\tyes\t{fingerprint(foreign.root)}\tsubject:O=\tsubject:CN:(.{{10}})$\t\t試験\n"
    given = {
        kind: {f"foreign-{name}": data for name, data in group.items()}
        for kind, group in world.trusted_files(foreign).items()
    }
    policy = hub.data / "trust" / "policies.tsv"
    try:
        preparing.trust(given)
        told = certificates.policies({"table": table, "actor": "command"})
        assert "介護DX証明書  使える" in told
        hub.admit(theirs)
        assert row_of(theirs).kind == "kaigo-dx"
        refusal = theirs.post("/renewals", {"request": "", "signature": ""})
        assert refusal.status_code == 422
        policy.write_text(table.replace("subject:O=", "policy:1.2.3"))
        with pytest.raises(Refused, match="E-CERT-KIND"):
            services.admit_office(first.number, first.name, [first.service], theirs.certificate)
        policy.write_text("torn")
        assert theirs.get("/events", service=first.service).status_code in (401, 503)
        assert Client().get("/certificate-check/").status_code == 503
    finally:
        policy.unlink(missing_ok=True)
        for path in hub.data.glob("trust/*/foreign-*"):
            path.unlink()


def test_a_wrong_table_is_refused_and_nothing_changes(hub: Hub) -> None:
    from renkei.hub.config.deeds import certificates
    from renkei.hub.config.options import BadOption

    with pytest.raises(BadOption, match="見出し"):
        certificates.policies({"table": "a\tb\n", "actor": "command"})
    assert not (hub.data / "trust" / "policies.tsv").exists()
    assert "代理人証明書  使えない" in certificates.policies({"table": None, "actor": "command"})
    assert policies.policies().rows


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """The mails that went out."""
    from renkei.hub.core import mail

    found: list[tuple[str, str, str]] = []

    def send(to: str, subject: str, text: str) -> bool:
        found.append((to, subject, text))
        return True

    monkeypatch.setattr(mail, "send", send)
    return found


def test_reminders_go_out_at_90_30_and_7_days_once_each(
    office: world.TestOffice, sent: list[tuple[str, str, str]]
) -> None:
    from renkei.hub.parties.keys import reminding
    from renkei.hub.parties.models import Party

    Party.objects.update(email="office@example.jp")
    end = row_of(office).not_after
    for days in (100, 91, 89, 60, 30, 29, 8, 7, 1, 0):
        reminding.remind(end - timedelta(days=days) + timedelta(minutes=1) if days else end)
    left = [subject for _, subject, _ in sent]
    assert len(left) == 3 and "あと7日" in left[-1]
    assert {to for to, _, _ in sent} == {"office@example.jp"}
    assert "renkei office renew" in sent[0][2]


def test_a_renewed_certificate_is_not_reminded_of(office: world.TestOffice, sent: list[Any]) -> None:
    from renkei.hub.parties.keys import reminding
    from renkei.hub.parties.models import Certificate, Party

    Party.objects.update(email="office@example.jp")
    row = row_of(office)
    Certificate.objects.create(
        party=row.party, fingerprint="0" * 64, der=row.der, not_after=row.not_after + timedelta(days=365), replaces=row
    )
    reminding.remind(row.not_after - timedelta(days=5))
    assert sent == []


def test_a_mail_that_fails_is_tried_again(office: world.TestOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.core import mail
    from renkei.hub.parties.keys import reminding
    from renkei.hub.parties.models import Party

    Party.objects.update(email="office@example.jp")
    monkeypatch.setattr(mail, "send", lambda *_: False)
    at = row_of(office).not_after - timedelta(days=5)
    reminding.remind(at)
    assert row_of(office).reminded_days is None
    monkeypatch.setattr(mail, "send", lambda *_: True)
    reminding.remind(at)
    assert row_of(office).reminded_days == 7
