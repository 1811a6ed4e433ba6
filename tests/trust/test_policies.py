"""Which kinds count: ours, and an external authority by an operator's rows; the right name from a wrong authority."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from renkei.trust import keys, policies
from renkei.trust.authority import Authority
from renkei.trust.chain import TrustStore, fingerprint
from renkei.trust.errors import CertificateError
from renkei.trust.policies import BadPolicies

from .world import NUMBER, Signer, World

HEAD = "kind\tname\tcounts\tissuer\trecognise\tnumber\tguess\tbasis\n"


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.create(tmp_path_factory.mktemp("foreign") / "ca", "架空の中央の認証局")


def table(foreign: Authority, kind: str, counts: str, recognise: str, number: str) -> str:
    return f"{HEAD}{kind}\t試験\t{counts}\t{fingerprint(foreign.root)}\t{recognise}\t{number}\t\t試験\n"


def external(foreign: Authority, common_name: str = f"KJ13{NUMBER}", policy: str = "1.2.392.1.1") -> x509.Certificate:
    """As an authority with rules of its own might issue it."""
    key, now = keys.new_key(), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    use = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    kinds = x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(policy), None)])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(foreign.issuing.subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=9))
    return builder.add_extension(use, True).add_extension(kinds, False).sign(foreign._key, hashes.SHA256())


def both(world: World, foreign: Authority) -> TrustStore:
    return TrustStore([world.authority.root, foreign.root], [world.authority.issuing, foreign.issuing])


def test_our_own_certificate_counts_without_any_row_of_the_operator(world: World, office: Signer) -> None:
    verdict = policies.policies().judge(world.store().path(office.certificate))
    assert (verdict.policy.kind, verdict.office) == ("renkei", NUMBER)


def test_an_external_certificate_counts_by_the_operators_row(world: World, foreign: Authority) -> None:
    store, certificate = both(world, foreign), external(foreign)
    rows = policies.policies(table(foreign, "kaigo-dx", "yes", "policy:1.2.392.1.1", "subject:CN:^KJ[0-9]{2}(.{10})$"))
    verdict = rows.judge(store.path(certificate))
    assert (verdict.policy.kind, verdict.office) == ("kaigo-dx", NUMBER)
    for other, code in ((external(foreign, policy="1.2.3"), "E-CERT-KIND"), (external(foreign, "x"), "E-CERT-NUMBER")):
        with pytest.raises(CertificateError, match=code):
            rows.judge(store.path(other))


def test_a_kind_that_does_not_count_is_refused(world: World, foreign: Authority) -> None:
    rows = policies.policies(table(foreign, "dairinin", "no", "", ""))
    with pytest.raises(CertificateError, match=r"E-CERT-KIND.*dairinin"):
        rows.judge(both(world, foreign).path(external(foreign)))


def test_an_external_authority_cannot_issue_in_our_form(world: World, foreign: Authority) -> None:
    rows = policies.policies(table(foreign, "kaigo-dx", "yes", "policy:1.2.392.1.1", "subject:CN:(.{10})$"))
    imitation = foreign.issue(keys.request(keys.new_key(), NUMBER, "本物の名前"), NUMBER)
    with pytest.raises(CertificateError, match="E-CERT-KIND"):
        rows.judge(both(world, foreign).path(imitation))


def test_our_authority_does_not_pass_for_an_external_one(world: World, foreign: Authority, office: Signer) -> None:
    rows = policies.policies(table(foreign, "kaigo-dx", "yes", "subject:CN=", "subject:CN:(.{10})$"))
    assert rows.judge(both(world, foreign).path(office.certificate)).policy.kind == "renkei"


def test_a_guess_gives_words_and_never_makes_anything_count(world: World, foreign: Authority) -> None:
    certificate = external(foreign, "介護ＤＸ証明書 見本")
    rows = policies.policies()
    guessed = rows.guess(certificate)
    assert guessed is not None and guessed.name == "介護DX証明書"
    with pytest.raises(CertificateError, match="E-CERT-KIND"):
        rows.judge(both(world, foreign).path(certificate))


def test_the_package_says_which_national_kinds_count() -> None:
    known = {row.name: row.counts for row in policies.own()}
    assert known["介護保険証明書"] and known["請求委任事業所用ケアプラン証明書"] and known["介護DX証明書"]
    assert not known["代理人証明書"] and not known["障害総合支援証明書"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Kind\tn\tyes\t\t\t\t\t", "kind"),
        ("k\tn\tmaybe\t\t\t\t\t", "counts"),
        ("k\tn\tyes\tabc\t\t\t\t", "issuer"),
        ("k\tn\tyes\t\tname:x\t\t\t", "recognise"),
        ("k\tn\tyes\t\tpolicy:x\t\t\t", "OID"),
        ("k\tn\tyes\t\tsubject:(\t\t\t", "正規表現"),
        ("k\tn\tyes\t\t\tsubject:X:(.)\t\t", "number"),
        ("k\tn\tyes\t\t\tsubject:CN:.\t\t", "( )"),
        ("k\tn\tyes\t" + "a" * 64 + "\t\t\t\t", "number"),
        ("k\tn\tyes\t\t\t\t\t\tmore", "多すぎます"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(row: str, words: str) -> None:
    with pytest.raises(BadPolicies, match=r"2行目") as refused:
        policies.read(HEAD + row)
    assert words in str(refused.value)


def test_a_table_with_another_heading_is_refused() -> None:
    with pytest.raises(BadPolicies, match="見出し"):
        policies.read("a\tb\n1\t2\n")


def test_a_kept_key_says_by_whom(own_world: World, tmp_path: Path) -> None:
    key = keys.new_key()
    certificate = own_world.authority.issue(keys.request(key, NUMBER, "架空"), NUMBER, kept_by="renkei-test")
    assert policies.policies().judge(own_world.store().path(certificate)).policy.kind == "hub-kept"
    assert "OU=ハブが預かる鍵" in certificate.subject.rfc4514_string()
