"""One file in one document: how units travel in the JSON form."""

from __future__ import annotations

import json

import pytest

from renkei.standard.converting import to_json
from renkei.standard.converting.single import TooLong, document_name, read

from .test_converting import PICTURE

NAME = "DLTPLAN_202612_1370100016_43_1370200014_11_20261126090007.CSV"
DATA = b"202407,132019,0000000001,202612\r\n"


def document(*files: tuple[str, bytes]) -> bytes:
    text, _ = to_json(files)
    assert text
    return text.encode()


@pytest.mark.parametrize("folder", ["", "out/", "C:\\書き出し\\"])
@pytest.mark.parametrize(("name", "data"), [(NAME, DATA), (PICTURE, b"\xff\xd8picture")])
def test_a_file_comes_back_beside_its_document(folder: str, name: str, data: bytes) -> None:
    found = read(folder + document_name(name), document((name, data)))
    assert found == (folder + name, data, ())


def test_a_document_under_the_name_of_another_file_is_told() -> None:
    other = document_name(NAME).replace("DLTPLAN", "DLTJSK")
    assert [(one.code, one.file) for one in read(other, document((NAME, DATA))).findings] == [("E-JSON-FILE", other)]


@pytest.mark.parametrize("count", [0, 2])
def test_a_document_holds_one_file(count: int) -> None:
    names = [NAME, NAME.replace("09000", "09001")][:count]
    found = read(document_name(NAME), document(*((name, DATA) for name in names)))
    assert ([one.code for one in found.findings], found.data) == (["E-JSON-FILE"], b"")


def test_what_is_wrong_in_a_record_is_told_with_its_place() -> None:
    given = json.loads(document((NAME, DATA)))
    given["files"][0]["records"][0]["nickname"] = "x"
    (found,) = read(document_name(NAME), json.dumps(given).encode()).findings
    assert (found.code, found.file, found.record) == ("E-JSON-KEY", document_name(NAME), 1)


def test_short_records_that_are_long_in_csv_are_stopped() -> None:
    given = json.loads(document((NAME, DATA)))
    given["files"][0]["records"] *= 100
    with pytest.raises(TooLong):
        read(document_name(NAME), json.dumps(given).encode(), most=len(DATA) * 99)
