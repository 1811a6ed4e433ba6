"""`renkei check`: reads files and folders and says in Japanese what is wrong and how to mend it."""

from __future__ import annotations

import argparse
import itertools
import os
import sys
from collections.abc import Iterable

from renkei.standard.checking import Report, check
from renkei.standard.checking.known_services import KnowsService
from renkei.standard.findings import Finding, Role, Severity

from . import service_table, service_types
from .files import CannotRunError, cannot_read, files, never_fail_to_print, size_of, tell_programs, telling, visible

# Places shown of one finding before the rest is only counted: an opened and saved month has it in every record.
MAX_ALIKE = 3
# Units listed at the end.
MAX_UNITS = 40
# Less is checked before other processes would have started.
SIDE_BY_SIDE_BYTES = 8 * 1024 * 1024

_ROLES = {Role.SENDER: "送信する前", Role.HUB: "ハブ", Role.RECIPIENT: "受け取ったあと"}
_SEVERITIES = {Severity.ERROR: "エラー", Severity.WARNING: "注意"}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "ケアプランデータ連携標準仕様(第4.1版)のCSVファイルを調べ、まちがいと直し方を表示します。\n"
        "フォルダを指定すると、その中のCSVファイルをすべて調べます。ハブにはつなぎません。"
    )
    parser.epilog = (
        "例:\n"
        "  renkei check 提供票フォルダ/\n"
        "  renkei check --as recipient UPPLAN_202612_1370100016_43_1370200014_11_20261125090014.CSV\n"
        "  renkei check --format json 提供票フォルダ/ > 結果.json\n\n"
        "終了コード: 0 エラーなし、1 エラーあり、2 調べられなかった"
    )
    parser.add_argument("paths", nargs="+", metavar="ファイル・フォルダ", help="調べるファイルかフォルダ")
    parser.add_argument(
        "--as",
        dest="role",
        choices=[str(role) for role in Role],
        default=str(Role.SENDER),
        help="だれとして調べるか: sender 送る側(初期値、いちばん厳しい)、hub ハブ、recipient 受け取る側",
    )
    parser.add_argument(
        "--format", choices=["text", "json"], default="text", help="表示の形: text 文章(初期値)、json JSON"
    )
    service_types.arguments(parser)
    service_table.argument(parser, "--services")


def run(options: argparse.Namespace) -> int:
    never_fail_to_print()
    role = Role(options.role)
    try:
        paths, others = files(options.paths)
        report = _check(paths, role, options)
    except CannotRunError as error:
        print(f"renkei check: {error}", file=sys.stderr)
        return 2
    if others:
        print(f"CSVではないファイル{others}個は調べていません。", file=sys.stderr)
    if options.format == "json":
        tell_programs(
            {
                "files": report.files,
                "records": report.records,
                "errors": report.errors,
                "warnings": report.warnings,
                "findings": [finding.as_dict() for finding in report.findings],
            }
        )
    else:
        _print_report(report, role)
    return 1 if report.has_errors else 0


def _check(paths: list[str], role: Role, options: argparse.Namespace) -> Report:
    size = sum(map(size_of, paths))
    processes = min(len(paths), os.cpu_count() or 1) if size > SIDE_BY_SIDE_BYTES else 1
    try:
        report = check(
            [(path, None) for path in paths],
            role,
            processes=processes,
            progress=telling(len(paths), "調べています"),
            from_type=options.from_type,
            to_type=options.to_type,
            register=service_types.register(options.offices),
            knows_service=_knows_service(options),
        )
    except OSError as error:  # it was there when it was read first
        raise cannot_read(error.filename, error) from None
    unreadable = [found for found in report.findings if found.code == "E-FILE-UNREADABLE"]
    if len(unreadable) == len(paths):
        raise CannotRunError("\n".join(f"「{found.file}」: {found.message}" for found in unreadable))
    return report


def _knows_service(options: argparse.Namespace) -> KnowsService | None:
    """What the imported table knows; None where none was imported."""
    table = service_table.table(options.services)
    return table.knows if table else None


def _print_report(report: Report, role: Role) -> None:
    for file, findings in itertools.groupby(report.findings, key=lambda finding: finding.file):
        print(visible(file))
        for alike in _alike(findings):
            _print_alike(alike)
        print()
    errors, warnings = report.errors, report.warnings
    print(
        f"{report.files}ファイル・{report.records}件の記録を、{_ROLES[role]}の基準で調べました: "
        f"エラー{errors}件、注意{warnings}件"
    )
    if not errors:
        print("エラーはありません。")
    _print_units(report)


def _print_units(report: Report) -> None:
    """What would go where: a wrong month or a wrong recipient is seen here first."""
    units = sorted(report.units, key=lambda one: (one.unit.month or "", one.unit.kind.label, one.unit.recipient))
    if units:
        print("\n送信単位:")
    for checked in units[:MAX_UNITS]:
        unit = checked.unit
        month = f"{unit.month[:4]}年{int(unit.month[4:])}月 " if unit.month else ""
        way = f"{unit.sender}({unit.sender_service or '?'}) → {unit.recipient}({unit.recipient_service or '?'})"
        print(f"  {month}{unit.kind.label} {way} 利用者{len(checked.people)}人{' ★エラーあり' * checked.has_errors}")
    if len(units) > MAX_UNITS:
        print(f"  ほかに{len(units) - MAX_UNITS}単位")


def _alike(findings: Iterable[Finding]) -> Iterable[list[Finding]]:
    """One file's findings, those that say the same of several records together; errors first, and of warnings those of
    several items together as well."""
    groups: dict[tuple[str | None, ...], list[Finding]] = {}
    for finding in findings:
        is_joined = finding.severity is Severity.WARNING and finding.field is not None
        key = (finding.code,) if is_joined else (finding.code, finding.field, finding.message, finding.remedy)
        groups.setdefault(key, []).append(finding)
    return sorted(groups.values(), key=lambda alike: alike[0].severity is Severity.WARNING)


def _print_alike(findings: list[Finding]) -> None:
    for finding in findings[:MAX_ALIKE]:
        _print_place(finding)
    if more := findings[MAX_ALIKE:]:
        items = dict.fromkeys(finding.field for finding in more if finding.field not in {findings[0].field, None})
        of_items = (
            f"ほかの{len(items)}項目({'、'.join(map(str, list(items)[:MAX_ALIKE]))}など)を合わせて" if items else ""
        )
        print(f"    {of_items}{_records(more)}も同じです。")
    print(f"    {findings[0].message}")
    print(f"    → {findings[0].remedy}")


def _print_place(finding: Finding) -> None:
    place = [f"{finding.record}件目"] if finding.record else []
    if finding.field:
        place.append(finding.field)
    if finding.value:
        place.append(f"値「{finding.value}」")
    print(f"  [{_SEVERITIES[finding.severity]}] {finding.code}  {' ・ '.join(place)}".rstrip())


def _records(findings: list[Finding]) -> str:
    """How many and from which record to which."""
    records = sorted({finding.record for finding in findings if finding.record})
    if len(records) == 1:
        return f"{records[0]}件目"
    between = f"{records[0]}件目から{records[-1]}件目までの" if records else "ほかの"
    return f"{between}{len(findings)}件"
