"""Manifests: what is built comes back, everything else is refused."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.trust import cms, manifest
from renkei.trust.cms import SignatureError
from renkei.trust.manifest import ManifestError

from .world import Signer

FILES = {
    "UPPLAN_202612_1370100016_43_1370200014_11_20261125090014.CSV": b"plan\r\n",
    "UPHOSOKU_202612_1370100016_43_1370200014_11_20261125090014.CSV": "利用者\r\n".encode("cp932"),
}
AT = datetime(2026, 11, 25, 9, 0, 21, tzinfo=UTC)
WORDS: dict[str, Any] = {
    "hub": "demo-hub",
    "sender": "1370100016",
    "sender_service": "43",
    "recipient": "1370200014",
    "recipient_service": "11",
    "kind": "use_table",
    "months": ("202612",),
    "sequence": "20261125090014",
}


def built(**changes: Any) -> bytes:
    return manifest.build(**{**WORDS, "files": FILES, "created_at": AT, **changes})[0]


def refused(data: bytes) -> str:
    with pytest.raises(ManifestError) as refusal:
        manifest.parse(data)
    assert refusal.value.code == "E-AUTH-MANIFEST" and refusal.value.message and refusal.value.remedy
    return refusal.value.detail


def altered(**changes: Any) -> bytes:
    """The manifest with some members replaced, or removed when the value is ..."""
    content = {**json.loads(built()), **changes}
    return json.dumps({key: value for key, value in content.items() if value is not ...}).encode()


def test_what_is_built_comes_back() -> None:
    data, salts = manifest.build(**WORDS, files=FILES, created_at=AT)
    parsed = manifest.parse(data)
    entries = tuple(
        manifest.FileEntry(name, len(FILES[name]), hashlib.sha256(salts[name] + FILES[name]).hexdigest())
        for name in sorted(FILES)
    )
    assert parsed == manifest.Manifest(**WORDS, created_at=AT, sealed_by="program", files=entries)
    manifest.check_files(parsed, FILES, salts)


def test_the_bytes_are_compact_sorted_and_ascii() -> None:
    data = built(files={"A.CSV": b"x"}, salts={"A.CSV": bytes(32)})
    commitment = hashlib.sha256(bytes(32) + b"x").hexdigest()
    assert data.decode("ascii") == (
        '{"created_at":"2026-11-25T09:00:21Z","files":[{"commitment":"' + commitment + '","name":"A.CSV","size":1}],'
        '"format":"renkei-manifest/1","hub":"demo-hub","kind":"use_table","months":["202612"],'
        '"recipient":{"office":"1370200014","service":"11"},"sealed_by":"program",'
        '"sender":{"office":"1370100016","service":"43"},"sequence":"20261125090014"}'
    )


def test_the_same_file_never_has_the_same_commitment() -> None:
    (one, first), (two, second) = (manifest.build(**WORDS, files=FILES, created_at=AT) for _ in range(2))
    assert all(len(salt) == 32 for salt in first.values()) and len(set(first.values())) == len(FILES)
    assert set(first.values()).isdisjoint(second.values()) and one != two


def test_an_unsorted_manifest_with_white_space_is_read_as_well() -> None:
    """Vendors' programs write JSON as they do; the signature is over the bytes as they came."""
    data = built()
    content = dict(reversed(json.loads(data).items()))
    assert manifest.parse(json.dumps(content, indent=2).encode()) == manifest.parse(data)


def test_months_are_sorted_and_said_once() -> None:
    assert manifest.parse(built(months=["202701", "202612", "202701"])).months == ("202612", "202701")
    assert manifest.parse(built(months=[])).months == ()


@pytest.mark.parametrize("sealer", manifest.SEALED_BY)
def test_a_manifest_says_whether_program_or_hub_sealed_it(sealer: str) -> None:
    assert manifest.parse(built(sealed_by=sealer)).sealed_by == sealer


def test_fractions_of_a_second_are_dropped() -> None:
    assert manifest.parse(built(created_at=AT.replace(microsecond=999_999))).created_at == AT


