"""Plan against actual as text for a terminal, as CSV for spreadsheets, and as one page that stands alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from ..comparing.faults import Faulty, fault_lines
from ..comparing.months import PersonMonth, Reconciliation, Standing
from ..comparing.papers import Unread
from ..comparing.visits import Difference
from . import page
from .as_text import faults_text, heading
from .month_grid import service_words
from .page import text
from .reconciled_rows import (
    AS_PLANNED,
    HEADINGS,
    KINDS,
    WAITING,
    VisitRow,
    by_office,
    date_cell,
    rows_of,
    sums,
    visit_rows,
    waiting_words,
)
from .terminal import NARROWEST, WIDEST, clean, indented
from .words import month_words, wide_kana

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
TITLE = "予定と実績のつき合わせ"


def reconciled_text(
    found: Reconciliation,
    unread: tuple[Unread, ...] = (),
    width: int = NARROWEST,
    faulty: tuple[Faulty, ...] = (),
) -> str:
    """What is wrong with the files, the counts, then what is waited for and what needs a look, then who changed, then who did not."""
    width = min(max(width, NARROWEST), WIDEST)
    lines = faults_text(faulty, width)
    lines += [f"{'・'.join(map(month_words, found.months))} {TITLE}", found.label]
    counted = sums(visit_rows(found))
    lines.append("回数: " + "・".join(f"{kind} {counted[kind]}回" for kind in KINDS if kind != WAITING))
    lines += _section("実績がまだ届いていない事業所", waiting_words(found), width)
    lines += _section("確かめてください", [notice.words for notice in found.notices], width)
    lines += _section("読めなかったもの", [one.label for one in unread], width)
    unchanged = []
    for person in found.people:
        if _is_quiet(person):
            unchanged.append(f"{person.name or '氏名なし'}({person.insured}) 予定どおり {person.result.as_planned}回")
        else:
            lines += ["", *_person_text(person, found, width)]
    lines += _section("変更なし", unchanged, width)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def reconciled_csv(found: Reconciliation) -> bytes:
    """Every visit as a row: UTF-8 with a BOM, CRLF. A cell that a spreadsheet would run begins with an apostrophe."""
    output = io.StringIO()
    writer = csv.writer(output, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(HEADINGS.values())
    for row in visit_rows(found):
        writer.writerow([guarded(str(getattr(row, name))) for name in HEADINGS])
    return output.getvalue().encode("utf-8-sig")


def guarded(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet would take for a formula.

    >>> guarded("=1+1"), guarded("10:00")
    ("'=1+1", '10:00')
    """
    return f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell


def reconciled_html(found: Reconciliation, unread: tuple[Unread, ...] = (), faulty: tuple[Faulty, ...] = ()) -> str:
    """One page for reading and printing: counts, offices with bars, then person by person."""
    return page.page(TITLE, _body(found, unread, faulty))


# Text ----------------------------------------------------------------------------------------------------------------


def _section(title: str, lines: list[str], width: int) -> list[str]:
    if not lines:
        return []
    told = [part for line in lines for part in _bulleted(clean(line), width)]
    return ["", f"■ {title} ({len(lines)}件)", *told]


def _bulleted(line: str, width: int) -> list[str]:
    first, *rest = indented(line, 4, width)
    return [f"  - {first[4:]}", *rest]


def _is_quiet(person: PersonMonth) -> bool:
    """Nobody has to look at this person."""
    return person.standing is Standing.UNCHANGED and not person.actual_insurer


def _person_text(person: PersonMonth, found: Reconciliation, width: int) -> list[str]:
    month = f" {month_words(person.month)}" if len(found.months) > 1 else ""
    lines = [f"[{person.standing.label}]{month} {heading(person.name, person.kana, person.insurer, person.insured)}"]
    if person.actual_insurer:
        lines.append(f"  要確認: 実績の保険者番号は {clean(person.actual_insurer)} です。")
    lines.append(f"  予定どおり {person.result.as_planned}回")
    office = None
    for one in sorted(person.result.differences, key=lambda one: one.office):
        if one.office != office:
            office = one.office
            lines.append(f"  {clean(found.office_name(office))}")
        lines += indented(clean(_told(one)), 4, width)
    for number, _service in person.waiting:
        lines.append(f"  実績待ち: {clean(found.office_name(number))}")
    return lines


