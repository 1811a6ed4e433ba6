"""The services that the varied month uses: names, units, and what a unit costs.

A small choice that looks right to people of the field, not the national table: the product imports that one.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..model import Office
from ..offices import INSURERS


@dataclass(frozen=True)
class Service:
    """A service code. `managed` are the units that count against the limit where they are others than those claimed.

    `is_outside`: not counted against 区分支給限度基準額. `is_once`: 共生型, its units stand on the first day alone.
    """

    name: str
    units: int = 0
    managed: int | None = None
    is_outside: bool = False
    is_once: bool = False


SERVICES: dict[str, Service] = {
    # 訪問介護
    "111111": Service("身体介護１", 244),
    "111112": Service("身体介護１・夜", 305),
    "111113": Service("身体介護１・深", 366),
    "111211": Service("身体介護２", 387),
    "111311": Service("身体介護３", 567),
    "117211": Service("生活援助２", 179),
    "118111": Service("通院等乗降介助", 97),
    "116275": Service("訪問介護処遇改善加算Ⅰ", is_outside=True),
    # 訪問看護 (定期巡回・随時対応型と連携するもの)
    "133112": Service("定期巡回訪看・日割", 97),
    # 通所介護
    "152341": Service("通所介護Ⅰ３１", 570),
    "152342": Service("通所介護Ⅰ３２", 673),
    "152442": Service("通所介護Ⅰ５２", 777),
    "152343": Service("通所介護Ⅰ３３", 777),
    "153667": Service("通所介護Ⅱ５２", 744, managed=777),
    "155301": Service("通所介護入浴介助加算Ⅰ", 40),
    "156108": Service("通所介護処遇改善加算Ⅰ", is_outside=True),
    "156364": Service("通所介護共生型サービス生活介護", is_once=True),
    # 福祉用具貸与: the units are the rent in tens of yen, told with the thing
    "171001": Service("車いす貸与"),
    "171003": Service("特殊寝台貸与"),
    "171007": Service("手すり貸与"),
    "171009": Service("歩行器貸与"),
    "671007": Service("予防手すり貸与"),
    # 短期入所
    "212121": Service("併設短期生活Ⅰ２", 672),
    "219200": Service("短期入所生活介護送迎加算", 184),
    "221341": Service("老短Ⅰⅲ４", 997),
    "232241": Service("病院療養短期Ⅰⅰ４", 1163),
    # 居宅療養管理指導
    "311111": Service("医師居宅療養管理指導Ⅰ１", 515, is_outside=True),
    "311221": Service("薬剤師居宅療養Ⅰ１", 566, is_outside=True),
    # 介護予防・総合事業
    "621111": Service("予防訪問入浴", 856),
    "631010": Service("予訪看Ⅰ１", 303),
    "A21111": Service("訪問型独自サービス１１", 1176),
    "A22111": Service("訪問型独自サービス１１・日割", 39),
    "A61111": Service("通所型独自サービス１１", 1798),
}

# 要介護状態区分 → 区分支給限度基準額 (units a month, since 2019-10). Of 事業対象者 the town decides: as 要支援１ here.
LIMITS = {
    "06": 5032,
    "12": 5032,
    "13": 10531,
    "21": 16765,
    "22": 19705,
    "23": 27048,
    "24": 30938,
    "25": 36217,
}

# Share of wages in the price of a service type, per cent; rent and the doctor's visits cost 10 yen a unit everywhere.
_WAGES = {"11": 70, "13": 70, "62": 70, "63": 70, "A2": 70, "21": 55, "15": 45, "22": 45, "23": 45, "A6": 45}
# 5級地 and 7級地: what the town's wages add, per cent.
_TOWNS = {INSURERS[0]: 10, INSURERS[1]: 3}


def price(office: Office) -> Decimal:
    """Yen a unit, two decimals, at the place of the office: 10 × (1 + addition × share of wages)."""
    addition = Decimal(_TOWNS[office.insurer] * _WAGES.get(office.service, 0)) / 10_000
    return (10 * (1 + addition)).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")


def limited_type(service_type: str) -> str:
    """Under which service type 種類支給限度 manages this one: 短期入所療養介護 of every kind under 22."""
    return "22" if service_type in {"22", "23", "2A"} else service_type
