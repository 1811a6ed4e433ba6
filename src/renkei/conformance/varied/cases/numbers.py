"""People whose numbers or certification are not the ordinary ones, and care managers who change."""

from __future__ import annotations

from dataclasses import replace

from renkei.standard.units import UnitKind

from ..days import missed, weekly
from ..model import Actuals, Case, Letter, Person, UseTable
from ..offices import AOBA, AOZORA, KOBUSHI_DAY, TAKASAKI, TSUBAKI_HELP

TARO = Person("H139990001", "架空　太郎", "ｶｸｳ ﾀﾛｳ", "1", "19650512", TAKASAKI, "22", benefit_rate=100)
_TARO_TABLE = UseTable(TARO, weekly(KOBUSHI_DAY, "152342 155301", "月", "0930-1430"))
PUBLIC_ASSISTANCE = Case(
    "public-assistance-number",
    "生活保護単独の人(Hと9桁の番号)",
    "被保険者番号が数字ではない。本人の負担はなく、給付率は100。",
    (TARO,),
)

SADA = Person(
    "0000001061",
    "髙橋　サダ",
    "ﾀｶﾊｼ ｻﾀﾞ",
    "2",
    "19410404",
    TAKASAKI,
    care_level="",
    status="1",
    certified_on="",
    valid_from="",
    valid_to="",
)
_SADA_TABLE = UseTable(SADA, weekly(KOBUSHI_DAY, "152341", "木", "0930-1500"))
APPLIED = Case(
    "applied-for",
    "認定を申請中の人",
    "認定状況区分は1。認定日、有効期間、要介護度、限度額は空のまま。",
    (SADA,),
)

ICHI = Person(
    "0000001062",
    "德田　イチ",
    "ﾄｸﾀﾞ ｲﾁ",
    "2",
    "19330808",
    TAKASAKI,
    care_level="23",
    previous_level="22",
    level_changed_on="20261216",
)
_ICHI_TABLE = UseTable(
    ICHI,
    weekly(KOBUSHI_DAY, "152342", "火金", "0930-1430", last=15)
    + weekly(KOBUSHI_DAY, "152343", "火金", "0930-1430", first=16),
)
LEVEL_CHANGED = Case(
    "level-changed",
    "月の途中で要介護度が変わる",
    "16日に要介護２から要介護３へ。補足情報に変更日と前回の区分があり、限度額は重いほう。通所介護のコードも16日から変わる。",
    (ICHI,),
)

THREE_IN_ONE_UNIT = Case(
    "three-people-in-one-unit",
    "1つの送信単位に3人",
    "上の3人の提供票が1つの送信単位、実績も1つのファイル。第7表の全合計は人ごとに1行。",
    (TARO, SADA, ICHI),
    (
        Letter(TAKASAKI, KOBUSHI_DAY, UnitKind.USE_TABLE, "20261125140000", (_TARO_TABLE, _SADA_TABLE, _ICHI_TABLE)),
        Letter(
            KOBUSHI_DAY,
            TAKASAKI,
            UnitKind.ACTUAL,
            "20270102140000",
            tuple(Actuals.of(table, KOBUSHI_DAY) for table in (_TARO_TABLE, _SADA_TABLE, _ICHI_TABLE)),
        ),
    ),
)

# Insured in みどり町, living in a house in あおば町.
TOKU = Person("0000001063", "八木沢　トク", "ﾔｷﾞｻﾜ ﾄｸ", "2", "19350825", AOZORA, "22")
_SUNDAYS = weekly(TSUBAKI_HELP, "111111", "日", "1100-1130")
_TOKU_TABLE = UseTable(TOKU, _SUNDAYS)
TWO_INSURERS = Case(
    "two-insurers",
    "1人が2つの保険者番号で現れる(住所地特例)",
    "提供票は139998、サービス事業所が手で直したあとの実績は139980。被保険者番号は同じ。同じ人かどうかは、人が確かめる。"
    "20日は休み。",
    (TOKU, replace(TOKU, insurer=AOBA)),
    (
        Letter(AOZORA, TSUBAKI_HELP, UnitKind.USE_TABLE, "20261125141000", (_TOKU_TABLE,)),
        Letter(
            TSUBAKI_HELP,
            AOZORA,
            UnitKind.ACTUAL,
            "20270102141000",
            (Actuals.of(_TOKU_TABLE, TSUBAKI_HELP, changes=missed(_SUNDAYS, 20, "111111"), told_insurer=AOBA),),
        ),
    ),
)

TAMA = Person("0000001064", "栁原　タマ", "ﾔﾅｷﾞﾊﾗ ﾀﾏ", "2", "19371024", TAKASAKI, "21")
TAMA_LATER = replace(TAMA, planner=AOZORA)
_TAMA_TABLE = UseTable(TAMA, weekly(KOBUSHI_DAY, "152341", "土", "0930-1500", last=15))
_TAMA_LATER_TABLE = UseTable(TAMA_LATER, weekly(KOBUSHI_DAY, "152341", "土", "0930-1500", first=16), made_on="20261214")
CARE_MANAGER_CHANGED = Case(
    "care-manager-changed",
    "月の途中で居宅介護支援事業所が変わる",
    "15日までは髙﨑、16日からはあおぞら。それぞれが自分の分の提供票を送り、実績もそれぞれに返る。混ぜない。",
    (TAMA,),
    (
        Letter(TAKASAKI, KOBUSHI_DAY, UnitKind.USE_TABLE, "20261125142000", (_TAMA_TABLE,)),
        Letter(AOZORA, KOBUSHI_DAY, UnitKind.USE_TABLE, "20261214142000", (_TAMA_LATER_TABLE,)),
        Letter(KOBUSHI_DAY, TAKASAKI, UnitKind.ACTUAL, "20270102142000", (Actuals.of(_TAMA_TABLE, KOBUSHI_DAY),)),
        Letter(KOBUSHI_DAY, AOZORA, UnitKind.ACTUAL, "20270102142000", (Actuals.of(_TAMA_LATER_TABLE, KOBUSHI_DAY),)),
    ),
)

CASES = (PUBLIC_ASSISTANCE, APPLIED, LEVEL_CHANGED, THREE_IN_ONE_UNIT, TWO_INSURERS, CARE_MANAGER_CHANGED)
