"""The layouts of the CSV files: one TOML file a version and kind, and the code lists in `codes.toml` beside this package.

The layout of an older version names the newer one that it is `like`, the items that it is `without` and those that are
`changed`; its `confidence` is how sure we are of all that. Keys of a field:

- `no`, `name` (English), `name_ja`: place and names;
- `type`: see `renkei.standard.values`;
- `exact` or `max`: length in half-width characters; neither means text without a limit;
- `required`: `always`, `never`, `warn` (marked 必要 but not 必須) or `when:<rule>`;
- `codes`: the code list; `sentinel`: one value allowed beside the type (9999 = no time);
- `confidence`, `required_confidence`: `verbatim` (the default, the standard says so), `inferred` or `guess`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

_HERE = Path(__file__).parent

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
    data = tomllib.loads((_HERE / version / f"{kind}.toml").read_text(encoding="utf-8"))
    if "like" in data:
        return _derived(layout(kind, data["like"]), data)
    return Layout(kind, KIND_NAMES[kind], version, tuple(_field(item) for item in data["fields"]))


@cache
def kinds(version: str = CURRENT_VERSION) -> tuple[str, ...]:
    """The file kinds of a version, in the standard's order; none for a version that is not known.

    >>> len(kinds()), len(kinds("202208")), kinds("999999")
    (17, 9, ())
    """
    if version == CURRENT_VERSION:
        return KINDS
    return tuple(kind for kind in KINDS if version in VERSIONS and (_HERE / version / f"{kind}.toml").is_file())


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
    lists: dict[str, dict[str, str]] = tomllib.loads((_HERE.parent / "codes.toml").read_text(encoding="utf-8"))
    return lists


def _derived(newer: Layout, data: dict[str, Any]) -> Layout:
    """The layout of an older version, told by what differs from the newer one."""
    changed = data.get("changed", {})
    kept = [field for field in newer.fields if field.name not in data.get("without", ())]
    fields = (
        field._replace(
            no=no,
            length=changed.get(field.name, {}).get("max", field.length),
            confidence=_weaker(field.confidence, data["confidence"]),
            required_confidence=_weaker(field.required_confidence, data["confidence"]),
        )
        for no, field in enumerate(kept, start=1)
    )
    return Layout(newer.kind, newer.name_ja, data["version"], tuple(fields))


def _weaker(one: str, other: str) -> str:
    return max(one, other, key=("verbatim", "inferred", "guess").index)


def _field(item: dict[str, str | int]) -> Field:
    length = item.get("exact", item.get("max"))
    return Field(
        no=int(item["no"]),
        name=str(item["name"]),
        name_ja=str(item["name_ja"]),
        type=str(item["type"]),
        length=None if length is None else int(length),
        exact="exact" in item,
        required=str(item["required"]),
        codes=_text(item, "codes"),
        sentinel=_text(item, "sentinel"),
        confidence=_text(item, "confidence") or "verbatim",
        required_confidence=_text(item, "required_confidence") or _text(item, "confidence") or "verbatim",
    )


def _text(item: dict[str, str | int], key: str) -> str | None:
    return str(item[key]) if key in item else None
