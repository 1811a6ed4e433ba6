"""Units of one run that do not go together, and clients whom the recipient has nothing to do with."""

from __future__ import annotations

from dataclasses import replace

from renkei.standard.names import FileName
from renkei.standard.records import write

from ..month import (
    AKI,
    DAY_CARE,
    HELPER,
    NAMES,
    PLANNER,
    TABLE_SEQUENCE,
    Row,
    files,
    kind_of,
    rows,
)
from ..spoil import Files, Spoil, cells, renamed
from .model import NOTICE, Wrong, also

_USE_TABLE = ("UPPLAN", "UPSIKYU", "UPHOSOKU")
_CARE_PLAN = ("UP1KYO", "UP2KYO", "UP3KYO", "UPHOSOKU_PLAN")
_SENT_AGAIN = also("W-UNIT-REPLACED")
LATER, LATEST = "20261201090000", "20270105090000"


def _again(keys: tuple[str, ...], sequence: str, **changed: list[Row]) -> Files:
    """The same unit once more under a later number."""
    month = {**rows(), **changed}
    made = {}
    for key in keys:
        old = FileName.parse(NAMES[key]).sequence
        made[NAMES[key].replace(old, sequence)] = write(kind_of(key), month[key])
    return made


def with_again(keys: tuple[str, ...], sequence: str, **changed: list[Row]) -> Spoil:
    return lambda: files() | _again(keys, sequence, **changed)


def _every(key: str, **values: str) -> list[Row]:
    return [row | values for row in rows()[key]]


def _with_satellite(again: list[Row]) -> Spoil:
    """Actuals with a satellite and a second service, sent again with other rows."""

    def spoil() -> Files:
        actuals = rows()["UPJSK"]
        actuals[1] |= {"satellite_branch_no": "1"}
        rental = actuals[0] | {"service_code": "171001", "tais_code": "00001-000010", "service_start_time": "9999"}
        rental |= {"service_end_time": "9999"}
        sent = {NAMES["UPJSK"]: write("UPJSK", [*actuals, rental])}
        found = {name: data for name, data in files().items() if not name.startswith("DLTJSK")} | sent
        return found | _again(("UPJSK",), LATEST, UPJSK=again)

    return spoil


def _deletion(key: str, sequence: str | None = None, **values: str) -> Spoil:
    """The month with a deletion changed, under another number where one is given."""

    def spoil() -> Files:
        changed = files({key: _every(key, **values)})
        if sequence is None:
            return changed
        name = NAMES[key]
        data = changed.pop(name)
        return changed | {name.replace(FileName.parse(name).sequence, sequence): data}

    return spoil


def _only_others() -> Files:
    """A care plan for the helper, and a use table for somebody else that does not name the helper."""
    planned = [row for row in rows()["UPPLAN"] if row["insured_person_number"] == AKI["insured_person_number"]]
    elsewhere = [row for row in planned if row["service_office_number"] == DAY_CARE]
    month = {
        key: [row for row in rows()[key] if row["insured_person_number"] == AKI["insured_person_number"]]
        for key in _USE_TABLE
    }
    sent = {}
    for key in _USE_TABLE:
        records = elsewhere if key == "UPPLAN" else month[key]
        sent[NAMES[key].replace(f"{HELPER}_11", f"{DAY_CARE}_15")] = write(key, records)
    return {NAMES[key]: files()[NAMES[key]] for key in _CARE_PLAN} | sent


def _basics_only_others() -> Files:
    plans = {name: data for name, data in _only_others().items() if "UP1KYO" not in name and DAY_CARE in name}
    return plans | {NAMES[key]: files()[NAMES[key]] for key in ("UPKIHON", "UPKIHON_SUB1", "UPKIHON_SUB2")}


def _to(service: str, *keys: str) -> Spoil:
    """These files to an office with another service type."""

    def spoil() -> Files:
        found = files()
        return {NAMES[key].replace(f"{HELPER}_11", f"{HELPER}_{service}"): found[NAMES[key]] for key in keys}

    return spoil


def _from_service() -> Files:
    return {NAMES[key].replace(f"{PLANNER}_43", f"{PLANNER}_16"): files()[NAMES[key]] for key in _USE_TABLE}


_OTHER_INSURER = {"insurer_number": "139998"}

