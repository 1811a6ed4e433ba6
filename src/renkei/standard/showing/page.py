"""The frame of a page that stands alone: one HTML file, nothing loaded from elsewhere, no script, printable on A4."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

# What loses its meaning when a line breaks inside: dates, times, numbers, codes. Longer runs may break: a cell is narrow.
_LONGEST_UNBROKEN = 24
_DATE = r"(?:(?:(?:明治|大正|昭和|平成|令和)?(?:\d{1,4}|元)年)?\d{1,2}月(?:\d{1,2}日(?:\([月火水木金土日]\))?|分)?)"
_RANGE = r"(?:\d{1,2}:\d\d～\d{1,2}:\d\d)"
_CODE = r"(?:[0-9A-Za-z][-0-9A-Za-z.,:/+]+)"
_UNBROKEN = re.compile(rf"(?<![-\dA-Za-z.,:/+])(?:{_DATE}|{_RANGE}|{_CODE})")

# Large type for older eyes; on paper black on white, a person a page, headings of tables repeated.
_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem 1.5rem 3rem; max-width: 100rem; background: #fff; color: #1a1a1c;
  font: 1.125rem/1.6 "BIZ UDPGothic", "UD Digi Kyokasho NP-R", "Hiragino Sans", "Noto Sans JP", "Yu Gothic", sans-serif; }
h1 { font-size: 1.75rem; } h2 { font-size: 1.5rem; margin: 2.5rem 0 .25rem; border-bottom: 3px solid #0017c1; }
h3 { font-size: 1.25rem; margin: 1.75rem 0 .5rem; } h4 { font-size: 1.125rem; margin: 1rem 0 .25rem; }
p { margin: .25rem 0 .75rem; } .kana { font-size: 1rem; font-weight: 400; } .small { font-size: 1rem; color: #333; }
.lead { font-size: 1.375rem; font-weight: 700; } .nowrap { white-space: nowrap; }
.pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.notice { border: 2px solid #8b3500; border-left-width: 10px; padding: .5rem 1rem; margin: 1rem 0; }
.scroll { overflow-x: auto; } .scroll:focus { outline: 4px solid #000; outline-offset: 2px; }
a { color: #0017c1; } a:focus { outline: 4px solid #000; outline-offset: 2px; }
table { border-collapse: collapse; margin: .25rem 0 1rem; } caption { text-align: left; font-weight: 700; }
th, td { border: 1px solid #767676; padding: .25rem .5rem; text-align: left; vertical-align: top; }
thead th { background: #e8f1fe; } tbody th { background: #f5f5f5; font-weight: 400; }
td.number, th.number { text-align: right; white-space: nowrap; }
tr.subtotal > * { border-top: 3px double #1a1a1c; font-weight: 700; }
tr.total > * { border-top: 3px solid #1a1a1c; font-weight: 700; background: #f0f0f0; }
table.month th, table.month td { padding: .15rem 0; text-align: center; }
table.month .day { min-width: 1.75rem; } table.month tbody th, table.month thead th.line { text-align: left;
  padding: .15rem .5rem; min-width: 15rem; } table.month .monday { border-left: 3px solid #1a1a1c; }
table.month .rest { background: #f0f0f0; } table.month td.some { font-weight: 700; }
dl { display: grid; grid-template-columns: minmax(8rem, 20rem) 1fr; gap: 0; margin: .25rem 0 1rem; }
dt, dd { margin: 0; padding: .25rem .5rem; border-bottom: 1px solid #bbb; } dt { font-weight: 700; }
del { text-decoration: line-through; background: #fdeeee; } ins { text-decoration: underline; background: #e6f5ec;
  font-weight: 700; }
svg { display: block; } .words::before { content: attr(data-mark) " "; font-weight: 700; }
@media print { @page { size: A4 landscape; margin: 10mm; } body { padding: 0; max-width: none; font-size: 10.5pt; }
  h2 { break-before: page; } h2.first { break-before: auto; } h3, h4, caption { break-after: avoid; }
  tr, dt, dd { break-inside: avoid; } thead { display: table-header-group; } .scroll { overflow: visible; }
  nav { display: none; } table.month .day { min-width: 5.2mm; } table.month tbody th { min-width: 45mm; }
  table { font-size: 9pt; } .small, .kana { font-size: 9pt; } dt, dd { padding: .1rem .5rem; } }
"""


