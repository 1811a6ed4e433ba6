"""Every rule that a check applies, once: code → (basis, message, remedy[, "unreadable"]).

basis: `standard` = the standard says so, `inferred` = follows from it, `ours` = our convention where it is silent.
"unreadable": the content cannot be used at all, an error to the recipient as well. See `findings.Rule`.
"""

from __future__ import annotations

_EXPORT_AGAIN = "介護ソフトで直してから、もう一度書き出してください。"

RULES: dict[str, tuple[str, ...]] = {
    # --- the file's name
    "E-NAME-KIND": (
        "standard",
        "ファイル名の先頭が、標準仕様の種類(UPPLANなど)ではありません。",
        "介護ソフトが書き出したままの名前に戻してください。",
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
        "送信元と送信先の事業所番号を確かめてください。",
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
        "連番は年月日時分秒の14桁です(例: 20261125090007)。書き出したままの名前に戻してください。",
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
        "拡張子を「.CSV」(半角の大文字)にしてください。",
        "unreadable",
    ),
    "E-NAME-CASE": (
        "inferred",
        "ファイル名の拡張子の大文字・小文字がちがいます(標準仕様は「.CSV」、写真は「.jpg」)。",
        "拡張子を直してください。",
    ),
    "E-NAME-SWAPPED": (
        "inferred",
        "ファイル名のサービス種類が、送信元と送信先で入れかわっています。",
        "先に送信元、あとに送信先のサービス種類を書きます。名前を直してください。",
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
    # --- the files of one unit
    "E-UNIT-MISSING": (
        "standard",
        "「{unit}」に必要なファイル {file_ja} がありません。",
        "同じ連番のファイルをそろえてください。なければ、介護ソフトでもう一度まとめて書き出してください。",
    ),
    "E-UNIT-FOREIGN": (
        "inferred",
        "「{unit}」と同じ連番に、別の送信単位「{value}」の一部のファイルがまざっています。",
        "送信単位ごとに別の連番で、まとめて書き出してください。",
    ),
    "W-UNIT-FOREIGN": (
        "ours",
        "「{unit}」と同じ連番の送信単位「{value}」があります。2つの送信単位として読みました。",
        "読み取れます。できれば、送信単位ごとに別の連番で書き出してください。",
    ),
    "E-UNIT-MONTH": (
        "standard",
        "同じ連番のファイルの対象年月が、そろっていません({value})。",
        "月ごとに別の連番で書き出してください。",
    ),
    "E-UNIT-SEQUENCE": (
        "standard",
        "「{other}」と組になるはずですが、連番がちがいます。",
        "組になるファイルは同じ連番にします。もう一度まとめて書き出してください。",
    ),
    "E-UNIT-OFFICE": (
        "standard",
        "「{other}」と同じ連番ですが、送信元か送信先がちがいます。",
        "組になるファイルは、送信元と送信先を同じにします。もう一度まとめて書き出してください。",
    ),
    "E-UNIT-DUPLICATE": (
        "inferred",
        "同じ名前で中身のちがうファイルがあります({other})。",
        "どちらが正しいか確かめ、正しいほうだけを残してください。",
    ),
    "W-UNIT-COPY": (
        "ours",
        "同じファイルがもう1つあります({other})。1回だけ数えました。",
        "このままで問題ありません。",
    ),
    # --- characters
    "E-CHAR-UTF8": (
        "standard",
        "文字コードがUTF-8です。標準仕様はシフトJIS(MS932)です。",
        "文字コードをシフトJISにして書き出してください。表計算ソフトで「CSV UTF-8」として保存していませんか。",
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
    "E-CHAR-CONTROL": (
        "inferred",
        "目に見えない制御文字がまざっています。",
        "その項目を入力し直してから、もう一度書き出してください。",
    ),
    # --- the form of the CSV
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
        '文の中の引用符は2つ重ね("")、文全体を引用符で囲みます。' + _EXPORT_AGAIN,
        "unreadable",
    ),
    "E-CSV-UNCLOSED": (
        "standard",
        '引用符(")が開いたまま、閉じていません。',
        "ファイルが途中で切れていないか確かめ、" + _EXPORT_AGAIN,
        "unreadable",
    ),
    "E-CSV-CR": (
        "ours",
        "引用符の外に、復帰文字(CR)だけの改行があります。",
        "改行はCRLFにします。" + _EXPORT_AGAIN,
    ),
    "E-CSV-COLUMNS": (
        "standard",
        "項目の数が{value}個です。この種類は{columns}個でなければなりません。",
        "第4.1版で書き出しているか、コンマの数が正しいかを確かめてください。",
        "unreadable",
    ),
    "E-CSV-HEADER": (
        "inferred",
        "1行目が見出しのようです。標準仕様に見出し行はありません。",
        "見出し行を付けずに書き出してください。",
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
        "読み取れます。このままで問題ありません。",
    ),
    "W-CSV-BLANK": ("ours", "記録の前に空の行があります。", "読み取れます。できれば空の行を除いて書き出してください。"),
    "W-CSV-UNQUOTED": (
        "standard",
        '文章の項目「{field}」が引用符(")で囲まれていません。',
        "読み取れます。できれば引用符で囲んで書き出してください。",
    ),
    # --- one item
    "E-FIELD-REQUIRED": ("standard", "「{field}」が空です。", "「{field}」を入力してください。" + _EXPORT_AGAIN),
    "W-FIELD-WANTED": ("standard", "「{field}」が空です。", "わかるときは入力してください。"),
    "W-FIELD-UNUSED": ("standard", "「{field}」は使わない項目です。", "空のままにしてください。"),
    "E-FIELD-LENGTH": (
        "standard",
        "「{field}」の長さが正しくありません(半角{length}桁{fit}、いまは{actual}桁)。",
        "先頭の0が消えていないか、余分な文字がないかを確かめてください。" + _EXPORT_AGAIN,
    ),
    "E-FIELD-TYPE": ("standard", "「{field}」は{form}で書きます。", "値を確かめてください。" + _EXPORT_AGAIN),
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
    "E-FIELD-EQUIPMENT": (
        "standard",
        "福祉用具貸与なのに、TAISコードも福祉用具届出コードもありません。",
        "どちらかのコードを入力してください。" + _EXPORT_AGAIN,
    ),
    "W-FIELD-EQUIPMENT": (
        "inferred",
        "福祉用具貸与の加算・減算に、TAISコードも福祉用具届出コードもありません。",
        "相手の介護ソフトが求めるときは、もとになる用具のコードを入力してください。",
    ),
    # --- codes
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
    "W-CODE-SLOT": (
        "standard",
        "種類別の限度額では、短期入所療養介護のサービス種類はいつも22にします。",
        "「{field}」を22にしてください。",
    ),
    # --- between items, records, files and names
    "E-CROSS-MONTH": (
        "standard",
        "「{field}」が、ファイル名の対象年月({month})とちがいます。",
        "1つのファイルに入れられるのは1つの月だけです。月ごとに書き出してください。",
    ),
    "E-CROSS-SENTINEL": (
        "standard",
        "「{field}」は、ここでは{expected}にします。",
        "補足情報は、計画書につけるときと提供票につけるときで書き方がちがいます。" + _EXPORT_AGAIN,
    ),
    "E-CROSS-DAY": (
        "standard",
        "サービス利用日が、対象年月({month})の中にありません。",
        "利用日か対象年月を直してください。",
    ),
    "E-CROSS-DAYS": (
        "inferred",
        "日割対象日に、その月にない日の印が付いています。",
        "日割対象日を確かめてください。",
    ),
    "E-CROSS-SENDER": (
        "inferred",
        "「{field}」が、ファイル名の{role_ja}({expected})とちがいます。",
        "事業所番号を確かめてください。" + _EXPORT_AGAIN,
    ),
    "E-CROSS-UNRELATED": (
        "standard",
        "送信先の事業所({expected})のサービスが1件もない利用者です。",
        "関係のない事業所に利用者の情報を送らないよう、この利用者を除いて書き出してください。",
    ),
    "E-CROSS-PARENT": (
        "inferred",
        "もとになる{parent}に、この利用者の記録がありません(保険者番号・被保険者番号・{key}で照合)。",
        "組になるファイルを、同じ内容からまとめて書き出してください。",
    ),
    "E-CROSS-DEPENDENT": (
        "inferred",
        "{child}に、この利用者の記録がありません(保険者番号・被保険者番号・{key}で照合)。",
        "組になるファイルを、同じ内容からまとめて書き出してください。",
    ),
    "W-CROSS-DEPENDENT": (
        "inferred",
        "{child}に、この利用者の記録がありません(保険者番号・被保険者番号・{key}で照合)。",
        "書くことがないのであれば、このままで問題ありません。",
    ),
    "E-CROSS-TWICE": (
        "inferred",
        "同じ利用者・同じ{key}の記録が2件以上あります。",
        "どちらが正しいか確かめ、1件だけにして書き出してください。",
    ),
    "E-CROSS-TOTAL": (
        "standard",
        "この利用者の全合計の行(サービスコード999999、事業所コード9999999999)が{count}件あります。",
        "全合計の行は、利用者ごとに1件だけ必要です。" + _EXPORT_AGAIN,
    ),
    "E-CROSS-TOTAL-OFFICE": (
        "standard",
        "全合計の行は、サービスコード999999と事業所コード9999999999の組で書きます。",
        "事業所コードかサービスコードを直してください。",
    ),
    "E-CROSS-SUM": (
        "inferred",
        "全合計の「{field}」({value})が、明細・小計の合計({expected})と合いません。",
        "第7表を計算し直してから、もう一度書き出してください。",
    ),
    "E-CROSS-SUBTOTAL": (
        "standard",
        "サービス種類「{type}」にサービスコードが2つ以上あるのに、種類別小計({type}AAAA)の行がありません。",
        "種類別小計の行を付けて書き出してください。",
    ),
    "W-CROSS-LINE": (
        "inferred",
        "「{field}」({value})が、単位数×回数({expected})と合いません。",
        "単位数・割引後単位数・回数を確かめてください。" + _EXPORT_AGAIN,
    ),
    "W-CROSS-PART": (
        "inferred",
        "サービス種類「{type}」の小計の「{field}」({value})が、明細の合計({expected})と合いません。",
        "第7表を計算し直してから、もう一度書き出してください。",
    ),
    "W-CROSS-COUNT": (
        "inferred",
        "第7表の「{field}」({value})が、第6表の予定の回数({expected})と合いません。",
        "第6表を直したあと、第7表を計算し直したか確かめてください。",
    ),
    "W-CROSS-UNITS": (
        "inferred",
        "第7表の「{field}」({value})が、第6表の単位数({expected})と合いません。",
        "第6表と第7表の単位数・割引・福祉用具の数を確かめてください。",
    ),
    "W-CROSS-NOT-BILLED": (
        "inferred",
        "第6表にあるサービス「{value}」が、第7表のその事業所の明細にありません。",
        "第7表を作り直すか、第6表からその予定を除いてください。",
    ),
    "W-CROSS-NOT-PLANNED": (
        "inferred",
        "第7表の明細にあるサービス「{value}」が、第6表のその事業所の予定にありません。",
        "第6表に予定を入れるか、第7表からその明細を除いてください。",
    ),
    "W-CROSS-LIMIT": (
        "inferred",
        "給付管理単位数の合計({units})が区分支給限度基準額({limit})をこえているのに、「{field}」に書かれていません。",
        "限度額をこえた単位数を第7表に割りつけてください。要介護度が変わった人は、補足情報の限度額も確かめてください。",
    ),
    "W-CROSS-TYPE-LIMIT": (
        "inferred",
        "サービス種類の単位数({units})が種類支給限度基準額({limit})をこえているのに、「{field}」が{value}です。",
        "限度額をこえた単位数を、補足情報の枠と第7表に書いてください。",
    ),
    "W-CROSS-SUMMARY": (
        "standard",
        "小計・合計の行の「{field}」は、{expected}にします。",
        "読み取れます。できれば書き出しを直してください。",
    ),
    "W-CROSS-NUMBERS": (
        "ours",
        "課題ＮＯ・援助目標ＮＯ・援助内容ＮＯの組が、ほかの行と同じです。",
        "相手の介護ソフトで読み込めないことがあります。番号を振り直してください。",
    ),
    "W-CROSS-SAME": (
        "ours",
        "まったく同じ内容の行が2つ以上あります。",
        "2回分であればこのままで問題ありません。まちがいであれば1つにしてください。",
    ),
    "W-CROSS-DISCRIMINATOR": (
        "standard",
        "サービスコードと単位数が同じ福祉用具の行が2つ以上あるのに、明細判別コードで区別されていません。",
        "明細判別コードに1、2、3…を入れてください。",
    ),
    "W-CROSS-TIMES": (
        "ours",
        "開始時刻と終了時刻の片方だけが9999(時刻なし)です。",
        "時刻がないサービスは、両方を9999にしてください。",
    ),
    "W-CROSS-WEEK": (
        "inferred",
        "第3表の1行に、書くことがないか、2種類以上の内容が入っています。",
        "1行には、週間サービス・日常生活上の活動・週単位以外のサービスのどれか1つだけを書きます。",
    ),
    "W-CROSS-SERVICE": (
        "inferred",
        "ファイル名の送信元のサービス種類({expected})の行が1つもありません。",
        "ファイル名と中身のサービス種類を確かめてください。",
    ),
    "W-CROSS-SLOT": (
        "standard",
        "種類別の限度額は、1番目の枠から順に使います。",
        "空いている枠を詰めて書き出してください。",
    ),
}
