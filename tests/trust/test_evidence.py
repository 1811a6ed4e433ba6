"""Evidence for a third party: proved years later, after certificates have ended, and never when a byte was bent."""

from __future__ import annotations

import base64
import contextlib
import random
import re
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.trust.evidence import (
    Evidence,
    EvidenceError,
    Read,
    Report,
    Seal,
    Signed,
    Verdict,
    cover,
    pack,
    unpack,
    verify,
)
from renkei.trust.evidence.cover import COMMANDS

from .dossier import HUB, IDS, RECIPIENT, SENDER, START, Dossier, new_dossier, pem, usual_dossier
from .stamping import make_stamper


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    return usual_dossier(tmp_path_factory.mktemp("evidence"))


@pytest.fixture(scope="module")
def packed(usual: Dossier) -> bytes:
    evidence = usual.evidence()
    return pack(evidence, cover(evidence, verify(evidence)))


@pytest.fixture
def own(tmp_path: Path) -> Dossier:
    return new_dossier(tmp_path)


def told(report: Report) -> str:
    """Everything that the report complains of."""
    return " ".join(
        [*report.problems, *(text for one in report.transmissions for text in (*one.problems, *one.missing))]
    )


def test_a_months_evidence_is_proved(usual: Dossier) -> None:
    report = usual.verify()
    assert (report.verdict, told(report)) == (Verdict.PROVED, "")
    first, second = report.transmissions
    assert [step.step for step in first.steps] == ["accepted", "collected", "imported"]
    assert [step.by for step in first.steps] == [
        {"office": SENDER, "service": "43"},
        *[{"office": RECIPIENT, "service": "11"}] * 2,
    ]
    assert [step.step for step in second.steps] == ["accepted"] and second.is_stamped
    assert {step.stamped_at for step in first.steps} == {usual.now}, "one token covers all seals before it"
    assert first.steps[0].at == START and first.steps[0].sealed_at == START + timedelta(seconds=3)


def test_what_is_packed_is_read_back(usual: Dossier, packed: bytes) -> None:
    evidence = usual.evidence(subject=unpack(packed).evidence.subject, crls=unpack(packed).evidence.crls)
    assert unpack(packed) == Read(evidence, cover(evidence, verify(evidence)), ())
    assert evidence.chain.keys() == {2}


def test_without_authorities_of_ones_own_it_says_whose_word_is_taken(usual: Dossier) -> None:
    report = verify(usual.evidence())
    assert report.verdict is Verdict.PROVED
    assert any("--root" in note for note in report.notes) and any("--tsa-root" in note for note in report.notes)
    assert len(report.roots) == len(report.stamp_roots) == 1
    assert not any("--root" in note for note in usual.verify().notes)


def test_an_authority_that_the_reader_does_not_know_proves_nothing(usual: Dossier, tmp_path: Path) -> None:
    stranger = new_dossier(tmp_path)
    for known in ({"roots": [stranger.authority.root]}, {"stamp_roots": [stranger.stamper.root]}, {"roots": []}):
        report = verify(usual.evidence(), **known)
        assert report.verdict is Verdict.REFUTED and report.counts[Verdict.REFUTED] == 2


@pytest.mark.parametrize("whose", ["hub", "sender", "recipient"])
@pytest.mark.parametrize(
    ("ends", "verdict"), [(timedelta(minutes=20), Verdict.PROVED), (timedelta(minutes=10), Verdict.REFUTED)]
)
def test_a_certificate_must_have_been_good_when_the_time_was_proved(
    own: Dossier, whose: str, ends: timedelta, verdict: Verdict
) -> None:
    """Years later all have ended; it counts whether they had when the authority stamped, here after 15 minutes."""
    number = {"hub": HUB, "sender": SENDER, "recipient": RECIPIENT}[whose]
    setattr(own, whose, own.certify(number, not_before=START - timedelta(days=1), not_after=START + ends))
    own.send(IDS[0])
    own.say(IDS[0], "collected")
    own.seal()
    own.wait(minutes=15)
    own.stamp()
    report = own.verify()
    assert report.verdict is verdict
    assert verdict is Verdict.PROVED or "E-CERT-EXPIRED" in told(report)


def test_without_a_time_stamp_the_time_is_plainly_the_hubs_own_word(own: Dossier) -> None:
    own.send(IDS[0])
    own.seal()
    report = own.verify()
    assert report.verdict is Verdict.PROVED and not report.transmissions[0].is_stamped
    assert any("ハブ自身の言い分" in note for note in report.notes) and report.stamp_roots == ()
    assert "時刻はハブの言い分" in cover(own.evidence(), report).decode()


