"""Holds v1 to what it promised: compares the API with its frozen shape, and freezes what has been added to it.

Without words nothing is written. `freeze.py --write` adds to the frozen shape what is new; it refuses while anything breaks.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT, FROZEN = ROOT / "docs/api/openapi.json", ROOT / "tests/hub/v1.json"
# Bounds of what is taken: a smaller one, or a larger one, would turn away what was taken before.
_AT_MOST, _AT_LEAST = ("maxLength", "maximum", "maxItems"), ("minLength", "minimum", "minItems")
_SAME = ("type", "format", "pattern", "contentEncoding", "const")
_KEPT = {*_AT_MOST, *_AT_LEAST, *_SAME, "enum", "properties", "required", "items", "anyOf", "additionalProperties"}
Schema = Mapping[str, Any]


def shape(document: Mapping[str, Any]) -> dict[str, Any]:
    """What of the document is a promise: no words, no examples, references put in place."""
    schemas = document["components"]["schemas"]
    return {
        f"{method.upper()} {path}": _operation(told, schemas)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    }


def _operation(told: Mapping[str, Any], schemas: Mapping[str, Schema]) -> dict[str, Any]:
    parameters = {
        f"{one['in']} {one['name']}": {"required": one["required"], "schema": _bare(one["schema"], schemas)}
        for one in told.get("parameters", ())
    }
    return {
        "operationId": told["operationId"],
        "security": told["security"],
        "parameters": parameters,
        "request": _contents(told.get("requestBody", {}), schemas),
        "answers": {
            status: _contents(answer, schemas) for status, answer in told["responses"].items() if int(status) < 300
        },
    }


def _contents(told: Mapping[str, Any], schemas: Mapping[str, Schema]) -> dict[str, Any]:
    return {media: _bare(one["schema"], schemas) for media, one in told.get("content", {}).items()}


def _bare(schema: Schema, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    if "$ref" in schema:
        return _bare(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    kept = {name: value for name, value in schema.items() if name in _KEPT}
    if "properties" in kept:
        kept["properties"] = {name: _bare(one, schemas) for name, one in kept["properties"].items()}
    if "anyOf" in kept:
        kept["anyOf"] = [_bare(one, schemas) for one in kept["anyOf"]]
    for name in ("items", "additionalProperties"):
        if isinstance(kept.get(name), dict):
            kept[name] = _bare(kept[name], schemas)
    return kept


def broken(frozen: Mapping[str, Any], current: Mapping[str, Any]) -> list[str]:
    """Every promise that the current shape does not keep, one line each."""
    return [f"{call}: {fault}" for call in frozen for fault in _operation_faults(frozen[call], current.get(call))]


def _operation_faults(old: Mapping[str, Any], new: Mapping[str, Any] | None) -> Iterator[str]:
    if new is None:
        yield "operation removed"
        return
    for name in ("operationId", "security"):
        if old[name] != new[name]:
            yield f"{name} changed"
    yield from _parameter_faults(old["parameters"], new["parameters"])
    for media in old["request"].keys() - new["request"].keys():
        yield f"request {media} not taken any more"
    for media in old["request"].keys() & new["request"].keys():
        yield from _taken(old["request"][media], new["request"][media], "request")
    for status, answers in old["answers"].items():
        if status not in new["answers"]:
            yield f"answer {status} removed"
            continue
        for media, schema in answers.items():
            if media not in new["answers"][status]:
                yield f"answer {status} {media} removed"
            else:
                yield from _given(schema, new["answers"][status][media], f"answer {status}")


def _parameter_faults(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in old.keys() - new.keys():
        yield f"parameter {name} removed"
    for name in new:
        if new[name]["required"] and not old.get(name, {}).get("required"):
            yield f"parameter {name} became required"
    for name in old.keys() & new.keys():
        yield from _taken(old[name]["schema"], new[name]["schema"], f"parameter {name}")


def _taken(old: Schema, new: Schema, where: str) -> Iterator[str]:
    """What a request may say must not become less."""
    yield from _same(old, new, where)
    for name in _AT_MOST:
        if name in new and new[name] < old.get(name, float("inf")):
            yield f"{where}: {name} became smaller"
    for name in _AT_LEAST:
        if name in new and new[name] > old.get(name, float("-inf")):
            yield f"{where}: {name} became larger"
    if "enum" in new and not set(old.get("enum", [object()])) <= set(new["enum"]):
        yield f"{where}: values fell away"
    for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{where}.{name} became required"
    for name, schema in old.get("properties", {}).items():
        if name not in new.get("properties", {}):
            yield f"{where}.{name} removed"
        else:
            yield from _taken(schema, new["properties"][name], f"{where}.{name}")
    yield from _inside(_taken, old, new, where)


def _given(old: Schema, new: Schema, where: str) -> Iterator[str]:
    """What an answer says must not become less, nor anything else than it was."""
    yield from _same(old, new, where)
    for name in sorted(set(old.get("required", ())) - set(new.get("required", ()))):
        yield f"{where}.{name} is not always there any more"
    for name, schema in old.get("properties", {}).items():
        if name not in new.get("properties", {}):
            yield f"{where}.{name} removed"
        else:
            yield from _given(schema, new["properties"][name], f"{where}.{name}")
    yield from _inside(_given, old, new, where)


def _same(old: Schema, new: Schema, where: str) -> Iterator[str]:
    yield from (f"{where}: {name} changed" for name in _SAME if old.get(name) != new.get(name))
    if len(old.get("anyOf", ())) != len(new.get("anyOf", ())):
        yield f"{where}: another choice of types"


def _inside(compare: Any, old: Schema, new: Schema, where: str) -> Iterator[str]:
    for name in ("items", "additionalProperties"):
        if isinstance(old.get(name), dict) and isinstance(new.get(name), dict):
            yield from compare(old[name], new[name], f"{where}[]")
        elif bool(old.get(name)) != bool(new.get(name)):
            yield f"{where}: {name} changed"
    for before, after in zip(old.get("anyOf", ()), new.get("anyOf", ()), strict=False):
        yield from compare(before, after, where)


def main() -> int:
    """0 when v1 keeps its word, 1 when it does not."""
    parser = argparse.ArgumentParser(description="v1 の約束を確かめます。")
    parser.add_argument("--write", action="store_true", help="増えたものも、約束に入れます")
    asked = parser.parse_args()
    current = shape(json.loads(DOCUMENT.read_text(encoding="utf-8")))
    frozen = json.loads(FROZEN.read_text(encoding="utf-8")) if FROZEN.is_file() else {}
    faults = broken(frozen, current)
    for fault in faults:
        print(fault, file=sys.stderr)
    if asked.write and not faults:
        FROZEN.write_text(json.dumps(current, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
