"""Writes the pages of docs/ that come from the program itself; with --check only says whether they are up to date."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from renkei.cli import COMMANDS, build_parser
from renkei.hub.config.options import OPTIONS
from renkei.standard.converting import schema_text
from renkei.standard.findings import CATALOGUE, Role
from renkei.standard.showing.fields_page import fields_page

DOCS = Path(__file__).resolve().parents[1] / "docs"
NOTE = "<!-- このページはプログラムから作られます。直すときは元を直して `make docs` としてください。 -->\n"
BASIS = {"standard": "標準仕様", "inferred": "推定", "ours": "取り決め"}
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
    return "\n".join(lines) + "\n"


def finding(code: str, rule: Any) -> str:
    """One line of that table."""
    severities = " | ".join(SEVERITY[rule.severity(role)] for role in Role)
    return f"| `{code}` | {cell(rule.message)} | {cell(rule.remedy)} | {BASIS[rule.basis]} | {severities} |"


def cell(text: str) -> str:
    """Text that stays inside one cell of a table."""
    return " ".join(text.replace("|", "\\|").split())


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "settings.md": settings,
    "findings.md": findings,
    "fields.md": fields_page,
    "schema/renkei-careplan-1.schema.json": schema_text,
}


if __name__ == "__main__":
    sys.exit(main())
