"""What travels with 利用者基本情報 and 支援計画書: the family picture, which a record names, and the sub-tables."""

from __future__ import annotations

from collections.abc import Mapping

from ..layouts import layout
from ..names import IMAGE, FileName
from ..troubles import reason
from ..units import Unit, UnitKind
from .collector import Collector
from .sources import Source
from .table import Table

# The standard sets no limit (convention B13); a larger picture is one straight from a camera.
MAX_PICTURE_BYTES = 5 * 1024 * 1024
PICTURE_ITEM = "family_chart_image_file"
_JPEG = b"\xff\xd8\xff"


def check_prevention(
    unit: Unit, tables: Mapping[str, Table], sources: Mapping[str, Source], collector: Collector
) -> None:
    """Pictures are JPEG, each named by one record of the unit; a plan has its sub-table."""
    if unit.kind not in {UnitKind.CLIENT_BASICS, UnitKind.PREVENTION_PLAN}:
        return
    kinds = {name: FileName.parse(name).kind for name in unit.files}
    pictures = {name for name, kind in kinds.items() if kind == IMAGE}
    for name in sorted(pictures):
        _look(sources[name], collector)
    for name, kind in kinds.items():
        if kind == "UPKIHON" and name in tables and not tables[name].lost:
            _named(tables[name], pictures, sources, collector)
        if kind == "UPYOBO" and "UPYOBO_SUB" not in kinds.values():
            collector.add("W-UNIT-SUB", sources[name].path, child=layout("UPYOBO_SUB").name_ja)


def _look(picture: Source, collector: Collector) -> None:
    try:
        begins, size = next(picture.chunks(), b""), picture.size()
    except OSError as error:
        collector.add("E-FILE-UNREADABLE", picture.path, why=reason(error))
        return
    if not begins.startswith(_JPEG):
        collector.add("E-UNIT-JPEG", picture.path)
    if size > MAX_PICTURE_BYTES:
        collector.add("W-UNIT-PICTURE-SIZE", picture.path, limit=MAX_PICTURE_BYTES // (1024 * 1024))


def _named(table: Table, pictures: set[str], sources: Mapping[str, Source], collector: Collector) -> None:
    item = layout(table.kind).field(PICTURE_ITEM).name_ja
    known = {name.lower() for name in pictures}
    named: set[str] = set()
    for record, (name,) in table.numbered(PICTURE_ITEM):
        if not name:
            continue
        code = "W-CROSS-PICTURE" if name.lower() in named else None if name.lower() in known else "E-UNIT-PICTURE"
        named.add(name.lower())
        if code:
            collector.add(code, table.path, record=record, field=item, value=name)
    for name in sorted(pictures):
        if name.lower() not in named:
            collector.add("W-UNIT-PICTURE", sources[name].path)
