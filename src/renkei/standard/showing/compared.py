"""Two versions compared, in words: for a terminal, for a program, and as one page that stands alone."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ..comparing.changes import Change, ChangeKind, Comparison, ItemChange, PersonChanges
from ..comparing.faults import Faulty, fault_lines
from ..comparing.papers import Unread
from ..comparing.visits import told
from ..layouts import layout
from . import page
from .as_text import faults_text, heading
from .benefit import service_label
from .month_grid import service_words
from .page import text, unbroken
from .sheets import value_words
from .terminal import NARROWEST, WIDEST, clean, columns, indented
from .words import date_words, day_words, wide_kana

TITLE = "2つの版のちがい"
# Longer texts are shown whole, before and after: finding every changed character of them takes too long.
_LONGEST_MARKED = 2000
# Of short ones, such as times and units, the two values stand side by side.
_SHORT = 20
# The items by which people know a record of 第2表, 第3表 and the prevention sheets.
_NAMING = (
    "need",
    "service_content",
    "weekly_service",
    "daily_activity",
    "non_weekly_service",
    "overall_issue",
    "used_service_type_name",
    "time_text",
    "own_activity",
    "disease_name",
)
_VISIT_SHEETS = ("UPPLAN", "UPJSK")


def compared_text(
    found: Comparison,
    unread: tuple[Unread, ...] = (),
    width: int = NARROWEST,
    faulty: tuple[Faulty, ...] = (),
) -> str:
    """What is wrong with the files, the counts, then what could not be compared, then each changed person."""
    width = min(max(width, NARROWEST), WIDEST)
    lines = [*faults_text(faulty, width), TITLE, found.label]
    lines += indented(doubt(unread), 2, width) if unread else []
    for title, told_lines in _remarks(found, unread):
        lines += ["", f"■ {title}"]
        lines += [line for one in told_lines for line in indented(f"- {clean(one)}", 2, width)]
    for person in found.people:
        if person.kind is not ChangeKind.UNCHANGED:
            lines += ["", f"[{person.kind.label}] {heading(person.name, person.kana, person.insurer, person.insured)}"]
            lines += _changes_text(person, found, width)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def compared_dict(found: Comparison) -> dict[str, Any]:
    """Plain values for JSON: counts first; values of items as the files have them, with the words beside them."""
    return {
        "counts": {str(kind): found.counts[kind] for kind in ChangeKind},
        "people": [
            {
                "insurer": person.insurer,
                "insured": person.insured,
                "name": person.name,
                "result": str(person.kind),
                "changes": [_change_dict(change, found) for change in person.changes],
            }
            for person in found.people
        ],
        "notices": list(found.notices),
        "items_not_in_both_versions": list(found.without),
    }


def compared_html(found: Comparison, unread: tuple[Unread, ...] = (), faulty: tuple[Faulty, ...] = ()) -> str:
    """One page for reading and printing; what was taken out is struck through, what was put in underlined."""
    return page.page(TITLE, _body(found, unread, faulty))


def doubt(unread: tuple[Unread, ...]) -> str:
    """What stands beside the counts where something could not be read; nothing where all was.

    >>> doubt((Unread("a.CSV", "読めません。", "書き出し直してください。"),))
    '読めなかったものが1件あるので、追加・削除の人数は正しくないかもしれません。'
    """
    return f"読めなかったものが{len(unread)}件あるので、追加・削除の人数は正しくないかもしれません。" if unread else ""


def what(change: Change, found: Comparison) -> str:
    """What changed, in a few words: the day, time, service and office of a visit, the line of a table, the form."""
    row = change.after or change.before
    if row is None:
        return "表全体"
    days = "・".join(day_words(date) for date in change.dates)
    if change.sheet in _VISIT_SHEETS:
        times = told((row["service_start_time"], row["service_end_time"]), change.visits)
        office = found.offices.get(row["service_office_number"]) or row["service_office_number"]
        thing = row.get("equipment_name", "")
        about = (days, times if len(change.dates) < 2 else "", service_words(row["service_code"]), thing, office)
        return " ".join(part for part in about if part)
    if change.sheet == "UPSIKYU":
        return service_label(row)
    return "・".join(clean(row[name]) for name in _NAMING if row.get(name)).replace("\n", " ") or "表全体"


def item_words(sheet: str, one: ItemChange) -> tuple[str, str, str]:
    """Name, before and after of an item as people write them.

    >>> item_words("UPPLAN", ItemChange("time", "1000-1045", "1030-1115"))
    ('時間', '10:00～10:45', '10:30～11:15')
    """
    if one.item == "visits":
        return "回数", f"{one.before}回", f"{one.after}回"
    if one.item == "time":
        before, after = (told((side[:4], side[5:]), 1) for side in (one.before, one.after))
        return "時間", before, after
    field = layout(sheet).field(one.item)
    if field.type == "date":
        return field.name_ja, date_words(one.before), date_words(one.after)
    return field.name_ja, value_words(field, one.before), value_words(field, one.after)


def _remarks(found: Comparison, unread: tuple[Unread, ...]) -> Iterator[tuple[str, list[str]]]:
    if found.notices:
        yield "確かめてください", list(found.notices)
    if unread:
        yield "読めなかったもの", [one.label for one in unread]
    if found.without:
        yield "片方の版にない項目(比べていません)", ["、".join(found.without)]


# Text ----------------------------------------------------------------------------------------------------------------


def _changes_text(person: PersonChanges, found: Comparison, width: int) -> list[str]:
    lines: list[str] = []
    sheet = ""
    for change in person.changes:
        if change.sheet != sheet:
            sheet = change.sheet
            lines.append(f"  【{layout(sheet).name_ja}】")
        lines += indented(f"{_LABEL[change.kind]}: {clean(what(change, found))}", 4, width)
        for one in change.items:
            name, before, after = map(clean, item_words(sheet, one))
            lines += _item_text(name, before, after, width)
    return lines


_LABEL = {ChangeKind.ADDED: "追加", ChangeKind.REMOVED: "削除", ChangeKind.CHANGED: "変更"}


def _item_text(name: str, before: str, after: str, width: int) -> list[str]:
    """前 → 後 on one line where both are short, else the lines that differ."""
    line = f"        {name}: {before or '(空)'} → {after or '(空)'}"
    if "\n" not in before + after and columns(line) <= width:
        return [line]
    lines = [f"        {name}:"]
    for mark, old in (("前", before), ("後", after)):
        other = after if old is before else before
        changed = _changed_lines(old, other) if "\n" in before + after else [old]
        lines += [part for one in changed for part in indented(f"{mark}: {one or '(空)'}", 10, width)]
    return lines


def _changed_lines(text: str, other: str) -> list[str]:
    lines, others = text.split("\n"), other.split("\n")
    matcher = difflib.SequenceMatcher(a=lines, b=others, autojunk=False)
    return [line for tag, start, end, _, _ in matcher.get_opcodes() if tag != "equal" for line in lines[start:end]]


def _change_dict(change: Change, found: Comparison) -> dict[str, Any]:
    items = []
    for one in change.items:
        name, before, after = item_words(change.sheet, one)
        items.append({**asdict(one), "item_ja": name, "before_words": before, "after_words": after})
    return {
        "sheet": change.sheet,
        "result": str(change.kind),
        "what": what(change, found),
        "dates": list(change.dates),
        "visits": change.visits,
        "items": items,
        "before": dict(change.before) if change.before else None,
        "after": dict(change.after) if change.after else None,
    }


# The page ------------------------------------------------------------------------------------------------------------


def _body(found: Comparison, unread: tuple[Unread, ...], faulty: tuple[Faulty, ...]) -> Iterator[str]:
    yield page.warning(fault_lines(faulty))
    yield f"<h1>{text(TITLE)}</h1>"
    yield f'<p class="lead">{text(found.label)}</p>'
    if unread:
        yield f'<p class="notice">{text(doubt(unread))}</p>'
    yield '<p class="small">取り消し線の文字は前の版だけ、下線の文字は後の版だけにあります。</p>'
    for title, lines in _remarks(found, unread):
        items = "".join(f"<li>{text(line)}</li>" for line in lines)
        yield f'<div class="notice"><h3>{text(title)}</h3><ul>{items}</ul></div>'
    for person in found.people:
        if person.kind is not ChangeKind.UNCHANGED:
            yield from _person_html(person, found)


def _person_html(person: PersonChanges, found: Comparison) -> Iterator[str]:
    kana = f' <span class="kana">{text(wide_kana(person.kana))}</span>' if person.kana else ""
    name = text(person.name or "氏名なし")
    yield f'<section><h2 class="first">{name}{kana} 【{person.kind.label}】</h2>'
    yield f'<p class="small">保険者番号 {text(person.insurer)}・被保険者番号 {text(person.insured)}</p>'
    for sheet in dict.fromkeys(change.sheet for change in person.changes):
        rows = "".join(
            f'<tr><th scope="row" class="pre">{_LABEL[change.kind]}</th><td class="pre">{_what_html(change, found)}</td>'
            f"<td>{_items_html(change)}</td></tr>"
            for change in person.changes
            if change.sheet == sheet
        )
        title = layout(sheet).name_ja
        yield page.scrolling(
            title,
            f'<table><caption>{text(title)}</caption><thead><tr><th scope="col">結果</th>'
            f'<th scope="col">どこ</th><th scope="col">前と後</th></tr></thead><tbody>{rows}</tbody></table>',
        )
    yield "</section>"


def _what_html(change: Change, found: Comparison) -> str:
    """Marked like a value, so that the legend is true of whole rows too."""
    tag = {ChangeKind.REMOVED: "del", ChangeKind.ADDED: "ins"}.get(change.kind)
    told = unbroken(what(change, found))
    return f"<{tag}>{told}</{tag}>" if tag else told


def _items_html(change: Change) -> str:
    lines = []
    for one in change.items:
        name, before, after = item_words(change.sheet, one)
        is_short = max(len(before), len(after)) <= _SHORT and "\n" not in before + after
        both = side_by_side(before, after) if is_short else marked(before, after)
        lines.append(f'<p class="pre"><strong>{text(name)}</strong><br>{both}</p>')
    return "".join(lines)


def side_by_side(before: str, after: str) -> str:
    """Two short values as markup, the old one struck through whole.

    >>> side_by_side("", "3回")
    '(空) → <ins>3回</ins>'
    """
    old = f"<del>{unbroken(before)}</del>" if before else "(空)"
    new = f"<ins>{unbroken(after)}</ins>" if after else "(空)"
    return f"{old} → {new}"


def marked(before: str, after: str) -> str:
    """Both in one text, as markup: what is only in `before` as <del>, what is only in `after` as <ins>.

    >>> marked("週2回", "週3回")
    '週<del>2</del><ins>3</ins>回'
    """
    if len(before) > _LONGEST_MARKED or len(after) > _LONGEST_MARKED or not before or not after:
        return "".join(f"<{tag}>{unbroken(side)}</{tag}>" for tag, side in (("del", before), ("ins", after)) if side)
    parts = []
    for tag, a, b, c, d in difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(unbroken(before[a:b]))
        else:
            parts += [f"<del>{text(before[a:b])}</del>"] * (b > a) + [f"<ins>{text(after[c:d])}</ins>"] * (d > c)
    return "".join(parts)
