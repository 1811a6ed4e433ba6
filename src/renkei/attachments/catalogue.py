"""Everything that can be said about an attached file, once. Texts are Japanese; {words} in braces are filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from renkei.standard.findings import Finding, Severity

# What a look found before it is put in words: a code, and the words that go into its texts.
Found = list[tuple[str, dict[str, str]]]

_SAVE_AGAIN = "もとの書類から「印刷」→「PDFに保存」で作り直すと、たいてい取れます。"
_OTHER_FILE = "もとの書類を開いて確かめ、PDFか写真にして送ってください。"


class Rule(NamedTuple):
    """One rule: what is wrong, and what to do now.

    >>> CATALOGUE["W-ATTACH-UNSCANNED"].severity.value
    'warning'
    """

    code: str
    message: str
    remedy: str

    @property
    def severity(self) -> Severity:
        return Severity.WARNING if self.code.startswith("W-") else Severity.ERROR


_TEXTS: dict[str, tuple[str, str]] = {
    "E-ATTACH-INDEX": (
        "添付ファイルの一覧(ATTACHMENTS.JSON)を読めません。形がちがうか、使えない文字があります。",
        "一覧を作り直してください。続くときは、お使いのソフトの会社に連絡してください。",
    ),
    "E-ATTACH-INDEX-FILES": (
        "添付ファイルの一覧(ATTACHMENTS.JSON)にあるファイルと、送られたファイルが合いません。",
        "一覧に、送る添付ファイルをすべて、1つずつ書いてください。",
    ),
    "E-ATTACH-KIND": (
        "「{value}」は、送れる種類のファイルではありません。",
        "PDF、JPEG、PNG にして送ってください。",
    ),
    "E-ATTACH-OFFICE": (
        "このハブでは、Word、Excel、PowerPoint のファイルを送れません(運営者の設定)。",
        "PDFに保存して送ってください。",
    ),
    "E-ATTACH-EMPTY": ("ファイルの中身がありません(0バイト)。", "もとのファイルを確かめて、もう一度選んでください。"),
    "E-ATTACH-SIZE": (
        "ファイルが大きすぎます({actual})。1つのファイルは {limit} までです。",
        "写真は小さくし、PDFはページを分けて送ってください。",
    ),
    "E-ATTACH-MAGIC": (
        "ファイルの中身が{value}ではありません。",
        "名前の終わり(.pdf など)だけを変えたファイルではないか確かめ、正しい形で保存し直してください。",
    ),
    "E-ATTACH-BROKEN": (
        "ファイルがこわれているか、途中で切れています。",
        "開いて見られるかを確かめ、もとのファイルから保存し直してください。",
    ),
    "E-ATTACH-ENCRYPTED": (
        "パスワードがかかっています。中を確かめられません。",
        "パスワードを外して保存し直してください。中身はハブとの間も、ハブの中でも暗号で守られます。",
    ),
    "E-ATTACH-HEAVY": (
        "開くと大きくなりすぎるファイルです({value})。受け取った人のパソコンが止まるおそれがあります。",
        "ページや絵を減らすか、分けて保存し直してください。",
    ),
    "E-ATTACH-PIXELS": (
        "写真が大きすぎます({value})。{limit}画素までです。",
        "写真を小さくして保存し直してください。",
    ),
    "E-ATTACH-FRAMES": (
        "動く写真(コマが{value}枚)は送れません。",
        "1枚の写真にして保存し直してください。",
    ),
    "E-ATTACH-SCRIPT": ("PDFの中に、開くと動くプログラム(スクリプト)があります。", _SAVE_AGAIN),
    "E-ATTACH-ACTION": (
        "PDFの中に、ほかのプログラムを動かしたり、開いただけで外につないだりするしかけがあります。",
        _SAVE_AGAIN,
    ),
    "E-ATTACH-SUBMIT": ("PDFの中に、入力したものを外に送るしかけがあります。", _SAVE_AGAIN),
    "E-ATTACH-FILE": (
        "PDFの中に、ほかのファイルが入っています。",
        "中のファイルを取り出して、1つずつ送ってください。要らなければ、" + _SAVE_AGAIN,
    ),
    "E-ATTACH-MEDIA": ("PDFの中に、動画・音・3Dなど、再生するしかけがあります。", _SAVE_AGAIN),
    "E-ATTACH-XFA": ("PDFが、動く入力用紙(XFA)です。見る人によって中身が変わります。", _SAVE_AGAIN),
    "E-ATTACH-OUTSIDE": ("PDFが、ほかのファイルの中身を読みこむように作られています。", _SAVE_AGAIN),
    "E-ATTACH-DAMAGED": (
        "PDFの目次がこわれています。開くソフトによって、ちがうものが見えるおそれがあります。",
        _SAVE_AGAIN,
    ),
    "E-ATTACH-MACRO": ("マクロか、開くとプログラムを動かすしかけ(DDE)が入っています。", _OTHER_FILE),
    "E-ATTACH-EMBEDDED": ("書類の中に、ほかのファイルや部品が入っています。", _OTHER_FILE),
    "E-ATTACH-LINK": ("書類が、開くと外のファイルを読みこむように作られています。", _OTHER_FILE),
    "E-ATTACH-VIRUS": (
        "ウイルスが見つかりました({value})。",
        "このファイルを開かずに、パソコンをウイルス対策ソフトで調べてください。",
    ),
    "W-ATTACH-UNSCANNED": (
        "ウイルスの検査をしていません(このハブには、検査のしくみがつながれていません)。",
        "受け取る人のパソコンのウイルス対策ソフトで、開く前に調べてください。",
    ),
}

CATALOGUE: Mapping[str, Rule] = {code: Rule(code, *texts) for code, texts in _TEXTS.items()}


def finding(code: str, file: str = "", *, value: str | None = None, **words: str) -> Finding:
    """A finding of the rule `code` about `file`; `value` and `words` fill in its texts.

    >>> finding("E-ATTACH-FRAMES", "01.png", value="12").message
    '動く写真(コマが12枚)は送れません。'
    """
    rule = CATALOGUE[code]
    filling = {"value": value or "", **words}
    return Finding(
        code=code,
        severity=rule.severity,
        file=file,
        record=None,
        field=None,
        value=value,
        message=rule.message.format_map(filling),
        remedy=rule.remedy.format_map(filling),
    )
