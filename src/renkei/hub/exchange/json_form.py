"""Units in the JSON form (docs/api/json.md): what a sender sent in it as CSV, and what a recipient wants in it as JSON.

One document holds one file, and is called as that file with `.JSON` for the end.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import NamedTuple

from django.conf import settings

from renkei.attachments import index
from renkei.hub.core.problems import Refused
from renkei.hub.exchange.looking_into import Register
from renkei.standard.converting.files import ServiceTypes, current
from renkei.standard.converting.json_form import SUFFIX, pieces
from renkei.standard.converting.json_reading import Document
from renkei.standard.converting.notes import Level, Note, Notes, Stopped
from renkei.standard.findings import Finding, Severity


class Standard(NamedTuple):
    """The standard's files of a unit as CSV and pictures; of those that were sent as JSON, `signed` has the signed name."""

    files: Mapping[str, bytes]
    signed: Mapping[str, str]

    def as_signed(self, found: Finding) -> Finding:
        """The same said of the file that the sender knows."""
        return found._replace(file=self.signed.get(found.file, found.file))


class Written(NamedTuple):
    """One file in the JSON form: `name`, its bytes, and the file that it was made of."""

    name: str
    data: bytes
    of: str


def read(files: Mapping[str, bytes], *, is_new: bool = False) -> Standard:
    """The standard's files among these small files of a unit. Raises Refused (413, 422) with the findings.

    The limits of size are for what `is_new`: a unit that is stored stays readable when they are lowered.
    """
    given = {name: data for name, data in files.items() if name != index.FILE}
    documents = [name for name in given if is_json(name)]
    if not documents:
        return Standard(given, {})
    if len(documents) < len(given):
        raise Refused.known(422, "E-UNIT-FORM")
    made: dict[str, bytes] = {}
    signed: dict[str, str] = {}
    wrong: list[Finding] = []
    room: int = settings.RENKEI["LIMIT_UNIT_BYTES"]
    for file, data in given.items():
        found = _read_one(file, data, min(room, settings.RENKEI["LIMIT_FILE_BYTES"]) if is_new else sys.maxsize, wrong)
        if found:
            name, content = found
            made[name], signed[name] = content, file
            room -= len(content)
    if wrong:
        raise Refused(
            422,
            "E-UNIT-CONTENT",
            f"ファイルに直すところが {len(wrong)} か所あります。",
            "指摘を見て、JSON を作ったソフトで書き出し直してから送ってください。",
            wrong,
        )
    return Standard(made, signed)


def is_json(name: str) -> bool:
    """Whether a file of a unit is in the JSON form, by its name."""
    return name.upper().endswith(SUFFIX) and name != index.FILE


def written(files: Mapping[str, bytes], register: Register) -> tuple[list[Written], list[Finding]]:
    """Each file in the JSON form; and a warning for each that cannot be carried over whole.

    `register` is what `service_types` says about the names.
    """
    types, made, left = ServiceTypes(register=register), [], []
    for file, data in files.items():
        types.take(file, data)
    for file, data in files.items():
        notes, document = Notes(), ""
        try:
            name, content = current(file, file, data, types, notes)
            document = "".join(pieces([(name, content)]))
            made_name = _json_name(str(name))
        except Stopped:
            made_name = ""
        lost = next((note for note in notes.all() if note.level is Level.ERROR), None)
        if lost:
            left.append(_not_converted(lost, file))
        else:
            made.append(Written(made_name, document.encode(), file))
    return made, left


def _json_name(name: str) -> str:
    return PurePath(name).stem + SUFFIX


def _read_one(file: str, data: bytes, most: int, wrong: list[Finding]) -> tuple[str, bytes] | None:
    """The name and bytes of the one file of a document. Says in `wrong` why there is none; raises Refused (413)."""
    notes = Notes()
    found: list[tuple[str, bytes]] = []
    try:
        for name, content in Document(file, data, notes).files():
            if _json_name(str(name)) != PurePath(file).stem + SUFFIX or found:
                wrong.append(_other_name(file))
                return None
            found.append((str(name), _bounded(content, most)))
    except Stopped:
        found = []
    errors = [note for note in notes.all() if note.level is Level.ERROR]
    wrong += [
        Finding(note.code, Severity.ERROR, file, note.record, note.field, None, note.message, note.remedy)
        for note in errors
    ]
    if not found and not errors:
        wrong.append(_other_name(file))
    return found[0] if found and not errors else None


def _bounded(content: Iterable[bytes], most: int) -> bytes:
    """An empty record is short in JSON and long in CSV: the limits hold for both."""
    blocks, size = [], 0
    for block in content:
        size += len(block)
        if size > most:
            raise Refused(
                413,
                "E-LIMIT",
                "大きすぎるため受け取れません。",
                f"CSV にしたとき、1ファイルは {settings.RENKEI['LIMIT_FILE_BYTES']:,} バイト、"
                f"1つの送信単位は {settings.RENKEI['LIMIT_UNIT_BYTES']:,} バイトまでです。利用者を分けて送ってください。",
            )
        blocks.append(block)
    return b"".join(blocks)


def _other_name(file: str) -> Finding:
    return Finding(
        "E-JSON-FILE",
        Severity.ERROR,
        file,
        None,
        None,
        None,
        "JSON のファイル名と、中に書かれたファイルが合いません。",
        "1つの JSON に1つのファイルを入れ、そのファイルの名前の終わりを .JSON にした名前をつけてください。",
    )


def _not_converted(note: Note, file: str) -> Finding:
    return Finding(
        "W-JSON-LEFT",
        Severity.WARNING,
        file,
        note.record,
        note.field,
        None,
        f"送り先は JSON の形を求めていますが、このファイルは CSV だけを届けます。{note.message}",
        "CSV は、署名したまま届いています。JSON でも届けるには、直して書き出し直してください。",
    )
