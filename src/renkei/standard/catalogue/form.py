"""Files that cannot be opened, characters that are not MS932, and what is not CSV. See the package for the form of an
entry."""

from __future__ import annotations

from ._words import EXPORT_AGAIN

RULES: dict[str, tuple[str, ...]] = {
    "E-FILE-UNREADABLE": (
        "standard",
        "ファイルを読めません({why})。",
        "ファイルがその場所にあって開けるか(ほかのソフトで開いていないか、権限、リンクの先)を確かめ、もう一度調べてください。"
        "ほかのファイルは調べました。",
        "unreadable",
    ),
    "E-CHAR-UTF8": (
        "standard",
        "文字コードがUTF-8です。標準仕様はシフトJIS(MS932)です。",
        "`renkei repair` で直せます。送れない字も、置きかえたところを見て直せます。表計算ソフトで保存し直すと、"
        "送れない字が「?」になってしまうことがあります。",
        "unreadable",
    ),
    "E-CHAR-UTF16": (
        "standard",
        "文字コードがUTF-16です。標準仕様はシフトJIS(MS932)です。",
        "文字コードをシフトJISにして書き出してください。",
        "unreadable",
    ),
    "E-CHAR-GAIJI": (
        "standard",
        "外字が使われています。ほかの事業所では読めません。",
        "外字を、一般の漢字やひらがなに置きかえてください。",
    ),
    "E-CHAR-BYTE": (
        "standard",
        "シフトJIS(MS932)の文字ではないバイトがあります。",
        "ファイルがこわれていないか確かめ、介護ソフトでもう一度書き出してください。",
    ),
    "W-CHAR-QUESTION": (
        "ours",
        "「{field}」に半角の「?」があります。送れない字が失われたのかもしれません。",
        "もとの字を確かめてください。失われていたら、入力し直してから、もう一度書き出してください。",
    ),
    "E-CHAR-CONTROL": (
        "inferred",
        "目に見えない制御文字がまざっています。",
        "その項目を入力し直してから、もう一度書き出してください。",
    ),
    "E-CSV-BINARY": (
        "standard",
        "中身がCSVの文字ではありません(表計算ソフトのブック、圧縮ファイル、PDF、写真など)。",
        "名前だけを「.CSV」に変えたのではないか確かめ、介護ソフトからCSVで書き出してください。",
        "unreadable",
    ),
    "E-CSV-EMPTY": (
        "inferred",
        "ファイルに記録が1件もありません。",
        "書き出しの条件(対象の利用者や月)を確かめて、もう一度書き出してください。",
    ),
    "W-CSV-EMPTY": (
        "ours",
        "ファイルに記録が1件もありません。",
        "書くことがないのであれば、このままで問題ありません。",
    ),
    "E-CSV-QUOTE": (
        "standard",
        '引用符(")の使い方がまちがっています。',
        '文の中の引用符は2つ重ね("")、文全体を引用符で囲みます。' + EXPORT_AGAIN,
        "unreadable",
    ),
    "E-CSV-UNCLOSED": (
        "standard",
        '引用符(")が開いたまま、閉じていません。',
        "ファイルが途中で切れていないか確かめ、" + EXPORT_AGAIN,
        "unreadable",
    ),
    "E-CSV-CR": (
        "ours",
        "引用符の外に、復帰文字(CR)だけの改行があります。",
        "改行はCRLFにします。" + EXPORT_AGAIN,
    ),
    "E-CSV-COLUMNS": (
        "standard",
        "項目の数が{value}個です。この種類は{columns}個でなければなりません。",
        "第4.1版で書き出しているか、コンマの数が正しいかを確かめてください。最後の記録だけであれば、"
        "ファイルが途中で切れています。もう一度書き出してください。",
        "unreadable",
    ),
    "E-CSV-HEADER": (
        "inferred",
        "1行目が見出しのようです。標準仕様に見出し行はありません。",
        "見出し行を付けずに書き出してください。`renkei repair` でも取れます。",
    ),
    "E-CSV-VERSION": (
        "standard",
        "CSVバージョン「{value}」は、送れる版ではありません(第4.1版は202407)。",
        "介護ソフトを第4.1版に対応させるか、書き出しの設定を直してください。第3版・第4.0版のファイルは、"
        "`renkei convert` で第4.1版に変換できます。",
    ),
    "E-CSV-VERSION-MIXED": (
        "standard",
        "1つのファイルに、ちがうCSVバージョンの記録がまざっています({value})。",
        "1つの版だけで書き出してください。",
    ),
    "W-CSV-NEWLINE": (
        "ours",
        "改行がCRLFではありません(LF)。",
        "読み取れます。できれば改行をCRLFにして書き出してください。",
    ),
    "W-CSV-END": (
        "ours",
        "ファイルの終わり方がふつうとちがいます({value})。",
        "最後の記録まで入っていれば、このままで問題ありません。",
    ),
    "W-CSV-BLANK": ("ours", "記録の前に空の行があります。", "読み取れます。できれば空の行を除いて書き出してください。"),
    "W-CSV-UNQUOTED": (
        "standard",
        '文章の項目「{field}」が引用符(")で囲まれていません。',
        "読み取れます。できれば引用符で囲んで書き出してください。",
    ),
}
