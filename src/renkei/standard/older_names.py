"""The service types that a file name of the third edition lacks: who or what can say them.

Names have carried the types of both offices since V4.0 (layout annex). Asked in this order: the person, the register of
parties, the direction (one side is always the care-management office, whose type is 43 in the third edition because
it had no prevention), and the records, where all of them say the same of that office.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from .layouts import code_lists
from .names import Edition, FileName

CARE_MANAGEMENT = "43"
# Files that go from the service office to the care-management office; all others go the other way.
_TO_CARE_MANAGEMENT = frozenset({"UPJSK", "DLTJSK"})
_NOTHING: Mapping[str, Collection[str]] = MappingProxyType({})
# Where a record says of which type the service of an office is: the item, of which the first two characters count.
_SERVICE = re.compile("[0-9A-Z]{2}")
_TYPE_ITEMS = {
    "UPPLAN": "service_code",
    "UPJSK": "service_code",
    "UPSIKYU": "service_code",
    "DLTJSK": "service_type_code",
}
_ALL_OFFICES = "9999999999"  # the office of the grand total in 第7表


class Source(StrEnum):
    """Who said a service type; `label` is its Japanese name."""

    NAME = "name"
    OPTION = "option"
    REGISTER = "register"
    DIRECTION = "direction"
    RECORDS = "records"
    NOBODY = "nobody"

    @property
    def label(self) -> str:
        """For a report.

        >>> Source.RECORDS.label
        '記録のサービスコード'
        """
        return _LABELS[self]


_LABELS = {
    Source.NAME: "ファイル名",
    Source.OPTION: "指定",
    Source.REGISTER: "事業所の一覧",
    Source.DIRECTION: "ファイルの向き(居宅介護支援事業所の側)",
    Source.RECORDS: "記録のサービスコード",
    Source.NOBODY: "わからない",
}


class Answer(NamedTuple):
    """The service type of one side of a name, "" where nobody can say, and who said it.

    `candidates` are the types that the records give for that office, sorted: several where they leave it open, and
    not the answer's own where they speak against it.
    """

    service: str
    source: Source
    candidates: tuple[str, ...] = ()


def complete(
    name: FileName,
    types_in_rows: Mapping[str, Collection[str]],
    *,
    from_type: str | None = None,
    to_type: str | None = None,
    register: Mapping[str, Collection[str]] = _NOTHING,
) -> FileName:
    """The name with its service types, "" where nobody can say one. Names of later editions come back untouched.

    `types_in_rows` and `register` give service types by office number; `from_type` and `to_type` are what a person
    said of sender and recipient. A type of care management counts for that side only, and any other for the other side
    only: said of a folder of plans and actuals, `to_type="11"` is not about the recipient of the actuals.

    >>> name = FileName.parse("UPPLAN_202612_1370100016_1370200014_20261125090014.CSV")
    >>> whole = complete(name, {"1370200014": {"11"}})
    >>> whole.sender_service, whole.recipient_service
    ('43', '11')
    """
    sender, recipient = answers(name, types_in_rows, from_type=from_type, to_type=to_type, register=register)
    if name.edition is not Edition.V3:
        return name
    return name.with_services(sender.service, recipient.service)


def answers(
    name: FileName,
    types_in_rows: Mapping[str, Collection[str]],
    *,
    from_type: str | None = None,
    to_type: str | None = None,
    register: Mapping[str, Collection[str]] = _NOTHING,
) -> tuple[Answer, Answer]:
    """What `complete` puts in for sender and recipient, with the source of each.

    >>> name = FileName.parse("UPPLAN_202612_1370100016_1370200014_20261125090014.CSV")
    >>> [str(answer.source) for answer in answers(name, {}, to_type="15")]
    ['direction', 'option']
    """
    if name.edition is not Edition.V3:
        return Answer(name.sender_service, Source.NAME), Answer(name.recipient_service, Source.NAME)
    is_from_care_management = name.kind not in _TO_CARE_MANAGEMENT
    return (
        _answer(name.sender, is_from_care_management, from_type, register, types_in_rows),
        _answer(name.recipient, not is_from_care_management, to_type, register, types_in_rows),
    )


def types_in_records(kind: str, records: Iterable[Mapping[str, str]]) -> dict[str, set[str]]:
    """The service types that these records give for each office number; none for kinds that do not say.

    >>> types_in_records("UPPLAN", [{"service_office_number": "1370200014", "service_code": "111111"}])
    {'1370200014': {'11'}}
    """
    found: dict[str, set[str]] = {}
    item = _TYPE_ITEMS.get(kind)
    if item is None:
        return found
    for record in records:
        office, service = record.get("service_office_number", ""), record.get(item, "")[:2]
        # What a record says becomes part of a name: nothing else may stand there.
        if office and office != _ALL_OFFICES and _SERVICE.fullmatch(service):
            found.setdefault(office, set()).add(service)
    return found


def _answer(
    office: str,
    is_care_management: bool,
    said: str | None,
    register: Mapping[str, Collection[str]],
    types_in_rows: Mapping[str, Collection[str]],
) -> Answer:
    in_rows = tuple(sorted(types_in_rows.get(office, ())))
    # One number may run care management and services, and one folder may hold plans and actuals: only the types that
    # this side of the name can have come in question.
    offices = code_lists()["service_type_office"]
    if said and (said in offices) is is_care_management:
        return Answer(said, Source.OPTION, in_rows)
    registered = [service for service in set(register.get(office, ())) if (service in offices) is is_care_management]
    if len(registered) == 1:
        return Answer(registered[0], Source.REGISTER, in_rows)
    if is_care_management:
        return Answer(CARE_MANAGEMENT, Source.DIRECTION, in_rows)
    if len(in_rows) == 1:
        return Answer(in_rows[0], Source.RECORDS, in_rows)
    return Answer("", Source.NOBODY, in_rows)
