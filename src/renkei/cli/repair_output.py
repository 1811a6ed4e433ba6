"""What `renkei repair` shows: changes of a kind together, what a person must decide, and the check before and after."""

from __future__ import annotations

import itertools
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from renkei.standard.checking import Report
from renkei.standard.findings import Severity
from renkei.standard.repairing import MENDS, QUESTIONS, Change, Remaining

from .files import tell_programs, visible

if TYPE_CHECKING:
    from .repair import Outcome

# Places shown of one change before the rest is only counted.
MAX_ALIKE = 3
_LONGEST_SHOWN = 80
_OPTIONS = {"geta": "--geta を付けたとき", "widen_kana": "--widen-kana を付けたとき"}

_Item = TypeVar("_Item", Change, Remaining)


def print_rules() -> None:
    """Every rule with its code."""
    print("直すもの")
    for rule in MENDS.values():
        option = f"({_OPTIONS[rule.option]})" if rule.option else ""
        print(f"  {rule.code:<17} {rule.words}{option}")
    print("\n直さず、人が決めるもの")
    for rule in QUESTIONS.values():
        print(f"  {rule.code:<17} {rule.words}")


def print_json(outcomes: Sequence[Outcome], before: Report, after: Report) -> None:
    """Everything, place by place."""
    shown = [
        {
            "path": one.path,
            "name": one.repaired.name,
            "held": one.repaired.held,
            "written": str(one.written) if one.written else None,
            "changes": [change.as_dict() for change in one.repaired.changes],
            "remaining": [remaining.as_dict() for remaining in one.repaired.remaining],
        }
        for one in outcomes
    ]
    findings = [finding.as_dict() for finding in after.findings]
    tell_programs(
        {
            "files": shown,
            "before": _count(before),
            "after": _count(after) | {"findings": findings},
        }
    )


def print_text(outcomes: Sequence[Outcome], before: Report, after: Report, *, is_applied: bool, is_all: bool) -> None:
    """The report for a person; `is_all` shows every place."""
    most = None if is_all else MAX_ALIKE
    for one in outcomes:
        found = one.repaired
        if not found.changes and not found.remaining:
            continue
        print(visible(one.path))
        is_done = is_applied and one.written is not None
        for alike in _alike(found.changes):
            _print_changes(alike, "直した" if is_done else "直す", most)
        for questions in _alike(found.remaining):
            _print_questions(questions, most)
        if found.changes and not one.path.endswith(found.name):
            print(f"  新しい名前: {visible(found.name)}")
        if found.held:
            print("  この中身は、上の「人が決める」ことが済むまで直しません(そのまま残しました)。")
        print()
    _print_summary(outcomes, before, after, "直したあとは" if is_applied else "直すと")


def _print_changes(alike: list[Change], verb: str, most: int | None) -> None:
    first = alike[0]
    print(f"  [{verb}] {first.code}  {first.words}")
    _print_places(alike, most, lambda change: f"{_value(change.before)} → {_value(change.after) or '(なし)'}")


def _print_questions(alike: list[Remaining], most: int | None) -> None:
    first = alike[0]
    print(f"  [人が決める] {first.code}  {first.words}")
    _print_places(alike, most, lambda remaining: _value(remaining.value))


def _print_places(alike: list[_Item], most: int | None, shown: Callable[[_Item], str]) -> None:
    for one in alike[:most]:
        place = " ".join(filter(None, (f"{one.record}件目" if one.record else "", one.field)))
        if line := "  ".join(filter(None, (place, shown(one)))):
            print("    " + line)
    if most and len(alike) > most:
        print(f"    ほか{len(alike) - most}か所")


def _alike(items: Iterable[_Item]) -> Iterable[list[_Item]]:
    """Those together that say the same: of characters the same ones, of items the same item."""
    groups: dict[tuple[str | None, ...], list[_Item]] = {}
    for item in items:
        what = (item.before if isinstance(item, Change) else item.value) if "-CHAR-" in item.code else item.field
        groups.setdefault((item.code, what), []).append(item)
    return groups.values()


def _value(text: str) -> str:
    """A value as it can be seen, rare characters with their numbers, cut when long."""
    if not text:
        return ""
    cut = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
    visible = "".join(_visible(character) for character in cut)
    rare = len(text) == 1 and not text.isascii() and text.isprintable()
    return f"「{visible}」" + (f"(U+{ord(text):04X})" if rare else "")


def _visible(character: str) -> str:
    if character in "\r\n":
        return {"\r": "", "\n": "⏎"}[character]
    is_seen = (character.isprintable() and not unicodedata.combining(character)) or character == "\u3000"
    is_selector = "\ufe00" <= character <= "\ufe0f" or character >= "\U000e0100"
    return character if is_seen and not is_selector else f"<U+{ord(character):04X}>"


def _print_summary(outcomes: Sequence[Outcome], before: Report, after: Report, then: str) -> None:
    changed = [one for one in outcomes if one.repaired.changes]
    changes = sum(len(one.repaired.changes) for one in changed)
    remaining = sum(len(one.repaired.remaining) for one in outcomes)
    if changes:
        print(f"{len(outcomes)}ファイルのうち{len(changed)}ファイルに、直すところが{changes}か所あります。", end="")
    else:
        print(f"{len(outcomes)}ファイルに、直すところはありません。", end="")
    print(f"人が決めること: {remaining}件")
    was, will_be = _count(before), _count(after)
    print(
        f"調べた結果: 直す前は エラー{was['errors']}件・注意{was['warnings']}件 → "
        f"{then} エラー{will_be['errors']}件・注意{will_be['warnings']}件"
    )
    left = Counter((found.code, found.message) for found in after.findings if found.severity is Severity.ERROR)
    for (code, message), count in itertools.islice(left.most_common(), MAX_ALIKE):
        print(f"  残るエラー {code}({count}件): {message}")
    if len(left) > MAX_ALIKE:
        print(f"  ほかに{len(left) - MAX_ALIKE}種類。くわしくは renkei check で調べてください。")


def _count(report: Report) -> dict[str, object]:
    return {"errors": report.errors, "warnings": report.warnings}
