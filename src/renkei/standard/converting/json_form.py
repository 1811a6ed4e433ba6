"""The JSON form: one document carries any set of files of V4.1 without loss. Our own, until the national 5.0 is known.

UTF-8. A file is the parts of its name and its records; an item stands under its English name, as text exactly as in
the CSV (leading zeros and padding included); an empty item is absent; the picture of UPKIHON is Base64. A newer form
that older readers cannot read gets another number in `FORMAT`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..names import IMAGE, FileName

FORMAT = "renkei-careplan/1"
# Whose form it is, for programs; NOTICE says it to people.
BASIS = "ours"
NOTICE = "Renkei が決めた形です。国のケアプランデータ連携標準仕様 第5.0版の形ではありません。"
EDITION = "4.1"
# What a document of one file is called in a unit: as that file, with this end.
SUFFIX = ".JSON"
# The parts of a name, in order; a part that a kind does not have is absent.
NAME_PARTS = (
    "kind",
    "month",
    "sender",
    "sender_service",
    "recipient",
    "recipient_service",
    "sequence",
    "branch",
    "extension",
)

Records = Iterable[Mapping[str, str]]


def pieces(files: Iterable[tuple[FileName, Records | bytes]]) -> Iterator[str]:
    """The document piece by piece, a record at a time. Each file is a name of V4.1 and its records or its picture.

    Empty items are left out. Records are read only when their turn comes.

    >>> name = FileName.parse("DLTPLAN_202612_1370100016_43_1370200014_11_20261126090007.CSV")
    >>> document = json.loads("".join(pieces([(name, [{"insurer_number": "132019"}])])))
    >>> document["files"][0]["records"]
    [{'insurer_number': '132019'}]
    """
    head = {"format": FORMAT, "basis": BASIS, "notice": NOTICE, "edition": EDITION}
    yield _text(head)[:-1] + ',\n"files":['
    separator = "\n"
    for name, content in files:
        yield f'{separator}{{"name":{_text(name_parts(name))},'
        separator = ",\n"
        if isinstance(content, bytes):
            yield f'"picture":"{base64.b64encode(content).decode("ascii")}"}}'
        else:
            yield from _records(content)
    yield "\n]}\n"


def name_parts(name: FileName) -> dict[str, str]:
    """The parts of a name as the document has them; the extension only of a picture, because it is kept as it is.

    >>> parts = name_parts(FileName.parse("DLT1KYO_1370100016_43_1370200014_11_20261126090007.CSV"))
    >>> parts["kind"], "month" in parts
    ('DLT1KYO', False)
    """
    parts = {part: getattr(name, part) for part in NAME_PARTS if part != "extension" or name.kind == IMAGE}
    return {part: value for part, value in parts.items() if value is not None}


def _records(records: Records) -> Iterator[str]:
    yield '"records":['
    separator = "\n"
    for record in records:
        yield separator + _text({item: value for item, value in record.items() if value})
        separator = ",\n"
    yield "\n]}"


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
