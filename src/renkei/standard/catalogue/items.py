"""What is wrong with one item or code. See the package for the form of an entry."""

from __future__ import annotations

from ._words import EXPORT_AGAIN

RULES: dict[str, tuple[str, ...]] = {
    "E-FIELD-REQUIRED": ("standard", "「{field}」が空です。", "「{field}」を入力してください。" + EXPORT_AGAIN),
    "W-FIELD-WANTED": ("standard", "「{field}」が空です。", "わかるときは入力してください。"),
    "W-FIELD-UNUSED": ("standard", "「{field}」は使わない項目です。", "空のままにしてください。"),
    "E-FIELD-LENGTH": (
        "standard",
        "「{field}」の長さが正しくありません(半角{length}桁{fit}、いまは{actual}桁)。",
        "余分な文字や足りない文字がないかを確かめてください。" + EXPORT_AGAIN,
    ),
    "E-FIELD-FORM": (
        "standard",
        "「{field}」の書き方がちがいます({what})。",
        "`renkei repair` で直せます(先頭の0、日付や数の区切り、全角の数字など)。表計算ソフトで開いて保存したのであれば、"
        "介護ソフトからもう一度書き出してください。",
    ),
    "E-FIELD-EXPONENT": (
        "standard",
        "「{field}」が表計算ソフトの指数の形になり、もとの桁が失われています。",
        "表計算ソフトで開かずに、介護ソフトからもう一度書き出してください。",
    ),
    "E-FIELD-TYPE": ("standard", "「{field}」は{form}で書きます。", "値を確かめてください。" + EXPORT_AGAIN),
    "E-FIELD-DATE": ("standard", "「{field}」が実在する日付ではありません。", "日付を確かめてください(例: 20261201)。"),
    "E-FIELD-TIME": (
        "standard",
        "「{field}」が正しい時刻ではありません。",
        "時刻は0000から2359の4桁です(例: 0930)。第6表で時刻がないときは9999にします。",
    ),
    "W-FIELD-SIGN": (
        "ours",
        "「{field}」に負の数が入っています。",
        "減算の単位数であれば、このままで問題ありません。",
    ),
    "W-FIELD-RATE": (
        "ours",
        "「{field}」が100%をこえています。",
        "率(百分率)を確かめてください。",
    ),
    "E-FIELD-EQUIPMENT": (
        "standard",
        "福祉用具貸与なのに、TAISコードも福祉用具届出コードもありません。",
        "どちらかのコードを入力してください。" + EXPORT_AGAIN,
    ),
    "W-FIELD-EQUIPMENT": (
        "inferred",
        "福祉用具貸与の加算・減算に、TAISコードも福祉用具届出コードもありません。",
        "相手の介護ソフトが求めるときは、もとになる用具のコードを入力してください。",
    ),
    "E-CODE-LIST": (
        "standard",
        "「{field}」に、決められた一覧にないコードが入っています。",
        "使えるのは {choices} です。",
    ),
    "E-CODE-SCOPE": (
        "standard",
        "サービス種類「{type}」は、この標準仕様でやりとりする対象ではありません。",
        "対象外のサービスの行を除いて書き出してください。",
    ),
    "E-CODE-TYPE": (
        "inferred",
        "サービス種類「{type}」は、標準仕様の一覧にありません。",
        "サービスコードの先頭2桁を確かめてください。",
    ),
    "E-CODE-SUMMARY": (
        "inferred",
        "小計・合計のコードは、第7表だけで使います。",
        "この行を除いて書き出してください。",
    ),
    "W-CODE-UNKNOWN": (
        "ours",
        "サービスコード「{value}」は、取り込んだサービスコード表の対象年月({month})にありません。",
        "コードを確かめてください。表が古いか一部だけであれば、新しい表を取り込みます(`renkei services import`)。",
    ),
    "W-CODE-SLOT": (
        "standard",
        "種類別の限度額では、短期入所療養介護のサービス種類はいつも22にします。",
        "「{field}」を22にしてください。",
    ),
}
