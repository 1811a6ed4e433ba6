"""Changed visits between two versions of one person's 第6表 or 実績: added, removed, another time, count, service, office."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from ..layouts import Field
from .kinds import folded
from .visits import Row, nearest, visits_of

Key = tuple[str, str, str, str, str, str]  # office, date, service code, equipment, start, end
Items = tuple[tuple[str, str, str], ...]  # item, before, after
# "added", "removed" or "changed"; record before and after; items; days; visits
Found = tuple[str, Row | None, Row | None, Items, tuple[str, ...], int]

_OFFICE, _DATE, _CODE, _THING, _START, _END = range(6)
# Items of a visit that its key does not hold, and those that are the whole sheet's.
_OF_VISIT = (
    "unit_points",
    "per_diem_days_bitmap",
    "equipment_name",
    "detail_discriminator",
    "service_office_name",
    "satellite_branch_no",
    "over_30_days_flag",
)
_OF_SHEET = (
    "target_year_month",
    "care_management_office_number",
    "care_manager_name",
    "short_stay_days_through_previous_month",
)


def visit_changes(before: Sequence[Row], after: Sequence[Row], fields: Iterable[Field]) -> list[Found]:
    """The changes from `before` to `after` of one person, by day.

    Visits that agree in everything are the same; then those of one service and day whose time or count changed; then
    another service at the same time, then another office. What is left was removed or added.
    """
    known = {field.name: field for field in fields}
    has_things = "tais_code" in known
    rows, others = _by_key(before, has_things), _by_key(after, has_things)
    old = Counter({key: sum(map(visits_of, own)) for key, own in rows.items()})
    new = Counter({key: sum(map(visits_of, own)) for key, own in others.items()})
    found = [*_of_sheet(before, after, known), *_of_visits(rows, others, known)]
    found += _counts(old, new, rows, others)
    found += _times(old, new, rows, others)
    found += _moved(
        old, new, rows, others, lambda key: (key[_OFFICE], key[_DATE], key[_START], key[_END]), "service_code"
    )
    found += _moved(old, new, rows, others, lambda key: key[_DATE:], "service_office_number")
    found += [("removed", rows[key][0], None, (), (key[_DATE],), visits) for key, visits in sorted((+old).items())]
    found += [("added", None, others[key][0], (), (key[_DATE],), visits) for key, visits in sorted((+new).items())]
    return sorted(found, key=lambda one: one[4][:1])


def _by_key(rows: Iterable[Row], has_things: bool) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        thing = (row.get("tais_code") or row.get("equipment_notification_code") or "") if has_things else ""
        key = (row["service_office_number"], row["service_date"], row["service_code"], thing)
        found[*key, row["service_start_time"], row["service_end_time"]].append(row)
    return found


def _counts(
    old: Counter[Key], new: Counter[Key], rows: dict[Key, list[Row]], others: dict[Key, list[Row]]
) -> Iterator[Found]:
    """Takes what is the same off both sides, and visits whose number alone changed."""
    for key in sorted(old.keys() & new.keys()):
        before, after = old.pop(key), new.pop(key)
        if before != after:
            items = (("visits", str(before), str(after)),)
            yield "changed", rows[key][0], others[key][0], items, (key[_DATE],), 1


def _times(
    old: Counter[Key], new: Counter[Key], rows: dict[Key, list[Row]], others: dict[Key, list[Row]]
) -> Iterator[Found]:
    """The same service on the same day at the nearest other time."""
    services = {key[:_START] for key in old} & {key[:_START] for key in new}
    for service in sorted(services):
        planned = Counter({(key[_START], key[_END]): old[key] for key in old if key[:_START] == service})
        done = Counter({(key[_START], key[_END]): new[key] for key in new if key[:_START] == service})
        for one, other, visits in list(nearest(planned, done)):
            office, date, code, thing = service
            before: Key = (office, date, code, thing, *one)
            after: Key = (office, date, code, thing, *other)
            old[before] -= visits
            new[after] -= visits
            items = (("time", "-".join(one), "-".join(other)),)
            yield "changed", rows[before][0], others[after][0], items, (date,), visits
    for counted in (old, new):
        for key in [key for key in counted if counted[key] <= 0]:
            del counted[key]


def _moved(
    old: Counter[Key],
    new: Counter[Key],
    rows: dict[Key, list[Row]],
    others: dict[Key, list[Row]],
    place: Callable[[Key], tuple[str, ...]],
    item: str,
) -> Iterator[Found]:
    """Visits that agree in `place` and differ in `item` (or in the thing that is rented)."""
    waiting: dict[tuple[str, ...], list[Key]] = defaultdict(list)
    for key in sorted(new):
        waiting[place(key)].append(key)
    for key in sorted(old):
        for other in waiting[place(key)]:
            visits = min(old[key], new[other])
            if visits:
                old[key] -= visits
                new[other] -= visits
                before, after = rows[key][0], others[other][0]
                names = (item, "tais_code", "equipment_notification_code", "service_office_name", "equipment_name")
                items = tuple((name, _get(before, name), _get(after, name)) for name in names)
                differing = tuple(one for one in items if one[1] != one[2])
                yield "changed", before, after, differing, (key[_DATE],), visits


def _get(row: Row, name: str) -> str:
    return row.get(name, "")


def _of_visits(rows: dict[Key, list[Row]], others: dict[Key, list[Row]], known: dict[str, Field]) -> Iterator[Found]:
    """Other items of visits that are in both versions; the same change on several days is told once."""
    days: dict[tuple[str, str, str, Key], list[Key]] = defaultdict(list)
    for key in sorted(rows.keys() & others.keys()):
        for name in _OF_VISIT:
            if name in known:
                before, after = ("、".join(_values(own[key], known[name])) for own in (rows, others))
                if before != after:
                    service: Key = (key[_OFFICE], "", key[_CODE], key[_THING], "", "")
                    days[name, before, after, service].append(key)
    for (name, before, after, _), keys in days.items():
        dates = tuple(dict.fromkeys(key[_DATE] for key in keys))
        yield "changed", rows[keys[0]][0], others[keys[0]][0], ((name, before, after),), dates, len(keys)


def _of_sheet(before: Sequence[Row], after: Sequence[Row], known: dict[str, Field]) -> Iterator[Found]:
    """Items that all rows of a sheet share."""
    if not before or not after:
        return
    items = []
    for name in _OF_SHEET:
        old, new = ("、".join(_values(rows, known[name])) for rows in (before, after))
        if old != new:
            items.append((name, old, new))
    if items:
        yield "changed", None, None, tuple(items), (), 1


def _values(rows: Iterable[Row], field: Field) -> list[str]:
    return sorted({folded(field, row[field.name]) for row in rows})