def test_keys_that_were_changed_meanwhile_do_no_harm(own: Dossier) -> None:
    own.send(IDS[0])
    own.seal()
    own.wait(days=3)
    dates = {"not_before": own.now, "not_after": own.now + timedelta(days=365)}
    own.hub, own.recipient = own.certify(HUB, **dates), own.certify(RECIPIENT, **dates)
    own.say(IDS[0], "collected")
    own.seal()
    own.stamp()
    report = own.verify()
    assert (report.verdict, told(report)) == (Verdict.PROVED, "")


def revoke(own: Dossier, certificate: Any, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.trust import authority

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return at

    with monkeypatch.context() as patch:
        patch.setattr(authority, "datetime", Clock)
        own.authority.revoke(certificate.serial_number, "keyCompromise")


@pytest.mark.parametrize("whose", ["hub", "sender", "recipient"])
@pytest.mark.parametrize(("minutes", "verdict"), [(20, Verdict.PROVED), (5, Verdict.REFUTED)])
def test_a_certificate_revoked_later_still_proves_one_revoked_before_does_not(
    own: Dossier, whose: str, minutes: int, verdict: Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.send(IDS[0])
    own.say(IDS[0], "collected")
    own.seal()
    own.wait(minutes=10)
    own.stamp()
    revoke(own, getattr(own, whose).certificate, START + timedelta(minutes=minutes), monkeypatch)
    report = own.verify()
    assert report.verdict is verdict
    assert verdict is Verdict.PROVED or "E-CERT-REVOKED" in told(report)


def test_what_is_not_sealed_yet_is_named(own: Dossier) -> None:
    own.send(IDS[0])
    own.seal()
    own.say(IDS[0], "collected")
    report = own.verify()
    assert report.verdict is Verdict.INCOMPLETE and report.transmissions[0].problems == ()
    assert "「受け手が受け取った」は、まだ封印されていません" in told(report) and "書き出し直して" in told(report)


def test_what_staff_did_in_the_browser_is_sealed_by_the_hub(own: Dossier) -> None:
    own.send(IDS[0], sealed_by="hub")
    own.say(IDS[0], "collected", sealed_by="hub")
    own.note(IDS[0], "opened")
    own.seal()
    assert own.verify().verdict is Verdict.PROVED


@pytest.mark.parametrize("sealed_by", ["hub", "program"])
def test_whose_key_sealed_is_as_the_manifest_says(own: Dossier, sealed_by: str) -> None:
    """The hub's kept key does not pass for the office's own, nor the other way round."""
    own.send(IDS[0], sealed_by=sealed_by, by=own.sender if sealed_by == "hub" else own.kept)
    own.seal()
    assert "ちがう種類の鍵" in told(own.verify())


def test_a_step_that_nobody_knows_yet_is_judged_all_the_same(own: Dossier) -> None:
    own.send(IDS[0])
    own.say(IDS[0], "framed_on_the_wall")
    own.seal()
    assert own.verify().verdict is Verdict.PROVED


def test_an_office_cannot_speak_for_another(own: Dossier) -> None:
    own.recipient = own.certify("1379300039", not_before=START, not_after=START + timedelta(days=9))
    own.send(IDS[0])
    own.say(IDS[0], "collected")
    own.seal()
    assert "ほかの事業所の証明書で署名" in told(own.verify())


def test_the_hub_cannot_say_what_an_office_must_say_itself(own: Dossier) -> None:
    own.send(IDS[0])
    own.note(IDS[0], "collected")
    own.seal()
    assert "事業所自身の知らせがありません" in told(own.verify())


def test_nobody_takes_the_step_of_the_other_end(own: Dossier) -> None:
    own.send(IDS[0])
    own.say(IDS[0], "withdrawn")
    own.seal()
    assert "知らせるのは、相手の事業所です" in told(own.verify())


def test_a_hub_whose_clock_runs_ahead_is_found_out(own: Dossier) -> None:
    own.send(IDS[0])
    own.seal()
    own.wait(hours=-1)
    own.stamp()
    assert "ハブの時計が正しくありません" in told(own.verify())


def test_a_hub_that_rewrites_its_chain_is_found_out(usual: Dossier) -> None:
    other = Signed(usual.seals[2].statement.body.replace(b'"size":1', b'"size":2'), b"")
    evidence = usual.evidence()
    for changed in (
        replace(evidence, chain={2: other.body}),
        replace(evidence, chain={2: evidence.seals[1].statement.body}),
    ):
        assert usual.verify(changed).counts[Verdict.REFUTED] >= 1


def test_where_the_chain_to_the_time_stamp_is_missing_only_the_hubs_word_is_left(usual: Dossier) -> None:
    report = usual.verify(replace(usual.evidence(), chain={}))
    assert [step.stamped_at is None for step in report.transmissions[0].steps] == [True, False, False]
    assert any("言い分" in note for note in report.notes)


def bent(signed: Signed, body: bool, position: int) -> Signed:
    data = bytearray(signed.body if body else signed.signature)
    data[position % len(data)] ^= 1 << position % 8
    return replace(signed, **{"body" if body else "signature": bytes(data)})


def test_no_bit_of_anything_that_is_signed_can_be_changed(usual: Dossier) -> None:
    """As a forger would who makes a new file around it: no digest of the index helps here."""
    evidence, rng = usual.evidence(), random.Random(7)
    one = evidence.transmissions[0]
    believed = []
    for position in [rng.randrange(10**6) for _ in range(25)]:
        for body in (True, False):
            changes: list[Evidence] = [
                replace(evidence, transmissions=(replace(one, manifest=bent(one.manifest, body, position)),))
            ]
            for at, event in enumerate(one.events):
                kinds = [{"receipt": bent(event.receipt, body, position)}]
                kinds += [{"office": bent(event.office, body, position)}] if event.office else []
                for kind in kinds:
                    events = (*one.events[:at], replace(event, **kind), *one.events[at + 1 :])
                    changes.append(replace(evidence, transmissions=(replace(one, events=events),)))
            for number, seal in evidence.seals.items():
                other = replace(seal, statement=bent(seal.statement, body, position))
                changes.append(replace(evidence, seals={**evidence.seals, number: other}))
            believed += [position for change in changes if usual.verify(change).verdict is Verdict.PROVED]
    assert believed == []


def test_no_bit_of_a_proof_can_be_changed(usual: Dossier) -> None:
    evidence = usual.evidence()
    one, believed = evidence.transmissions[0], []
    for at, event in enumerate(one.events):
        assert event.proof is not None
        proof = event.proof
        others = [replace(proof, index=proof.index + 1), replace(proof, seal=proof.seal % 3 + 1)]
        others += [replace(proof, path=(*proof.path, bytes(32)))]
        for step in range(len(proof.path)):
            for position in range(0, 256, 5):
                part = bytearray(proof.path[step])
                part[position // 8] ^= 1 << position % 8
                others.append(replace(proof, path=(*proof.path[:step], bytes(part), *proof.path[step + 1 :])))
        for other in others:
            events = (*one.events[:at], replace(event, proof=other), *one.events[at + 1 :])
            changed = replace(evidence, transmissions=(replace(one, events=events),))
            believed += [other] if usual.verify(changed).verdict is Verdict.PROVED else []
    assert believed == []


def test_parts_cannot_be_exchanged_for_others_that_are_right(usual: Dossier) -> None:
    evidence = usual.evidence()
    one, two = evidence.transmissions
    last = one.events[2]
    forged = [
        replace(one, id=two.id),
        replace(one, manifest=two.manifest),
        replace(one, events=one.events[1:]),
        replace(one, events=(one.events[0], last)),
        replace(one, events=()),
        replace(one, events=(*two.events, *one.events[1:])),
        replace(one, events=(one.events[0], replace(one.events[1], step="imported"), last)),
        replace(one, events=(one.events[0], replace(one.events[1], office=None), last)),
        replace(one, events=(one.events[0], replace(one.events[1], office=last.office), last)),
        replace(one, events=(replace(one.events[0], office=last.office), *one.events[1:])),
    ]
    for other in forged:
        assert usual.verify(replace(evidence, transmissions=(other,))).verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hub", "other-hub"),
        ("office", "1379100025"),
        ("service", "11"),
        ("partner", "1379300039"),
        ("first", date(2026, 12, 1)),
    ],
)
def test_what_the_file_says_it_is_about_must_not_contradict(usual: Dossier, field: str, value: Any) -> None:
    evidence = usual.evidence()
    report = usual.verify(replace(evidence, subject=replace(evidence.subject, **{field: value})))
    assert report.verdict is Verdict.REFUTED


def test_a_bent_revocation_list_is_told(usual: Dossier, tmp_path: Path) -> None:
    crl = usual.evidence().crls[0]
    for other in (b"", b"x", crl[:-1] + bytes([crl[-1] ^ 1]), new_dossier(tmp_path).authority.crl()):
        assert "失効リストを使えません" in told(usual.verify(usual.evidence(crls=(other,))))
    assert any("失効リストがありません" in note for note in usual.verify(usual.evidence(crls=())).notes)


def facts(report: Report) -> dict[str, Any]:
    """All but the notes: how old the revocation lists are is counted from when the file was made, which nobody signed."""
    return {name: value for name, value in report.as_dict().items() if name != "notes"}


def test_no_byte_of_a_file_can_be_changed_unnoticed(usual: Dossier, packed: bytes) -> None:
    """Any member, anywhere: then it is no evidence file, or what changed is named, or what is told is the same."""
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    good = facts(usual.verify(unpack(packed).evidence))
    rng, unnoticed = random.Random(11), []
    for name, data in members.items():
        if not data:
            continue
        for position in [rng.randrange(len(data)) for _ in range(60 if name == "evidence.json" else 6)]:
            changed = bytearray(data)
            changed[position] ^= 1 << rng.randrange(8)
            try:
                read = unpack(zipped({**members, name: bytes(changed)}))
            except EvidenceError:
                continue
            report = verify(read.evidence, read.damaged, roots=[usual.authority.root], stamp_roots=[usual.stamper.root])
            if report.verdict is Verdict.PROVED and (name != "evidence.json" or facts(report) != good):
                unnoticed.append((name, bytes(changed[position - 30 : position + 10])))
    assert unnoticed == []


def zipped(members: dict[str, bytes], **options: Any) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def test_a_file_that_is_none_is_refused_and_never_a_fault(packed: bytes) -> None:
    rng = random.Random(5)
    broken = [
        b"",
        b"PK",
        b"\x00" * 1000,
        packed[: len(packed) // 2],
        packed[:-1],
        zipped({}),
        zipped({"evidence.json": b"{}"}),
    ]
    broken += [zipped({"evidence.json": b"[" * 100_000}), zipped({"../evil": b"", "evidence.json": b"null"})]
    for _ in range(300):
        data = bytearray(packed)
        for _ in range(rng.randrange(1, 6)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        broken.append(bytes(data))
    for data in broken:
        with contextlib.suppress(EvidenceError):
            verify(unpack(data).evidence)


def members_of(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("year", [1000, 1999, 2200, 9999])
def test_a_time_that_cannot_be_is_told_and_never_a_fault(own: Dossier, packed: bytes, year: int) -> None:
    own.now = datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
    own.send(IDS[0])
    own.now = START
    own.seal()
    assert "あり得ない" in told(own.verify())
    own.now = datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
    own.send(IDS[1])
    own.seal()
    assert "あり得ない" in told(own.verify())
    members = members_of(packed)
    for name in (b"exported_at", b"from", b"to"):
        index = re.sub(b'("%s": ")[0-9]{4}' % name, b"\\g<1>%04d" % year, members["evidence.json"])
        assert index != members["evidence.json"]
        with pytest.raises(EvidenceError):
            unpack(zipped({**members, "evidence.json": index}))


@pytest.mark.filterwarnings("ignore:Parsed a ")
@pytest.mark.parametrize("which", ["roots", "issuing", "stamp_roots"])
def test_authorities_that_cannot_be_read_are_told_and_never_a_fault(usual: Dossier, which: str) -> None:
    """Each certificate is read only where it is asked for, so any byte of it may be the one that cannot be."""
    evidence = usual.evidence()
    good = x509.load_pem_x509_certificate(getattr(evidence, which)).public_bytes(Encoding.DER)
    for position in range(0, len(good), 3):
        encoded = bytearray(good)
        encoded[position] ^= 1 << position % 8
        body = base64.encodebytes(bytes(encoded)).decode()
        text = f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n".encode()
        report = verify(replace(evidence, **{which: text}))
        # A root is believed for its name and key alone: nobody signed it.
        assert report.verdict is Verdict.REFUTED or which != "issuing"


def test_a_file_with_more_or_less_than_its_index_says_is_refused(packed: bytes) -> None:
    members = members_of(packed)
    for name in ("../../etc/passwd", "/etc/passwd", "C:\\x", "transmissions/extra.json", "x" * 400):
        with pytest.raises(EvidenceError):
            unpack(zipped({**members, name: b"x"}))
    for name in members:
        with pytest.raises(EvidenceError):
            unpack(zipped({other: data for other, data in members.items() if other != name}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_is_there_twice_is_refused(packed: bytes) -> None:
    made = BytesIO(packed)
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("evidence.json", b"{}")
    with pytest.raises(EvidenceError):
        unpack(made.getvalue())


def test_a_bomb_is_refused_before_it_is_opened(packed: bytes) -> None:
    members = members_of(packed)
    for name in ("evidence.json", "はじめに.html", "seals/chain.txt", next(iter(members))):
        with pytest.raises(EvidenceError):
            unpack(zipped({**members, name: b"\x00" * (31 << 20)}))


def test_the_cover_shows_what_was_proved_and_loads_nothing(usual: Dossier) -> None:
    evidence = usual.evidence()
    page = cover(evidence, verify(evidence)).decode()
    for text in (
        "すずらん",
        SENDER,
        RECIPIENT,
        "提供票",
        "2026年12月",
        "2026年11月25日 09:00:00",
        "確かめられました",
        IDS[0],
    ):
        assert text in page
    for text in ("renkei evidence verify", "わからないこと", "時刻の証明あり", "openssl ts -verify"):
        assert text in page
    assert "http" not in page and "<script" not in page and "invented" not in page
    assert page.encode() == cover(evidence, verify(evidence))


def test_a_name_cannot_bring_markup_onto_the_cover(usual: Dossier) -> None:
    evidence = usual.evidence()
    subject = replace(evidence.subject, office_name="<script>1</script>", hub_name='"><img src=x>')
    page = cover(replace(evidence, subject=subject), verify(evidence)).decode()
    assert "<script" not in page and "<img" not in page


def test_the_commands_on_the_cover_do_what_they_say(packed: bytes, need: Callable[[str], str], tmp_path: Path) -> None:
    need("openssl")
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        archive.extractall(tmp_path)

    def run() -> subprocess.CompletedProcess[str]:
        command = ["sh", "-eu", "-c", COMMANDS]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)

    ran = run()
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr.count("verification successful") + ran.stderr.count("Verification successful") == 10
    for name in (f"transmissions/{IDS[0]}/02-collected-office.json", "seals/000000003.json", "seals/000000003.tst"):
        whole = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:])
        assert run().returncode != 0, name
        (tmp_path / name).write_bytes(whole)
    assert run().returncode == 0


def test_the_index_is_for_other_programs_too(usual: Dossier, packed: bytes, root: Path) -> None:
    """Each member of the form is explained on its page, and the page shows the commands of the cover."""
    page = (root / "docs/api/evidence.md").read_text(encoding="utf-8")
    assert f"```sh\n{COMMANDS}```" in page
    import json

    index = json.loads(members_of(packed)["evidence.json"])
    names = {*index, *index["transmissions"][0], *index["transmissions"][0]["events"][0], *index["seals"][0]}
    names |= {*index["transmissions"][0]["events"][0]["proof"]}
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []
    report = usual.verify().as_dict()
    names = {*report, *report["transmissions"][0], *report["transmissions"][0]["steps"][0]}
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []


def test_a_token_of_an_authority_that_nobody_knows_counts_as_none(usual: Dossier) -> None:
    report = verify(usual.evidence(stamp_roots=b""), roots=[usual.authority.root])
    assert report.verdict is Verdict.PROVED and not any(one.is_stamped for one in report.transmissions)
    assert any("言い分" in note for note in report.notes) and any("確かめていません" in note for note in report.notes)


def test_an_unused_seal_does_not_matter_and_a_wrong_token_does(usual: Dossier, tmp_path: Path) -> None:
    evidence = usual.evidence()
    stranger = make_stamper(tmp_path / "tsa")
    statement = evidence.seals[3].statement
    for token in (b"", b"garbage", stranger.stamp(statement.body, usual.now), usual.stamper.stamp(b"other", usual.now)):
        changed = replace(evidence, seals={**evidence.seals, 3: Seal(statement, token)})
        assert usual.verify(changed).counts[Verdict.REFUTED] == 2
    assert pem(stranger.root) != evidence.stamp_roots
    assert START.tzinfo is UTC
