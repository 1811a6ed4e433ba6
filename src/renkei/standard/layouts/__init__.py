"""The layouts of the CSV files: one TOML file a kind, and the code lists in `codes.toml` beside this package.

Keys of a field in the TOML files:

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
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent

# In the order in which the standard lists them.
KINDS: tuple[str, ...] = (
    "UPHOSOKU",
    "UP1KYO",
    "UP2KYO",
    "UP3KYO",
    "DLT1KYO",
    "UPPLAN",
    "UPSIKYU",
    "DLTPLAN",
    "UPJSK",
    "DLTJSK",
    "UPKIHON",
    "UPKIHON_SUB1",
    "UPKIHON_SUB2",
    "DLTKIHON",
    "UPYOBO",
    "UPYOBO_SUB",
    "DLTYOBO",
)
CURRENT_VERSION = "202407"


@dataclass(frozen=True, slots=True)
class Field:
    """One item of a record. `length` counts half-width characters; None is text without a limit."""

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


@dataclass(frozen=True)
class Layout:
    """The items of one file kind in one version, in order."""

    kind: str
    name_ja: str
    version: str
    fields: tuple[Field, ...]

    @property
    def columns(self) -> int:
        return len(self.fields)

    def field(self, name: str) -> Field:
        """The field with this English name; raises KeyError."""
        return _by_name(self)[name]


@cache
def layout(kind: str, version: str = CURRENT_VERSION) -> Layout:
    """The layout of a file kind; raises KeyError for a kind or a version that is not known."""
    if kind not in KINDS or version != CURRENT_VERSION:
        raise KeyError(f"no layout for {kind} {version}")
    data = tomllib.loads((_HERE / f"{kind}.toml").read_text(encoding="utf-8"))
    return Layout(kind, data["name_ja"], data["version"], tuple(_field(item) for item in data["fields"]))


@cache
def code_lists() -> Mapping[str, Mapping[str, str]]:
    """Every code list by name: code → Japanese meaning."""
    lists: dict[str, dict[str, str]] = tomllib.loads((_HERE.parent / "codes.toml").read_text(encoding="utf-8"))
    return lists


@cache
def _by_name(of: Layout) -> dict[str, Field]:
    return {field.name: field for field in of.fields}


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
