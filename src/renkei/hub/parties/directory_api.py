"""The machine call for finding offices: to whom one may send, and whom one must write to on paper."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router

from renkei.hub.core.schemas import PROBLEMS, Schema
from renkei.hub.parties import directory
from renkei.hub.parties.machines.api import Token

router = Router(tags=["事業所"], auth=Token())


class DirectoryQuery(Schema):
    """`text`: an office number, or how a name or its reading begins; any part of it within a `municipality` (団体コード)."""

    text: str = Field("", max_length=100, pattern=r"^[^\x00-\x1f]*$", examples=["1370100016"])
    municipality: str = Field("", pattern="^([0-9]{6})?$")
    service: str = Field("", pattern="^([0-9A-Z]{2})?$")


class ListedOfficeOut(Schema):
    """One service of an office. `joined`: it can be sent to here. `kind` is what the public list calls it, empty where it has none."""

    office: str
    service: str
    name: str
    kana: str
    kind: str
    municipality: str
    address: str
    phone: str
    fax: str
    joined: bool
    satellites: list[str]


class DirectoryOut(Schema):
    offices: list[ListedOfficeOut]


@router.get("/directory", response={200: DirectoryOut, **PROBLEMS}, summary="事業所を探す")
def search(request: HttpRequest, query: Query[DirectoryQuery]) -> dict[str, Any]:
    found = directory.find(query.text, query.municipality or None, query.service or None)
    return {"offices": [asdict(one) | {"office": one.number} for one in found]}
