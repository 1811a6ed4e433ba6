"""Units that replace, arrive late, delete, or share a sequence number."""

from __future__ import annotations

from dataclasses import replace

from renkei.standard.units import UnitKind

from ..days import on, weekly
from ..model import Actuals, CarePlan, Case, Deletion, Expected, Goal, Letter, Need, Person, Support, UseTable
from ..offices import AKANE_HELP, AOZORA, KOBUSHI_DAY, SUZURAN_DAY, SUZURAN_HELP, TAKASAKI, TSUBAKI_HELP

_SENT_AGAIN = (Expected("UPPLAN", "W-UNIT-REPLACED", 1, "あとの連番の提供票が置きかえることを、注意として知らせる"),)

SUMI = Person("0000001051", "山﨑　スミ", "ﾔﾏｻﾞｷ ｽﾐ", "2", "19341111", TAKASAKI, "23")


def _sumi(days: str, made_on: str) -> UseTable:
    return UseTable(SUMI, weekly(AKANE_HELP, "111211", days, "1400-1500"), made_on=made_on)


_SUMI_NOW = _sumi("月金", "20261208")
REPLACED = Case(
    "use-table-replaced",
    "提供票の送り直しと、遅れて届いた古い提供票",
    "火金 → 火木(12月5日)→ 月金(12月8日)と2回直した。12月5日の分は、12月8日の分よりあとに届くが、連番が古いので使わない。",
    (SUMI,),
    (
        Letter(
            TAKASAKI,
            AKANE_HELP,
            UnitKind.USE_TABLE,
            "20261125130000",
            (_sumi("火金", "20261125"),),
            expected=_SENT_AGAIN,
        ),
        Letter(
            TAKASAKI,
            AKANE_HELP,
            UnitKind.USE_TABLE,
            "20261205130000",
            (_sumi("火木", "20261205"),),
            arrived="20261209080000",
            expected=_SENT_AGAIN,
        ),
        Letter(TAKASAKI, AKANE_HELP, UnitKind.USE_TABLE, "20261208130000", (_SUMI_NOW,)),
        Letter(AKANE_HELP, TAKASAKI, UnitKind.ACTUAL, "20270102130000", (Actuals.of(_SUMI_NOW, AKANE_HELP),)),
    ),
)

UME = Person("0000001052", "佐々木　ウメ", "ｻｻｷ ｳﾒ", "2", "19300320", TAKASAKI, "22")
_UME_DAY = weekly(SUZURAN_DAY, "152442", "月", "0930-1640")
_UME_FIRST = UseTable(UME, _UME_DAY + weekly(SUZURAN_HELP, "111211", "水土", "1600-1700", first=7))
_UME_NOW = UseTable(UME, _UME_DAY + weekly(TSUBAKI_HELP, "111211", "水土", "1600-1700", first=7), made_on="20261205")
MOVED_OFFICE = Case(
    "moved-to-another-office",
    "月の途中で、訪問介護が別の事業所に移る(DLTPLAN)",
    "すずらんの訪問介護には削除を、つばきには全部のサービスが入った提供票を送る。同じ番号の通所介護(15)には送り直しが届き、"
    "その提供票は消えない。",
    (UME,),
    (
        Letter(TAKASAKI, SUZURAN_HELP, UnitKind.USE_TABLE, "20261125131000", (_UME_FIRST,)),
        Letter(TAKASAKI, SUZURAN_DAY, UnitKind.USE_TABLE, "20261125131007", (_UME_FIRST,), expected=_SENT_AGAIN),
        Letter(TAKASAKI, SUZURAN_HELP, UnitKind.USE_TABLE_DELETION, "20261205131000", (Deletion(UME),)),
        Letter(TAKASAKI, TSUBAKI_HELP, UnitKind.USE_TABLE, "20261205131007", (_UME_NOW,)),
        Letter(TAKASAKI, SUZURAN_DAY, UnitKind.USE_TABLE, "20261205131014", (_UME_NOW,)),
        Letter(TSUBAKI_HELP, TAKASAKI, UnitKind.ACTUAL, "20270102131000", (Actuals.of(_UME_NOW, TSUBAKI_HELP),)),
        Letter(SUZURAN_DAY, TAKASAKI, UnitKind.ACTUAL, "20270102131007", (Actuals.of(_UME_NOW, SUZURAN_DAY),)),
    ),
)


