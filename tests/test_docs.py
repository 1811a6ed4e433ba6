"""The docs cannot lie about what exists."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from renkei.cli import COMMANDS, build_parser

LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
# Numbers of docs/conventions.md, as code cites them: "convention C4", "conventions B6, B10", "(C10)".
CITATION = re.compile(r"[Cc]onventions? \(?((?:[A-D]\d{1,2}(?:, | and )?)+)|\(([A-D]\d{1,2})\)")
DECISION_PARTS = ["## 背景", "## 決定", "## 結果"]


@pytest.fixture(scope="module")
def pages(root: Path) -> dict[Path, str]:
    files = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    return {path: path.read_text(encoding="utf-8") for path in files}


@pytest.fixture(scope="module")
def decisions(root: Path) -> dict[str, str]:
    """Number → text."""
    files = sorted((root / "docs/decisions").glob("[0-9]*.md"))
    return {path.name[:4]: path.read_text(encoding="utf-8") for path in files}


def commands(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The full name of every command at the end of a branch, `renkei office send`."""
    groups = [action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for group in groups:
        for sub in (group or {}).values():
            yield from commands(sub)
    if not groups:
        yield parser.prog


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_docs(command: str, pages: dict[Path, str]) -> None:
    text = "\n".join(pages.values())
    whole = build_parser(command)
    names = [name for name in commands(whole) if name.split()[1] == command]
    assert names
    assert [name for name in names if name not in text] == []


def test_the_pages_made_from_the_program_are_up_to_date(root: Path) -> None:
    command = [sys.executable, str(root / "scripts/document.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_every_link_leads_somewhere(pages: dict[Path, str]) -> None:
    links = [(page, link) for page, text in pages.items() for pair in LINK.findall(text) for link in pair if link]
    local = [(page, link.partition("#")[0]) for page, link in links if not re.match(r"https?:|mailto:|#", link)]
    assert local
    assert [(page.name, link) for page, link in local if not (page.parent / link).exists()] == []


def test_the_index_leads_to_every_page(root: Path) -> None:
    docs = root / "docs"
    index = (docs / "README.md").read_text(encoding="utf-8")
    names = {str(path.relative_to(docs)) for path in docs.rglob("*.md")} - {"README.md"}
    assert [name for name in names if f"]({name})" not in index] == []


def test_the_decisions_are_numbered_without_a_gap(decisions: dict[str, str]) -> None:
    assert list(decisions) == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    assert len(decisions) >= 8


def test_every_decision_says_why_what_and_what_follows(decisions: dict[str, str]) -> None:
    for number, text in decisions.items():
        assert text.startswith(f"# {number} "), number
        assert re.findall(r"^## .+$", text, re.MULTILINE) == DECISION_PARTS, number


def test_every_decision_that_somebody_names_exists(
    root: Path, decisions: dict[str, str], pages: dict[Path, str]
) -> None:
    code = [path.read_text(encoding="utf-8") for path in (root / "src").rglob("*.py")]
    text = "\n".join([*pages.values(), *code])
    named = set(re.findall(r"(?:decisions/|decision |決定 ?)(\d{4})\b", text))
    assert named
    assert named <= set(decisions)


def test_every_convention_that_the_code_cites_is_explained(root: Path) -> None:
    page = (root / "docs/conventions.md").read_text(encoding="utf-8")
    code = "\n".join(path.read_text(encoding="utf-8") for path in (root / "src/renkei/standard").rglob("*.py"))
    cited = {number for pair in CITATION.findall(code) for number in re.findall(r"[A-D]\d{1,2}", "".join(pair))}
    explained = re.findall(r"^\| ([A-D]\d{1,2}) \|", page, re.MULTILINE)
    assert {"B6", "B9", "C10", "C16"} <= cited
    assert sorted(cited - set(explained)) == []
    assert len(explained) == len(set(explained))


def test_every_make_target_is_in_the_docs(root: Path, pages: dict[Path, str]) -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    text = "\n".join(pages.values())
    assert len(targets) > 5
    assert [target for target in targets if f"make {target}" not in text] == []
