"""Words of the trade that a newcomer meets in findings and pages, and what stands for the gaps in a rule's text."""

from __future__ import annotations

import re
from collections.abc import Mapping

# word → what it means, in a sentence or two.
WORDS: Mapping[str, str] = {
    "提供票": "居宅介護支援事業所がサービス事業所に送る、利用者ごとの1か月の予定です。"
    "第6表(UPPLAN)に、第7表(UPSIKYU)と利用者補足情報(UPHOSOKU)を付けて送ります。",
    "利用票": "1か月の予定の表(第6表)です。ファイルは提供票と同じUPPLANで、1つのサービスの1日が1件です。",
    "計画書": "居宅サービス計画書の第1表から第3表(UP1KYO・UP2KYO・UP3KYO)です。"
    "予防では、介護予防サービス・支援計画書(UPYOBO)と別表です。",
    "実績": "その月に行ったサービスの記録で、サービス事業所が居宅介護支援事業所に送ります。"
    "ファイルはUPJSKで、項目は利用票と同じです。",
    "送信単位": "1つの連番でいっしょに動くファイルの組です。そろっていないと、送れません。",
    "連番": "ファイル名の最後にある14桁の日時です。連番が同じファイルは、1つの送信単位としていっしょに動きます。",
    "返戻": "審査支払機関(国保連)に出した請求明細書や給付管理票に不備が見つかり、支払われずに戻されることです。"
    "まちがいのもと(請求、給付管理票、保険者の台帳)を直し、翌月以降にもう一度請求します。",
    "サテライト": "同じ事業所番号で、本体とは別の場所にある拠点です。項目「サテライト枝番」で見分け、"
    "実績を直すときは、すべてのサテライトの分をいっしょに送り直します。",
    "住所地特例": "ほかの市町村にある対象の施設(特別養護老人ホーム、有料老人ホームなど)に入って住所を移しても、"
    "入る前の市町村が保険者のままになるしくみです。"
    "被保険者番号が同じで保険者番号だけがちがうときは、これや転居のためか、番号のまちがいかを確かめます。",
    "日割": "1か月いくらと決まったサービスを、月の途中で要介護度や契約が変わったときなど、決められた場合だけ、日の数で計算することです。"
    "数える日は、第6表の項目「日割対象日」に、1日から31日までの31桁(数える日が1、ほかは0)で示します。",
    "限度額": "介護保険で1か月に使える単位数の上限です(要介護度で決まる区分支給限度基準額と、市町村が定めたときの種類支給限度基準額があり、"
    "処遇改善加算などは数えません)。こえた単位数は第7表の項目「種類支給限度基準超単位」か"
    "項目「区分支給限度基準超単位」に書き、その費用は全額が利用者の負担です。",
}

# What a check fills into the texts of its rules → the word that stands there while nothing is checked.
GAPS: Mapping[str, str] = {
    "actual": "いまの桁数",
    "after": "直した値",
    "before": "もとの値",
    "bytes": "バイト",
    "character": "文字",
    "child": "ファイル",
    "choices": "使えるコード",
    "column": "番号",
    "columns": "正しい数",
    "count": "数",
    "created": "作成年月日",
    "example": "例",
    "expected": "正しい値",
    "field": "項目",
    "file_ja": "ファイル",
    "fit": "まで、ちょうど など",
    "form": "正しい形",
    "format": "形式",
    "found": "いまの数",
    "insurer": "保険者番号",
    "items": "項目",
    "key": "項目",
    "length": "正しい長さ",
    "limit": "上限",
    "line": "番号",
    "missing": "足りないもの",
    "month": "月",
    "numbers": "番号の項目",
    "office": "事業所番号",
    "offset": "位置",
    "other": "相手",
    "parent": "ファイル",
    "people": "人数など",
    "point": "番号",
    "rate": "率",
    "role_ja": "送信元か送信先",
    "service": "サービス種類",
    "side": "送信元か送信先",
    "source": "もとにしたもの",
    "target": "場所",
    "type": "サービス種類",
    "types": "サービス種類",
    "unit": "送信単位",
    "units": "単位数",
    "value": "値",
    "version": "版",
    "what": "ちがい",
    "why": "わけ",
}
_GAP = re.compile(r"「\{(\w+)\}」|[((]\{(\w+)\}[))]|\{(\w+)\}")


def without_gaps(text: str) -> str:
    """The text of a rule with a word in brackets wherever a check would say what it found.

    >>> without_gaps("対象年月({month})の外です。「{field}」が{value}です。")
    '対象年月(月)の外です。「(項目)」が(値)です。'
    """
    return _GAP.sub(_word, text)


def _word(found: re.Match[str]) -> str:
    quoted, bracketed, bare = found.groups()
    word = GAPS[quoted or bracketed or bare]
    return f"「({word})」" if quoted else f"({word})"
