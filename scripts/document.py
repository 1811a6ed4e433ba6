"""Writes the pages of docs/ that come from the program itself; with --check only says whether they are up to date."""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

from renkei.attachments import catalogue as attached
from renkei.cli import COMMANDS, build_parser
from renkei.hub.config.options import OPTIONS
from renkei.hub.core.problem_codes import catalogue
from renkei.standard.converting import schema_text
from renkei.standard.findings import CATALOGUE, Role
from renkei.standard.showing.fields_page import fields_page

DOCS = Path(__file__).resolve().parents[1] / "docs"
NOTE = "<!-- このページはプログラムから作られます。直すときは元を直して `make docs` としてください。 -->\n"
BASIS = {"standard": "標準仕様", "inferred": "推定", "ours": "取り決め"}
VERDICTS = ("満たす", "一部", "まだ", "あてはまらない")
CHAPTERS = {
    1: "符号化と無害化",
    2: "入力の確かめと仕事の手順",
    3: "画面",
    4: "API",
    5: "ファイル",
    6: "本人の確かめ",
    7: "セッション",
    8: "権限",
    9: "持ち歩く証",
    10: "OAuth と OIDC",
    11: "暗号",
    12: "通信",
    13: "設定",
    14: "データ",
    15: "作り方",
    16: "記録と誤り",
    17: "WebRTC",
}
SEVERITY = {"error": "エラー", "warning": "注意"}


def main() -> int:
    """0 when all pages are up to date (now), 1 when one was not and --check was given."""
    parser = argparse.ArgumentParser(description="プログラムから作られる文書を書きます。")
    parser.add_argument("--check", action="store_true", help="書かずに、古いものがあるかを調べます")
    check = parser.parse_args().check
    os.environ["COLUMNS"] = "200"  # argparse folds lines to the terminal of whoever calls
    old = [name for name, page in PAGES.items() if refresh(DOCS / name, page(), write=not check)]
    if check and old:
        print(f"古くなっています: {' '.join(old)}。make docs で作りなおしてください。", file=sys.stderr)
        return 1
    return 0


