"""What `renkei office` prints: sentences, and on a terminal tables and a progress bar."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

from renkei.client import (
    CollectResult,
    Entry,
    Outcome,
    Progress,
    Reminder,
    ReportResult,
    Said,
    SendResult,
    State,
    Told,
    Trouble,
    Unfit,
    Verified,
)
from renkei.client.results import no_progress
from renkei.standard.findings import Finding, Severity

# By number: Windows has no table of time zones.
_TOKYO = timezone(timedelta(hours=9))
_SIDES = {"sender": "送り手", "recipient": "受け手"}
_STEPS = {
    "change_requested": "変更のお願い",
    "change_accepted": "変更を引き受けます",
    "change_declined": "変更を断ります",
    "recall_requested": "回収を求めます",
    "deletion_confirmed": "すべて消しました",
    "recall_declined": "回収を断ります",
}
_SEVERITY = {Severity.ERROR: "エラー", Severity.WARNING: "注意"}


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, text: bar.update(task, completed=done, total=total or None, description=text)


def reminders(found: Sequence[Reminder]) -> None:
    """What the office should know of now, matter by matter."""
    for one in found:
        print(f"■ {one.label}: {len(one.entries)}件{'より多い' if one.more else ''}")
        for entry in one.entries:
            print(f"  {entry.since.astimezone(_TOKYO):%m月%d日}から  {entry.partner}  {entry.words}")
    if not found:
        print("いま、お知らせすることはありません。")


def status(outcomes: Sequence[Outcome]) -> int:
    """1 when something needs mending, 2 when something could not be done now, else 0."""
    if Outcome.ERROR in outcomes:
        return 1
    return 2 if Outcome.WAITING in outcomes else 0


def sent(results: Sequence[SendResult]) -> None:
    if not results:
        _say("送るファイルはありません。")
    for result in results:
        what = unit_text(result.entry) if result.entry else _names(result.files)
        if result.outcome is Outcome.DONE:
            _say(f"送信済み  {what}" + (" (前に送ったものです)" if result.repeated else ""))
        else:
            _say(f"{_word(result.outcome, '送れません')}  {what}")
            _why(result.trouble)
        for title, parts in result.removed.items():
            _say(f"    「{title}」から取り除いて送ります: {'、'.join(parts)}")
        _findings(result.findings)
    _sum(results, "送信済み")


def unfit(error: Unfit) -> None:
    """A file that must not go out: nothing was sent."""
    _say(f"送れません  {error.message}{error.remedy}({error.code})")
    _findings(error.findings)


def collected(results: Sequence[CollectResult]) -> None:
    if not results:
        _say("新しく届いたものはありません。")
    for result in results:
        if result.outcome is Outcome.DONE:
            _say(f"受信済み  {unit_text(result.entry)}")
            _say(f"    {result.folder}")
        else:
            _say(f"{_word(result.outcome, '受け取れません')}  {unit_text(result.entry)}")
            _why(result.trouble)
    _sum(results, "受信済み")


def reported(results: Sequence[ReportResult]) -> None:
    if not results:
        _say("知らせるものはありません。")
    for result in results:
        if result.outcome is not Outcome.DONE:
            _say(f"{_word(result.outcome, '知らせられません')}  {unit_text(result.entry)}")
            _why(result.trouble)
        elif result.imported:
            _say(f"読み込み済み  {unit_text(result.entry)}")
        else:
            _say(f"読み込めず  {unit_text(result.entry)}")
        _findings(result.findings)
    _sum(results, "連絡済み")


def told(told: Told, done: str) -> None:
    if told.outcome is Outcome.DONE:
        _say(f"{done}  {unit_text(told.entry)}")
    else:
        _say(f"{_word(told.outcome, '知らせられません')}  {unit_text(told.entry)}")
        _why(told.trouble)


def said(words: Sequence[Said]) -> None:
    if not words:
        _say("お願いも返事も、まだありません。")
    for one in words:
        _say(f"{_SIDES.get(one.side, one.side)}: {_STEPS.get(one.step, one.step)}")
        for line in one.text.splitlines():
            _say(f"    {line}")


def ledger(entries: Sequence[Entry]) -> None:
    """Who, what, when, state: a table on a terminal that is wide enough, else lines; tab-separated elsewhere."""
    heads = ("向き", "相手", "内容", "月", "連番", "ファイル", "状態", "到着", "受け取り", "読み込み", "番号")
    rows = [_row(entry) for entry in entries]
    if not sys.stdout.isatty():
        for row in (heads, *rows):
            _say("\t".join(row))
        return
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table

    console = Console()
    widths = [max(map(cell_len, column)) for column in zip(heads, *rows, strict=True)]
    if sum(widths) + 3 * len(heads) + 1 > console.width:
        _lines(entries)
        return
    table = Table(*heads, title="台帳")
    for row in rows:
        table.add_row(*map(_plain, row))
    console.print(table)


def _lines(entries: Sequence[Entry]) -> None:
    for entry in entries:
        *_, state, accepted, collected, imported, number = _row(entry)
        _say(unit_text(entry))
        _say(f"    {state}")
        steps = (("到着", accepted), ("受け取り", collected), ("読み込み", imported))
        if when := "  ".join(f"{name} {at}" for name, at in steps if at):
            _say(f"    {when}")
        if number:
            _say(f"    番号 {number}")


def verified(results: Sequence[Verified]) -> None:
    for result in results:
        if result.troubles:
            _say(f"正しくありません  {unit_text(result.entry)}")
            for trouble in result.troubles:
                _why(trouble)
    receipts, files = sum(result.receipts for result in results), sum(result.files for result in results)
    wrong = sum(1 for result in results if result.troubles)
    _say(f"送信 {len(results)}件・受領証 {receipts}通・ファイル {files}個を確かめました。正しくないもの {wrong}件。")


def unit_text(entry: Entry) -> str:
    """One unit in one line."""
    office, service = entry.partner
    month = "・".join(_month(month) for month in entry.months)
    return " ".join(
        filter(None, (entry.direction.label, f"{office}-{service}", entry.kind_label, month, entry.sequence))
    )


def _row(entry: Entry) -> tuple[str, ...]:
    office, service = entry.partner
    times = entry.times
    imported = times.get(State.IMPORTED) or times.get(State.IMPORT_FAILED)
    return (
        entry.direction.label,
        f"{office}-{service}",
        entry.kind_label,
        "・".join(_month(month) for month in entry.months),
        entry.sequence,
        str(len(entry.files)),
        entry.state_label + (f"({entry.trouble.code})" if entry.trouble else ""),
        _time(times.get(State.ACCEPTED)),
        _time(times.get(State.COLLECTED)),
        _time(imported),
        entry.transmission or "",
    )


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(_TOKYO):%Y-%m-%d %H:%M}" if at else ""


def _month(month: str) -> str:
    return f"{month[:4]}年{int(month[4:])}月"


def _names(files: Sequence[Path]) -> str:
    return "、".join(path.name for path in files)


def _word(outcome: Outcome, not_done: str) -> str:
    return "あとで再試行" if outcome is Outcome.WAITING else not_done


def _why(trouble: Trouble | None) -> None:
    if trouble:
        _say(f"    {trouble.message}{trouble.remedy}({trouble.code})")


def _findings(findings: Sequence[Finding]) -> None:
    for finding in findings:
        place = [
            Path(finding.file).name,
            f"{finding.record}件目" if finding.record else "",
            finding.field or "",
        ]
        where = " ".join(filter(None, place))
        _say(f"    [{_SEVERITY[finding.severity]}] {where}: {finding.message}{finding.remedy}({finding.code})")


def _sum(results: Sequence[SendResult] | Sequence[CollectResult] | Sequence[ReportResult], done: str) -> None:
    if results:
        counts = [sum(1 for result in results if result.outcome is outcome) for outcome in Outcome]
        _say(f"{done} {counts[0]}件・直すもの {counts[1]}件・あとで再試行 {counts[2]}件")


def _say(text: str) -> None:
    print(_plain(text))


def _plain(text: str) -> str:
    """Without what could steer a terminal: some words come from the hub."""
    return "".join(character if character.isprintable() or character in "\t\u3000" else "\ufffd" for character in text)
