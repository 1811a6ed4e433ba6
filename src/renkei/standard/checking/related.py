"""What the run tells of a client's tie to the recipient, where the file itself cannot: care plans and basic information."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..layouts import layout
from ..names import FileName
from ..units import Unit
from .collector import Collector
from .keys import PERSON
from .rights import Right, right
from .sent import LEADING
from .table import Items, Table

_SERVED = (*PERSON, "service_office_number")


def check_related(
    units: Iterable[Unit], names: Mapping[str, FileName], tables: Mapping[str, Table], collector: Collector
) -> None:
    """Warns of clients in plans and basic information who have use tables of the same sender in the run, none of which
    names the recipient; and of actuals whose client is planned for under another insurer's number."""
    units = list(units)
    files = [(unit, names[name], tables[name]) for unit in units for name in unit.files if name in tables]
    plans = [(name, table) for _, name, table in files if table.kind == "UPPLAN" and not table.lost]
    if not plans:
        return
    for _, name, table in files:
        if table.kind in LEADING - {"UPPLAN", "UPJSK"} and right(name) is Right.SERVES_ELSEWHERE:
            _served_elsewhere(name, table, [one for other, one in plans if other.sender == name.sender], collector)
        elif table.kind == "UPJSK" and right(name) is Right.PLANS:
            back = [one for other, one in plans if (other.sender, other.recipient) == (name.recipient, name.sender)]
            _under_another_insurer(table, back, collector)


def _served_elsewhere(name: FileName, table: Table, plans: list[Table], collector: Collector) -> None:
    people = set(table.distinct(*PERSON))
    # Those whose use table went to the recipient are served; only for the others the use tables are read again.
    to_recipient = [plan for plan in plans if plan.name and plan.name.recipient == name.recipient]
    unsure = people.difference(*(set(plan.distinct(*PERSON)) for plan in to_recipient))
    if not unsure:
        return
    offices: dict[Items, set[str]] = {}
    for plan in plans:
        if unsure.intersection(plan.distinct(*PERSON)):
            for insurer, insured, office in plan.distinct(*_SERVED):
                offices.setdefault((insurer, insured), set()).add(office)
    strangers = {person for person in unsure if person in offices and name.recipient not in offices[person]}
    _tell(table, strangers, "W-CROSS-UNRELATED", collector, expected=name.recipient)


def _under_another_insurer(table: Table, plans: list[Table], collector: Collector) -> None:
    planned = {person for plan in plans for person in plan.distinct(*PERSON)}
    insured = {number for _, number in planned}
    moved = {person for person in table.distinct(*PERSON) if person not in planned and person[1] in insured}
    _tell(table, moved, "W-CROSS-INSURER", collector)


def _tell(table: Table, people: set[Items], code: str, collector: Collector, **words: str) -> None:
    if not people:
        return
    item = layout(table.kind).field(PERSON[1]).name_ja
    for person, record in table.first_records(*PERSON).items():
        if person in people:
            more = {"insurer": person[0]} | words
            collector.add(code, table.path, record=record, field=item, value=person[1], basis=None, **more)
