"""Rules that look at a whole file."""

from __future__ import annotations

from ..layouts import layout
from .benefit import check_totals
from .collector import Collector
from .keys import KEYS, PERSON, SINGLE
from .row_rules import CARE_MANAGEMENT, RENTAL
from .table import Table

_KEY_WORDS = {
    "care_plan_creation_or_change_date": "計画作成(変更)日",
    "target_year_month": "対象年月",
    "delete_target_year_month": "対象年月",
    "consultation_date": "相談日",
    "plan_creation_or_change_date": "計画作成(変更)日",
}


def check_file(table: Table, collector: Collector) -> None:
    """Every rule on a whole file that its kind knows."""
    if table.kind in SINGLE:
        _one_record_a_key(table, collector)
    if table.kind == "UP2KYO":
        _numbers_are_unique(table, collector)
    if table.kind in {"UPPLAN", "UPJSK"}:
        _no_equal_records(table, collector)
        _rented_items_are_told_apart(table, collector)
    if table.kind == "UPPLAN":
        _everybody_is_served(table, collector)
    if table.kind == "UPJSK":
        _service_of_the_name(table, collector)
    if table.kind == "UPSIKYU":
        check_totals(table, collector)


def key_word(key: tuple[str, ...]) -> str:
    """How a person would call the key, besides the two numbers."""
    return _KEY_WORDS[key[2]]


def _one_record_a_key(table: Table, collector: Collector) -> None:
    key = KEYS[table.kind]
    if len(set(table.rows(*key))) == len(table.numbers):
        return
    seen: dict[tuple[str, ...], int] = {}
    for number, values in table.numbered(*key):
        seen[values] = seen.get(values, 0) + 1
        if seen[values] == 2:
            _add(table, collector, "E-CROSS-TWICE", number, values[1], key=key_word(key))


def _numbers_are_unique(table: Table, collector: Collector) -> None:
    columns = (*KEYS["UP2KYO"], "need_no", "goal_no", "support_no")
    field = layout(table.kind).field("support_no").name_ja
    seen: set[tuple[str, ...]] = set()
    for number, values in table.numbered(*columns):
        if values in seen:
            collector.add("W-CROSS-NUMBERS", table.path, record=number, field=field, value="-".join(values[-3:]))
        seen.add(values)


def _no_equal_records(table: Table, collector: Collector) -> None:
    if len(set(table.lines)) == len(table.lines):
        return
    seen: set[int] = set()
    for number, line in zip(table.numbers, table.lines, strict=True):
        if line in seen:
            collector.add("W-CROSS-SAME", table.path, record=number)
        seen.add(line)


def _rented_items_are_told_apart(table: Table, collector: Collector) -> None:
    """Different items with the same code and units carry the numbers 1, 2, 3 … (note of 明細判別コード)."""
    if not any(code[:2] in RENTAL for (code,) in table.distinct("service_code")):
        return
    line = (*PERSON, "service_office_number", "service_code", "unit_points", "detail_discriminator")
    item = ("tais_code", "equipment_notification_code")
    field = layout(table.kind).field("detail_discriminator").name_ja
    items: dict[tuple[str, ...], tuple[str, ...]] = {}
    for values, record in table.first_records(*line, *item).items():
        of_line, of_item = values[: len(line)], values[len(line) :]
        if of_line[3][:2] in RENTAL and items.setdefault(of_line, of_item) != of_item:
            collector.add("W-CROSS-DISCRIMINATOR", table.path, record=record, field=field, value=of_line[-1])


def _everybody_is_served(table: Table, collector: Collector) -> None:
    """Clients unrelated to the addressee must not be sent (standard 2.6); a support centre gets all that it entrusts."""
    name = table.name
    if name is None or name.recipient_service in CARE_MANAGEMENT or table.lost:
        return
    people = table.distinct(*PERSON, "service_office_number")
    served = {(insurer, insured) for insurer, insured, office in people if office == name.recipient}
    everybody = {(insurer, insured) for insurer, insured, _ in people}
    if everybody == served:
        return
    for person, record in table.first_records(*PERSON).items():
        if person not in served:
            _add(table, collector, "E-CROSS-UNRELATED", record, person[1], expected=name.recipient)


def _service_of_the_name(table: Table, collector: Collector) -> None:
    name = table.name
    if name is None or name.sender_service in CARE_MANAGEMENT or not table.numbers:
        return
    if not any(code.startswith(name.sender_service) for (code,) in table.distinct("service_code")):
        collector.add("W-CROSS-SERVICE", table.path, expected=name.sender_service)


def _add(table: Table, collector: Collector, code: str, record: int, insured: str, **words: str | int) -> None:
    field = layout(table.kind).field(PERSON[1]).name_ja
    collector.add(code, table.path, record=record, field=field, value=insured, basis=None, **words)
