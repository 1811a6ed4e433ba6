"""福祉用具貸与: TAIS and 届出コード, equal things, and a second service type in the file of actuals."""

from __future__ import annotations

from renkei.standard.units import UnitKind

from ..days import rented, weekly
from ..model import Actuals, Case, Deletion, Letter, Person, Thing, UseTable
from ..offices import AKANE_HELP, AKANE_RENTAL, TAKASAKI

EITARO = Person("0000001021", "五十嵐　榮太郎", "ｲｶﾞﾗｼ ｴｲﾀﾛｳ", "1", "19330430", TAKASAKI, "23")
_HELP = weekly(AKANE_HELP, "111211", "火金", "1000-1100")
_THINGS = rented(
    AKANE_RENTAL,
    Thing("171001", '自走用車いす "かるがる", 折りたたみ', 500, tais="99001-000010"),
    Thing("171007", "据置手すり（玄関）", 300, tais="99003-000031", discriminator="1"),
    Thing("171007", "据置手すり（ﾄｲﾚ）㈲", 300, notification="F9903-000048", discriminator="2"),
    Thing("171007", "据置手すり（浴室）", 300, tais="99003-000055", discriminator="3"),
    Thing("171009", "歩行車 すいすい②型", 350, notification="F9904-000007"),
)
EITARO_TABLE = UseTable(EITARO, _HELP + _THINGS)
TWO_IN_ONE_FILE = Case(
    "two-types-in-one-actual-file",
    "訪問介護と福祉用具貸与の実績が1つのファイル",
    "同じ番号の11と17を、1つの実績ファイルで送る(ファイル名の種類は11)。用具はTAISコードか届出コードで示し、"
    "コードと単位数が同じ手すり3つは明細判別コードで分ける。",
    (EITARO,),
    (
        Letter(TAKASAKI, AKANE_HELP, UnitKind.USE_TABLE, "20261125100000", (EITARO_TABLE,)),
        Letter(TAKASAKI, AKANE_RENTAL, UnitKind.USE_TABLE, "20261125100007", (EITARO_TABLE,)),
        Letter(
            AKANE_HELP,
            TAKASAKI,
            UnitKind.ACTUAL,
            "20270102100000",
            (Actuals.of(EITARO_TABLE, AKANE_HELP, AKANE_RENTAL),),
        ),
    ),
)

MATSU = Person("0000001022", "八木沢　マツ", "ヤギサワ マツ", "2", "19350101", TAKASAKI, "24")
_BED = rented(AKANE_RENTAL, Thing("171003", "特殊寝台 ３モーター", 1000, tais="99002-000101"))
MATSU_TABLE = UseTable(MATSU, weekly(AKANE_HELP, "111111", "月木", "0800-0830") + _BED)
ONE_TAKEN_BACK = Case(
    "actual-deletion",
    "2種類の実績のうち、1種類を取り消す(DLTJSK)",
    "11と17を1つのファイルで送ったあと、用具を使っていなかったと分かり、17だけを取り消す。11の実績は残る。",
    (MATSU,),
    (
        Letter(TAKASAKI, AKANE_HELP, UnitKind.USE_TABLE, "20261125101000", (MATSU_TABLE,)),
        Letter(TAKASAKI, AKANE_RENTAL, UnitKind.USE_TABLE, "20261125101007", (MATSU_TABLE,)),
        Letter(
            AKANE_HELP,
            TAKASAKI,
            UnitKind.ACTUAL,
            "20270102101000",
            (Actuals.of(MATSU_TABLE, AKANE_HELP, AKANE_RENTAL),),
        ),
        Letter(
            AKANE_RENTAL,
            TAKASAKI,
            UnitKind.ACTUAL_DELETION,
            "20270103153000",
            (Deletion(MATSU, office=AKANE_RENTAL, undone=_BED),),
        ),
    ),
)

CASES = (TWO_IN_ONE_FILE, ONE_TAKEN_BACK)