@pytest.mark.parametrize(
    "changes",
    [
        {"hub": ...},
        {"files": ...},
        {"extra": 1},
        {"format": "renkei-manifest/2"},
        {"format": None},
        {"hub": ""},
        {"hub": "hub/../x"},
        {"hub": "h" * 65},
        {"sender": "1370100016"},
        {"sender": {"office": "1370100016"}},
        {"sender": {"office": "1370100016", "service": "43", "name": "x"}},
        {"sender": {"office": "137010001", "service": "43"}},
        {"sender": {"office": "137010001６", "service": "43"}},
        {"sender": {"office": "1370100016\n", "service": "43"}},
        {"recipient": {"office": "1370200014", "service": "4"}},
        {"recipient": {"office": 1370200014, "service": "11"}},
        {"kind": "Use Table"},
        {"kind": ""},
        {"kind": "a" * 41},
        {"months": "202612"},
        {"months": ["202613"]},
        {"months": ["000000"]},
        {"months": ["202612", "202612"]},
        {"months": ["202701", "202612"]},
        {"months": [f"{year}01" for year in range(2000, 2025)]},
        {"sequence": "2026112509001"},
        {"sequence": 20261125090014},
        {"created_at": "2026-11-25T09:00:21+09:00"},
        {"created_at": "2026-11-25T09:00:21.5Z"},
        {"created_at": "2026-11-25 09:00:21Z"},
        {"created_at": "2026-11-31T09:00:21Z"},
        {"created_at": 1795597221},
        {"sealed_by": ...},
        {"sealed_by": "browser"},
        {"sealed_by": "program\n"},
        {"sealed_by": None},
        {"files": []},
        {"files": {}},
        {"files": ["A.CSV"]},
    ],
    ids=str,
)
def test_a_member_that_is_missing_foreign_or_malformed_is_refused(changes: dict[str, Any]) -> None:
    refused(altered(**changes))


def entry(**changes: Any) -> dict[str, Any]:
    return {"name": "A.CSV", "size": 1, "commitment": "0" * 64} | changes


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../A.CSV",
        "a/b.CSV",
        "a\\b.CSV",
        ".hidden",
        "A.CSV.",
        "A..CSV",
        "A.CSV ",
        "A.CSV\n",
        "A\u0000.CSV",
        "提供票.CSV",
        "NUL",
        "con.csv",
        "C:A.CSV",
        "-rf",
        "a" * 129,
        7,
    ],
    ids=repr,
)
def test_a_name_that_is_not_safe_in_every_folder_is_refused(name: object) -> None:
    refused(altered(files=[entry(name=name)]))


@pytest.mark.parametrize("name", ["A.CSV", "a" * 128, "console.csv", "UP1KYO_1370100016_43_1370200014_11_1.CSV"])
def test_a_plain_name_is_read(name: str) -> None:
    assert manifest.parse(altered(files=[entry(name=name)])).files[0].name == name


@pytest.mark.parametrize(
    "changes",
    [
        {"size": -1},
        {"size": 1.0},
        {"size": True},
        {"size": "1"},
        {"size": 2**53},
        {"commitment": "0" * 63},
        {"commitment": "A" * 64},
        {"commitment": None},
        {"salt": "00"},
    ],
    ids=str,
)
def test_a_file_entry_that_is_not_right_is_refused(changes: dict[str, Any]) -> None:
    refused(altered(files=[entry(**changes)]))


def test_two_names_that_are_one_file_on_windows_are_refused() -> None:
    refused(altered(files=[entry(), entry(name="a.csv")]))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b'"renkei-manifest/1"',
        b"{",
        b"\xff",
        b"\xef\xbb\xbf" + built(),
        built() + b"x",
        built().decode().encode("utf-16"),
        built().replace(b'"hub":"demo-hub"', b'"hub":"demo-hub","hub":"demo-hub"'),
        built().replace(b'"office":"1370100016"', b'"office":"1370100016","office":"1370100016"'),
        built().replace(b'"size":6', b'"size":NaN'),
        built().replace(b'"size":6', b'"size":' + b"9" * 5000),
        built().replace(b'"hub":"demo-hub"', b'"hub":"\\ud800"'),
        b"[" * 60_000,
        b'{"a":' * 10_000,
    ],
    ids=range(16),
)
def test_bytes_that_two_readers_could_read_differently_are_refused(data: bytes) -> None:
    refused(data)


def test_size_and_number_of_files_have_limits_on_both_sides() -> None:
    def many(number: int) -> dict[str, bytes]:
        return {f"F{index:0127}": b"" for index in range(number)}

    fullest = built(files=many(manifest.MAX_FILES))
    assert len(manifest.parse(fullest).files) == manifest.MAX_FILES
    with pytest.raises(ManifestError, match="at most 200"):
        built(files=many(manifest.MAX_FILES + 1))
    manifest.parse(fullest + b" " * (manifest.MAX_BYTES - len(fullest)))
    assert "longer than" in refused(fullest + b" " * (manifest.MAX_BYTES - len(fullest) + 1))


