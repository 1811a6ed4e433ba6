"""Units in the JSON form: handed out beside the signed CSV where an office asks for it, and taken from senders."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from renkei.client import Outcome
from renkei.conformance import Month
from renkei.standard.converting import from_json, to_json
from renkei.standard.showing import sheets
from renkei.standard.units import Unit
from renkei.trust import receipts
from renkei.trust.manifest import commitment

from . import world
from .conftest import Hub
from .streets import person
from .test_office_steps import Desks, offices

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["offices", "person"]  # fixtures

Files = dict[str, bytes]


@dataclass
class Street:
    """A use table of the month, its sender and its recipient."""

    sender: world.TestOffice
    recipient: world.TestOffice
    unit: Unit
    files: Files

    @property
    def documents(self) -> Files:
        return {name.replace(".CSV", ".JSON"): document(name, data) for name, data in self.files.items()}

    def send(self, files: Files | None = None) -> Any:
        return self.sender.post("/transmissions", self.sender.envelope(self.unit, files or self.files))

    def sent(self, files: Files | None = None) -> dict[str, Any]:
        answer = self.send(files)
        assert answer.status_code == 201, answer.content.decode()
        return dict(answer.json())

    def collected(self, id_: str, office: world.TestOffice | None = None) -> dict[str, Any]:
        return dict((office or self.recipient).get(f"/transmissions/{id_}/files").json())


@pytest.fixture
def street(town: Hub, month: Month) -> Street:
    sender = next(one for one in town.offices.values() if one.service == "43")
    unit, files = next(one for one in world.units_of(month.files[sender.number]) if one[0].kind == "use_table")
    return Street(sender, town.offices[unit.recipient], unit, files)


@pytest.fixture
def wanting(street: Street) -> Street:
    """The recipient wants JSON."""
    from renkei.hub.parties.models import OfficeService

    OfficeService.objects.filter(party__number=street.recipient.number).update(form="json")
    return street


def document(name: str, data: bytes) -> bytes:
    made, _notes = to_json([(name, data)])
    assert made is not None
    return made.encode()


def copies(sent: dict[str, Any]) -> list[receipts.Copy]:
    return list(receipts.parse(base64.b64decode(sent["receipt"]["body"])).copies)


def opened(handed: dict[str, Any], name: str) -> tuple[bytes, str]:
    data = base64.b64decode(handed["files"][name])
    return data, commitment(bytes.fromhex(handed["salts"][name]), data)


def with_bare_returns(street: Street) -> tuple[str, Files]:
    """A file that the hub takes, and nobody can convert without guessing."""
    name = next(name for name in street.files if name.startswith("UPPLAN"))
    return name, street.files | {name: street.files[name].replace(b"\r\n", b"\r")}


def test_who_wants_json_gets_it_beside_the_csv_and_the_receipt_names_it(wanting: Street) -> None:
    sent = wanting.sent()
    handed = wanting.collected(sent["id"])
    named = {copy.file: copy for copy in copies(sent)}
    assert set(named) == set(wanting.files)
    for name, data in wanting.files.items():
        copy = named[name]
        assert base64.b64decode(handed["files"][name]) == data
        assert (copy.made, copy.name) == ("converted", name.replace(".CSV", ".JSON"))
        made, found = opened(handed, copy.name)
        assert (len(made), found) == (copy.size, copy.commitment)
        assert from_json(made).files == ((name, data),)
    assert {(part["name"], part["made"]) for part in handed["parts"]} == {
        (one.name, "converted") for one in copies(sent)
    }
    assert wanting.collected(sent["id"], wanting.sender)["files"].keys() == handed["files"].keys()


def test_who_does_not_ask_gets_what_was_signed_and_nothing_else(street: Street) -> None:
    sent = street.sent()
    handed = street.collected(sent["id"])
    assert copies(sent) == [] and set(handed["files"]) == set(street.files) and handed["parts"] == []


def test_what_cannot_be_converted_comes_as_csv_alone_and_that_is_said(wanting: Street) -> None:
    name, files = with_bare_returns(wanting)
    sent = wanting.sent(files)
    [left] = [one for one in sent["findings"] if one["code"] == "W-JSON-LEFT"]
    assert left["file"] == name and left["severity"] == "warning"
    assert {copy.file for copy in copies(sent)} == set(files) - {name}
    assert base64.b64decode(wanting.collected(sent["id"])["files"][name]) == files[name]


def test_a_sender_may_send_json_and_csv_comes_beside(street: Street) -> None:
    documents = street.documents
    sent = street.sent(documents)
    handed = street.collected(sent["id"])
    named = {copy.name: copy for copy in copies(sent)}
    assert set(named) == set(street.files) and set(handed["files"]) == set(documents) | set(street.files)
    for name, data in street.files.items():
        made, found = opened(handed, name)
        assert made == data and found == named[name].commitment
        assert named[name].file == name.replace(".CSV", ".JSON") and named[name].made == "converted"
    assert {name: base64.b64decode(handed["files"][name]) for name in documents} == documents


def test_the_same_json_again_is_the_same_unit_and_its_csv_is_another_content(street: Street) -> None:
    documents = street.documents
    first = street.sent(documents)
    again = street.send(documents)
    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    other = street.send()
    assert (other.status_code, other.json()["code"]) == (409, "E-UNIT-SEQUENCE-USED")


def test_what_is_wrong_is_said_of_the_json_that_was_sent(street: Street) -> None:
    documents = street.documents
    name = next(name for name in documents if name.startswith("UPPLAN"))
    read = json.loads(documents[name])
    read["files"][0]["records"][2]["insurer_number"] = "1"
    answer = street.send(documents | {name: json.dumps(read, ensure_ascii=False).encode()})
    assert answer.status_code == 422
    assert {(one["file"], one["record"]) for one in answer.json()["findings"]} == {(name, 3)}


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (b"{", "E-JSON-SYNTAX"),
        (b'{"format":"renkei-careplan/1","basis":"ours","edition":"4.1","files":[]}', "E-JSON-FILE"),
    ],
)
def test_a_document_that_is_none_is_refused_with_its_name(street: Street, broken: bytes, code: str) -> None:
    documents = street.documents
    name = next(iter(documents))
    answer = street.send(documents | {name: broken})
    assert (answer.status_code, answer.json()["code"]) == (422, "E-UNIT-CONTENT")
    assert [(one["code"], one["file"]) for one in answer.json()["findings"]] == [(code, name)]


def test_json_can_be_checked_before_it_is_sent(street: Street) -> None:
    def checked(files: Files) -> Any:
        given = [{"name": name, "data": world.b64(data)} for name, data in files.items()]
        return street.sender.post("/checks", {"files": given}).json()

    documents = street.documents
    name = next(name for name in documents if name.startswith("UPPLAN"))
    well = checked(documents)
    assert (well["files"], [one for one in well["findings"] if one["severity"] == "error"]) == (len(documents), [])
    assert well["records"] == checked(street.files)["records"] > 0
    read = json.loads(documents[name])
    read["files"][0]["records"][0]["insured_number"] = "x"
    wrong = {one["file"] for one in checked(documents | {name: json.dumps(read).encode()})["findings"]}
    assert name in wrong and wrong <= documents.keys()
    broken = checked(documents | {name: b"{"})
    assert ("E-JSON-SYNTAX", name) in {(one["code"], one["file"]) for one in broken["findings"]}
    assert broken["files"] == len(documents)


def test_a_document_of_another_file_is_refused(street: Street) -> None:
    documents = street.documents
    first, second, *_ = documents
    answer = street.send(documents | {first: documents[second]})
    assert [(one["code"], one["file"]) for one in answer.json()["findings"]] == [("E-JSON-FILE", first)]


def test_csv_and_json_in_one_unit_are_refused(street: Street) -> None:
    name = next(iter(street.files))
    mixed = {other: data for other, data in street.documents.items() if other != name.replace(".CSV", ".JSON")}
    answer = street.send(mixed | {name: street.files[name]})
    assert (answer.status_code, answer.json()["code"]) == (422, "E-UNIT-FORM")
    assert "混ざって" in answer.json()["title"]


def test_short_records_that_are_long_in_csv_are_held_to_the_same_limit(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "LIMIT_FILE_BYTES", 60_000)
    documents = street.documents
    name = next(name for name in documents if name.startswith("UPPLAN"))
    read = json.loads(documents[name])
    read["files"][0]["records"] = [{}] * 3_000
    answer = street.send(documents | {name: json.dumps(read, separators=(",", ":")).encode()})
    assert (answer.status_code, answer.json()["code"]) == (413, "E-LIMIT")


def test_a_month_reads_what_came_as_json(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    from renkei.hub.exchange.models import Transmission
    from renkei.hub.exchange.reading import fetch_units, open_unit

    id_ = street.sent(street.documents)["id"]
    monkeypatch.setitem(settings.RENKEI, "LIMIT_FILE_BYTES", 10)
    row = Transmission.objects.select_related("sender__party", "recipient__party", "envelope").get(pk=id_)
    [(same, fetched)] = fetch_units([row], row.recipient)
    assert open_unit(same, fetched) == street.files


def test_a_batch_has_json_and_csv_and_many_are_collected_at_once(wanting: Street, month: Month) -> None:
    units = world.units_of(month.files[wanting.sender.number])
    other, files = next(
        one for one in units if one[0].kind == "care_plan" and one[0].recipient == wanting.unit.recipient
    )
    given = [wanting.sender.envelope(wanting.unit, wanting.documents), wanting.sender.envelope(other, files)]
    given.append(wanting.sender.envelope(wanting.unit, {**wanting.documents, **wanting.files}))
    results = wanting.sender.post("/transmissions/batch", {"units": given}).json()["results"]
    assert [one["status"] for one in results] == [201, 201, 422]
    ids = [one["transmission"]["id"] for one in results[:2]]
    answer = wanting.recipient.post("/transmissions/collect", {"transmissions": ids}).json()
    assert [len(one["contents"]["files"]) for one in answer["results"]] == [6, 2 * len(files)]


def test_people_see_what_came_as_json_and_save_it_in_both_forms(street: Street, person: Callable[..., Client]) -> None:
    id_ = street.sent(street.documents)["id"]
    browser = person(street.recipient)
    record = browser.get(f"/transmissions/{id_}/").content.decode()
    assert all(name in record for name in (*street.documents, *street.files)) and "ハブが変換した写し" in record
    contents = browser.get(f"/transmissions/{id_}/contents/")
    assert contents.status_code == 200 and "読めない" not in contents.content.decode()
    assert contents.context["contents"] == sheets.contents(street.files)
    packed = browser.get(f"/transmissions/{id_}/files.zip")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == street.documents | street.files
    name, data = next(iter(street.files.items()))
    assert b"".join(browser.get(f"/transmissions/{id_}/files/{name}")) == data


def test_the_office_program_verifies_what_was_converted_and_puts_it_beside(offices: Desks, month: Month) -> None:
    from renkei.hub.parties.models import OfficeService

    manager, provider = offices
    OfficeService.objects.filter(party__number=manager.settings.office).update(form="json")
    given = month.files[provider.settings.office]
    for name, data in given.items():
        (provider.folder.outbox / name).write_bytes(data)
    assert {one.outcome for one in provider.send()} == {Outcome.DONE}
    [collected] = manager.collect()
    assert collected.outcome is Outcome.DONE and collected.folder
    lies = {path.name: path.read_bytes() for path in collected.folder.iterdir()}
    assert lies.keys() == {*given, *(name.replace(".CSV", ".JSON") for name in given)}
    assert {name: lies[name] for name in given} == given
    assert {one.outcome for one in manager.report()} == {Outcome.DONE}
    assert not [one for one in manager.verify() if one.troubles]


def test_the_office_program_sends_json_and_its_partner_gets_both_forms(offices: Desks, month: Month) -> None:
    manager, provider = offices
    given = {
        name.replace(".CSV", ".JSON"): document(name, data)
        for name, data in month.files[provider.settings.office].items()
    }
    for name, data in given.items():
        (provider.folder.outbox / name).write_bytes(data)
    assert {one.outcome for one in provider.send()} == {Outcome.DONE}
    [collected] = manager.collect()
    assert collected.folder
    lies = {path.name: path.read_bytes() for path in collected.folder.iterdir()}
    assert lies == given | month.files[provider.settings.office]
    assert {one.outcome for one in manager.reference_import()} == {Outcome.DONE}
