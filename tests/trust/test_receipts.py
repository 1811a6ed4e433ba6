"""Receipts: what is built comes back, everything else is refused."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.trust import manifest, receipts
from renkei.trust.receipts import ReceiptError
from renkei.trust.words import Words

AT = datetime(2026, 11, 25, 9, 0, 30, tzinfo=UTC)
WORDS: dict[str, Any] = {
    "hub": "demo-hub",
    "transmission": "7d444840-9dc0-11d1-b245-5ffdce74fad2",
    "step": "accepted",
    "manifest": "0f" * 32,
    "at": AT,
    "by": {"hub": "demo-hub"},
    "sealed_by": "program",
    "findings": 0,
    "attached": None,
}


def refused(data: bytes) -> str:
    with pytest.raises(ReceiptError) as refusal:
        receipts.parse(data)
    assert refusal.value.code == "E-AUTH-RECEIPT" and refusal.value.message and refusal.value.remedy
    return refusal.value.detail


def test_what_is_built_comes_back() -> None:
    assert receipts.parse(receipts.build(**WORDS)) == receipts.Receipt(**WORDS)


@given(
    st.uuids(),
    st.sampled_from(receipts.STEPS),
    st.sampled_from([{"hub": "demo-hub"}, {"office": "1370200014", "service": "11"}]),
    st.sampled_from(manifest.SEALED_BY),
    st.integers(0, 2**53 - 1),
    st.none() | st.from_regex("[0-9a-f]{64}", fullmatch=True),
)
def test_every_receipt_comes_back(
    uuid: object, step: str, by: dict[str, str], sealed_by: str, findings: int, attached: str | None
) -> None:
    words = WORDS | {
        "transmission": str(uuid),
        "step": step,
        "by": by,
        "sealed_by": sealed_by,
        "findings": findings,
        "attached": attached,
    }
    assert receipts.parse(receipts.build(**words)) == receipts.Receipt(**words)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "renkei-manifest/1"},
        {"extra": ""},
        {"hub": ""},
        {"transmission": "7D444840-9DC0-11D1-B245-5FFDCE74FAD2"},
        {"transmission": "7d4448409dc011d1b2455ffdce74fad2"},
        {"step": "Collected"},
        {"step": ["accepted"]},
        {"manifest": "0F" * 32},
        {"at": "2026-11-25T09:00:30"},
        {"by": {}},
        {"by": "demo-hub"},
        {"by": {"hub": "demo-hub", "office": "1370200014"}},
        {"by": {"office": "1370200014"}},
        {"by": {"office": "1370200014", "service": "111"}},
        {"sealed_by": "browser"},
        {"findings": -1},
        {"findings": False},
        {"findings": None},
        {"attached": ""},
        {"attached": "A" * 64},
        {"attached": 0},
    ],
    ids=str,
)
def test_a_member_that_is_foreign_or_malformed_is_refused(changes: dict[str, Any]) -> None:
    refused(json.dumps({**json.loads(receipts.build(**WORDS)), **changes}).encode())


@pytest.mark.parametrize("missing", json.loads(receipts.build(**WORDS)))
def test_a_member_that_is_missing_is_refused(missing: str) -> None:
    content = json.loads(receipts.build(**WORDS))
    del content[missing]
    refused(json.dumps(content).encode())


def test_the_size_has_a_limit_on_both_sides() -> None:
    data = receipts.build(**WORDS)
    receipts.parse(data + b" " * (receipts.MAX_BYTES - len(data)))
    assert "longer than" in refused(data + b" " * (receipts.MAX_BYTES - len(data) + 1))


def test_a_manifest_is_no_receipt_and_a_receipt_no_manifest() -> None:
    """Both are signed with the same keys: neither may pass for the other."""
    with pytest.raises(manifest.ManifestError):
        manifest.parse(receipts.build(**WORDS))
    words = {"hub": "h", "sender": "1" * 10, "sender_service": "43", "recipient": "2" * 10, "recipient_service": "11"}
    data, _ = manifest.build(**words, kind="use_table", months=[], sequence="1" * 14, files={"A": b""})
    refused(data)


@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_it_stumble(data: bytes) -> None:
    refused(data)


def test_words_are_bound_to_a_receipt_and_leave_nothing_behind() -> None:
    words = Words.of("提供票の11月12日を、11月13日に変えてください。")
    assert len(words.salt) == 32 and words.commitment == hashlib.sha256(words.salt + words.data).hexdigest()
    assert Words.of(words.data.decode()).commitment != words.commitment


COPY: dict[str, Any] = {
    "file": "01.pdf",
    "made": "cleaned",
    "name": "01.cleaned.pdf",
    "size": 12,
    "commitment": "ab" * 32,
}


def with_copies(copies: object) -> bytes:
    return json.dumps({**json.loads(receipts.build(**WORDS)), "copies": copies}).encode()


def test_a_receipt_names_the_copies_that_the_hub_made() -> None:
    copies = (receipts.Copy(**COPY), receipts.Copy(**COPY | {"made": "converted", "name": "x.JSON"}))
    assert receipts.parse(receipts.build(**WORDS, copies=copies)).copies == copies


def test_a_receipt_without_copies_is_written_as_before_there_were_any() -> None:
    assert receipts.build(**WORDS, copies=()) == receipts.build(**WORDS)
    assert b"copies" not in receipts.build(**WORDS)


def test_a_copy_of_each_of_two_hundred_files_finds_room() -> None:
    copies = [receipts.Copy(**COPY | {"file": f"{n:0>120}.pdf", "name": f"{n:0>120}.csv"}) for n in range(200)]
    assert len(receipts.parse(receipts.build(**WORDS, copies=copies)).copies) == 200


@pytest.mark.parametrize(
    "copies",
    [
        [],
        {},
        "",
        None,
        [COPY, COPY],
        [COPY, COPY | {"name": "01.CLEANED.pdf"}],
        [COPY | {"made": "original"}],
        [COPY | {"name": "../01.pdf"}],
        [COPY | {"size": -1}],
        [COPY | {"commitment": ""}],
        [COPY | {"extra": ""}],
        [{key: value for key, value in COPY.items() if key != "file"}],
        [COPY] * 201,
    ],
)
def test_copies_of_another_form_are_refused(copies: object) -> None:
    refused(with_copies(copies))
