"""Units in the JSON form (docs/api/json.md): what a sender sent in it as CSV, and what a recipient wants in it as JSON.

One document holds one file, and is called as that file with `.JSON` for the end.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import NamedTuple

from django.conf import settings

from renkei.attachments import index
from renkei.hub.core.problems import Refused
from renkei.hub.exchange.looking_into import Register
from renkei.standard.converting.files import ServiceTypes, current
from renkei.standard.converting.json_form import pieces
from renkei.standard.converting.notes import Level, Note, Notes, Stopped
from renkei.standard.converting.single import TooLong, document_name, is_document
from renkei.standard.converting.single import read as read_single
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
    documents = [name for name in given if is_document(name)]
    if documents and len(documents) < len(given):
        raise Refused.known(422, "E-UNIT-FORM")
    standard, wrong = read_each(given, is_new=is_new)
    if wrong:
        raise Refused(
            422,
            "E-UNIT-CONTENT",
            f"ファイルに直すところが {len(wrong)} か所あります。",
            "指摘を見て、JSON を作ったソフトで書き出し直してから送ってください。",
            wrong,
        )
    return standard


def read_each(files: Mapping[str, bytes], *, is_new: bool) -> tuple[Standard, list[Finding]]:
    """The standard's files, those in the JSON form read; and why others of them cannot be. Raises Refused (413)."""
    made: dict[str, bytes] = {}
    signed: dict[str, str] = {}
    wrong: list[Finding] = []
    room: int = settings.RENKEI["LIMIT_UNIT_BYTES"]
    for name, data in files.items():
        if not is_document(name):
            made[name] = data
            continue
        try:
            found = read_single(name, data, min(room, settings.RENKEI["LIMIT_FILE_BYTES"]) if is_new else sys.maxsize)
        except TooLong as error:
            raise _too_long() from error
        room -= len(found.data)
        wrong += found.findings
        if not found.findings:
            made[found.file], signed[found.file] = found.data, name
    return Standard(made, signed), wrong


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
            made_name = document_name(str(name))
        except Stopped:
            made_name = ""
        lost = next((note for note in notes.all() if note.level is Level.ERROR), None)
        if lost:
            left.append(_not_converted(lost, file))
        else:
            made.append(Written(made_name, document.encode(), file))
    return made, left


def _too_long() -> Refused:
    return Refused(
        413,
        "E-LIMIT",
        "大きすぎるため受け取れません。",
        f"CSV にしたとき、1ファイルは {settings.RENKEI['LIMIT_FILE_BYTES']:,} バイト、"
        f"1つの送信単位は {settings.RENKEI['LIMIT_UNIT_BYTES']:,} バイトまでです。利用者を分けて送ってください。",
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
