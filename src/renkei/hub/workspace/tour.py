"""使い方: one way round the month of an invented office, in pictures and short sentences. It needs no data of one's own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stop:
    """One stop: what one sees on `picture` (a file of `static/tour`, `alt` for who cannot see it), what to do, and where."""

    title: str
    words: tuple[str, ...]
    picture: str
    alt: str
    route: str
    link: str


STOPS = (
    Stop(
        "今月、何が残っているか",
        (
            "サインインすると、このページが開きます。",
            "上に、国保連への請求まで あと何営業日かが出ます。",
            "数を押すと、どの相手の、だれの分かが出ます。0 になれば終わりです。",
        ),
        "overview",
        "今月のページ。請求までの営業日、送った提供票と届いた実績の数",
        "overview",
        "今月を開く",
    ),
    Stop(
        "送るファイルを入れる",
        (
            "介護ソフトで書き出した CSV ファイルを、まとめて選びます。ZIP でもかまいません。",
            "「入れて調べる」を押します。送り先ごとに分かれます。",
            "入れただけでは送りません。まちがえても、だいじょうぶです。",
        ),
        "outbox",
        "送るもののページ。ファイルを選ぶところ、直すもの1件、下書き7件",
        "outbox",
        "送るものを開く",
    ),
    Stop(
        "直すところを直す",
        (
            "このままでは送れないものは「直すもの」に入ります。",
            "どこが、どうちがうか、どう直すかが書いてあります。",
            "ボタンで直せるところは、変わるところを見てから押します。ほかは、介護ソフトで直して入れ直します。",
        ),
        "finding",
        "直すところの説明。日付の区切りを直すボタン",
        "outbox",
        "送るものを開く",
    ),
    Stop(
        "完成にして、送る",
        (
            "中身を見て、よければ「完成にする」を押します。",
            "別の人の承認が要る事業所では、その人が「承認する」を押します。",
            "「すべて送る」で送ります。Renkei を使っていない相手には、ファクス用の PDF を作ります。",
        ),
        "drafts",
        "下書きの一覧。左の四角で選んで、完成にする",
        "outbox",
        "送るものを開く",
    ),
    Stop(
        "予定と実績を見くらべる",
        (
            "実績が届くと、予定どおりの人はたたまれます。",
            "ちがう人だけを開いて、確かめます。",
        ),
        "people",
        "予定と実績のページ。変更ありの人、変更なしの人",
        "months",
        "予定と実績を開く",
    ),
    Stop(
        "1人の1か月",
        (
            "上の行が予定、下の行が実績です。ちがう日に印がつきます。",
            "わからないときは、送信の記録から「変更をお願いする」で相手に聞けます。",
            "これで、ひとまわりです。",
        ),
        "person",
        "1人の予定と実績。ちがうところに印がついた1か月の表",
        "months",
        "予定と実績を開く",
    ),
)
