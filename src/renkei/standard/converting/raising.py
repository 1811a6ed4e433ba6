"""From the third edition and V4.0 to V4.1: the contents of a file and its name, with all that was filled in or is missing.

Every item of the older layouts is one of V4.1 (a test says so), so that nothing is ever dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..layouts import CURRENT_VERSION, SYNONYMS, VERSIONS, layout
from ..names import IMAGE, BadName, Edition, FileName
from ..older_names import Answer, Source
from .csv_form import Row, Sheet
from .fitting import tell_unfitting
from .notes import Notes

_PICTURE_ITEM = "family_chart_image_file"
_RENTAL = ("17", "67")
# Service items of rental itself; add-ons and subtotals need no equipment code.
_RENTAL_ITSELF = "1"


def raised(sheet: Sheet, file: str, kind: str, notes: Notes) -> Iterator[Row]:
    """The records of a sheet as V4.1 has them: the version value, and the items that are new empty (absent).

    A value that does not fit its item stays and is told, in whatever edition it came: a spreadsheet spoils V4.1 too.
    """
    is_older = sheet.version != CURRENT_VERSION
    if is_older:
        _tell_missing(file, kind, sheet.version, notes)
    for number, row in enumerate(sheet.records(), start=1):
        stated = row.get("csv_version", "")
        if stated != CURRENT_VERSION:
            _tell_version(file, number, stated, notes)
            row = {"csv_version": CURRENT_VERSION, **row} | {"csv_version": CURRENT_VERSION}
        if is_older:
            _look_for_equipment(file, number, row, notes)
        tell_unfitting(file, number, kind, row, notes)
        if _PICTURE_ITEM in row:
            row[_PICTURE_ITEM] = _picture_name(file, number, kind, row[_PICTURE_ITEM], notes)
        yield row


def current_name(name: FileName, answers: tuple[Answer, Answer], file: str, notes: Notes) -> FileName:
    """The name as V4.1 writes it; raises Stopped where a service type is known to nobody."""
    if name.edition is Edition.V3:
        _stop_where_nobody_knows(name, answers, file, notes)
        for office, answer in zip((name.sender, name.recipient), answers, strict=True):
            _tell_answer(office, answer, file, notes)
        name = name.with_services(answers[0].service, answers[1].service)
    if name.edition is Edition.V4_0:
        _tell_digits(name, file, notes)
    if name.kind != IMAGE and name.extension != "CSV":
        notes.add("C-NAME-EXTENSION", file)
        name = name._replace(extension="CSV")
    return name.current()


def _tell_missing(file: str, kind: str, version: str, notes: Notes) -> None:
    older = {field.name for field in layout(kind, version).fields}
    added = [field.name_ja for field in layout(kind).fields if field.name not in older]
    if added:
        notes.add("C-ITEMS-ADDED", file, items="・".join(added))
    if kind == "UP1KYO":
        notes.add("W-THIRD-SHEET", file)


def _tell_version(file: str, number: int, stated: str, notes: Notes) -> None:
    is_known = not stated or stated in VERSIONS or stated in SYNONYMS
    # A value that is no version at all might be anything: it is not repeated.
    shown = stated if re.fullmatch("[0-9]{6}", stated) else "空" if not stated else "(版でない値)"
    notes.add("C-VERSION" if is_known else "W-CONVERT-VERSION", file, record=number, version=shown)


def _look_for_equipment(file: str, number: int, row: Row, notes: Notes) -> None:
    code = row.get("service_code", "")
    if code[:2] in _RENTAL and code[2:3] == _RENTAL_ITSELF:
        notes.add("W-EQUIPMENT", file, record=number)


def _picture_name(file: str, number: int, kind: str, value: str, notes: Notes) -> str:
    """The picture's new name, where its name changes with ours."""
    try:
        name = FileName.parse(value)
    except BadName:
        return value
    if name.edition is not Edition.V4_0:
        return value
    notes.add("C-NAME-PICTURE", file, record=number, field=layout(kind).field(_PICTURE_ITEM).name_ja)
    return str(name.current())


def _tell_digits(name: FileName, file: str, notes: Notes) -> None:
    pairs = zip((name.sender_service, name.recipient_service), name.third_digits, strict=True)
    for service, digit in pairs:
        if digit:
            notes.add("C-NAME-DIGIT", file, before=service + digit, after=service)


def _stop_where_nobody_knows(name: FileName, answers: tuple[Answer, Answer], file: str, notes: Notes) -> None:
    for office, answer in zip((name.sender, name.recipient), answers, strict=True):
        if answer.source is Source.NOBODY:
            types = "・".join(answer.candidates)
            why = f"記録には {types} があります" if types else "記録にもありません"
            notes.stop("E-CONVERT-SERVICE", file, office=office, why=why)


def _tell_answer(office: str, answer: Answer, file: str, notes: Notes) -> None:
    service = answer.service
    notes.add("C-NAME-SERVICE", file, office=office, service=service, source=answer.source.label)
    if answer.candidates and service not in answer.candidates and answer.source is not Source.DIRECTION:
        types = "・".join(answer.candidates)
        notes.add("W-CONVERT-SERVICE", file, office=office, service=service, types=types)
