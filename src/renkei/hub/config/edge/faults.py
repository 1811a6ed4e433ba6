"""What is wrong with the form of a request, as findings: the place of each, never the value, which may be a person's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from renkei.standard.findings import Finding, Severity

MOST = 5
_WORDS = {
    "missing": "必要な項目がありません。",
    "too_long": "長すぎるか、多すぎます。",
    "string_too_long": "長すぎます。",
    "string_too_short": "短すぎます。",
    "string_type": "文字列ではありません。",
    "int_type": "整数ではありません。",
    "int_parsing": "整数ではありません。",
    "list_type": "リストではありません。",
    "dict_type": "オブジェクトではありません。",
    "string_pattern_mismatch": "形がちがいます。",
    "uuid_parsing": "番号 (UUID) の形がちがいます。",
    "base64_decode": "標準の base64 ではありません。",
    "greater_than_equal": "小さすぎます。",
    "less_than_equal": "大きすぎます。",
}
_OTHER = "値が正しくありません。"
_REMEDY = "API の説明にある形にしてください。"


def malformed(errors: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """The first few places, in order, each once."""
    found = {_place(error["loc"]): _WORDS.get(error["type"], _OTHER) for error in errors}
    return [
        Finding("E-REQUEST", Severity.ERROR, "", None, place, None, words, _REMEDY)
        for place, words in sorted(found.items())[:MOST]
    ]


def _place(location: Iterable[Any]) -> str:
    """`body.given.files.0.name`; short, whatever names a sender made up."""
    return ".".join(str(part)[:80] for part in location)[:300]
