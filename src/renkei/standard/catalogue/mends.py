"""Every rule of the repair, once: what it mends, and what it leaves to a person.

R- codes change something, P- codes ask a person. Both are stable. `option` is the flag without which a rule rests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Mend(NamedTuple):
    """One rule: a title for lists, and the Japanese words that go with each change or question.

    >>> MENDS["R-ITEM-ZEROS"].title
    '先頭の0'
    """

    code: str
    title: str
    words: str
    option: str | None = None


def _by_code(*rules: Mend) -> Mapping[str, Mend]:
    return {rule.code: rule for rule in rules}


MENDS: Mapping[str, Mend] = _by_code(
    # --- the file's name
    Mend("R-NAME-EXTENSION", "拡張子", "ファイル名の終わりを「.CSV」(写真は「.jpg」)に直します。"),
    Mend("R-NAME-COPY", "コピーの印", "ファイル名から「(1)」「コピー」などの印を取ります。"),
    Mend("R-NAME-WIDTH", "名前の全角", "ファイル名の全角の文字を半角に直します。"),
    Mend("R-NAME-CASE", "名前の小文字", "ファイル名の種類と番号を大文字に直します。"),
    Mend("R-NAME-SWAPPED", "種類の入れかわり", "送信元と送信先のサービス種類を入れかえます。"),
    Mend("R-NAME-EDITION", "3桁のサービス種類", "第4.0版の3桁のサービス種類を、はじめの2桁に直します。"),
    # --- the file as a whole
    Mend("R-FILE-ENCODING", "文字コード", "文字コードをシフトJIS(MS932)に直します。"),
    Mend("R-FILE-BYTES", "文字の符号", "同じ文字を、Windows が書く符号で書き直します。"),
    Mend("R-FILE-TABS", "タブ区切り", "タブ区切りをコンマ区切りに直します。"),
    Mend("R-FILE-NEWLINE", "改行", "行の終わりの改行をCRLFに直します。"),
    Mend("R-FILE-END", "最後の改行", "最後の改行を足します。"),
    Mend("R-FILE-EOF", "終わりの記号", "ファイルの終わりの記号(1A)を取ります。"),
    Mend("R-FILE-HEADER", "見出し行", "見出しの行を取ります。"),
    Mend("R-FILE-BLANK", "空の行", "空の行を取ります。"),
    Mend("R-FILE-COLUMNS", "余分なコンマ・足りないコンマ", "行の終わりの空の項目の数を、標準仕様に合わせます。"),
    Mend("R-FILE-QUOTES", "引用符", '文章の項目だけを引用符(")で囲む形に直します。'),
    # --- characters
    Mend("R-CHAR-VARIANT", "異体字", "MS932にない文字を、対応表の文字に置きかえます。"),
    Mend("R-CHAR-DERIVED", "互換文字", "MS932にない文字を、Unicodeが同じ文字とするものに置きかえます。"),
    Mend("R-CHAR-SELECTOR", "字形の指定", "字形を指定する見えない印を取ります。もとの漢字は残ります。"),
    Mend("R-CHAR-KANA", "濁点の合成", "かなと濁点・半濁点を1つの文字にします。"),
    Mend("R-CHAR-SPACE", "特別な空白", "特別な空白を、ふつうの半角の空白に直します。"),
    Mend("R-CHAR-INVISIBLE", "見えない文字", "目に見えない文字を取ります。"),
    Mend("R-CHAR-CONTROL", "制御文字", "目に見えない制御文字を取ります。"),
    Mend("R-CHAR-NEWLINE", "項目の中の改行", "項目の中の改行をCRLFに直します。"),
    Mend("R-CHAR-WIDEN", "半角カナ", "半角のカナを全角に直します。", option="widen_kana"),
    Mend("R-CHAR-GETA", "ゲタ(〓)", "置きかえる文字がないので〓にします。", option="geta"),
    # --- one item
    Mend("R-ITEM-SPACE", "前後の空白", "番号や数の前後の空白を取ります。"),
    Mend("R-ITEM-WIDTH", "全角の数字", "番号や数の全角の文字を半角に直します。"),
    Mend("R-ITEM-HYPHEN", "ハイフン", "全角や長いハイフンを半角の「-」に直します。"),
    Mend("R-ITEM-CASE", "小文字の記号", "番号の小文字を大文字に直します。"),
    Mend("R-ITEM-DATE", "日付の形", "年月日・年月を、区切りのない数字に直します。"),
    Mend("R-ITEM-TIME", "時刻の形", "時刻を4桁の数字に直します。"),
    Mend("R-ITEM-NUMBER", "数の形", "数の桁区切り「,」、「+」、小数点より下の0を取ります。"),
    Mend("R-ITEM-POSTAL", "郵便番号の形", "郵便番号を「123-4567」の形に直します。"),
    Mend("R-ITEM-ZEROS", "先頭の0", "表計算ソフトなどで消えた先頭の0を足します。"),
)

QUESTIONS: Mapping[str, Mend] = _by_code(
    Mend(
        "P-NAME-KIND",
        "名前から種類がわからない",
        "ファイル名の先頭が標準仕様の種類(UPPLANなど)ではないので、中身は直しません。"
        "介護ソフトが書き出したままの名前に戻してください。",
    ),
    Mend(
        "P-NAME-FORM",
        "名前の形",
        "ファイル名の形が標準仕様とちがいます。事業所番号や連番を確かめて、名前を直してください。",
    ),
    Mend(
        "P-FILE-BROKEN",
        "読めない行",
        '引用符(")の使い方か、項目の数が合わないので、この行は直せません。もとの介護ソフトから書き出し直してください。',
    ),
    Mend(
        "P-FILE-WORDS",
        "記録がない",
        "見出しのような行だけで、記録が1件もありません。書き出しの条件を確かめてください。",
    ),
    Mend(
        "P-FILE-NOT-CSV",
        "CSV ではない",
        "中身がCSVの文字ではありません(表計算ソフトのブックや圧縮ファイルなど)。CSVで書き出してください。",
    ),
    Mend(
        "P-CHAR-NONE",
        "置きかえる文字がない",
        "MS932になく、置きかえる文字も決まっていません。介護ソフトで別の字かひらがなに直すか、"
        "--variants で対応表に足してください。",
    ),
    Mend(
        "P-CHAR-LOST",
        "失われた文字",
        "どこかのソフトが読めずに印(U+FFFD)にした文字です。もとの字がわからないので、介護ソフトで入力し直してください。",
    ),
    Mend(
        "P-CHAR-GAIJI",
        "外字",
        "外字です。もとのパソコンにしか字の形がないので、介護ソフトで一般の漢字かひらがなに直してください。",
    ),
    Mend("P-CHAR-BYTE", "文字ではないバイト", "文字ではないバイトです。ファイルがこわれていないか確かめてください。"),
    Mend("P-CHAR-GETA", "〓にした文字", "〓にしました。どの字だったかを相手に知らせるか、介護ソフトで直してください。"),
    Mend(
        "P-ITEM-DIGITS",
        "桁が失われた数",
        "表計算ソフトが「1.37E+09」の形に変えました。もとの桁は失われています。"
        "もとの介護ソフトから書き出し直してください。",
    ),
)