def _told(one: Difference) -> str:
    """With the weekday, which a care manager plans by, and the service's name."""
    return f"{date_cell(one.date)} {service_words(one.service_code)} {one.label.rpartition(f'{one.service_code} ')[2]}"


# The page ------------------------------------------------------------------------------------------------------------


def _body(found: Reconciliation, unread: tuple[Unread, ...], faulty: tuple[Faulty, ...]) -> Iterator[str]:
    rows = visit_rows(found)
    yield page.warning(fault_lines(faulty))
    yield f"<h1>{text(TITLE)}</h1>"
    yield f'<p class="lead">{text("・".join(map(month_words, found.months)))}<br>{text(found.label)}</p>'
    for title, lines in (
        ("実績がまだ届いていない事業所", waiting_words(found)),
        ("確かめてください", [notice.words for notice in found.notices]),
        ("読めなかったもの", [one.label for one in unread]),
    ):
        if lines:
            items = "".join(f"<li>{text(line)}</li>" for line in lines)
            yield f'<div class="notice"><h3>{text(title)}</h3><ul>{items}</ul></div>'
    yield _people_bars(found)
    yield _offices(rows)
    unchanged = []
    for person in found.people:
        if _is_quiet(person):
            unchanged.append((person.name or "氏名なし", person.insured, f"{person.result.as_planned}回"))
        else:
            yield from _person_html(person, rows_of(person, found))
    if unchanged:
        yield '<h2 class="first">変更なし</h2>'
        yield page.table(f"変更なし {len(unchanged)}人", ("氏名", "被保険者番号", "予定どおり"), unchanged)


def _people_bars(found: Reconciliation) -> str:
    counts = found.counts
    total = max(1, counts.total())
    lines = "".join(
        f'<tr><th scope="row">{standing.label}</th><td class="number">{counts[standing]}人</td>'
        f"<td>{page.bar(counts[standing] / total)}</td></tr>"
        for standing in (Standing.UNCHANGED, Standing.CHANGED, Standing.WAITING)
    )
    return (
        '<table><caption>利用者の数</caption><thead><tr><th scope="col">結果</th><th scope="col">人数</th>'
        f'<th scope="col">割合の図</th></tr></thead><tbody>{lines}</tbody></table>'
    )


def _offices(rows: list[VisitRow]) -> str:
    kinds = [kind for kind in KINDS if kind != WAITING]
    head = "".join(f'<th scope="col" class="number">{kind}</th>' for kind in kinds)
    lines = []
    for (number, name), own in by_office(rows).items():
        counted = sums(own)
        share = counted[AS_PLANNED] / max(1, sum(counted[kind] for kind in kinds))
        cells = "".join(f'<td class="number">{counted[kind]}回</td>' for kind in kinds)
        told = "実績待ち" if not counted.total() else f"{share:.0%}"
        lines.append(
            f'<tr><th scope="row">{text(name)}<br><span class="small">{text(number)}</span></th>{cells}'
            f'<td><span class="nowrap">{told}</span>{page.bar(share)}</td></tr>'
        )
    return page.scrolling(
        "事業所ごとの回数",
        f'<table><caption>事業所ごとの回数</caption><thead><tr><th scope="col">事業所</th>{head}'
        f'<th scope="col">予定どおりの割合</th></tr></thead><tbody>{"".join(lines)}</tbody></table>',
    )


def _person_html(person: PersonMonth, rows: list[VisitRow]) -> Iterator[str]:
    kana = f' <span class="kana">{text(wide_kana(person.kana))}</span>' if person.kana else ""
    name = text(person.name or "氏名なし")
    yield f'<section><h2 class="first">{name}{kana} 【{person.standing.label}】</h2>'
    yield (
        f'<p class="small">{text(month_words(person.month))}・保険者番号 {text(person.insurer)}・'
        f"被保険者番号 {text(person.insured)}・予定どおり {person.result.as_planned}回</p>"
    )
    if person.actual_insurer:
        words = f"実績の保険者番号は {person.actual_insurer} です。同じ人か確かめてください。"
        yield f'<p class="notice">{text(words)}</p>'
    told = [row for row in rows if row.result != AS_PLANNED]
    if told:
        yield page.table(
            "予定とちがうところ",
            ("日付", "結果", "サービス", "事業所", "予定", "実績"),
            [(date_cell(r.date), r.result, r.service, r.office_name, r.planned, r.actual) for r in told],
        )
    yield "</section>"
