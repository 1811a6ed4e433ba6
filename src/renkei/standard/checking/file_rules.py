"""Rules that look at a whole file."""

from __future__ import annotations

from functools import partial
from operator import eq

from ..layouts import CURRENT_VERSION, layout
from ..names import FileName
from .benefit import Totals
from .cells import is_well_formed
from .collector import Collector
from .keys import KEYS, PERSON, SINGLE
from .rights import CARE_MANAGEMENT, Right, right
from .row_rules import RENTAL, is_prevention, is_without_units
from .table import Pick, Table

_KEY_WORDS = {
    "care_plan_creation_or_change_date": "計画作成(変更)日",
    "target_year_month": "対象年月",
    "delete_target_year_month": "対象年月",
    "consultation_date": "相談日",
    "plan_creation_or_change_date": "計画作成(変更)日",
}
# Kinds that may honestly have nothing to say.
_MAY_BE_EMPTY = frozenset({"UP3KYO", "UPKIHON_SUB1", "UPKIHON_SUB2", "UPYOBO_SUB"})
# The three numbers that put the rows of a plan in order.
_NUMBERS = {
    "UP2KYO": ("need_no", "goal_no", "support_no"),
    "UPYOBO_SUB": ("issue_no", "support_plan_no", "used_service_no"),
}
# Shown of a file that mixes versions.
_MOST_VERSIONS = 4

# Kinds whose equal records are looked for.
COUNTED = frozenset({"UPPLAN", "UPJSK"})
# One line of rented equipment on paper, and what tells two things on it apart.
_LINE = (*PERSON, "service_office_number", "service_code", "unit_points", "detail_discriminator")
_ITEM = ("tais_code", "equipment_notification_code")


def _is_rental(code: str) -> bool:
    return code[:2] in RENTAL


# Every way to write no units.
_ZEROS = frozenset("0" * digits for digits in range(1, 7))
_UNPAID = Pick(("service_code", "unit_points", "service_count"), "unit_points", _ZEROS.__contains__)
# Code and office are in different segments: row_rules.total_code_and_office_go_together need not read the file again.
_TOTALS = Pick(("service_code", "service_office_number"))
_RELAYED = Pick(PERSON, "service_code", is_prevention)
_RENTED = Pick((*_LINE, *_ITEM), "service_code", _is_rental)


def picks_of(kind: str, name: FileName | None) -> list[Pick]:
    """What the rules of this kind want to know of all records together."""
    picks = []
    may_see = right(name) if name else None
    if kind == "UPPLAN" and name and may_see is Right.SERVES:
        picks.append(_served_by(name.recipient))
    if kind in COUNTED and may_see is Right.RELAYS:
        picks.append(_RELAYED)
    if kind in COUNTED:
        picks += [_RENTED, _UNPAID]
    if kind == "UPSIKYU":
        picks.append(_TOTALS)
    return picks


def check_file(table: Table, collector: Collector) -> None:
    """Every rule on a whole file that its kind knows."""
    _version(table, collector)
    if not table.records:
        if not table.lost:
            collector.add("W-CSV-EMPTY" if table.kind in _MAY_BE_EMPTY else "E-CSV-EMPTY", table.path)
        return
    if table.kind in SINGLE:
        _one_record_a_key(table, collector)
    if table.kind in _NUMBERS:
        _numbers_are_unique(table, _NUMBERS[table.kind], collector)
    for number in table.equal_records():
        collector.add("W-CROSS-SAME", table.path, record=number)
    for pick in table.picked:
        if pick == _RENTED:
            _rented_items_are_told_apart(table, collector)
        elif pick == _UNPAID:
            _services_have_units(table, collector)
        elif pick == _RELAYED:
            _everybody_is_in_prevention(table, collector)
        elif pick != _TOTALS:
            _everybody_is_served(table, pick, collector)
    if table.kind in COUNTED:
        _service_of_the_name(table, collector)
    if isinstance(table.watch, Totals):
        table.watch.tell(table, collector)


def key_word(key: tuple[str, ...]) -> str:
    """How a person would call the key, besides the two numbers."""
    return _KEY_WORDS[key[2]]


def _version(table: Table, collector: Collector) -> None:
    field = layout(table.kind).fields[0].name_ja
    # Of a file whose name is of an older edition as well, the name alone is reported.
    named = table.name.edition.version if table.name else CURRENT_VERSION
    for version, number in table.stated.items():
        if version not in {CURRENT_VERSION, named, ""}:
            collector.add("E-CSV-VERSION", table.path, record=number, field=field, value=version)
    if len(table.stated) > 1:
        mixed = "・".join(sorted(table.stated)[:_MOST_VERSIONS])
        number = max(table.stated.values())
        collector.add("E-CSV-VERSION-MIXED", table.path, record=number, field=field, value=mixed)


