"""Whatever is changed in something signed, it is refused and leaves no trace."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renkei.conformance import Month

from . import world
from .conftest import Hub
from .waiting import Sent, send

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

SAMPLES = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
STEP = 16  # of the bytes of a file, one in so many in the long run: all of a manifest and of its signature


def counts() -> dict[str, int]:
    """Rows of every table but those of signing in, and the blobs."""
    from django.apps import apps
    from django.conf import settings as hub

    passing = {"Challenge", "AccessToken", "Session"}
    found = {m.__name__: m._default_manager.count() for m in apps.get_models() if m.__name__ not in passing}
    return found | {"blobs": len([path for path in (hub.DATA / "blobs").rglob("*") if path.is_file()])}


@dataclass
class Forger:
    """Units as they were signed, and what the hub says to changed ones. Sent on by the sender's own program."""

    town: Hub
    sender: world.TestOffice
    envelope: dict[str, Any]
    other: dict[str, Any]  # another unit of the same sender to the same kind of recipient
    before: dict[str, int]

    def refused(self, envelope: dict[str, Any], by: world.TestOffice | None = None) -> None:
        answer = (by or self.sender).post("/transmissions", envelope)
        assert answer.status_code in (400, 403, 413, 422), answer.content.decode()
        assert answer.json()["code"] and answer.json()["title"]

    def resigned(self, fields: Any, by: world.TestOffice | None = None) -> dict[str, Any]:
        data = world.compact(fields)
        return self.envelope | {"manifest": world.b64(data), "signature": world.b64((by or self.sender).sign(data))}

    @property
    def fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = json.loads(base64.b64decode(self.envelope["manifest"]))
        return fields


@pytest.fixture
def forger(town: Hub, month: Month, monkeypatch: pytest.MonkeyPatch) -> Iterator[Forger]:
    from django.conf import settings as hub

    monkeypatch.setitem(hub.RENKEI, "INLINE_BYTES", 100)
    sender = town.offices[month.offices[0].number]
    first, second = (sender.envelope(*unit) for unit in world.units_of(month.files[sender.number])[:2])
    before = counts()
    yield Forger(town, sender, first, second, before)
    assert counts() == before
    # It was the change: as it was signed, it is taken.
    assert sender.post("/transmissions", first).status_code == 201


def flipped(encoded: str, byte: int, bit: int) -> str:
    data = bytearray(base64.b64decode(encoded))
    data[byte % len(data)] ^= 1 << bit
    return world.b64(bytes(data))


def flipped_hex(encoded: str, byte: int, bit: int) -> str:
    return base64.b64decode(flipped(world.b64(bytes.fromhex(encoded)), byte, bit)).hex()


def places(envelope: dict[str, Any]) -> dict[str, int]:
    """Every part of a unit and how many bytes it has."""
    sizes = {part: len(base64.b64decode(envelope[part])) for part in ("manifest", "signature")}
    sizes |= {f"salts/{name}": 32 for name in envelope["salts"]}
    return sizes | {f"files/{name}": len(base64.b64decode(data)) for name, data in envelope["files"].items()}


def with_flip(envelope: dict[str, Any], part: str, byte: int, bit: int) -> dict[str, Any]:
    where, _, name = part.partition("/")
    if not name:
        return envelope | {part: flipped(envelope[part], byte, bit)}
    value = envelope[where][name]
    flip = flipped_hex if where == "salts" else flipped
    return envelope | {where: envelope[where] | {name: flip(value, byte, bit)}}


@SAMPLES
@given(data=st.data())
def test_a_bit_that_fell_over_anywhere_is_noticed(forger: Forger, data: st.DataObject) -> None:
    part = data.draw(st.sampled_from(sorted(places(forger.envelope))))
    byte = data.draw(st.integers(0, places(forger.envelope)[part] - 1))
    forger.refused(with_flip(forger.envelope, part, byte, data.draw(st.integers(0, 7))))