def _short_plan(person: Person, created_on: str, category: str) -> CarePlan:
    support = Support("入浴の介助", "通所介護", KOBUSHI_DAY, "週１回")
    return CarePlan(
        person,
        created_on=created_on,
        first_on="20261118",
        category=category,
        needs=(
            Need(
                "入浴を続けたい",
                (Goal("清潔に過ごす", "週１回入浴する", (support, replace(support, content="送迎"))),),
            ),
        ),
        texts={"overall_support_policy": "体調を見ながら続けます。"},
        week=(("通所介護", "3", "0930", "1500"),),
        repeats_texts=True,
    )


KIKU = Person("0000001053", "五十嵐　キク", "ｲｶﾞﾗｼ ｷｸ", "2", "19360909", AOZORA, "21", insurer="139980")
_KIKU_TABLE = UseTable(KIKU, weekly(KOBUSHI_DAY, "152341", "水", "0930-1500"))
PLAN_DELETED = Case(
    "care-plan-deletion",
    "まちがえた日付の計画書を取り消す(DLT1KYO)",
    "作成日を11月18日とした計画書を取り消し、11月19日の計画書を送る。取り消すと第2表・第3表も消える。"
    "課題と目標の文は、どの行にもくり返して書いてある(どちらの書き方も正しい)。",
    (KIKU,),
    (
        Letter(AOZORA, KOBUSHI_DAY, UnitKind.CARE_PLAN, "20261118132000", (_short_plan(KIKU, "20261118", "11"),)),
        Letter(AOZORA, KOBUSHI_DAY, UnitKind.CARE_PLAN_DELETION, "20261119132000", (Deletion(KIKU, date="20261118"),)),
        Letter(AOZORA, KOBUSHI_DAY, UnitKind.CARE_PLAN, "20261119132007", (_short_plan(KIKU, "20261119", "11"),)),
        Letter(AOZORA, KOBUSHI_DAY, UnitKind.USE_TABLE, "20261125132000", (_KIKU_TABLE,)),
        Letter(KOBUSHI_DAY, AOZORA, UnitKind.ACTUAL, "20270102132000", (Actuals.of(_KIKU_TABLE, KOBUSHI_DAY),)),
    ),
)

RIKU = Person("0000001054", "神﨑　陸", "ｶﾝｻﾞｷ ﾘｸ", "1", "19450606", TAKASAKI, "21")
_RIKU_TABLE = UseTable(
    RIKU,
    on(KOBUSHI_DAY, "152341", (4, 11, 18, 25), "0930-1500") + weekly(AKANE_HELP, "117211", "月", "1000-1045"),
)
_SAME_NUMBER = "20261125133000"
EQUAL_NUMBERS = Case(
    "equal-sequence-numbers",
    "ちがう種類の送信単位が、同じ連番",
    "計画書と提供票を同じ秒に書き出したので、連番が同じ。読む側は2つの送信単位に分ける。"
    "別の宛先への同じ連番(あかねへの提供票)は、まちがいではない。",
    (RIKU,),
    (
        Letter(TAKASAKI, KOBUSHI_DAY, UnitKind.CARE_PLAN, _SAME_NUMBER, (_short_plan(RIKU, "20261124", "21"),)),
        Letter(
            TAKASAKI,
            KOBUSHI_DAY,
            UnitKind.USE_TABLE,
            _SAME_NUMBER,
            (_RIKU_TABLE,),
            expected=(
                Expected("UPPLAN", "W-UNIT-FOREIGN", 1, "書く側は送信単位ごとに別の連番にするのが取り決めだから"),
            ),
        ),
        Letter(TAKASAKI, AKANE_HELP, UnitKind.USE_TABLE, _SAME_NUMBER, (_RIKU_TABLE,)),
        Letter(KOBUSHI_DAY, TAKASAKI, UnitKind.ACTUAL, "20270102133000", (Actuals.of(_RIKU_TABLE, KOBUSHI_DAY),)),
        Letter(AKANE_HELP, TAKASAKI, UnitKind.ACTUAL, "20270102133000", (Actuals.of(_RIKU_TABLE, AKANE_HELP),)),
    ),
)

CASES = (REPLACED, MOVED_OFFICE, PLAN_DELETED, EQUAL_NUMBERS)