_CASES = [
    Wrong("W-UNIT-REPLACED", "提供票の送り直し", with_again(_USE_TABLE, LATER), NOTICE),
    Wrong("W-UNIT-REPLACED", "計画書の送り直し", with_again(_CARE_PLAN, "20261125100000"), NOTICE),
    Wrong("W-UNIT-REPLACED", "実績の送り直し", with_again(("UPJSK",), "20270102100000"), NOTICE),
    Wrong("W-UNIT-REPLACED", "基本情報の送り直し", with_again(("UPKIHON",), "20261126090015"), NOTICE),
    Wrong(
        "W-UNIT-ORDER",
        "古い提供票に新しい連番",
        with_again(_USE_TABLE, LATER, UPPLAN=_every("UPPLAN", document_created_date="20261120")),
        NOTICE,
        also=_SENT_AGAIN,
    ),
    Wrong(
        "W-UNIT-ORDER",
        "古い計画書に新しい連番",
        with_again(_CARE_PLAN, "20261125100000", UP1KYO=_every("UP1KYO", document_created_date="20261101")),
        NOTICE,
        also=_SENT_AGAIN,
    ),
    Wrong(
        "W-UNIT-SITES",
        "サテライトを入れ忘れた",
        _with_satellite(_every("UPJSK")),
        NOTICE,
        1,
        "被保険者番号",
        also=_SENT_AGAIN,
    ),
    Wrong(
        "W-UNIT-SITES",
        "別の種類を入れ忘れた",
        _with_satellite(
            [row | {"satellite_branch_no": "1"} if n == 1 else row for n, row in enumerate(rows()["UPJSK"])]
        ),
        NOTICE,
        1,
        also=_SENT_AGAIN,
    ),
    Wrong(
        "W-UNIT-DELETES-NOTHING",
        "計画の日がちがう",
        _deletion("DLT1KYO", care_plan_creation_or_change_date="20261116"),
        NOTICE,
        1,
    ),
    Wrong(
        "W-UNIT-DELETES-NOTHING",
        "提供票にいない人",
        _deletion("DLTPLAN", insured_person_number="0000000009"),
        NOTICE,
        1,
    ),
    Wrong(
        "W-UNIT-DELETES-NOTHING",
        "実績にない種類",
        _deletion("DLTJSK", service_type_code="15"),
        NOTICE,
        1,
        "被保険者番号",
    ),
    Wrong("W-UNIT-DELETES-NOTHING", "相談日がちがう", _deletion("DLTKIHON", consultation_date="20261109"), NOTICE, 1),
    Wrong(
        "W-UNIT-DELETES-NOTHING",
        "計画書の日がちがう",
        _deletion("DLTYOBO", plan_creation_or_change_date="20261109"),
        NOTICE,
        1,
    ),
    Wrong("W-UNIT-DELETES-LATER", "提供票より前の削除", _deletion("DLTPLAN", "20261124090000"), NOTICE, 1),
    Wrong("W-UNIT-DELETES-LATER", "実績より前の削除", _deletion("DLTJSK", "20270101090000"), NOTICE, 1),
    Wrong(
        "W-UNIT-DELETES-LATER",
        "提供票と同じ連番の削除",
        _deletion("DLTPLAN", TABLE_SEQUENCE),
        NOTICE,
        1,
        also=also("W-UNIT-FOREIGN"),
    ),
    Wrong("W-CROSS-INSURER", "第2表の保険者番号", cells("UP2KYO", 3, **_OTHER_INSURER), NOTICE, 3, "被保険者番号"),
    Wrong("W-CROSS-INSURER", "補足情報の保険者番号", cells("UPHOSOKU", 2, **_OTHER_INSURER), NOTICE, 2),
    Wrong("W-CROSS-INSURER", "削除の保険者番号", _deletion("DLTPLAN", insurer_number="139998"), NOTICE, 1),
    Wrong(
        "W-CROSS-INSURER",
        "実績の保険者番号",
        lambda: {
            NAMES[key]: files({"UPJSK": _every("UPJSK", **_OTHER_INSURER)})[NAMES[key]]
            for key in (*_USE_TABLE, "UPJSK")
        },
        NOTICE,
        1,
    ),
    Wrong("W-CROSS-UNRELATED", "提供票にない事業所への計画書", _only_others, NOTICE, 1, "被保険者番号"),
    Wrong("W-CROSS-UNRELATED", "提供票にない事業所への基本情報", _basics_only_others, NOTICE, 1),
    Wrong("W-CROSS-RELAY", "居宅介護支援事業所への提供票", _to("43", *_USE_TABLE), NOTICE, 1),
    Wrong("W-CROSS-RELAY", "地域包括支援センターへの提供票", _to("46", *_USE_TABLE), NOTICE, 1, "被保険者番号"),
    Wrong("W-NAME-DIRECTION", "サービス事業所からの提供票", _from_service, NOTICE),
    Wrong("W-NAME-DIRECTION", "サービス事業所への実績", renamed("UPJSK", f"{PLANNER}_43", f"{PLANNER}_15"), NOTICE),
    Wrong("W-CROSS-SERVICE", "送信先の種類の行がない", _to("16", *_USE_TABLE), NOTICE),
]

ACROSS_CASES = [replace(case, together=True) for case in _CASES]
