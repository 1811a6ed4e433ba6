"""What the demo shows at its end: who sent what to whom, and plan against actual by person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from renkei.cli.demo.stage import SIGN_IN, Stage
from renkei.client.entries import Entry
from renkei.standard import records
from renkei.standard.comparing import PersonResult, Received, merge_actuals, merge_use_tables, reconcile, summarise
from renkei.standard.names import FileName

_TOKYO = ZoneInfo("Asia/Tokyo")


def report(stage: Stage, console: Console) -> int:
    """Print the tables; 1 when the comparison is not what the invented month says, else 0."""
    entries = sorted(
        stage.care_manager.ledger(), key=lambda entry: (entry.direction.value != "outgoing", entry.sequence)
    )
    console.print(_exchange_table(stage, entries))
    results = compare(stage)
    console.print(_person_table(stage, results))
    console.print(summarise(results).label, style="bold")
    _say_where(stage, console)
    return _against_truth(stage, results, console)


def _exchange_table(stage: Stage, entries: list[Entry]) -> Table:
    names = {office.number: office.name for office in stage.month.offices}
    table = Table(title="やりとりの記録 (居宅介護支援事業所の台帳から)")
    for heading in ("送った事業所", "受け取った事業所", "書類", "ファイル", "ハブに到着", "受け取り", "読み込み"):
        table.add_column(heading, overflow="fold")
    for entry in entries:
        times = entry.times
        table.add_row(
            names[entry.sender],
            names[entry.recipient],
            entry.kind_label,
            str(len(entry.files)),
            _clock(times.get("accepted")),
            _clock(times.get("collected")),
            _clock(times.get("imported")),
        )
    return table


def compare(stage: Stage) -> list[PersonResult]:
    """Plan against actual from the care manager's own folders: what it sent, and what came back."""
    home = stage.folder / "offices" / stage.care_manager.settings.office
    plan = merge_use_tables(_received(home / "sent", "UPPLAN"))
    actual = merge_actuals(_received(home / "inbox", "UPJSK"))
    return reconcile(plan, actual)


def _received(folder: Path, kind: str) -> Iterator[Received]:
    for path in sorted(folder.rglob(f"{kind}_*.CSV")):
        name = FileName.parse(path.name)
        yield Received(name.sequence, name.sender, records.read(path.read_bytes(), kind), name.recipient)


def _person_table(stage: Stage, results: list[PersonResult]) -> Table:
    names, offices = _client_names(stage), {office.number: office.name for office in stage.month.offices}
    table = Table(title="予定と実績のちがい (利用者ごと)")
    for heading in ("利用者", "予定どおり", "ちがい", "事業所"):
        table.add_column(heading, overflow="fold")
    for result in results:
        lines = [difference.label for difference in result.differences] or ["変更なし"]
        where = [offices[difference.office] for difference in result.differences]
        name = names[result.insurer, result.insured]
        table.add_row(name, f"{result.as_planned} 回", "\n".join(lines), "\n".join(where))
    return table


def _client_names(stage: Stage) -> dict[tuple[str, str], str]:
    sent = stage.folder / "offices" / stage.care_manager.settings.office / "sent"
    return {
        (row["insurer_number"], row["insured_person_number"]): row["client_name"]
        for path in sent.rglob("UPHOSOKU_*.CSV")
        for row in records.read(path.read_bytes(), "UPHOSOKU")
    }


def _against_truth(stage: Stage, results: list[PersonResult], console: Console) -> int:
    found = {
        (result.insured, difference.office, difference.date, difference.service_code, difference.kind)
        for result in results
        for difference in result.differences
    }
    told = {(d.insured, d.office, d.date, d.service_code, d.kind) for d in stage.month.truth.differences}
    if found == told:
        return 0
    console.print("架空の月の答えと合いませんでした。不具合です。", style="bold red")
    return 1


def _say_where(stage: Stage, console: Console) -> None:
    console.print(f"\n事業所ごとのフォルダ: {stage.folder / 'offices'}")
    console.print("画面で見るには、make serve のあと http://127.0.0.1:8000/ を開いてください。")
    console.print((stage.folder / SIGN_IN).read_text(encoding="utf-8").rstrip())


def _clock(at: datetime | None) -> str:
    return f"{at.astimezone(_TOKYO):%H:%M:%S}" if at else "—"
