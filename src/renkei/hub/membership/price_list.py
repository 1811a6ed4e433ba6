"""The price list in force: the operator's own, else the one that we ship."""

from __future__ import annotations

from collections.abc import Sequence

from renkei.hub.core import deeds
from renkei.hub.core.writing import write
from renkei.hub.membership import prices
from renkei.hub.membership.models import Price
from renkei.hub.membership.rules import Basis, Days, Kind, PriceRow


def rows() -> list[PriceRow]:
    """The rows in force, in their order."""
    return [_row(price) for price in Price.objects.order_by("position")] or prices.default()


def is_own() -> bool:
    """Whether the operator has entered a list."""
    return Price.objects.exists()


def replace(fresh: Sequence[PriceRow], actor: str, reason: str = "") -> None:
    """Put a list in place of the one in force; an empty one brings back what we ship. Licences that stand keep theirs."""
    with write():
        Price.objects.all().delete()
        Price.objects.bulk_create(_price(position, row) for position, row in enumerate(fresh))
        deeds.record(actor, "prices", "prices", reason=reason, rows=[row.code for row in fresh])


def _row(price: Price) -> PriceRow:
    return PriceRow(
        code=price.code,
        label=price.label,
        kinds=frozenset(map(Kind, price.kinds.split(","))),
        applied=Days(price.applied_from, price.applied_until),
        previous=Days(price.previous_from, price.previous_until) if price.with_previous else None,
        price=price.price,
        months=price.months,
        automatic=price.automatic,
        basis=Basis(price.basis),
        source=price.source,
    )


def _price(position: int, row: PriceRow) -> Price:
    previous = row.previous or Days()
    return Price(
        position=position,
        code=row.code,
        label=row.label,
        kinds=",".join(sorted(row.kinds)),
        applied_from=row.applied.first,
        applied_until=row.applied.last,
        with_previous=row.previous is not None,
        previous_from=previous.first,
        previous_until=previous.last,
        price=row.price,
        months=row.months,
        automatic=row.automatic,
        basis=row.basis,
        source=row.source,
    )