def refresh(path: Path, text: str, *, write: bool) -> bool:
    """Whether the page differs from the text; it is brought up to date when `write`."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    if write:
        path.write_text(text, encoding="utf-8")
    return True


def commands() -> str:
    """One section for every command that can be run."""
    lines = ["# コマンドの一覧", "", NOTE, "どのコマンドも `--help` で説明を表示します。"]
    for name in COMMANDS:
        for parser in ends(below(build_parser(name))[name]):
            lines += ["", f"## {parser.prog}", "", parser.description or "", *arguments(parser)]
            if parser.epilog:
                lines += ["", "```", parser.epilog.strip(), "```"]
    return "\n".join(lines) + "\n"


def below(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The sub-commands by name."""
    groups = [action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return {name: sub for group in groups for name, sub in (group or {}).items()}


def ends(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The commands at the ends of the branches."""
    branches = below(parser)
    if not branches:
        yield parser
    for sub in branches.values():
        yield from ends(sub)


def arguments(parser: argparse.ArgumentParser) -> list[str]:
    """The table of a command's arguments; nothing when it has none but --help."""
    rows = [row(parser, action) for action in parser._actions if action.dest != "help"]
    return ["", "| 指定 | 意味 |", "|---|---|", *rows] if rows else []


def row(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    """One line of that table."""
    formatter = parser._get_formatter()
    name = formatter._format_action_invocation(action)
    text = formatter._expand_help(action) if action.help else ""
    return f"| `{cell(name)}` | {cell(text)} |"


def settings() -> str:
    """The table of the hub's settings."""
    lines = [
        "# 設定の一覧",
        "",
        NOTE,
        "ハブの設定は環境変数で渡します。名前のあとに `_FILE` をつけると、値をファイルから読みます(秘密の値に)。",
        "知らない名前や、合わない組み合わせは、わけを言って止まります。いまの値と出どころは `renkei config` で見られます。",
        "",
        "| 名前 | はじめの値 | 意味 |",
        "|---|---|---|",
    ]
    lines += [
        f"| `RENKEI_{o.name}` | {f'`{o.default}`' if o.default else '(空)'} | {cell(o.meaning)} |" for o in OPTIONS
    ]
    return "\n".join(lines) + "\n"


def findings() -> str:
    """The table of everything that a check can say."""
    lines = [
        "# 指摘の一覧",
        "",
        NOTE,
        "重さは役割で変わります。わけは [決定 0003](decisions/0003-severity-by-role-and-basis.md) にあります。",
        "`{…}` には、ファイルの値が入ります。",
        "",
        "| 番号 | 指摘 | 直し方 | 根拠 | 送る人 | ハブ | 受け取る人 |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [finding(code, rule) for code, rule in sorted(CATALOGUE.items())]
    lines += [
        "",
        "## 添付ファイル",
        "",
        "重さは、だれにとっても同じです。説明は [添付ファイル](attachments.md) にあります。",
        "",
        "| 番号 | 指摘 | 直し方 | 重さ |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{code}` | {cell(rule.message)} | {cell(rule.remedy)} | {SEVERITY[rule.severity]} |"
        for code, rule in sorted(attached.CATALOGUE.items())
    ]
    return "\n".join(lines) + "\n"


def finding(code: str, rule: Any) -> str:
    """One line of that table."""
    severities = " | ".join(SEVERITY[rule.severity(role)] for role in Role)
    return f"| `{code}` | {cell(rule.message)} | {cell(rule.remedy)} | {BASIS[rule.basis]} | {severities} |"


def asvs() -> str:
    """How the hub measures against OWASP ASVS: the counts, then a table for each chapter."""
    with (DOCS / "asvs.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    lines = [
        "# OWASP ASVS で測る",
        "",
        NOTE,
        "OWASP Application Security Verification Standard 5.0.0 の水準1と2の、すべての要求です。要求は自分たちの言葉で短く言いかえています。",
        "正しい文は、OWASP の本文を番号で読んでください。自分たちで測ったもので、第三者の検査ではありません。元は `docs/asvs.tsv` です。",
        "脅威から見た表は[守り](security.md)、権限・鍵・記録などの一覧は[守りの台帳](safeguards.md)にあります。",
        "",
        f"| 章 | {' | '.join(VERDICTS)} | 計 |",
        f"|---|{'---|' * (len(VERDICTS) + 1)}",
        *(counts(f"V{number} {name}", of_chapter(rows, number)) for number, name in CHAPTERS.items()),
        *(counts(f"水準{level}", [row for row in rows if row["level"] == level]) for level in ("1", "2")),
        counts("**すべて**", rows),
    ]
    for number, name in CHAPTERS.items():
        lines += [
            "",
            f"## V{number} {name}",
            "",
            "| 番号 | 水準 | 要求 | 結果 | どこ・なぜ | 試験 |",
            "|---|---|---|---|---|---|",
        ]
        lines += [requirement(row) for row in of_chapter(rows, number)]
    return "\n".join(lines) + "\n"


def of_chapter(rows: list[dict[str, str]], chapter: int) -> list[dict[str, str]]:
    """The requirements of one chapter."""
    return [row for row in rows if row["number"].startswith(f"{chapter}.")]


def counts(name: str, rows: list[dict[str, str]]) -> str:
    """How many of them have each verdict."""
    numbers = [sum(row["verdict"] == verdict for row in rows) for verdict in VERDICTS]
    return f"| {name} | {' | '.join(map(str, numbers))} | {len(rows)} |"


def requirement(row: dict[str, str]) -> str:
    """One line of such a table."""
    tests = "<br>".join(f"`{test}`" for test in row["tests"].split())
    verdict = f"**{row['verdict']}**" if row["verdict"] in VERDICTS[1:3] else row["verdict"]
    said = [row["number"], row["level"], cell(row["requirement"]), verdict, cell(row["where"]), tests]
    return f"| {' | '.join(said)} |"


def problems() -> str:
    """The table of everything that the API can refuse with."""
    lines = [
        "# 断りの一覧",
        "",
        NOTE,
        "API が断るときの答えは、どれも RFC 9457 の形(`application/problem+json`)です。`code` は変わりません。`title` と `detail` は、",
        "そのときのことをもっとくわしく言うことがあります。`findings` には、直すところが1つずつ入ります([指摘の一覧](../findings.md))。",
        "",
        "| code | 番号 | 何が起きたか | どうするか |",
        "|---|---|---|---|",
    ]
    known = [one for one in catalogue().values() if one.on_api]
    lines += [
        f"| `{one.code}` | {'、'.join(map(str, one.statuses))} | {cell(one.title)} | {cell(one.remedy)} |"
        for one in known
    ]
    return "\n".join(lines) + "\n"


def calls() -> str:
    """The table of the API's operations."""
    lines = [
        "# API の一覧",
        "",
        NOTE,
        "くわしい形と例は [openapi.json](openapi.json) に、断りは[断りの一覧](problems.md)にあります。",
        "鍵の印: ● はトークンが要る、◐ はクライアント証明書が要る。",
        "",
        "| | 呼び出し | 名前 | 何をするか |",
        "|---|---|---|---|",
    ]
    for path, methods in json.loads(openapi())["paths"].items():
        for method, told in methods.items():
            mark = "".join({"token": "●", "certificate": "◐"}[name] for one in told["security"] for name in one)
            lines.append(f"| {mark} | `{method.upper()} {path}` | `{told['operationId']}` | {cell(told['summary'])} |")
    return "\n".join(lines) + "\n"


def openapi() -> str:
    """The OpenAPI document. Settings must be read for it; no hub need be there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renkei.hub.config.settings")
    django.setup()
    from renkei.hub.config.api import openapi_text

    return openapi_text()


def cell(text: str) -> str:
    """Text that stays inside one cell of a table."""
    return " ".join(text.replace("|", "\\|").split())


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "settings.md": settings,
    "findings.md": findings,
    "fields.md": fields_page,
    "asvs.md": asvs,
    "api/openapi.json": openapi,
    "api/calls.md": calls,
    "api/problems.md": problems,
    "schema/renkei-careplan-1.schema.json": schema_text,
}


if __name__ == "__main__":
    sys.exit(main())
