"""Refusals as answers: RFC 9457 problem details with the finding list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from renkei.standard.findings import Finding
from renkei.trust.errors import TrustError


class Refused(Exception):
    """A request that the hub will not carry out: HTTP status, stable code, Japanese title and what to do now."""

    def __init__(self, status: int, code: str, title: str, detail: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(code)
        self.status, self.code, self.title, self.detail = status, code, title, detail
        self.findings = findings

    @classmethod
    def because(cls, status: int, error: TrustError) -> Refused:
        """A refusal in the words that `renkei.trust` has for its error."""
        return cls(status, error.code, error.message, error.remedy)

    @property
    def words(self) -> str:
        """What happened and what to do, as one text."""
        return f"{self.title}{self.detail}"

    def as_dict(self, limit: int) -> dict[str, Any]:
        """The problem document, with `limit` findings at most."""
        return {
            "type": f"urn:renkei:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "findings": [finding.as_dict() for finding in self.findings[:limit]],
        }
