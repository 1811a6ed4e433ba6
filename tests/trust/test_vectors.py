"""The published test vectors and the commands of the signing page: what vendors rely on does not change unnoticed."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from renkei.attachments import index
from renkei.trust import challenges, cms, manifest, receipts
from renkei.trust.chain import TrustStore, hub_id, office_number
from renkei.trust.cms import SignatureError
from renkei.trust.errors import EXPLANATIONS
from renkei.trust.keys import load_key

SIGNED = {
    "manifest.json": "sender",
    "receipt.json": "hub",
    "recipient-receipt.json": "recipient",
    "challenge.txt": "sender",
    "attachment-manifest.json": "sender",
    "attachment-receipt.json": "hub",
}
ByName = dict[str, bytes]
Openssl = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs/api/signing.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def vectors(root: Path) -> Path:
    return root / "docs/api/vectors"


@pytest.fixture(scope="module")
def files(vectors: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (vectors / "files").iterdir()}


@pytest.fixture(scope="module")
def salts(vectors: Path) -> dict[str, bytes]:
    texts = json.loads((vectors / "salts.json").read_text())
    return {name: bytes.fromhex(salt) for name, salt in texts.items()}


def certificate(vectors: Path, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((vectors / f"{name}.pem").read_bytes())


def signature_of(path: Path) -> bytes:
    return path.with_suffix(".p7s").read_bytes()


def test_the_manifest_is_byte_for_byte_what_files_and_salts_give(vectors: Path, files: ByName, salts: ByName) -> None:
    data, _ = manifest.build(
        hub="vector-hub",
        sender="1379100017",
        sender_service="43",
        recipient="1379300013",
        recipient_service="11",
        kind="use_table",
        months=["202612"],
        sequence="20261125090014",
        files=files,
        salts=salts,
        created_at=datetime(2026, 11, 25, 0, 0, 21, tzinfo=UTC),
        sealed_by="program",
    )
    assert (vectors / "manifest.json").read_bytes() == data
    manifest.check_files(manifest.parse(data), files, salts)


def test_every_commitment_is_the_hash_of_salt_and_file(vectors: Path, files: ByName, salts: ByName) -> None:
    """Computed here from the page's words, with nothing of ours."""
    entries = json.loads((vectors / "manifest.json").read_bytes())["files"]
    assert {entry["name"] for entry in entries} == set(files) == set(salts)
    for entry in entries:
        name = entry["name"]
        assert entry["commitment"] == hashlib.sha256(salts[name] + files[name]).hexdigest()
        assert entry["size"] == len(files[name]) and len(salts[name]) == 32


@pytest.mark.parametrize(
    ("name", "step", "at", "by"),
    [
        ("receipt.json", "accepted", datetime(2026, 11, 25, 0, 0, 23, tzinfo=UTC), {"hub": "vector-hub"}),
        (
            "recipient-receipt.json",
            "imported",
            datetime(2026, 11, 25, 0, 5, tzinfo=UTC),
            {"office": "1379300013", "service": "11"},
        ),
    ],
)
def test_the_receipts_are_byte_for_byte_what_we_write(
    vectors: Path, name: str, step: str, at: datetime, by: dict[str, str]
) -> None:
    assert (vectors / name).read_bytes() == receipts.build(
        hub="vector-hub",
        transmission="0f6a2c1e-5d3b-4f0e-9a67-2b8c4d1e7f90",
        step=step,
        manifest=hashlib.sha256((vectors / "manifest.json").read_bytes()).hexdigest(),
        at=at,
        by=by,
        sealed_by="program",
        findings=0,
    )


def test_the_unit_of_attached_files_is_byte_for_byte_what_we_write(vectors: Path) -> None:
    salts = {
        name: bytes.fromhex(salt) for name, salt in json.loads((vectors / "attachment-salts.json").read_text()).items()
    }
    listed = (vectors / index.FILE).read_bytes()
    assert listed == index.build(index.parse(listed).files)
    attached = {name: (vectors / "attached" / name).read_bytes() for name in ("01.pdf", "01.cleaned.pdf", "02.png")}
    copy = attached.pop("01.cleaned.pdf")
    made = receipts.Copy(
        "01.pdf", "cleaned", "01.cleaned.pdf", len(copy), manifest.commitment(salts["01.cleaned.pdf"], copy)
    )
    data, _ = manifest.build(
        hub="vector-hub",
        sender="1379100017",
        sender_service="43",
        recipient="1379300013",
        recipient_service="11",
        kind=index.KIND,
        months=["202612"],
        sequence="20261125093000",
        files=attached | {index.FILE: listed},
        salts=salts,
        created_at=datetime(2026, 11, 25, 0, 30, tzinfo=UTC),
        sealed_by="program",
    )
    assert (vectors / "attachment-manifest.json").read_bytes() == data
    assert (vectors / "attachment-receipt.json").read_bytes() == receipts.build(
        hub="vector-hub",
        transmission="0f6a2c1e-5d3b-4f0e-9a67-2b8c4d1e7f91",
        step="accepted",
        manifest=hashlib.sha256(data).hexdigest(),
        at=datetime(2026, 11, 25, 0, 30, 2, tzinfo=UTC),
        by={"hub": "vector-hub"},
        sealed_by="program",
        copies=[made],
    )


