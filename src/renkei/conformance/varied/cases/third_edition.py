"""The third edition (202208): names without service types, 第6表 of 22 and 第7表 of 34 items."""

from __future__ import annotations

from renkei.standard.layouts import V3_VERSION
from renkei.standard.units import UnitKind

from ..days import missed, rented, weekly
from ..model import Actuals, CarePlan, Case, Deletion, Goal, Letter, Need, Person, Support, Thing, UseTable
from ..offices import AKANE_RENTAL, OLD_CARE, OLD_HELP, SUZURAN_DAY, SUZURAN_HELP

MASA = Person("0000001081", "德田　マサ", "ﾄｸﾀﾞ ﾏｻ", "2", "19360606", OLD_CARE, "22")
_MASA_HELP = weekly(OLD_HELP, "111111 117211", "火金", "0900-0945")
_RAIL = rented(AKANE_RENTAL, Thing("171007", "据置手すり（玄関）", 300, tais="99003-000031"))
_MASA_TABLE = UseTable(MASA, _MASA_HELP + _RAIL)
_MASA_PLAN = CarePlan(
    MASA,
    created_on="20261120",
    first_on="20230401",
    needs=(
        Need(
            "掃除がつらい",
            (Goal("自宅で暮らす", "居間を片づける", (Support("掃除", "訪問介護", OLD_HELP, "週２回"),)),),
        ),
    ),
    texts={"overall_support_policy": "無理なく続けます, ㈱③"},
)
TYPE_FROM_ROWS = Case(
    "third-edition-type-from-rows",
    "第3版で、行からサービス種類が分かる",
    "提供票では、宛先の事業所の行がどれも同じ種類(すべて11、またはすべて17)なので、名前にない種類が行から決まる。"
    "実績も同じ。計画書だけは行にコードがないので、ほかのファイルか設定から知る。第3表はなく、用具のTAISコードは書けない。"
    "用具の実績はまだ来ていない。",
    (MASA,),
    (
        Letter(OLD_CARE, OLD_HELP, UnitKind.CARE_PLAN, "20261120160000", (_MASA_PLAN,), V3_VERSION),
        Letter(OLD_CARE, OLD_HELP, UnitKind.USE_TABLE, "20261125160000", (_MASA_TABLE,), V3_VERSION),
        Letter(OLD_CARE, AKANE_RENTAL, UnitKind.USE_TABLE, "20261125160007", (_MASA_TABLE,), V3_VERSION),
        Letter(
            OLD_HELP,
            OLD_CARE,
            UnitKind.ACTUAL,
            "20270102160000",
            (Actuals.of(_MASA_TABLE, OLD_HELP, changes=missed(_MASA_HELP, 29, "111111 117211")),),
            V3_VERSION,
        ),
    ),
    awaited=(AKANE_RENTAL,),
)

NATSU = Person("0000001082", "神﨑　ナツ", "カンザキ ナツ", "2", "19380818", OLD_CARE, "23")
_NATSU_TABLE = UseTable(
    NATSU,
    weekly(SUZURAN_HELP, "111211", "月", "0900-1000") + weekly(SUZURAN_DAY, "152343 155301", "水", "0930-1430"),
)
TYPE_FROM_OPTION = Case(
    "third-edition-type-from-option",
    "第3版で、種類を人が言わないと決まらない",
    "宛先のすずらんは同じ番号で訪問介護(11)と通所介護(15)をしていて、提供票の行には両方がある。"
    "取り消し(DLTPLAN)には行にサービスがない。どちらも訪問介護(11)宛て(--to-type 11)。",
    (NATSU,),
    (
        Letter(OLD_CARE, SUZURAN_HELP, UnitKind.USE_TABLE, "20261125161000", (_NATSU_TABLE,), V3_VERSION),
        Letter(OLD_CARE, SUZURAN_HELP, UnitKind.USE_TABLE_DELETION, "20261127161000", (Deletion(NATSU),), V3_VERSION),
    ),
)

CASES = (TYPE_FROM_ROWS, TYPE_FROM_OPTION)