def page(title: str, body: Iterable[str]) -> str:
    """A whole page in Japanese. `title` is escaped here, `body` must be markup already.

    >>> page("<月>", []).count("<月>")
    0
    """
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="ja">',
            "<head>",
            '<meta charset="utf-8">',
            # Whatever a file says, this page may load and run nothing.
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{text(title)}</title>",
            f"<style>{_STYLE}</style>",
            "</head>",
            "<body>",
            "<main>",
            *body,
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def text(value: object) -> str:
    """A value as it may stand in markup, in an attribute too; control characters become visible.

    >>> text('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    told = "".join(
        "\ufffd" if (one < " " and one not in "\n\t") or one == "\x7f" else one for one in _lines(str(value))
    )
    return escape(told, quote=True)


def unbroken(value: object) -> str:
    """Like `text`, for a place where lines may break anywhere: dates, times, numbers and codes stay whole.

    >>> unbroken("期間 R9.11.30")
    '期間 <span class="nowrap">R9.11.30</span>'
    """
    whole, parts, place = str(value), [], 0
    for found in _UNBROKEN.finditer(whole):
        if len(found[0]) <= _LONGEST_UNBROKEN and any(map(str.isdecimal, found[0])):
            parts += [text(whole[place : found.start()]), f'<span class="nowrap">{text(found[0])}</span>']
            place = found.end()
    return "".join([*parts, text(whole[place:])])


def table(
    caption: str,
    headings: Iterable[str],
    rows: Iterable[Iterable[str]],
    *,
    numbers: Iterable[str] = (),
    marks: Iterable[str] = (),
) -> str:
    """A table with a caption; the first cell of each row is its heading. Cells are escaped here.

    `numbers` are the headings of columns that stand flush right, `marks` the class of each row or "".
    """
    headings, right = list(headings), set(numbers)
    filled = [list(row) for row in rows]
    classes = [' class="number"' if heading in right else ' class="pre"' for heading in headings]
    head = "".join(f'<th scope="col"{" class=number" if one in right else ""}>{text(one)}</th>' for one in headings)
    lines = []
    for mark, row in zip(list(marks) or [""] * len(filled), filled, strict=True):
        cells = "".join(f"<td{own}>{unbroken(cell)}</td>" for own, cell in zip(classes[1:], row[1:], strict=True))
        name = f' class="{mark}"' if mark else ""
        lines.append(f'<tr{name}><th scope="row" class="pre">{unbroken(row[0])}</th>{cells}</tr>')
    return scrolling(
        caption,
        f"<table><caption>{text(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table>",
    )


def warning(lines: Iterable[str]) -> str:
    """What must be read before anything else; nothing where there are no lines."""
    told = "".join(f"<p><strong>{text(line)}</strong></p>" for line in lines)
    return f'<div class="notice" role="alert">{told}</div>' if told else ""


def scrolling(label: str, markup: str) -> str:
    """A region that scrolls sideways, for the keyboard too."""
    return f'<div class="scroll" role="region" aria-label="{text(label)}" tabindex="0">{markup}</div>'


def bar(share: float, *, width: int = 160) -> str:
    """A bar for a number that stands beside it; `share` is 0 to 1. Drawn, so that it is printed as well."""
    filled = round(width * min(max(share, 0.0), 1.0))
    return (
        f'<svg width="{width}" height="16" viewBox="0 0 {width} 16" aria-hidden="true">'
        f'<rect x=".5" y=".5" width="{width - 1}" height="15" fill="none" stroke="#767676"/>'
        f'<rect width="{filled}" height="16" fill="#0017c1"/></svg>'
    )


def _lines(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n")
