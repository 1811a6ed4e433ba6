"""Whether a question is well put: method, accepted answer, form of the body, parameters; by what the API says of itself."""

from __future__ import annotations

import re
from collections.abc import Collection

from django.http import HttpRequest, HttpResponse

from renkei.hub.config.describing.table import Call, calls_at
from renkei.hub.config.edge import limiting
from renkei.hub.core.problems import Refused, answer
from renkei.standard.findings import Finding, Severity

_TEXT = ("", "utf-8", "utf8")


def check(request: HttpRequest) -> HttpResponse | None:
    """An answer for OPTIONS and for a method that is not there; None when the question may go to its route.

    Raises Refused (400, 406, 415, 429).
    """
    route = request.resolver_match.route if request.resolver_match else ""
    calls = calls_at(route)
    if not calls:
        return None
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": _allow(calls)})
    call = calls.get(request.method or "")
    if call is None:
        refused = answer(Refused.known(405, "E-REQUEST-METHOD"))
        refused["Allow"] = _allow(calls)
        return refused
    request.renkei_call = call  # type: ignore[attr-defined]
    limiting.before(request, call)
    _accepted(request, call)
    _form(request, call)
    _parameters(request, call)
    return None


def _allow(calls: Collection[str]) -> str:
    return ", ".join(sorted({*calls, *(["HEAD"] if "GET" in calls else []), "OPTIONS"}))


def _accepted(request: HttpRequest, call: Call) -> None:
    if call.produces and "HTTP_ACCEPT" in request.META and not any(map(request.accepts, call.produces)):
        raise Refused.known(406, "E-REQUEST-ACCEPT")


def _form(request: HttpRequest, call: Call) -> None:
    """The declared form of a body; without a body, its absence is for the route to judge."""
    said = request.META.get("CONTENT_TYPE", "")
    is_there = bool(said or int(request.META.get("CONTENT_LENGTH") or 0))
    if not call.consumes or not is_there:
        return
    charset = (request.content_params or {}).get("charset", "").lower()
    if request.content_type not in call.consumes or charset not in _TEXT:
        raise Refused.known(415, "E-REQUEST-TYPE")


def _parameters(request: HttpRequest, call: Call) -> None:
    """A name that means nothing here would be passed over in silence, and of one said twice half would."""
    wrong = [_unknown(name) for name in request.GET if name not in call.query]
    wrong += [_twice(name) for name, values in request.GET.lists() if name in call.query and len(values) > 1]
    if wrong:
        raise Refused(400, "E-REQUEST", "要求の形が正しくありません。", wrong[0].message, wrong)


def _unknown(name: str) -> Finding:
    shown = name if re.fullmatch(r"[A-Za-z_]{1,30}", name) else "?"
    return _finding(shown, f"パラメーター {shown} は、ここにはありません。", "API の説明で名前を確かめてください。")


def _twice(name: str) -> Finding:
    return _finding(name, f"パラメーター {name} が2つ以上あります。", "1つにしてください。")


def _finding(field: str, message: str, remedy: str) -> Finding:
    return Finding("E-REQUEST", Severity.ERROR, "", None, field, None, message, remedy)
