"""The JSON Schema (2020-12) of the JSON form, made from the layouts.

It asks for what the standard asks of every record; what holds under a condition or between items is the business of
`renkei check`, and named under `x-renkei`.
"""

from __future__ import annotations

import json
from typing import Any

from .. import values
from ..layouts import CURRENT_VERSION, KINDS, Field, code_lists, layout
from ..names import IMAGE, MONTH_KINDS, NO_MONTH
from .json_form import BASIS, EDITION, FORMAT, NOTICE
from .json_reading import MAX_FILES

_CONFIDENCE_JA = {"verbatim": "標準", "inferred": "推定", "guess": "取り決め"}
_REQUIRED_JA = {"always": "必須", "warn": "必要", "never": "任意"}


def schema() -> dict[str, Any]:
    """The schema as Python values.

    >>> schema()["properties"]["format"]
    {'const': 'renkei-careplan/1'}
    """
    lists = sorted({field.codes for kind in KINDS for field in layout(kind).fields if field.codes})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:renkei:schema:careplan:1",
        "title": "ケアプランデータ連携標準仕様 第4.1版のファイルの JSON の形",
        "description": NOTICE + "項目の値は、CSV の値そのままの文字列です。空の項目は書きません。",
        "type": "object",
        "required": ["format", "basis", "edition", "files"],
        "additionalProperties": False,
        "properties": {
            "format": {"const": FORMAT},
            "basis": {"const": BASIS, "description": "ours = 国の標準仕様ではなく、Renkei が決めた形"},
            "notice": {"type": "string"},
            "edition": {"const": EDITION},
            "files": {"type": "array", "maxItems": MAX_FILES, "items": {"$ref": "#/$defs/file"}},
        },
        "$defs": {
            "file": _any_file(),
            **{kind: _file(kind) for kind in (*KINDS, IMAGE)},
            **{f"{kind}.record": _record(kind) for kind in KINDS},
            **{f"codes.{name}": _codes(name) for name in lists},
        },
    }


def schema_text() -> str:
    """The schema as it is published: UTF-8 text ending in a line break.

    >>> schema_text().startswith('{')
    True
    """
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def _any_file() -> dict[str, Any]:
    """The kind in the name decides what else holds; a list of alternatives would name no mistake."""
    kinds = [*KINDS, IMAGE]
    return {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": kinds}}},
        },
        "allOf": [
            {
                "if": {"properties": {"name": {"properties": {"kind": {"const": kind}}}}},
                "then": {"$ref": f"#/$defs/{kind}"},
            }
            for kind in kinds
        ],
    }


def _file(kind: str) -> dict[str, Any]:
    if kind == IMAGE:
        title, key = "利用者基本情報 家族構成の画像", "picture"
        content: dict[str, Any] = {"type": "string", "contentEncoding": "base64", "contentMediaType": "image/jpeg"}
    else:
        title, key = layout(kind).name_ja, "records"
        content = {"type": "array", "items": {"$ref": f"#/$defs/{kind}.record"}}
    return {
        "title": title,
        "type": "object",
        "required": ["name", key],
        "additionalProperties": False,
        "properties": {"name": _name(kind), key: content},
    }


def _name(kind: str) -> dict[str, Any]:
    office = {"type": "string", "pattern": "^[0-9A-Z]{10}$"}
    service = {"type": "string", "pattern": "^[0-9A-Z]{2}$"}
    parts: dict[str, Any] = {"kind": {"const": kind}}
    if kind in MONTH_KINDS:
        month = "[12][0-9]{3}(?:0[1-9]|1[0-2])"
        parts["month"] = {
            "type": "string",
            "pattern": f"^(?:{month}|{NO_MONTH})$" if kind == "UPHOSOKU" else f"^{month}$",
        }
    parts |= {"sender": office, "sender_service": service, "recipient": office, "recipient_service": service}
    parts["sequence"] = {"type": "string", "pattern": "^[0-9]{14}$", "description": "ファイル連番"}
    if kind == IMAGE:
        parts["branch"] = {"type": "string", "pattern": "^[0-9]{4}$", "description": "枝番"}
        parts["extension"] = {"type": "string", "pattern": "^[Jj][Pp][Gg]$"}
    return {"type": "object", "required": list(parts), "additionalProperties": False, "properties": parts}


def _record(kind: str) -> dict[str, Any]:
    fields = layout(kind).fields
    return {
        "title": layout(kind).name_ja,
        "type": "object",
        "required": [field.name for field in fields if field.required == "always"],
        "additionalProperties": False,
        "properties": {field.name: _item(field) for field in fields},
    }


def _item(field: Field) -> dict[str, Any]:
    required, _, condition = field.required.partition(":")
    words = _REQUIRED_JA.get(required, "条件により必須")
    facts = {
        "no": field.no,
        "required": field.required,
        "confidence": field.confidence,
        "required_confidence": field.required_confidence,
    }
    return {
        "title": field.name_ja,
        "description": f"No.{field.no}。{words}。根拠: {_CONFIDENCE_JA[field.confidence]}",
        **_form(field),
        "x-renkei": facts | ({"condition": condition} if condition else {}),
    }


def _form(field: Field) -> dict[str, Any]:
    if field.name == "csv_version":
        return {"const": CURRENT_VERSION}
    if field.codes and not field.sentinel:
        return {"$ref": f"#/$defs/codes.{field.codes}"}
    if field.type == "text":
        return {"type": "string", "minLength": 1}
    if field.type == "unused":
        return {"type": "string", "minLength": 1, "maxLength": field.length}
    return {"type": "string", "pattern": f"^(?:{values.pattern(field)})$"}


def _codes(name: str) -> dict[str, Any]:
    codes = code_lists()[name]
    meanings = "、".join(f"{code}={meaning}" for code, meaning in codes.items())
    return {"enum": list(codes), "description": meanings}
