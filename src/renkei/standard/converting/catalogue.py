"""Every note of a conversion, once: code → (message, remedy). Words in braces are filled in.

E- the file was not converted, W- somebody must look, C- changed as told and nothing to do.
"""

from __future__ import annotations

_CHECK = "`renkei check` で場所を調べ、介護ソフトで書き出しなおしてください。"
_VENDOR = "JSON を作ったソフトの会社に知らせてください。"

NOTES: dict[str, tuple[str, str]] = {
    # --- names
    "E-CONVERT-NAME": (
        "ファイル名が標準仕様の形ではないので、何のファイルかわかりません。",
        "介護ソフトが書き出したままの名前に戻してください。",
    ),
    "E-CONVERT-SERVICE": (
        "第3版のファイル名で、事業所 {office} のサービス種類を決められません({why})。",
        "--from-type(送信元)・--to-type(送信先)か、--offices(事業所の一覧)で教えてください。",
    ),
    "E-CONVERT-TWICE": (
        "同じファイルになるものが、ほかにもあります({other})。",
        "どちらか1つだけを指定するか、別々のフォルダに書きこんでください。",
    ),
    "W-CONVERT-SERVICE": (
        "事業所 {office} のサービス種類を {service} としましたが、記録では {types} です。",
        "サービス種類の指定が合っているか確かめてください。",
    ),
    "C-NAME-SERVICE": (
        "ファイル名にサービス種類を入れました: {office} → {service}(もと: {source})。",
        "ちがうときは --from-type・--to-type で指定してください。",
    ),
    "C-NAME-DIGIT": (
        "ファイル名のサービス種類を3桁から2桁にしました({before} → {after})。",
        "第4.0版の形だったためです。することはありません。",
    ),
    "C-NAME-EXTENSION": ("ファイル名の終わりを「.CSV」にしました。", "することはありません。"),
    "C-NAME-PICTURE": (
        "「{field}」のファイル名を、画像の新しい名前に合わせました。",
        "することはありません。",
    ),
    # --- reading CSV
    "E-CONVERT-CHARACTER": (
        "シフトJIS(MS932)で読めないところがあります({offset}バイト目、{bytes})。",
        "外字やUTF-8のファイルかもしれません。`renkei repair` で直せるものは直せます。",
    ),
    "E-CONVERT-UTF8": (
        "UTF-8のファイルです(先頭にBOMがあります)。",
        "`renkei repair` でシフトJIS(MS932)に直せます。",
    ),
    "E-CONVERT-QUOTE": ('引用符(")のつけ方が正しくないので、項目の区切りがわかりません。', _CHECK),
    "E-CONVERT-NEWLINE": ("項目の外に改行(CR)だけがあります。", _CHECK),
    "E-CONVERT-COLUMNS": ("項目が{found}個あります({expected}個のはずです)。", _CHECK),
    "W-CONVERT-EMPTY": ("記録が1件もありません。", "書き出しに失敗していないか確かめてください。"),
    "W-CONVERT-VERSION": (
        "知らないCSVバージョン「{version}」を、項目の数から読んで 202407 に書きかえました。",
        "第4.1版か第3版のファイルかどうか、介護ソフトの会社に確かめてください。",
    ),
    # --- form
    "C-FORM-HEADER": ("見出し行を除きました。", "標準仕様に見出し行はありません。"),
    "C-FORM-NEWLINE": ("改行を LF から CRLF にしました。", "値は変わりません。"),
    "C-FORM-LAST-NEWLINE": ("最後の記録のあとに改行を入れました。", "値は変わりません。"),
    "C-FORM-END-MARK": ("ファイルの終わりの記号(1A)を除きました。", "値は変わりません。"),
    "C-FORM-BLANK": ("空の行を除きました。", "値は変わりません。"),
    "C-FORM-BARE-TEXT": ("引用符のない文章を、引用符で囲みました。", "値は変わりません。"),
    "C-FORM-QUOTED": ("コードや数字の引用符をはずしました。", "値は変わりません。"),
    "C-FORM-QUOTED-EMPTY": ('空を表す「""」を、何も書かない形にしました。', "値は変わりません。"),
    "C-FORM-BYTES": (
        "同じ文字を、Windows が書くバイト列にしました(例: {example})。",
        "文字は変わりません。",
    ),
    # --- to V4.1
    "C-VERSION": ("CSVバージョンを {version} から 202407 にしました。", "することはありません。"),
    "C-ITEMS-ADDED": (
        "第4.1版で増えた項目を、空で足しました: {items}。",
        "福祉用具のほかの記録では、空のままで問題ありません。",
    ),
    "W-EQUIPMENT": (
        "福祉用具の記録に、TAISコードも届出コードもありません(第3版にはない項目です)。",
        "第4.1版では必要です。介護ソフトで入れてから書き出してください。",
    ),
    "W-THIRD-SHEET": (
        "第3版の計画書なので、第3表(UP3KYO)がありません。",
        "第4.1版で送るには第3表が要ります。介護ソフトから第4.1版として書き出してください。",
    ),
    "W-VALUE": (
        "「{field}」の値が、第4.1版の形に合いません。値はそのまま残しました。",
        "介護ソフトで直してから書き出すか、`renkei check` で確かめてください。このままの JSON は、JSON Schema に合いません。",
    ),
    "W-REQUIRED": (
        "必須の「{field}」が空です。空のまま残しました。",
        "介護ソフトで入れてから書き出すか、`renkei check` で確かめてください。このままの JSON は、JSON Schema に合いません。",
    ),
    # --- JSON
    "E-JSON-SIZE": ("JSON が大きすぎます(上限 {limit} MB)。", "送信単位ごとに分けてください。"),
    "E-JSON-ENCODING": ("UTF-8 の JSON ではありません({offset}バイト目)。", "BOM のない UTF-8 で保存してください。"),
    "E-JSON-SYNTAX": ("JSON として読めません({line}行目 {column}文字目)。", _VENDOR),
    "E-JSON-SHAPE": ("{line}行目 {column}文字目は、{expected} のはずです。", _VENDOR),
    "E-JSON-DEPTH": ("項目の中に、さらに入れ子があります。", _VENDOR),
    "E-JSON-FORMAT": ("「{key}」が {expected} ではありません。", "この版の Renkei が読めるのは {format} です。"),
    "E-JSON-DUPLICATE": ("同じ名前「{key}」が2回あります。", _VENDOR),
    "E-JSON-MISSING": ("「{key}」がありません。", _VENDOR),
    "E-JSON-KEY": (
        "「{key}」という項目はありません。",
        "名前のつづりを、公開している JSON Schema で確かめてください。",
    ),
    "E-JSON-TYPE": ("「{key}」が{expected}ではありません。", _VENDOR),
    "E-JSON-EMPTY": ("「{key}」が空です。", "空の項目は、JSON に書きません。"),
    "E-JSON-NAME": (
        "ファイル名になりません({key})。",
        "ファイル名の部品を、公開している JSON Schema で確かめてください。",
    ),
    "E-JSON-FILE": (
        "JSON のファイル名と、中に書かれたファイルが合いません。",
        "1つの JSON に1つのファイルを入れ、そのファイルの名前の終わりを .JSON にした名前をつけてください。",
    ),
    "E-JSON-FILES": ("ファイルが{limit}個をこえています。", "送信単位ごとに分けてください。"),
    "E-JSON-CHARACTER": (
        "MS932にない文字「{character}」(U+{point})があります。",
        "別の文字にかえてください。CSVのときは `renkei repair` が候補を示します。",
    ),
    "E-JSON-PICTURE": ("画像(Base64)を読めません。", _VENDOR),
    "W-CONVERT-MORE": (
        "このほかにも、言うことがあります(はじめの{limit}種類だけを表示しました)。",
        "直してから、もう一度変換してください。",
    ),
    # --- writing
    "E-CONVERT-UNREADABLE": ("{why}", "場所と権限を確かめてください。"),
    "E-CONVERT-UNIT": (
        "同じまとまりのファイル({other})を変換できないので、いっしょに見送りました。",
        "そのファイルを直してから、もう一度変換してください。",
    ),
    "E-CONVERT-THERE": (
        "書きこむ場所に、ちがう内容のファイルがあります({target})。",
        "別のフォルダを --out で選ぶか、上書きしてよければ --force を付けてください。",
    ),
    "E-CONVERT-ITSELF": (
        "書きこむ場所が、もとのファイルそのものです({target})。",
        "別のフォルダを --out で選んでください。",
    ),
    "E-CONVERT-ALREADY": ("すでに JSON です。", "CSVにするには --to csv を付けてください。"),
}
