"""Shapes that several parts of the API share."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Base64Bytes, BaseModel, Field

Bytes = Annotated[Base64Bytes, Field(description="標準の base64")]
Office = Annotated[str, Field(pattern=r"^[0-9A-Z]{10}$", description="事業所番号", examples=["1370100016"])]
Service = Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$", description="サービス種類", examples=["43"])]


class Schema(BaseModel):
    """A shape that goes in or out. Not ninja's, which is for rows of the database: it asks Python for each member of each
    part of an answer, and takes longer than everything else about it. Ours are dicts."""


class FindingOut(Schema):
    """One thing to mend, with its place."""

    code: str
    severity: str
    file: str | None = None
    record: int | None = None
    field: str | None = None
    value: str | None = None
    message: str
    remedy: str


class Problem(Schema):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    findings: list[FindingOut] = []


class SignedBytes(Schema):
    """Signed bytes, both base64."""

    body: str
    signature: str


class Address(Schema):
    """Office number and service type."""

    office: str
    service: str


PROBLEMS: dict[int, Any] = {400: Problem, 401: Problem, 403: Problem, 413: Problem, 422: Problem}