@pytest.mark.long
def test_a_bit_that_fell_over_in_any_byte_is_noticed(forger: Forger) -> None:
    for part, size in places(forger.envelope).items():
        for byte in range(0, size, STEP if part.startswith("files/") else 1):
            forger.refused(with_flip(forger.envelope, part, byte, byte % 8))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every field, objects and lists too."""
    if path:
        yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from leaves(child, (*path, key))


def changed(fields: Any, path: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    copy = json.loads(json.dumps(fields))
    owner = copy
    for key in path[:-1]:
        owner = owner[key]
    owner[path[-1]] = change(owner[path[-1]])
    return copy


def other_value(value: Any) -> Any:
    """Another of the same form."""
    if isinstance(value, bool) or value is None:
        return "x"
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        last = value[-1:]
        return value[:-1] + (
            "1" if last == "0" else "0" if last.isdigit() else "Z" if last == "Y" else "a" if last == "b" else "b"
        )
    return (value[::-1] + value[:1] or ["202612"]) if isinstance(value, list) else {**value, "more": 1}


def test_every_field_of_a_manifest_is_under_its_signature(forger: Forger) -> None:
    for path in leaves(forger.fields):
        forged = world.compact(changed(forger.fields, path, other_value))
        forger.refused(forger.envelope | {"manifest": world.b64(forged)})


def test_every_field_of_a_manifest_fits_the_files_though_it_is_signed_again(forger: Forger) -> None:
    """By a sender that lies with its own key. Only when it was made, is its own affair."""
    for path in leaves(forger.fields):
        if path != ("created_at",):
            forger.refused(forger.resigned(changed(forger.fields, path, other_value)))


def test_other_bytes_with_the_same_meaning_are_other_bytes(forger: Forger) -> None:
    data = base64.b64decode(forger.envelope["manifest"])
    for form in (data + b" ", b" " + data, data.replace(b":", b": ", 1), data.replace(b'"hub"', b'"h\\u0075b"')):
        forger.refused(forger.envelope | {"manifest": world.b64(form)})


def test_nothing_is_exchanged_between_two_units(forger: Forger) -> None:
    one, two = forger.envelope, forger.other
    for part in ("manifest", "signature", "salts", "files"):
        forger.refused(one | {part: two[part]})
    for part in ("salts", "files"):
        first = sorted(one[part])[0]
        forger.refused(one | {part: one[part] | {first: next(iter(two[part].values()))}})
        forger.refused(one | {part: one[part] | two[part]})
        forger.refused(one | {part: {name: value for name, value in one[part].items() if name != first}})
    names = sorted(one["files"])
    if len(names) > 1:
        files = one["files"] | {names[0]: one["files"][names[1]], names[1]: one["files"][names[0]]}
        forger.refused(one | {"files": files})


def test_a_signature_of_somebody_else_counts_nothing(forger: Forger) -> None:
    data = base64.b64decode(forger.envelope["manifest"])
    recipient = forger.town.offices[forger.fields["recipient"]["office"]]
    renewed = world.new_office(forger.town.authority, forger.sender.number, forger.sender.service, "")
    for signer in (recipient, renewed):
        forger.refused(forger.envelope | {"signature": world.b64(signer.sign(data))})
    for signature in ("", world.b64(b"x"), world.b64(forger.sender.sign(data) + b"\0"), world.b64(data)):
        forger.refused(forger.envelope | {"signature": signature})
    # The recipient sends on what it got, in its own name and in the sender's.
    forger.refused(forger.envelope, by=recipient)


def test_a_unit_is_for_one_recipient_at_one_hub(forger: Forger) -> None:
    for office in forger.town.offices.values():
        for address in (
            {"office": office.number, "service": office.service},
            {"office": office.number, "service": "99"},
        ):
            if address != forger.fields["recipient"]:
                forger.refused(forger.resigned(forger.fields | {"recipient": address}))
    forger.refused(forger.resigned(forger.fields | {"hub": "renkei-elsewhere"}))


def test_what_was_sent_to_another_hub_is_not_taken_here(forger: Forger, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings as hub

    with monkeypatch.context() as patch:
        patch.setattr(hub, "HUB_ID", "renkei-elsewhere")
        forger.refused(forger.envelope)


@dataclass
class Word:
    """A receipt with words, as the recipient signed it, for a unit that was collected."""

    sent: Sent
    given: dict[str, Any]
    before: dict[str, int]

    def refused(self, given: dict[str, Any], by: world.TestOffice | None = None) -> None:
        answer = (by or self.sent.recipient).post("/receipts", {"receipts": [given]})
        if answer.status_code == 200:
            result = answer.json()["results"][0]
            assert result["status"] in (400, 403, 404, 409, 422), result
            assert "receipt" not in result or result["receipt"] is None
        else:
            assert answer.status_code == 400

    def resigned(self, fields: Any, by: world.TestOffice | None = None) -> dict[str, Any]:
        data = world.compact(fields)
        signature = (by or self.sent.recipient).sign(data)
        return self.given | {"body": world.b64(data), "signature": world.b64(signature)}

    @property
    def fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = json.loads(base64.b64decode(self.given["body"]))
        return fields


@pytest.fixture
def word(town: Hub, month: Month) -> Iterator[Word]:
    sent = send(town, month)
    sent.say("collected")
    found = [{"code": "E-1", "severity": "error", "message": "だめでした。"}]
    given = sent.recipient.receipt(sent.id, sent.digest, "import_failed", found)
    before = counts()
    yield Word(sent, given, before)
    assert counts() == before
    result = sent.recipient.post("/receipts", {"receipts": [given]}).json()["results"][0]
    assert result["status"] == 201


@SAMPLES
@given(part=st.sampled_from(["body", "signature", "salt", "data"]), byte=st.integers(0, 5000), bit=st.integers(0, 7))
def test_a_bit_that_fell_over_in_a_receipt_is_noticed(word: Word, part: str, byte: int, bit: int) -> None:
    word.refused(receipt_with_flip(word.given, part, byte, bit))


@pytest.mark.long
def test_a_bit_that_fell_over_in_any_byte_of_a_receipt_is_noticed(word: Word) -> None:
    for part in ("body", "signature", "salt", "data"):
        value = word.given[part] if part in word.given else word.given["words"][part]
        size = 32 if part == "salt" else len(base64.b64decode(value))
        for byte in range(size):
            word.refused(receipt_with_flip(word.given, part, byte, byte % 8))


def receipt_with_flip(given: dict[str, Any], part: str, byte: int, bit: int) -> dict[str, Any]:
    if part in given:
        return given | {part: flipped(given[part], byte, bit)}
    words, flip = given["words"], flipped_hex if part == "salt" else flipped
    return given | {"words": words | {part: flip(words[part], byte, bit)}}


def test_every_field_of_a_receipt_is_under_its_signature(word: Word) -> None:
    for path in leaves(word.fields):
        forged = world.compact(changed(word.fields, path, other_value))
        word.refused(word.given | {"body": world.b64(forged)})


def test_every_field_of_a_receipt_fits_the_unit_though_it_is_signed_again(word: Word) -> None:
    """Only the time that the recipient's own clock said is its own affair."""
    for path in leaves(word.fields):
        if path != ("at",):
            word.refused(word.resigned(changed(word.fields, path, other_value)))


def test_a_receipt_of_somebody_else_or_for_something_else_counts_nothing(town: Hub, month: Month, word: Word) -> None:
    sent = word.sent
    for signer in (o for o in town.offices.values() if o.number != sent.recipient.number):
        word.refused(word.resigned(word.fields, by=signer))
        word.refused(word.given, by=signer)
    words = word.given["words"]
    for others in ({"words": None}, {"words": words | {"data": world.b64(b"[]")}}):
        word.refused(word.given | others)
    stranger = "01900000-0000-7000-8000-000000000000"
    word.refused(word.given | {"transmission": stranger})
    word.refused(word.resigned(word.fields | {"transmission": stranger}))
    word.refused(word.resigned(word.fields | {"hub": "renkei-elsewhere"}))
