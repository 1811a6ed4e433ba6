"""実績 from the office for practice: everything as planned, sealed by the hub with the key that it keeps for that office."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone

from renkei.hub.core.bodies import keeping
from renkei.hub.core.writing import write
from renkei.hub.exchange import accepting
from renkei.hub.exchange.accepting import Authored
from renkei.hub.exchange.envelopes import arrival
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.storing import Author
from renkei.hub.parties.keys import sealing
from renkei.standard import records
from renkei.standard.names import FileName
from renkei.standard.units import UnitKind
from renkei.trust import manifest as manifests

PLAN, ACTUALS = "UPPLAN", "UPJSK"


def send_back(row: Transmission, files: Mapping[str, bytes], erase_after: datetime) -> None:
    """Answer a use table with actuals as planned, under its own sequence number: once, however often it is tried.

    Nothing goes back where the plan has no row of this office. Raises Refused, as where this hub issues no certificates.
    """
    office = row.recipient
    rows = [
        _actual(planned, office.party.number)
        for planned in _plan(files)
        if planned["service_office_number"] == office.party.number
    ]
    if not rows:
        return
    name = FileName(
        ACTUALS,
        row.months,
        office.party.number,
        office.service,
        row.sender.party.number,
        row.sender.service,
        row.sequence,
    )
    answer = {str(name): records.write(ACTUALS, rows)}
    data, salts = manifests.build(
        hub=settings.HUB_ID,
        sender=office.party.number,
        sender_service=office.service,
        recipient=row.sender.party.number,
        recipient_service=row.sender.service,
        kind=UnitKind.ACTUAL.value,
        months=row.month_list,
        sequence=row.sequence,
        created_at=timezone.now().astimezone(UTC).replace(microsecond=0),
        files=answer,
        sealed_by="hub",
    )
    signature, certificate = sealing.seal_of_hub(office.party, data)
    authored = Authored(arrival(data, signature, salts, answer), Author(certificate, "hub"))
    sent = accepting.accept_one(authored, office.party)
    with write():
        keeping.set_clock([sent.transmission.body], office.sent_copy, erase_after)


def _plan(files: Mapping[str, bytes]) -> list[dict[str, str]]:
    return [
        row for name, data in files.items() if FileName.parse(name).kind == PLAN for row in records.read(data, PLAN)
    ]


def _actual(planned: Mapping[str, str], office: str) -> dict[str, str]:
    made_on = timezone.localdate().strftime("%Y%m%d")
    return {**planned, "document_created_date": made_on, "updated_by_office_number": office}
