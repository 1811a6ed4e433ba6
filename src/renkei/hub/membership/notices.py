"""What an office is told before its licence ends."""

from __future__ import annotations

from datetime import date

from renkei.hub.membership.models import Licence
from renkei.hub.membership.services import Next
from renkei.hub.parties.models import Level, Membership, Party

NOTICE_DAYS = (30, 7)
_MOST_ADDRESSES = 10


def day_words(day: date) -> str:
    """2026年11月22日"""
    return f"{day.year}年{day.month}月{day.day}日"


def price_words(price: int) -> str:
    """21,000円, or that there is nothing to pay."""
    return f"{price:,}円(税込)" if price else "無料"


def addresses(party: Party) -> list[str]:
    """Where mail about licences goes: the office's own address, else its administrators'."""
    if party.email:
        return [party.email]
    places = Membership.objects.filter(party=party, active=True, staff__is_active=True).exclude(level=Level.MEMBER)
    emails = places.exclude(staff__email="").order_by("pk").values_list("staff__email", flat=True)
    return list(dict.fromkeys(emails[:_MOST_ADDRESSES]))


def notice(licence: Licence, following: Next) -> tuple[str, str]:
    """Subject and text of the mail: when it ends, and what happens then or is to be done."""
    if licence.renews_itself and following.offer is not None:
        price = price_words(following.offer.row.price)
        then = (
            f"{day_words(following.day)}に自動で更新します。料金は{price}です。何もする必要はありません。\n"
            "やめるときは、それまでに画面の「設定」の「利用料」で、自動更新を止めてください。"
        )
    elif licence.renews_itself:
        then = f"そのあとの料金が決まっていません({following.reason})。運営者からの知らせを待ってください。"
    else:
        then = "自動では更新されません。続けるときは、画面の「設定」の「利用料」から申請してください。"
    subject = f"利用期間は{day_words(licence.until)}までです"
    office = f"事業所番号 {licence.party.number} {licence.party.name} 様"
    return subject, f"{office}\n\n利用期間は{day_words(licence.until)}までです。\n{then}"
