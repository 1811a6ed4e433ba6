"""通所介護: a satellite, 共生型, a large house."""

from __future__ import annotations

from renkei.standard.units import UnitKind

from ..days import missed, on, weekly
from ..model import Actuals, Case, Expected, Letter, Person, UseTable
from ..offices import AOZORA, HIIRAGI_DAY, KOBUSHI_DAY, TAKASAKI, WAKABA_LARGE_DAY

CHIYO = Person("0000001011", "栁原　千代", "ﾔﾅｷﾞﾊﾗ ﾁﾖ", "2", "19390909", TAKASAKI, "21")
_MAIN = weekly(KOBUSHI_DAY, "152341 155301", "月", "0930-1500")
_SATELLITE = weekly(KOBUSHI_DAY, "152341", "木", "0930-1500", satellite="01")
CHIYO_TABLE = UseTable(CHIYO, _MAIN + _SATELLITE)
SATELLITE = Case(
    "satellite",
    "サテライト(枝番01)と、実績の送り直し",
    "同じ番号・同じ種類の本店とサテライトは1つのファイル。第7表の小計は枝番ごと。本店の1回を休みに直した実績は、"
    "サテライトの分もすべて入れて送り直す。あとの連番が有効。",
    (CHIYO,),
    (
        Letter(TAKASAKI, KOBUSHI_DAY, UnitKind.USE_TABLE, "20261125093000", (CHIYO_TABLE,)),
        Letter(
            KOBUSHI_DAY,
            TAKASAKI,
            UnitKind.ACTUAL,
            "20270102093000",
            (Actuals.of(CHIYO_TABLE, KOBUSHI_DAY),),
            expected=(
                Expected("UPJSK", "W-UNIT-REPLACED", 1, "あとの連番の実績が置きかえることを、注意として知らせる"),
            ),
        ),
        Letter(
            KOBUSHI_DAY,
            TAKASAKI,
            UnitKind.ACTUAL,
            "20270104110000",
            (
                Actuals.of(
                    CHIYO_TABLE,
                    KOBUSHI_DAY,
                    changes=missed(_MAIN, 21, "152341 155301"),
                    made_on="20270104",
                ),
            ),
        ),
    ),
)

FUMI = Person("0000001012", "小鳥遊　ふみ", "ﾀｶﾅｼ ﾌﾐ", "2", "19580101", TAKASAKI, "21")
_DAYS = weekly(HIIRAGI_DAY, "152341", "火金", "1000-1530")
# 7% of the month's units less, told once: on the first day; the other days say 0.
_LESS = -round(sum(visit.units for visit in _DAYS) * 7 / 100)
_KYOSEI = tuple(
    visit
    for n, day in enumerate(_DAYS)
    for visit in on(HIIRAGI_DAY, "156364", (day.day,), "1000-1530", own_units=0 if n else _LESS)
)
FUMI_TABLE = UseTable(FUMI, _DAYS + _KYOSEI)
_NEGATIVE = "共生型の減算は負の単位数になる。標準仕様に符号のきまりはなく、注意が出るのが正しい"
KYOSEI = Case(
    "kyosei",
    "共生型サービスの減算",
    "減算の行は利用した日ごとにあり、単位数は月のはじめの日だけに書いて、ほかの日は0。第7表では1回と数える。",
    (FUMI,),
    (
        Letter(
            TAKASAKI,
            HIIRAGI_DAY,
            UnitKind.USE_TABLE,
            "20261125094000",
            (FUMI_TABLE,),
            expected=(
                Expected("UPPLAN", "W-FIELD-SIGN", 1, _NEGATIVE),
                Expected("UPSIKYU", "W-FIELD-SIGN", 4, _NEGATIVE),
            ),
        ),
        Letter(
            HIIRAGI_DAY,
            TAKASAKI,
            UnitKind.ACTUAL,
            "20270102094000",
            (Actuals.of(FUMI_TABLE, HIIRAGI_DAY),),
            expected=(Expected("UPJSK", "W-FIELD-SIGN", 1, _NEGATIVE),),
        ),
    ),
)

SHOICHI = Person("0000001013", "山﨑　正一", "ﾔﾏｻﾞｷ ｼｮｳｲﾁ", "1", "19400229", AOZORA, "22", insurer="139980")
SHOICHI_TABLE = UseTable(SHOICHI, weekly(WAKABA_LARGE_DAY, "153667", "水日", "0900-1610"))
LARGE = Case(
    "large-day-service",
    "大規模型の通所介護",
    "限度額は通常規模の単位数で管理する。第7表の給付管理単位数(777)が、サービス単位(744)より大きい。",
    (SHOICHI,),
    (
        Letter(AOZORA, WAKABA_LARGE_DAY, UnitKind.USE_TABLE, "20261125095000", (SHOICHI_TABLE,)),
        Letter(
            WAKABA_LARGE_DAY,
            AOZORA,
            UnitKind.ACTUAL,
            "20270102095000",
            (Actuals.of(SHOICHI_TABLE, WAKABA_LARGE_DAY),),
        ),
    ),
)

CASES = (SATELLITE, KYOSEI, LARGE)
