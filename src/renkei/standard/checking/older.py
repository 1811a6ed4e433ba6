"""Service types for the names of the third edition, which have none: from the person, the register or the records."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from ..names import Edition, FileName
from ..older_names import complete, types_in_records
from ..units import Unit
from .collector import Collector
from .table import Table

# Where the records say of which type a service of an office is.
_TYPE_ITEMS = {
    "UPPLAN": ("service_office_number", "service_code"),
    "UPSIKYU": ("service_office_number", "service_code"),
    "UPJSK": ("service_office_number", "service_code"),
    "DLTJSK": ("service_office_number", "service_type_code"),
}

_Types = dict[str, set[str]]


class Said(NamedTuple):
    """What is known besides the files: the types of sender and recipient, and service types by office number."""

    from_type: str | None
    to_type: str | None
    register: Mapping[str, Collection[str]]


def completed(names: Mapping[str, FileName], tables: Mapping[str, Table], said: Said) -> dict[str, FileName]:
    """The names, those of the third edition with the service types that are known ("" where nobody can say).

    The records of the name's own unit are asked first, then those of all third-edition files of the run.
    """
    older = {file: name for file, name in names.items() if name.edition is Edition.V3}
    if not older:
        return dict(names)
    everywhere: _Types = {}
    by_unit: dict[tuple[str, ...], _Types] = {}
    for file, name in older.items():
        unit = by_unit.setdefault(_unit(name), {})
        for office, types in _types(tables.get(file)).items():
            unit.setdefault(office, set()).update(types)
            everywhere.setdefault(office, set()).update(types)
    return {file: _completed(name, by_unit.get(_unit(name), {}), everywhere, said) for file, name in names.items()}


def tell_untold(units: Iterable[Unit], paths: Mapping[str, str], collector: Collector) -> None:
    """Names a unit of which nobody can say the service type of one side; `paths` gives the path of each file name."""
    for unit in units:
        for office, service in ((unit.sender, unit.sender_service), (unit.recipient, unit.recipient_service)):
            if not service:
                collector.add("E-NAME-TYPES", paths[unit.files[0]], value=office)


def _completed(name: FileName, in_unit: _Types, everywhere: _Types, said: Said) -> FileName:
    found = complete(name, in_unit, from_type=said.from_type, to_type=said.to_type, register=said.register)
    if found.sender_service and found.recipient_service:
        return found
    wider = complete(name, everywhere, register=said.register)
    return found.with_services(
        found.sender_service or wider.sender_service, found.recipient_service or wider.recipient_service
    )


def _unit(name: FileName) -> tuple[str, ...]:
    return name.sender, name.recipient, name.sequence


def _types(table: Table | None) -> _Types:
    if table is None or table.kind not in _TYPE_ITEMS:
        return {}
    items = _TYPE_ITEMS[table.kind]
    return types_in_records(table.kind, (dict(zip(items, values, strict=True)) for values in table.distinct(*items)))
