"""What is wrong with file names. See the package for the form of an entry."""

from __future__ import annotations

RULES: dict[str, tuple[str, ...]] = {
    "E-NAME-KIND": (
        "standard",
        "ファイル名の先頭が、標準仕様の種類(UPPLANなど)ではありません。",
        "介護ソフトが書き出したままの名前に戻してください。小文字や全角の文字は `renkei repair` で直せます。",
        "unreadable",
    ),
    "E-NAME-FORM": (
        "standard",
        "ファイル名の区切り(_)の数が合いません。",
        "「種類_対象年月_送信元番号_種類_送信先番号_種類_連番.CSV」の形にしてください。",
        "unreadable",
    ),
    "E-NAME-MONTH": (
        "standard",
        "ファイル名の対象年月が正しくありません(必要な種類にない、不要な種類にある、または存在しない月です)。",
        "対象年月は6桁(例: 202612)です。計画書につける補足情報だけは000000にします。",
        "unreadable",
    ),
    "E-NAME-OFFICE": (
        "standard",
        "ファイル名の事業所番号「{value}」が、10桁の数字・英大文字ではありません。",
        "送信元と送信先の事業所番号を確かめてください。小文字や全角の文字は `renkei repair` で直せます。",
        "unreadable",
    ),
    "E-NAME-SERVICE": (
        "standard",
        "ファイル名のサービス種類「{value}」が、2桁の数字・英大文字ではありません。",
        "サービス種類コード(居宅介護支援は43、訪問介護は11など)を確かめてください。",
        "unreadable",
    ),
    "E-NAME-SEQUENCE": (
        "standard",
        "ファイル名の連番「{value}」が14桁の数字ではありません。",
        "連番は年月日時分秒の14桁です(例: 20261125090007)。コピーしたファイルなら消してください。"
        "そうでなければ、書き出したままの名前に戻してください(`renkei repair` は「- コピー」などの印を取ります)。",
        "unreadable",
    ),
    "E-NAME-VERSION": (
        "standard",
        "ファイル名が第3版の形です。第4.1版だけが送れます。",
        "介護ソフトで第4.1版として書き出すか、`renkei convert` で第4.1版に変換してください。",
    ),
    "E-NAME-TYPES": (
        "ours",
        "第3版のファイル名にはサービス種類がありません。事業所「{value}」の種類は、記録からも1つに決まりません。",
        "`renkei check` か `renkei convert` に --from-type(送信元)・--to-type(送信先)で種類を、または --offices で"
        "事業所の一覧を付けてください。",
    ),
    "W-NAME-EDITION": (
        "ours",
        "ファイル名のサービス種類が3桁(第4.0版の形)です。はじめの2桁「{value}」をサービス種類として読みました。",
        "読み取れます。できれば第4.1版の形(2桁)で書き出してください。",
    ),
    "E-NAME-EXTENSION": (
        "standard",
        "ファイル名の終わりが「.CSV」(写真は「.jpg」)ではありません。",
        "拡張子を「.CSV」(半角の大文字)にしてください。「(1)」などの印は `renkei repair` で取れます。",
        "unreadable",
    ),
    "E-NAME-CASE": (
        "inferred",
        "ファイル名の拡張子の大文字・小文字がちがいます(標準仕様は「.CSV」、写真は「.jpg」)。",
        "拡張子を直してください。`renkei repair` でも直せます。",
    ),
    "E-NAME-SWAPPED": (
        "inferred",
        "ファイル名のサービス種類が、送信元と送信先で入れかわっています。",
        "先に送信元、あとに送信先のサービス種類を書きます。名前を直してください。`renkei repair` でも直せます。",
    ),
    "W-NAME-DIRECTION": (
        "inferred",
        "この種類のファイルは、このサービス種類のあいだ({value})では、ふつうやりとりしません。",
        "送信元と送信先の番号とサービス種類を確かめてください。",
    ),
    "W-NAME-TIME": (
        "standard",
        "ファイル名の連番「{value}」が、実在する日時ではありません。",
        "書き出したままの名前に戻してください。",
    ),
    "W-NAME-CHECK-DIGIT": (
        "inferred",
        "事業所番号「{value}」の最後の桁(検査数字)が合いません。",
        "番号の打ちまちがいがないか確かめてください。正しければ、このままで問題ありません。",
    ),
}
