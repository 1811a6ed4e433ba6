"""Finding a transmission on behalf of a party."""

from __future__ import annotations

import uuid

from renkei.hub.core.problems import Refused
from renkei.hub.exchange.models import Transmission
from renkei.hub.parties.models import Party


def transmission_of(party: Party, id_: uuid.UUID) -> Transmission:
    """A transmission that `party` sent or received. Raises Refused (404), the same for one of others."""
    found = Transmission.objects.select_related("sender__party", "recipient__party", "envelope").filter(pk=id_).first()
    if found is None or party.pk not in (found.sender.party_id, found.recipient.party_id):
        raise Refused(404, "E-NOT-FOUND", "この送信は見つかりません。", "番号を確かめてください。")
    return found
