"""The OpenAPI 3.1 document: what the routes declare, with the table's words, all refusals, headers and true examples."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from renkei.hub.config.describing import headers
from renkei.hub.config.describing.table import Promise, promises
from renkei.hub.core.problem_codes import catalogue
from renkei.hub.core.problems import MEDIA_TYPE

VERSION = "1.0"
EXAMPLES = Path(__file__).with_name("examples.json")
_WORDS = {
    200: "できた",
    201: "新しく作った",
    202: "受け付けた。答えはまだ",
    204: "できた。答えの中身はない",
    206: "一部",
    304: "手元のものから変わっていない",
    400: "要求の形が正しくない",
    401: "サインインが要るか、できない",
    403: "してよいことではない",
    404: "ない",
    405: "ここにはないメソッド",
    406: "求められた形では答えられない",
    409: "いまの様子と合わない",
    410: "もう消えた",
    411: "長さがない",
    413: "大きすぎるか、多すぎる",
    415: "受け取れない形",
    416: "その範囲はない",
    422: "形は正しいが、受け付けられない",
    429: "多すぎる。Retry-After まで待つ",
    500: "ハブの中の誤り",
    503: "いまは使えない。Retry-After まで待つ",
}
_SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "POST /v1/tokens か POST /v1/login のアクセストークン。login のものは、同じクライアント証明書の接続でだけ使えます。",
    },
    "certificate": {"type": "mutualTLS", "description": "事業所のクライアント証明書"},
}
_SERVERS = [
    {"url": "/", "description": "この文書を渡したハブ"},
    {"url": "https://{host}", "variables": {"host": {"default": "renkei.example.jp", "description": "ハブの名前"}}},
]


def described(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document of the routes, completed. `document` itself stays as it is."""
    whole: dict[str, Any] = json.loads(json.dumps(document))
    paths = {_tidy(path): methods for path, methods in whole["paths"].items()}
    whole["paths"] = {
        path: {method: _operation(f"{method.upper()} {path}", said) for method, said in methods.items()}
        for path, methods in sorted(paths.items())
    }
    whole["servers"] = _SERVERS
    components = whole["components"]
    components["securitySchemes"] = _SCHEMES
    components["headers"] = headers.COMPONENTS
    said = [(code, status) for code, known in catalogue().items() if known.on_api for status in known.statuses]
    components["responses"] = {f"{code}.{status}": _refusal(status, [code]) for code, status in said}
    components["examples"] = {
        f"{code}.{status}": {"summary": catalogue()[code].title, "value": _problem(code, status)}
        for code, status in said
    }
    return whole


@functools.cache
def examples() -> Mapping[str, Any]:
    """By operation: `request`, and `answers` by status, as a hub took and gave them."""
    found: Mapping[str, Any] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return found


def _tidy(path: str) -> str:
    """Names of Python with an underscore behind them are ours alone."""
    return re.sub(r"_}", "}", path)


def _operation(name: str, said: dict[str, Any]) -> dict[str, Any]:
    promise = promises()[name]
    shown = examples().get(promise.id, {})
    parameters = [one | {"name": one["name"].rstrip("_")} for one in said.pop("parameters", [])]
    needs_token = bool(said.pop("security", None))
    whole: dict[str, Any] = {
        "operationId": promise.id,
        "summary": said.pop("summary"),
        "description": promise.description,
        "tags": said.pop("tags", []),
    }
    if promise.deprecated is not None:
        whole["deprecated"] = True
    whole["security"] = _security(promise, needs_token)
    if parameters:
        whole["parameters"] = parameters
    if "requestBody" in said:
        whole["requestBody"] = _with_example(said["requestBody"], shown.get("request"))
    has_body, has_parameters = "requestBody" in said, bool(parameters)
    problems = _problems(promise, needs_token=needs_token, has_body=has_body, has_parameters=has_parameters)
    good = {int(status): answer for status, answer in said["responses"].items() if int(status) < 400}
    whole["responses"] = _good(promise, good, shown.get("answers", {})) | _refusals(problems)
    return whole


def _security(promise: Promise, needs_token: bool) -> list[dict[str, list[str]]]:
    if needs_token:
        return [{"token": []}]
    return [{"certificate": []}] if promise.mutual_tls else []


def _problems(promise: Promise, *, needs_token: bool, has_body: bool, has_parameters: bool) -> dict[int, list[str]]:
    """What this operation may answer: its own, and what every one like it may."""
    found = {status: list(codes) for status, codes in promise.problems.items()}
    common = [(429, "E-LIMIT-RATE"), (500, "E-HUB-FAULT"), (503, "E-HUB-STORAGE"), (400, "E-REQUEST")]
    common += [(406, "E-REQUEST-ACCEPT")]
    if needs_token:
        common += [(401, "E-AUTH-TOKEN"), (401, "E-AUTH-BOUND")]
    if "{" in promise.call:
        common += [(404, "E-NOT-FOUND")]
    if has_body:
        common += [(411, "E-REQUEST-LENGTH"), (413, "E-LIMIT"), (415, "E-REQUEST-TYPE")]
    for status, code in common:
        if code not in found.setdefault(status, []):
            found[status].append(code)
    return dict(sorted(found.items()))


def _refusals(problems: Mapping[int, Sequence[str]]) -> dict[str, Any]:
    """A status with one code is told once for all."""
    return {
        str(status): {"$ref": f"#/components/responses/{codes[0]}.{status}"}
        if len(codes) == 1
        else _refusal(status, codes)
        for status, codes in problems.items()
    }


def _refusal(status: int, codes: Sequence[str]) -> dict[str, Any]:
    return {
        "description": f"{_WORDS[status]}: {'、'.join(codes)}",
        "headers": headers.of_refusal(status),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {code: {"$ref": f"#/components/examples/{code}.{status}"} for code in codes},
            }
        },
    }


def _good(promise: Promise, answers: Mapping[int, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status, answer in sorted(answers.items()):
        told = {"description": _WORDS[status], "headers": headers.of_answer(promise, status)}
        if "content" in answer:
            told |= {"content": _with_example(answer, shown.get(str(status)))["content"]}
        found[str(status)] = told
    if promise.has_etag:
        found["304"] = {"description": _WORDS[304], "headers": headers.of_answer(promise, 304)}
    return found


def _with_example(told: dict[str, Any], value: Any) -> dict[str, Any]:
    if value is not None and "application/json" in told["content"]:
        told["content"]["application/json"]["examples"] = {"month": {"summary": "架空の1か月から", "value": value}}
    return told


def _problem(code: str, status: int) -> dict[str, Any]:
    known = catalogue()[code]
    return {
        "type": f"urn:renkei:problem:{code}",
        "title": known.title,
        "status": status,
        "detail": known.remedy,
        "code": code,
        "findings": [],
    }
