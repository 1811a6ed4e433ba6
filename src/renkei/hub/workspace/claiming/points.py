"""What somebody should do before a month is claimed: kinds of points, in words. Pure.

The codes of returns (12P0, 12PA, A>B …) are those that 国保連 of several prefectures publish. Which point leads to which is
our reading of them: they are shown as what to look at, and nothing is kept from being claimed by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """How pressing a point is."""

    STOP = "stop"
    LOOK = "look"

    @property
    def label(self) -> str:
        return {"stop": "直してから請求", "look": "確かめる"}[self]


class Who(StrEnum):
    """Who must do something about it."""

    PLANNER = "planner"
    SERVER = "server"
    INSURER = "insurer"

    @property
    def label(self) -> str:
        return {"planner": "ケアマネの事業所", "server": "サービス事業所", "insurer": "保険者(市町村)に聞く"}[self]


class Code(StrEnum):
    """One kind of point. `words` say what is the matter, `remedy` what to do now, `risk` what the 国保連 would make of it."""

    NO_RESULT = "no-result"
    NO_ANNEX = "no-annex"
    NOT_PLANNED = "not-planned"
    OVER_PLAN = "over-plan"
    OVER_LIMIT = "over-limit"
    NUMBER = "number"
    PLANNERS = "planners"
    PENDING = "pending"
    EXPIRED = "expired"
    ENDING = "ending"
    NO_CERTIFICATION = "no-certification"
    UNKNOWN_CODE = "unknown-code"
    SUMS = "sums"
    UNDECIDED = "undecided"

    @property
    def weight(self) -> Weight:
        return _TOLD[self][0]

    @property
    def who(self) -> Who:
        return _TOLD[self][1]

    @property
    def words(self) -> str:
        return _TOLD[self][2]

    @property
    def remedy(self) -> str:
        return _TOLD[self][3]

    @property
    def risk(self) -> str:
        return _TOLD[self][4]


_S, _L = Weight.STOP, Weight.LOOK
_TOLD: dict[Code, tuple[Weight, Who, str, str, str]] = {
    Code.NO_RESULT: (_S, Who.SERVER, "実績がまだ届いていません。", "事業所に実績を送ってもらってください。", ""),
    Code.NO_ANNEX: (
        _S,
        Who.PLANNER,
        "第7表がありません。",
        "介護ソフトから、第6表と第7表をいっしょに書き出し直してください。",
        "給付管理票がないと、事業所の請求は保留になります",
    ),
    Code.NOT_PLANNED: (
        _S,
        Who.PLANNER,
        "実績はありますが、第7表にこの事業所のサービスがありません。",
        "予定を直して第7表に入れるか、実績が正しいかを事業所に聞いてください。",
        "減単位(事由A)",
    ),
    Code.OVER_PLAN: (
        _S,
        Who.PLANNER,
        "実績の単位数が、計画の単位数より多くなっています。",
        "予定を実績に合わせて第7表を直すか、実績が正しいかを事業所に聞いてください。",
        "減単位(事由B、A>B)",
    ),
    Code.OVER_LIMIT: (
        _L,
        Who.PLANNER,
        "限度額をこえていますが、第7表に超えた分が書かれていません。",
        "第7表の「基準を超える単位数」を確かめてください。超えた分は利用者の全額負担です。",
        "",
    ),
    Code.NUMBER: (
        _S,
        Who.PLANNER,
        "予定と実績で、保険者番号か被保険者番号がちがいます。",
        "被保険者証を見て、まちがっているほうを直してください。住所地特例なら、そのままでかまいません。",
        "返戻(12P0)",
    ),
    Code.PLANNERS: (
        _L,
        Who.PLANNER,
        "2つの事業所が、この人の予定を立てています。",
        "月の終わりにどちらが担当かを確かめてください。月の終わりの担当が給付管理票を作ります。",
        "返戻(12P4・12P5)",
    ),
    Code.PENDING: (
        _S,
        Who.INSURER,
        "認定が申請中です。",
        "結果が出るまで請求を待つか、保険者に結果の出る日を聞いてください。",
        "返戻(12PA)、認定の決まりが遅れると 12P0",
    ),
    Code.EXPIRED: (
        _S,
        Who.INSURER,
        "認定(限度額適用期間)が、この月にかかっていません。",
        "新しい被保険者証を確かめ、補足情報を直して送り直してください。",
        "返戻(12P0)",
    ),
    Code.ENDING: (
        _L,
        Who.INSURER,
        "認定(限度額適用期間)が、この月で終わります。",
        "更新の申請がすんでいるかを確かめてください。",
        "",
    ),
    Code.NO_CERTIFICATION: (
        _L,
        Who.PLANNER,
        "補足情報がないので、認定の期間が分かりません。",
        "被保険者証を見て確かめてください。",
        "",
    ),
    Code.UNKNOWN_CODE: (
        _L,
        Who.PLANNER,
        "サービスコードの表にないコードです。",
        "この月に使えるコードかを確かめてください。",
        "",
    ),
    Code.SUMS: (
        _L,
        Who.PLANNER,
        "第7表の計算か、第6表との数が合いません。",
        "送った提供票を開いて、見つかったことを読み、介護ソフトで直してください。",
        "",
    ),
    Code.UNDECIDED: (
        _L,
        Who.PLANNER,
        "予定とちがう実績を、まだ確かめていません。",
        "1人のページで、受け入れるか、事業所に聞くかを決めてください。",
        "",
    ),
}


@dataclass(frozen=True)
class Point:
    """One point about a person. `office` is the service office's number where one is concerned; `detail` is what stands
    there: units, dates, codes."""

    code: Code
    office: str = ""
    detail: str = ""
