"""What the world asks an authority for, without signing in: OCSP answers and revocation lists."""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from renkei.hub.parties.keys import issuing
from renkei.trust.errors import TrustError
from renkei.trust.ocsp import GOOD_FOR, MAX_REQUEST

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}")
_LIST_SECONDS = 600
_log = structlog.get_logger(__name__)


@csrf_exempt
@require_POST
def ocsp(request: HttpRequest) -> HttpResponse:
    """RFC 6960 A.1: the request as the body."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_REQUEST:
        return HttpResponse(status=413)
    return _answered(request.body)


@require_GET
def ocsp_by_path(request: HttpRequest, encoded: str) -> HttpResponse:
    """RFC 6960 A.1: the request as base64 in the path. A cache may keep the answer."""
    try:
        asked = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return HttpResponse(status=400)
    response = _answered(asked)
    if response.status_code == 200:
        response["Cache-Control"] = f"public, max-age={int(GOOD_FOR.total_seconds()) // 2}"
    return response


@require_GET
def revocation_list(request: HttpRequest, name: str) -> HttpResponse:
    """A list in force here, by the name of its file."""
    path: Path = settings.DATA / "trust" / "crls" / f"{name}.crl"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise Http404
    response = HttpResponse(path.read_bytes(), content_type="application/pkix-crl")
    response["Cache-Control"] = f"public, max-age={_LIST_SECONDS}"
    return response


def _answered(asked: bytes) -> HttpResponse:
    now = timezone.now().replace(microsecond=0)
    try:
        responder = issuing.responder(now)
    except (TrustError, OSError) as error:
        _log.error("no answers about certificates", why=type(error).__name__)
        return HttpResponse(status=503)
    if responder is None:
        raise Http404
    return HttpResponse(responder.answer(asked, now), content_type="application/ocsp-response")
