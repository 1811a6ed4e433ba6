"""送付状: from whom to whom, what is sent, for how many people anything changed, and for whom what. Pure.

It is filled from plain data, because offices' telephones and faxes are in no file of the standard. `covering.covers` makes the
data from files.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ..kinds import Family
from ..rendering import Form
from .words import day, month, one_line

WHAT = {
    Family.CARE_PLAN: "居宅サービス計画書",
    Family.USE_TABLE: "サービス提供票",
    Family.ACTUAL: "サービス提供票(実績)",
    Family.PREVENTION: "介護予防サービス・支援計画書",
    Family.BASICS: "利用者基本情報",
}
MASK = "○"
MASKED = "名前は、姓と名の1字めだけを書き、ほかの字を○にしています(名が1字のときは、名も○です)。"


class Standing(StrEnum):
    """How far what is sent about a person differs from what it is compared with; NEW where there is nothing to compare."""

    CHANGED = "changed"
    NEW = "new"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Office:
    """Who sends or who receives. What is not known is empty, and there is room to write it in."""

    number: str
    name: str = ""
    phone: str = ""
    fax: str = ""
    person: str = ""


@dataclass(frozen=True)
class Client:
    """A person about whom something is sent; `words` say what changed, each a few words. Without a name, `insured` is shown."""

    name: str
    standing: Standing
    words: tuple[str, ...] = ()
    insured: str = ""


@dataclass(frozen=True)
class Cover:
    """All that stands on one cover sheet.

    `family` is what is sent. `month` is YYYYMM and `sent_on` YYYYMMDD, both may be empty. `pages` counts this sheet too.
    """

    family: Family
    month: str
    sender: Office
    recipient: Office
    people: Sequence[Client] = field(default_factory=tuple)
    sent_on: str = ""
    pages: int | None = None
    memo: str = ""


def fill(cover: Cover, *, masked: bool = False) -> Form:
    """The cover sheet; `masked` hides names from who passes the FAX machine.

    >>> client = Client("山田　太郎", Standing.NEW)
    >>> cover = Cover(Family.USE_TABLE, "202612", Office("1370100016"), Office("1370200014"), (client,))
    >>> fill(cover, masked=True).data["sections"][0]["people"][0]["name"]
    '山○　太○'
    """
    new = "予定とくらべられない人" if cover.family is Family.ACTUAL else "はじめて送る人"
    titles = {Standing.CHANGED: "変更あり", Standing.NEW: new, Standing.UNCHANGED: "変更なし"}
    groups = {one: [client for client in cover.people if client.standing is one] for one in Standing}
    shown = [Standing.UNCHANGED, Standing.CHANGED, *([Standing.NEW] if groups[Standing.NEW] else [])]
    counts = [(titles[one], len(groups[one])) for one in shown] + [("合計", len(cover.people))]
    of_month = f"({month(cover.month)}分)" if cover.month else ""
    return Form(
        "cover-sheet",
        {
            "subject": f"{WHAT[cover.family]}{of_month}の送付について",
            "sent_on": day(cover.sent_on),
            "pages": "" if cover.pages is None else str(cover.pages),
            "sender": _office(cover.sender),
            "recipient": _office(cover.recipient),
            "counts": [{"title": title, "people": str(count) if cover.people else ""} for title, count in counts],
            "sections": [
                {
                    "title": titles[one],
                    "tells": one is Standing.CHANGED,
                    "people": [_client(client, masked=masked) for client in clients],
                }
                for one, clients in groups.items()
                if clients
            ],
            "memo": cover.memo,
            "notes": [MASKED] if masked and cover.people else [],
        },
    )


def masked_name(name: str) -> str:
    """The first character of family and given name, ○ for every other; a given name of one character is hidden too.

    >>> masked_name("小野寺　正一"), masked_name("林 茂"), masked_name("山田太郎")
    ('小○○\\u3000正○', '林 ○', '山○○○')
    """
    masked, is_first, is_start = "", True, True
    plain = "".join(one for one in name.strip() if not unicodedata.category(one).startswith(("M", "C")))
    for place, one in enumerate(plain):
        is_alone = not plain[place + 1 : place + 2].strip()
        if one.isspace():
            masked, is_start = masked + one, True
            continue
        masked += one if is_start and (is_first or not is_alone) else MASK
        is_start = is_first = False
    return masked


def _office(office: Office) -> dict[str, str]:
    return {
        "number": office.number,
        "name": one_line(office.name),
        "phone": one_line(office.phone),
        "fax": one_line(office.fax),
        "person": one_line(office.person),
    }


def _client(client: Client, *, masked: bool) -> dict[str, str | list[str]]:
    number = f"{'*' * 6}{client.insured[-4:]}" if masked else client.insured
    name = masked_name(client.name) if masked else one_line(client.name)
    return {"name": name or f"被保険者番号 {number}", "words": list(client.words)}
