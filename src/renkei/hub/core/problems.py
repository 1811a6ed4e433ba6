"""Refusals as answers: RFC 9457 problem details with the finding list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpResponse, JsonResponse

from renkei.hub.core import load
from renkei.hub.core.problem_codes import catalogue
from renkei.standard.findings import Finding
from renkei.trust.errors import TrustError

MEDIA_TYPE = "application/problem+json"


class Refused(Exception):
    """A request that the hub will not carry out: HTTP status, stable code, Japanese title and what to do now.

    `code` is one of `problem_codes.catalogue()`. `retry_after`: seconds after which the same request may do better. `more`
    are members of the problem that this code alone has.
    """

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str,
        findings: Sequence[Finding] = (),
        retry_after: int | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.title, self.detail = status, code, title, detail
        self.findings, self.retry_after, self.more = findings, retry_after, more or {}

    @classmethod
    def because(cls, status: int, error: TrustError) -> Refused:
        """A refusal in the words that `renkei.trust` has for its error."""
        return cls(status, error.code, error.message, error.remedy)

    @classmethod
    def known(
        cls, status: int, code: str, retry_after: int | None = None, more: Mapping[str, Any] | None = None
    ) -> Refused:
        """A refusal in the catalogue's own words."""
        words = catalogue()[code]
        return cls(status, code, words.title, words.remedy, retry_after=retry_after, more=more)

    def at(self, status: int) -> Refused:
        """The same words under another status."""
        return Refused(status, self.code, self.title, self.detail, self.findings, self.retry_after, self.more)

    @property
    def words(self) -> str:
        """What happened and what to do, as one text."""
        return f"{self.title}{self.detail}"

    def as_dict(self) -> dict[str, Any]:
        """The problem document, with LIMIT_FINDINGS findings at most."""
        limit = settings.RENKEI["LIMIT_FINDINGS"]
        return {
            "type": f"urn:renkei:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "findings": [finding.as_dict() for finding in self.findings[:limit]],
            **self.more,
        }


def answer(refusal: Refused) -> HttpResponse:
    """The refusal as the API gives it. Whoever is to wait is told how long."""
    response = JsonResponse(refusal.as_dict(), status=refusal.status, content_type=MEDIA_TYPE)
    response["Content-Language"] = "ja"
    wait = refusal.retry_after
    if wait is None and refusal.status == 503:
        wait = load.poll_seconds()
    if wait is not None:
        response["Retry-After"] = str(wait)
    return response


_One = TypeVar("_One")
_Next = TypeVar("_Next")


def each(units: Iterable[_One | Refused], deed: Callable[[_One], _Next]) -> list[_Next | Refused]:
    """Of many, each goes on or is refused on its own; one that was refused before stays so."""
    return [unit if isinstance(unit, Refused) else _tried(unit, deed) for unit in units]


def together(
    units: Sequence[_One | Refused], deed: Callable[[list[_One]], Iterable[_Next | Refused]]
) -> list[_Next | Refused]:
    """As `each`, by one deed for all that were not refused; it answers for them in their order."""
    made = iter(deed(passed(units)))
    return [unit if isinstance(unit, Refused) else next(made) for unit in units]


def beside(units: Iterable[_One], found: Iterable[_Next | Refused]) -> list[tuple[_One, _Next] | Refused]:
    """Each with what was found for it, or the refusal that was."""
    return [one if isinstance(one, Refused) else (unit, one) for unit, one in zip(units, found, strict=True)]


def passed(units: Iterable[_One | Refused]) -> list[_One]:
    """Those that are not refused."""
    return [unit for unit in units if not isinstance(unit, Refused)]


def _tried(unit: _One, deed: Callable[[_One], _Next]) -> _Next | Refused:
    try:
        return deed(unit)
    except Refused as refusal:
        return refusal
