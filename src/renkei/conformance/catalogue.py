"""What the invented offices offer: services, unit prices, equipment and the monthly limits.

A small choice that looks right to people of the field, not the national table: the product imports that one.
Prices are those of a 5級地 office (yen a unit), limits those in force since 2019-10 (units a month).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

CARE_MANAGEMENT = "43"

# 要介護状態区分 → 区分支給限度基準額
LIMITS = {"21": 16765, "22": 19705, "23": 27048, "24": 30938, "25": 36217}

BENEFIT_RATE = 90  # 給付率, per cent


@dataclass(frozen=True)
class AddOn:
    """An add-on (加算) claimed with each visit, at the time of its visit."""

    code: str
    name: str
    units: int


@dataclass(frozen=True)
class Menu:
    """One way to use a service every week. `starts` are HHMM, `days` how many days a week people use it."""

    code: str
    name: str
    units: int
    minutes: int
    starts: tuple[str, ...]
    days: tuple[int, ...]
    add_ons: tuple[AddOn, ...] = ()


@dataclass(frozen=True)
class Equipment:
    """A rented thing; units are a month's rent in tens of yen."""

    code: str
    name: str
    product: str
    tais: str
    units: int


@dataclass(frozen=True)
class ServiceType:
    """A service type (サービス種類) with what its offices offer; `office_name` takes the name of the house."""

    code: str
    name: str
    office_name: str
    price: Decimal
    menus: tuple[Menu, ...] = ()
    equipment: tuple[tuple[Equipment, ...], ...] = ()


MORNINGS = ("0830", "0900", "0930", "1000")
AFTERNOONS = ("1300", "1330", "1410", "1500")

SERVICE_TYPES = (
    ServiceType(
        "11",
        "訪問介護",
        "㈱ホームヘルプ{}",
        Decimal("10.70"),
        menus=(
            Menu("111111", "身体介護１", 244, 30, MORNINGS, (2, 3)),
            Menu("111211", "身体介護２", 387, 60, AFTERNOONS, (2, 3)),
            Menu("117211", "生活援助２", 179, 45, MORNINGS + AFTERNOONS, (1, 2, 3)),
        ),
    ),
    ServiceType(
        "13",
        "訪問看護",
        "訪問看護ステーション{}①",
        Decimal("10.70"),
        menus=(
            Menu("131010", "訪看Ⅰ１", 314, 20, MORNINGS, (1, 2, 3)),
            Menu("131211", "訪看Ⅰ３", 823, 60, AFTERNOONS, (1, 2)),
        ),
    ),
    ServiceType(
        "15",
        "通所介護",
        "デイサービス「{}」",
        Decimal("10.45"),
        menus=(
            Menu(
                "152342", "通所介護Ⅰ３２", 673, 430, ("0900", "0930"), (1, 2), (AddOn("155301", "入浴介助加算Ⅰ", 40),)
            ),
            Menu(
                "152342",
                "通所介護Ⅰ３２",
                673,
                430,
                ("0915",),
                (1, 2),
                (AddOn("155301", "入浴介助加算Ⅰ", 40), AddOn("155051", "個別機能訓練加算Ⅰ１", 56)),
            ),
        ),
    ),
    ServiceType(
        "17",
        "福祉用具貸与",
        "福祉用具レンタル髙﨑　{}店",
        Decimal("10.00"),
        equipment=(
            (Equipment("171001", "車いす貸与", '自走用標準型車いす "かるがる", 折りたたみ', "99001-000010", 500),),
            (
                Equipment("171003", "特殊寝台貸与", "特殊寝台 ３モーター", "99002-000101", 1000),
                Equipment("171004", "特殊寝台付属品貸与", "マットレス, 介助バー", "99002-000205", 250),
            ),
            (
                # The same code and units twice: told apart by 明細判別コード.
                Equipment("171007", "手すり貸与", "据置手すり（玄関）", "99003-000031", 300),
                Equipment("171007", "手すり貸与", "据置手すり（ﾄｲﾚ）", "99003-000048", 300),
                Equipment("171009", "歩行器貸与", "歩行車 ㈲すいすい②型", "99004-000007", 350),
            ),
        ),
    ),
    ServiceType(
        "12",
        "訪問入浴介護",
        "訪問入浴{}",
        Decimal("10.70"),
        menus=(Menu("121111", "訪問入浴", 1266, 50, AFTERNOONS, (1,)),),
    ),
    ServiceType(
        "14",
        "訪問リハビリテーション",
        "{}訪問リハビリ",
        Decimal("10.55"),
        menus=(Menu("142111", "訪問リハビリ１", 308, 20, AFTERNOONS, (1, 2)),),
    ),
    ServiceType(
        "16",
        "通所リハビリテーション",
        "通所リハビリ{}㈱",
        Decimal("10.55"),
        menus=(
            Menu(
                "161153", "通所リハⅠ１３３", 643, 130, ("1000", "1330"), (1, 2), (AddOn("165301", "入浴介助加算Ⅰ", 40),)
            ),
        ),
    ),
)

BY_CODE = {service.code: service for service in SERVICE_TYPES}
