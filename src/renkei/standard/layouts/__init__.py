"""The layouts of the CSV files: one table a version and kind (`202407/UPPLAN.tsv`), and the code lists in `codes.tsv`.

A table has tabs between its columns and their names in the first line; a cell with nothing in it is not given. What the
third edition has is told by what differs from the current one. Columns of a layout:

- `no`, `name` (English), `name_ja`: place and names;
- `type`: see `renkei.standard.values`;
- `exact` or `max`: length in half-width characters; neither means text without a limit;
- `required`: `always`, `never`, `warn` (marked 必要 but not 必須) or `when:<rule>`;
- `codes`: the code list; `sentinel`: one value allowed beside the type (9999 = no time);
- `confidence`, `required_confidence`: `verbatim` (where not given: the standard says so), `inferred` or `guess`.

Columns of `codes.tsv`: `list`, which a field names, `code` and `meaning`. The list service_type holds the types that may be
exchanged, service_type_out_of_scope those that never make a record; of service_type_office 43 is in the standard, 46 and
AF are our assumption (national codes of the same meaning).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

# In the order in which the standard lists them.
KIND_NAMES: Mapping[str, str] = {
    "UPHOSOKU": "利用者補足情報",
    "UP1KYO": "居宅サービス計画書 第1表",
    "UP2KYO": "居宅サービス計画書 第2表",
    "UP3KYO": "居宅サービス計画書 第3表",
    "DLT1KYO": "居宅サービス計画書の削除",
    "UPPLAN": "第6表 サービス利用票(予定)",
    "UPSIKYU": "第7表 サービス利用票別表",
    "DLTPLAN": "第6表(予定)の削除",
    "UPJSK": "実績情報",
    "DLTJSK": "実績情報の削除",
    "UPKIHON": "利用者基本情報",
    "UPKIHON_SUB1": "利用者基本情報 別表1 タイムスケジュール",
    "UPKIHON_SUB2": "利用者基本情報 別表2 現病歴・既往歴",
    "DLTKIHON": "利用者基本情報の削除",
    "UPYOBO": "介護予防サービス・支援計画書",
    "UPYOBO_SUB": "介護予防サービス・支援計画書 別表",
    "DLTYOBO": "介護予防サービス・支援計画書の削除",
}
KINDS: tuple[str, ...] = tuple(KIND_NAMES)
CURRENT_VERSION = "202407"
# Third edition: read, and converted to the current one, never written. Versions are not ordered by their numbers.
V3_VERSION = "202208"
VERSIONS = (CURRENT_VERSION, V3_VERSION)
# The kinds of the third edition, in the standard's order, with how sure we are that each is told here as it was.
_V3_KINDS: Mapping[str, str] = {
    "UPHOSOKU": "inferred",
    "UP1KYO": "inferred",
    "UP2KYO": "verbatim",
    "DLT1KYO": "inferred",
    "UPPLAN": "inferred",
    "UPSIKYU": "inferred",
    "DLTPLAN": "inferred",
    "UPJSK": "inferred",
    "DLTJSK": "inferred",
}
# Items that it had in no kind, and items that were shorter.
_NOT_IN_V3 = frozenset({"tais_code", "equipment_notification_code", "equipment_name"})
_V3_LENGTHS: Mapping[tuple[str, str], int] = {("UPSIKYU", "count_or_days"): 2}  # three digits since V4.0
# Values that other writers put where 202407 belongs: V4.0's own, and a known mistake (convention C13).
SYNONYMS: Mapping[str, str] = {"202504": CURRENT_VERSION, "202410": CURRENT_VERSION}


class Field(NamedTuple):
    """One item of a record. `length` counts half-width characters; None is text without a limit.

    >>> field = layout("UPPLAN").field("service_date")
    >>> field.no, field.name_ja, field.type, field.length, field.required
    (10, 'サービス利用日', 'date', 8, 'always')
    """

    no: int
    name: str
    name_ja: str
    type: str
    length: int | None
    exact: bool
    required: str
    codes: str | None
    sentinel: str | None
    confidence: str
    required_confidence: str


class Layout:
    """The items of one file kind in one version, in order.

    >>> [field.name_ja for field in layout("DLTPLAN").fields]
    ['CSVバージョン', '保険者番号', '被保険者番号', '削除対象年月']
    """

    __slots__ = ("_by_name", "fields", "kind", "name_ja", "version")

    def __init__(self, kind: str, name_ja: str, version: str, fields: tuple[Field, ...]) -> None:
        self.kind, self.name_ja, self.version, self.fields = kind, name_ja, version, fields
        self._by_name = {field.name: field for field in fields}

    @property
    def columns(self) -> int:
        """How many items a record has."""
        return len(self.fields)

    def field(self, name: str) -> Field:
        """The field with this English name; raises KeyError."""
        return self._by_name[name]


def layout(kind: str, version: str = CURRENT_VERSION) -> Layout:
    """The layout of a file kind; raises KeyError for a kind or a version that is not known.

    >>> layout("UPPLAN").columns, layout("UPPLAN", "202208").columns
    (25, 22)
    """
    return _layout(kind, version)


@cache
def _layout(kind: str, version: str) -> Layout:
    if kind not in kinds(version):
        raise KeyError(f"no layout for {kind} {version}")
    if version == V3_VERSION:
        return _third(layout(kind), _V3_KINDS[kind])
    fields = tuple(map(_field, _table(f"{version}/{kind}.tsv")))
    return Layout(kind, KIND_NAMES[kind], version, fields)


@cache
def kinds(version: str = CURRENT_VERSION) -> tuple[str, ...]:
    """The file kinds of a version, in the standard's order; none for a version that is not known.

    >>> len(kinds()), len(kinds("202208")), kinds("999999")
    (17, 9, ())
    """
    return {CURRENT_VERSION: KINDS, V3_VERSION: tuple(_V3_KINDS)}.get(version, ())


def version_of(kind: str, stated: str, columns: int, named: str = CURRENT_VERSION) -> str:
    """The version whose layout a record follows, whatever it says (convention C13).

    `stated` is its first item, `columns` the number of its items, `named` the version that the file's name is of. The
    number of items decides where it differs between versions, then what is stated, then the name.

    >>> version_of("UPPLAN", "202407", 22), version_of("UPPLAN", "202504", 25)
    ('202208', '202407')
    """
    if kind in kinds(stated) and layout(kind, stated).columns == columns:
        return stated
    fitting = [version for version in VERSIONS if kind in kinds(version) and layout(kind, version).columns == columns]
    wanted = (SYNONYMS.get(stated, stated), named)
    candidates = fitting or [version for version in VERSIONS if kind in kinds(version)]
    return next((version for version in wanted if version in candidates), candidates[0])


@cache
def code_lists() -> Mapping[str, Mapping[str, str]]:
    """Every code list by name: code → Japanese meaning.

    >>> code_lists()["sex"]
    {'1': '男性', '2': '女性'}
    """
    lists: dict[str, dict[str, str]] = {}
    for row in _table("codes.tsv"):
        lists.setdefault(row["list"], {})[row["code"]] = row["meaning"]
    return lists


def _table(name: str) -> list[dict[str, str]]:
    """The rows by the names of the columns; cells missing at the end of a line, where editors cut off tabs, are empty."""
    with open(f"{__path__[0]}/{name}", encoding="utf-8") as file:  # noqa: PTH123 - a check starts without pathlib
        head, *rows = (line.rstrip("\n").split("\t") for line in file)
    return [dict(zip(head, row + [""] * (len(head) - len(row)), strict=True)) for row in rows]


def _field(row: Mapping[str, str]) -> Field:
    length = row["exact"] or row["max"]
    confidence = row["confidence"] or "verbatim"
    return Field(
        no=int(row["no"]),
        name=row["name"],
        name_ja=row["name_ja"],
        type=row["type"],
        length=int(length) if length else None,
        exact=bool(row["exact"]),
        required=row["required"],
        codes=row["codes"] or None,
        sentinel=row["sentinel"] or None,
        confidence=confidence,
        required_confidence=row["required_confidence"] or confidence,
    )


def _third(newer: Layout, confidence: str) -> Layout:
    """The layout of the third edition."""
    kept = [field for field in newer.fields if field.name not in _NOT_IN_V3]
    fields = (
        field._replace(
            no=no,
            length=_V3_LENGTHS.get((newer.kind, field.name), field.length),
            confidence=_weaker(field.confidence, confidence),
            required_confidence=_weaker(field.required_confidence, confidence),
        )
        for no, field in enumerate(kept, start=1)
    )
    return Layout(newer.kind, newer.name_ja, V3_VERSION, tuple(fields))


def _weaker(one: str, other: str) -> str:
    return max(one, other, key=("verbatim", "inferred", "guess").index)
