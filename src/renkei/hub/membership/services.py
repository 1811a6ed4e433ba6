"""Applying for a licence, renewing and stopping it, and asking whether an office has one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from renkei.hub.core import deeds
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.membership import price_list, rules
from renkei.hub.membership.models import Licence
from renkei.hub.membership.rules import NoOffer, Offer
from renkei.hub.parties.models import Party, PartyKind, PartyState

# Crockford's base 32: nothing that is read as something else. 16 of them are 80 random bits.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHARACTERS = 16
_MISREAD = str.maketrans("OIL", "011")


@dataclass(frozen=True)
class Next:
    """What comes after an office's latest licence: an offer for the `day`, or the reason why there is none."""

    day: date
    offer: Offer | None
    reason: str = ""


def latest(party: Party) -> Licence | None:
    """The licence of an office that ends last."""
    return Licence.objects.filter(party=party).order_by("-until").first()


def current(party: Party, today: date) -> Licence | None:
    """The licence that holds today."""
    return Licence.objects.filter(party=party, from_on__lte=today, until__gte=today).order_by("-until").first()


def history(party: Party) -> list[Licence]:
    """Every licence of an office, oldest first."""
    return list(Licence.objects.filter(party=party).order_by("from_on"))


def apply(party: Party, actor: str, applied_on: date | None = None) -> Licence:
    """A licence for an office that applies today, or did on an earlier day: first, renewed by hand, or come back.

    Raises Refused (422) for a party that needs none and where the price list has nothing, 409 for a second application at
    the same moment.
    """
    if party.kind != PartyKind.OFFICE:
        raise Refused(422, "E-PARTY-KIND", "利用の申請をするのは事業所だけです。", "ほかの方に利用料はかかりません。")
    day = applied_on or timezone.localdate()
    if day > timezone.localdate():
        raise Refused(422, "E-LICENCE-DAY", "これからの日付では申請できません。", "申請した日を入れてください。")
    before = latest(party)
    if before is not None and day < before.applied_on:
        raise Refused(422, "E-LICENCE-DAY", "前の申請より前の日付です。", "前の申請と、申請した日を確かめてください。")
    try:
        found = rules.offer(price_list.rows(), day, before.term if before else None)
    except NoOffer as error:
        raise Refused(422, "E-LICENCE-PRICE", "いまは申請できません。", str(error)) from error
    try:
        with write():
            return _keep(party, found, before, actor)
    except IntegrityError as error:
        raise Refused(409, "E-BUSY", "もう申請されています。", "ページを開き直してください。") from error


def renew(licence: Licence, today: date) -> Licence | None:
    """The licence that follows one that has ended, where it renews itself; None where it does not (any more)."""
    rows = price_list.rows()
    with write():
        held = Licence.objects.select_for_update(of=("self",)).select_related("party").get(pk=licence.pk)
        if held.renewed or not held.renews_itself or held.until >= today or held.party.state != PartyState.ACTIVE:
            return None
        found = rules.offer(rows, held.until + rules.DAY, held.term)
        return _keep(held.party, found, held, "hub")


def set_automatic(party: Party, wanted: bool, actor: str) -> None:
    """Whether the latest licence renews itself. Raises Refused (422) for one that never does."""
    with write():
        running = Licence.objects.filter(party=party, renewed=False, automatic=True, until__gte=timezone.localdate())
        held = running.select_for_update().first()
        if held is None:
            raise Refused(422, "E-LICENCE-STOP", "自動で更新される利用はありません。", "ページを開き直してください。")
        held.stopped_at = None if wanted else timezone.now()
        held.save(update_fields=["stopped_at"])
        deeds.record(actor, "licence-goes-on" if wanted else "licence-stopped", f"licence:{held.pk}", party=party.pk)


def what_is_next(licence: Licence, rows: Sequence[rules.PriceRow]) -> Next:
    """What a renewal of this licence gets by the rows in force, on the day after its end."""
    day = licence.until + rules.DAY
    try:
        return Next(day, rules.offer(rows, day, licence.term))
    except NoOffer as error:
        return Next(day, None, str(error))


def require(party: Party) -> None:
    """Raises Refused (403) where the operator requires a licence for sending and this office has none, nor had one lately.

    One search through an index. Receiving asks for no licence.
    """
    if settings.RENKEI["LICENCES"] != "required":
        return
    today, grace = timezone.localdate(), timedelta(days=settings.RENKEI["LICENCE_GRACE_DAYS"])
    if Licence.objects.filter(party=party, until__gte=today - grace, from_on__lte=today).exists():
        return
    if timezone.localdate(party.admitted_at) + grace >= today:
        return
    raise Refused(
        403,
        "E-LICENCE",
        "利用の申請がないか、期間が終わっているため、送れません。",
        "画面の「設定」の「利用料」から申請してください。届いたものは、これまでどおり受け取れます。",
    )


def verified(number: str) -> Licence | None:
    """The licence with this number, as printed or typed by hand."""
    plain = "".join(character for character in number.upper() if character.isalnum()).translate(_MISREAD)
    if len(plain) != _CHARACTERS or not plain.isascii():
        return None
    return Licence.objects.select_related("party").filter(number=plain).first()


def _keep(party: Party, found: Offer, before: Licence | None, actor: str) -> Licence:
    row = found.row
    made = Licence.objects.create(
        party=party,
        number="".join(secrets.choice(_ALPHABET) for _ in range(_CHARACTERS)),
        kind=found.kind,
        applied_on=found.term.applied_on,
        from_on=found.term.from_on,
        until=found.term.until,
        price=row.price,
        code=row.code,
        label=row.label,
        basis=row.basis,
        source=row.source,
        automatic=row.automatic,
        actor=actor,
    )
    if before is not None:
        Licence.objects.filter(pk=before.pk).update(renewed=True)
    deeds.record(
        actor, "licence-made", f"licence:{made.pk}", party=party.pk, row=row.code, application=found.kind.value
    )
    return made