def _one_record_a_key(table: Table, collector: Collector) -> None:
    key = KEYS[table.kind]
    if len(set(table.distinct(*key))) == table.records:
        return
    seen: dict[tuple[str, ...], int] = {}
    for number, values in table.numbered(*key):
        seen[values] = seen.get(values, 0) + 1
        if seen[values] == 2:
            _add(table, collector, "E-CROSS-TWICE", number, values[1], key=key_word(key))


def _numbers_are_unique(table: Table, numbers: tuple[str, str, str], collector: Collector) -> None:
    columns = (*KEYS[table.kind], *numbers)
    if len(set(table.distinct(*columns))) == table.records:
        return
    field = layout(table.kind).field(numbers[-1]).name_ja
    seen: set[tuple[str, ...]] = set()
    for number, values in table.numbered(*columns):
        if values in seen:
            of = "・".join(layout(table.kind).field(name).name_ja for name in numbers)
            collector.add(
                "W-CROSS-NUMBERS", table.path, record=number, field=field, value="-".join(values[-3:]), numbers=of
            )
        seen.add(values)


def _rented_items_are_told_apart(table: Table, collector: Collector) -> None:
    """Different items with the same code and units carry the numbers 1, 2, 3 … (note of 明細判別コード)."""
    rented = table.answer(_RENTED)
    if len({values[: len(_LINE)] for values in rented}) == len(rented):
        return
    field = layout(table.kind).field("detail_discriminator").name_ja
    items: dict[tuple[str, ...], tuple[str, ...]] = {}
    for values, record in table.first_records(*_LINE, *_ITEM).items():
        line, item = values[: len(_LINE)], values[len(_LINE) :]
        if _is_rental(line[3]) and items.setdefault(line, item) != item:
            collector.add("W-CROSS-DISCRIMINATOR", table.path, record=record, field=field, value=line[-1])


def _services_have_units(table: Table, collector: Collector) -> None:
    of = layout(table.kind, table.version)
    fields = [of.field(name) for name in _UNPAID.columns]
    unpaid = table.answer(_UNPAID)
    faulty = {one for one in unpaid if is_without_units(*one) and all(map(is_well_formed, fields, one))}
    for record, values in table.numbered(*_UNPAID.columns) if faulty else ():
        if values in faulty:
            _code, points, count = values
            item = fields[1].name_ja
            collector.add("W-CROSS-NO-UNITS", table.path, record=record, field=item, value=points, count=count)


def _served_by(office: str) -> Pick:
    return Pick(PERSON, "service_office_number", partial(eq, office))


def _everybody_is_served(table: Table, served_by: Pick, collector: Collector) -> None:
    """Clients unrelated to the addressee must not be sent (standard 2.6)."""
    name = table.name
    if name is None or table.lost:
        return
    served = table.answer(served_by)
    if len(set(table.distinct(*PERSON))) == len(served):
        return
    insured_served = {insured for _, insured in served}
    office = layout(table.kind, table.version).field("service_office_number")
    first: dict[tuple[str, ...], int] = {}
    unsure: set[tuple[str, ...]] = set()
    for record, (*person, number) in table.numbered(*PERSON, "service_office_number"):
        key = tuple(person)
        if key not in served:
            first.setdefault(key, record)
            if not is_well_formed(office, number):
                unsure.add(key)
    for key, record in first.items():
        if key[1] in insured_served:
            _add(table, collector, "W-CROSS-INSURER", record, key[1], insurer=key[0])
        elif key not in unsure and _is_person(table, key):
            _add(table, collector, "E-CROSS-UNRELATED", record, key[1], expected=name.recipient)


def _is_person(table: Table, person: tuple[str, ...]) -> bool:
    fields = layout(table.kind, table.version)
    return all(is_well_formed(fields.field(item), value) for item, value in zip(PERSON, person, strict=True))


def _everybody_is_in_prevention(table: Table, collector: Collector) -> None:
    """What care manager and support centre pass on to each other is about prevention (standard 3.1)."""
    relayed = table.answer(_RELAYED)
    if table.lost or len(set(table.distinct(*PERSON))) == len(relayed):
        return
    for person, record in table.first_records(*PERSON).items():
        if person not in relayed:
            _add(table, collector, "W-CROSS-RELAY", record, person[1])


def _service_of_the_name(table: Table, collector: Collector) -> None:
    """Some record is of the service type of the service office in the name."""
    name = table.name
    if name is None:
        return
    side, service = ("送信元", name.sender_service) if table.kind == "UPJSK" else ("送信先", name.recipient_service)
    if service in CARE_MANAGEMENT or any(code.startswith(service) for (code,) in table.distinct("service_code")):
        return
    collector.add("W-CROSS-SERVICE", table.path, side=side, expected=service)


def _add(table: Table, collector: Collector, code: str, record: int, insured: str, **words: str | int) -> None:
    field = layout(table.kind).field(PERSON[1]).name_ja
    collector.add(code, table.path, record=record, field=field, value=insured, basis=None, **words)
