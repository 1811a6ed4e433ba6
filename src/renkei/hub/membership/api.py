"""The machine calls for one's own office: what it is, its services, its licence; in which form its mail comes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router

from renkei.hub.core.models import Counter
from renkei.hub.core.schemas import PROBLEMS, Schema, Service
from renkei.hub.membership import services
from renkei.hub.parties import mail_form
from renkei.hub.parties.machines.api import Token, own_service
from renkei.hub.parties.models import Certificate, MailForm, Party

router = Router(tags=["事業所"], auth=Token())


class OwnServiceOut(Schema):
    """`newest_event` is the number of the newest event in its feed, 0 before the first one.

    `form`: json where the hub is to hand out units in the JSON form too, beside the signed CSV files.
    """

    service: str
    label: str
    active: bool
    newest_event: int
    form: MailForm


class FormIn(Schema):
    form: MailForm


class FormOut(Schema):
    service: str
    form: MailForm


class LicenceOut(Schema):
    number: str
    from_on: date
    until: date


class OwnOfficeOut(Schema):
    """`licences` is how this hub handles them: shown, required or off. `licence` is the one that holds today."""

    office: str
    name: str
    state: str
    services: list[OwnServiceOut]
    licences: str
    licence: LicenceOut | None


@router.get("/office", response={200: OwnOfficeOut, **PROBLEMS}, summary="自分の事業所")
def own(request: HttpRequest) -> dict[str, Any]:
    party: Party = request.auth.party  # type: ignore[attr-defined]
    rows = list(party.services.order_by("service"))
    newest = dict(Counter.objects.filter(name__in=[row.feed for row in rows]).values_list("name", "value"))
    licence = services.current(party, timezone.localdate())
    return {
        "office": party.number,
        "name": party.name,
        "state": party.state,
        "services": [
            {
                "service": row.service,
                "label": row.label,
                "active": row.active,
                "newest_event": newest.get(row.feed, 0),
                "form": row.form,
            }
            for row in rows
        ],
        "licences": settings.RENKEI["LICENCES"],
        "licence": licence and {"number": licence.number, "from_on": licence.from_on, "until": licence.until},
    }


@router.put("/office/services/{service}/form", response={200: FormOut, **PROBLEMS}, summary="送信を受け取る形を決める")
def set_form(request: HttpRequest, service: Annotated[Service, Path()], given: FormIn) -> dict[str, Any]:
    certificate: Certificate = request.auth  # type: ignore[attr-defined]
    row = own_service(certificate, service)
    mail_form.set_form(row, given.form, certificate.actor)
    return {"service": service, "form": given.form}