def test_the_checker_finds_the_vectors_right_and_a_changed_folder_wrong(
    vectors: Path, need: Callable[[str], str], tmp_path: Path
) -> None:
    need("openssl")

    def check(*folder: Path) -> tuple[int, str]:
        command = [sys.executable, "-I", str(vectors / "check.py"), *map(str, folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert not done.stderr
        return done.returncode, done.stdout

    assert check()[0] == 0
    for name in ("manifest.json", "manifest.p7s", "salts.json", "webhook.json"):
        shutil.copy(vectors / name, tmp_path)
    assert check(tmp_path)[0] == 0
    (tmp_path / "manifest.json").write_bytes((vectors / "manifest.json").read_bytes().replace(b"417", b"418"))
    status, said = check(tmp_path)
    assert status == 1 and "ちがうもの 2 件" in said


def test_the_challenge_is_one_of_the_vectors_hub_to_its_sender(vectors: Path) -> None:
    assert challenges.is_for((vectors / "challenge.txt").read_bytes().decode(), "vector-hub", "1379100017")


@pytest.mark.parametrize(("name", "signer"), SIGNED.items())
def test_every_signature_is_the_named_signers_and_nobody_elses(vectors: Path, name: str, signer: str) -> None:
    data, signature = (vectors / name).read_bytes(), signature_of(vectors / name)
    signed = cms.verify(data, signature)
    assert signed.certificate == certificate(vectors, signer)
    store = TrustStore([certificate(vectors, "root")], [certificate(vectors, "issuing")])
    for year in (2026, 2055):
        store.check(signed.certificate, datetime(year, 11, 25, tzinfo=UTC))
    for position in range(len(data)):
        altered = bytearray(data)
        altered[position] ^= 1 << position % 8
        with pytest.raises(SignatureError):
            cms.verify(bytes(altered), signature)


@pytest.mark.parametrize("name", SIGNED)
def test_openssl_verifies_every_vector(vectors: Path, openssl: Openssl, tmp_path: Path, name: str) -> None:
    path, authorities = vectors / name, tmp_path / "authorities.pem"
    authorities.write_bytes((vectors / "root.pem").read_bytes() + (vectors / "issuing.pem").read_bytes())
    judged = openssl(
        *("cms", "-verify", "-binary", "-inform", "DER", "-in", path.with_suffix(".p7s"), "-content", path, "-cades"),
        *("-CAfile", authorities, "-purpose", "any"),
    )
    assert judged.returncode == 0, judged.stderr
    assert judged.stdout == path.read_bytes()


def test_the_certificates_say_whose_they_are_and_fit_their_keys(vectors: Path) -> None:
    assert office_number(certificate(vectors, "sender")) == "1379100017"
    assert office_number(certificate(vectors, "recipient")) == "1379300013"
    assert hub_id(certificate(vectors, "hub")) == "vector-hub"
    for name in ("sender", "recipient", "hub"):
        key = load_key(vectors / f"TEST-ONLY-{name}.key")
        assert key.public_key() == certificate(vectors, name).public_key()


def test_every_key_is_marked_as_a_test_key(vectors: Path) -> None:
    keys = [path.name for path in vectors.rglob("*") if path.is_file() and b"PRIVATE KEY" in path.read_bytes()]
    assert len(keys) == 3 and all(name.startswith("TEST-ONLY-") for name in keys)


def test_the_commands_of_the_page_do_what_they_say(
    page: str, vectors: Path, need: Callable[[str], str], tmp_path: Path
) -> None:
    need("openssl")
    folder = tmp_path / "vectors"
    shutil.copytree(vectors, folder)
    commands = re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(commands) >= 7
    ran = subprocess.run(
        ["sh", "-eu", "-c", "\n".join(commands)], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr

    built = (folder / "my-manifest.json").read_bytes()
    parsed = manifest.parse(built)
    name = parsed.files[0].name
    salt = (folder / "my-salt.bin").read_bytes()
    manifest.check_files(parsed, {name: (folder / "files" / name).read_bytes()}, {name: salt})
    assert json.dumps(json.loads(built), sort_keys=True, separators=(",", ":")).encode() == built
    for signed in ("my-manifest.json", "challenge.txt"):
        signature = (folder / f"my-{Path(signed).stem.removeprefix('my-')}.p7s").read_bytes()
        assert cms.verify((folder / signed).read_bytes(), signature).certificate == certificate(vectors, "sender")
    csr = x509.load_pem_x509_csr((folder / "my-office.csr").read_bytes())
    assert csr.is_signature_valid and "CN=1379100017" in csr.subject.rfc4514_string()


def test_the_page_names_every_file_of_the_vectors_and_every_refusal(page: str, vectors: Path) -> None:
    listed = page[page.index("## Test vectors") :]
    plain = [path.name for path in vectors.iterdir() if path.is_file() and path.name[0] != "."]
    missing = [name for name in plain if name not in listed and not name.startswith(("TEST-ONLY-", "README"))]
    assert missing == []
    operators = {"E-CERT-CRL", "E-CERT-FILE", "E-CERT-FOLDER", "E-CERT-KEY", "E-CERT-REQUEST", "E-CERT-SERIAL"}
    operators |= {"E-CERT-TOKEN"}
    operators |= {code for code in EXPLANATIONS if code.startswith(("E-STAMP-", "E-SEAL"))}  # evidence.md
    hubs = {"E-AUTH-CHALLENGE", "E-AUTH-CODE", "E-CERT-KEPT"}  # the hub's own words for it
    assert set(re.findall(r"`(E-(?:AUTH|CERT)-[A-Z-]+)`", page)) == (set(EXPLANATIONS) - operators) | hubs
