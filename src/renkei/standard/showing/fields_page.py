"""The page that lists every item of every file kind and version, as Markdown; made from the layouts alone."""

from __future__ import annotations

from collections.abc import Iterator

from ..explaining import EDITIONS, confidence_words, form_words, length_words, required_words
from ..layouts import VERSIONS, Field, code_lists, kinds, layout

_HEAD = """# 項目の一覧

<!-- このページはプログラムから作られます。直すときは元を直して `make docs` としてください。 -->

データ連携標準仕様のファイルの、すべての種類・すべての版・すべての項目です。1つの項目は `renkei explain 項目名` でも見られます。

- **桁**は半角の文字数です。「6」は6桁ちょうど、「6まで」は6桁以下、空は長さの決まりなしです。
- **確かさ**: 標準 = 標準仕様にそう書いてある、推定 = 標準仕様から導ける、取り決め = 標準仕様が決めていないので決めた。
  必須かどうかの確かさがちがうときは、「必須は…」と書いてあります。
- コードの意味は、[終わりの一覧](#コードの一覧)にあります。
"""


def fields_page() -> str:
    """The whole page.

    >>> "| 8 | 単位数 | `unit_points` |" in fields_page()
    True
    """
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    for version in VERSIONS:
        yield f"## {EDITIONS[version]}\n"
        for kind in kinds(version):
            form = layout(kind, version)
            yield f"### {kind} {form.name_ja}({EDITIONS[version]}・{form.columns}項目)\n"
            yield "| 番号 | 項目 | 英語名 | 形 | 桁 | 必須 | 確かさ |"
            yield "|--:|---|---|---|---|---|---|"
            yield from map(_row, form.fields)
            yield ""
    yield "## コードの一覧\n"
    for name, meanings in code_lists().items():
        yield f"### {name}\n"
        yield "| コード | 意味 |"
        yield "|---|---|"
        yield from (f"| `{code}` | {_cell(meaning)} |" for code, meaning in meanings.items())
        yield ""


def _row(field: Field) -> str:
    length = "" if field.length is None else length_words(field)
    cells = (
        str(field.no),
        field.name_ja,
        f"`{field.name}`",
        form_words(field),
        length,
        required_words(field),
        confidence_words(field),
    )
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