def test_what_cannot_be_read_back_is_not_built() -> None:
    for changes in ({"files": {}}, {"files": {"a/b": b""}}, {"sequence": "1"}, {"hub": "ハブ"}, {"sealed_by": ""}):
        with pytest.raises(ManifestError):
            built(**changes)


def test_each_file_must_be_the_one_that_was_signed() -> None:
    data, salts = manifest.build(**WORDS, files=FILES)
    parsed = manifest.parse(data)
    first, second = sorted(FILES)
    wrong: list[tuple[dict[str, bytes], dict[str, bytes], str]] = [
        ({**FILES, first: FILES[first][:-1] + b"x"}, salts, first),
        ({**FILES, first: b""}, salts, first),
        ({first: FILES[second], second: FILES[first]}, salts, first),
        (FILES, {first: salts[second], second: salts[first]}, first),
        (FILES, {**salts, second: salts[second][:31]}, second),
        (FILES, {**salts, second: salts[second] + FILES[second][:1]}, second),
        ({first: FILES[first]}, salts, second),
        ({**FILES, "Z.CSV": b""}, salts, "Z.CSV"),
        (FILES, {first: salts[first]}, second),
        (FILES, {**salts, "Z.CSV": bytes(32)}, "Z.CSV"),
    ]
    for files, given_salts, named in wrong:
        with pytest.raises(ManifestError) as refusal:
            manifest.check_files(parsed, files, given_salts)
        assert refusal.value.code == "E-AUTH-COMMITMENT" and refusal.value.detail.endswith(named)


def test_bytes_cannot_move_between_salt_and_file() -> None:
    """SHA-256(salt ‖ bytes) alone would not notice; the salt's length is fixed."""
    data, salts = manifest.build(**WORDS, files={"A.CSV": b"123"})
    moved = {"A.CSV": salts["A.CSV"] + b"1"}
    assert manifest.commitment(moved["A.CSV"], b"23") == manifest.parse(data).files[0].commitment
    with pytest.raises(ManifestError, match="E-AUTH-COMMITMENT"):
        manifest.check_files(manifest.parse(data), {"A.CSV": b"23"}, moved)


NAMES = st.from_regex(r"[A-Z0-9]{1,20}(_[A-Z0-9]{1,10}){0,4}\.CSV", fullmatch=True).filter(
    lambda name: manifest.FILE_NAME.fullmatch(name) is not None
)
OFFICES = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=10, max_size=10)
SERVICES = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)


@given(
    OFFICES,
    SERVICES,
    st.dictionaries(NAMES, st.binary(max_size=50), min_size=1, max_size=5),
    st.lists(st.dates().map(lambda day: f"{day:%m}").map("2026".__add__), unique=True),
    st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 (hypothesis adds the zone)
)
def test_every_manifest_comes_back(
    office: str, service: str, files: dict[str, bytes], months: list[str], at: datetime
) -> None:
    words = {**WORDS, "recipient": office, "recipient_service": service, "months": months}
    data, salts = manifest.build(**words, files=files, created_at=at)
    parsed = manifest.parse(data)
    manifest.check_files(parsed, files, salts)
    assert (parsed.recipient, parsed.recipient_service, parsed.months) == (office, service, tuple(sorted(months)))
    assert parsed.created_at == at.replace(microsecond=0)
    assert [entry.size for entry in parsed.files] == [len(files[name]) for name in sorted(files)]


@given(st.binary(max_size=300) | st.recursive(st.none() | st.text(), st.lists).map(lambda v: json.dumps(v).encode()))
def test_no_bytes_at_all_make_it_stumble(data: bytes) -> None:
    refused(data)


def test_one_flipped_bit_is_an_error_or_another_manifest_that_nobody_signed(office: Signer) -> None:
    data = built()
    signature = cms.sign(data, office.key, office.certificate)
    original = manifest.parse(data)
    for position in range(len(data)):
        changed = bytearray(data)
        changed[position] ^= 1 << position % 8
        with pytest.raises(SignatureError):
            cms.verify(bytes(changed), signature)
        try:
            assert manifest.parse(bytes(changed)) != original
        except ManifestError:
            continue
