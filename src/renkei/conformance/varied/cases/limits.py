"""限度額: beyond the category's limit, beyond a type's limit, outside the limit, a month begun in the middle."""

from __future__ import annotations

from renkei.standard.units import UnitKind

from ..days import flags, on, weekly, with_percentage
from ..model import Actuals, Beyond, Case, Letter, Person, UseTable
from ..offices import AOZORA, DOCTOR, HEALTH_FACILITY, HOSPITAL, NURSE, SUZURAN_DAY, SUZURAN_HELP, TAKASAKI

KIYO = Person("0000001031", "神﨑　キヨ", "ｶﾝｻﾞｷ ｷﾖ", "2", "19340812", TAKASAKI, "21", benefit_rate=80)
_HELP = with_percentage(weekly(SUZURAN_HELP, "111311", "月水金日", "0900-1030"), "116275", 270)
_DAY = weekly(SUZURAN_DAY, "152341 155301", "火木土", "1000-1530")
_OVER = sum(v.units for v in (*_HELP, *_DAY) if not v.service.is_outside) - 16765
KIYO_TABLE = UseTable(KIYO, _HELP + _DAY, beyond=(Beyond(SUZURAN_DAY, category=_OVER),))
CATEGORY = Case(
    "category-limit",
    "区分支給限度額をこえる",
    "要介護１の16,765単位をこえた分は通所介護に割りつけ、全額を本人が負担する。処遇改善加算は限度額の外(EEEE)。給付率80%。",
    (KIYO,),
    (
        Letter(TAKASAKI, SUZURAN_HELP, UnitKind.USE_TABLE, "20261125110000", (KIYO_TABLE,)),
        Letter(TAKASAKI, SUZURAN_DAY, UnitKind.USE_TABLE, "20261125110007", (KIYO_TABLE,)),
        Letter(SUZURAN_HELP, TAKASAKI, UnitKind.ACTUAL, "20270102110000", (Actuals.of(KIYO_TABLE, SUZURAN_HELP),)),
        Letter(SUZURAN_DAY, TAKASAKI, UnitKind.ACTUAL, "20270102110007", (Actuals.of(KIYO_TABLE, SUZURAN_DAY),)),
    ),
)

# The town set one limit for all 短期入所療養介護; it is written under 22, whatever the kind of house.
TOMI = Person(
    "0000001032",
    "佐々木　トミ",
    "ｻｻｷ ﾄﾐ",
    "2",
    "19320505",
    TAKASAKI,
    "24",
    type_limits={"22": 9000},
    stays_before=12,
)
_FACILITY = on(HEALTH_FACILITY, "221341", range(2, 9))
_HOSPITAL = on(HOSPITAL, "232241", (20, 21, 22))
TOMI_TABLE = UseTable(
    TOMI,
    _FACILITY + _HOSPITAL,
    beyond=(Beyond(HOSPITAL, type=7 * 997 + 3 * 1163 - 9000),),
)
TYPE = Case(
    "type-limit",
    "種類支給限度額をこえる(短期入所療養介護は22の枠)",
    "老健(22)と病院(23)の短期入所を、補足情報の枠22にまとめる。こえた分は病院に割りつける。前月までの短期入所は12日。",
    (TOMI,),
    (
        Letter(TAKASAKI, HEALTH_FACILITY, UnitKind.USE_TABLE, "20261125111000", (TOMI_TABLE,)),
        Letter(TAKASAKI, HOSPITAL, UnitKind.USE_TABLE, "20261125111007", (TOMI_TABLE,)),
        Letter(
            HEALTH_FACILITY, TAKASAKI, UnitKind.ACTUAL, "20270102111000", (Actuals.of(TOMI_TABLE, HEALTH_FACILITY),)
        ),
        Letter(HOSPITAL, TAKASAKI, UnitKind.ACTUAL, "20270102111007", (Actuals.of(TOMI_TABLE, HOSPITAL),)),
    ),
)

SEI = Person("0000001033", "五十嵐　セイ", "ｲｶﾞﾗｼ ｾｲ", "2", "19370618", AOZORA, "22", insurer="139980")
_DOCTOR = on(DOCTOR, "311111", (9, 23)) + on(DOCTOR, "311221", (10,))
_SEI_HELP = weekly(SUZURAN_HELP, "111111", "火金", "0930-1000")
SEI_TABLE = UseTable(SEI, _DOCTOR + _SEI_HELP)
OUTSIDE = Case(
    "outside-the-limit",
    "限度額の対象外のサービス(居宅療養管理指導)",
    "医師と薬剤師の2行に対象外の小計(31EEEE)が付き、給付管理単位数は空。区分支給限度額の計算には入らない。",
    (SEI,),
    (
        Letter(AOZORA, DOCTOR, UnitKind.USE_TABLE, "20261125112000", (SEI_TABLE,)),
        Letter(AOZORA, SUZURAN_HELP, UnitKind.USE_TABLE, "20261125112007", (SEI_TABLE,)),
        Letter(DOCTOR, AOZORA, UnitKind.ACTUAL, "20270102112000", (Actuals.of(SEI_TABLE, DOCTOR),)),
        Letter(SUZURAN_HELP, AOZORA, UnitKind.ACTUAL, "20270102112007", (Actuals.of(SEI_TABLE, SUZURAN_HELP),)),
    ),
)

HIDE = Person("0000001034", "髙橋　ヒデ", "ﾀｶﾊｼ ﾋﾃﾞ", "2", "19380402", TAKASAKI, "23")
HIDE_TABLE = UseTable(HIDE, on(NURSE, "133112", (16,), per_diem=flags(16)))
PER_DIEM = Case(
    "per-diem",
    "月の途中に始まったサービス(日割)",
    "16日に始まった定期巡回連携型の訪問看護。利用日ははじめの日の1行だけで、日割対象日の印16個が日数になる"
    "(第7表は97単位×16日)。",
    (HIDE,),
    (
        Letter(TAKASAKI, NURSE, UnitKind.USE_TABLE, "20261125113000", (HIDE_TABLE,)),
        Letter(NURSE, TAKASAKI, UnitKind.ACTUAL, "20270102113000", (Actuals.of(HIDE_TABLE, NURSE),)),
    ),
)

CASES = (CATEGORY, TYPE, OUTSIDE, PER_DIEM)
