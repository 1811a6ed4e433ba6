"""House rules that a reader of one file cannot see being broken."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from renkei import __version__

LONGEST_FILE = 400  # lines
LONGEST_FUNCTION = 50  # lines

# Written in parts, so that this file does not name them either.
REGISTRY_HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))] + [
    ".".join(parts) for parts in (("npmjs", "com"), ("deb", "debian", "org"), ("registry", "npmjs"))
]
VECTORS = "docs/api/vectors/"
KEY_FILE = re.compile(r"(^|/)\.env(\.|$)|\.(key|p12|pfx)$")
KEY_TEXT = re.compile(r"PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}")


@pytest.fixture(scope="module")
def tracked(root: Path, need: Callable[[str], str]) -> dict[str, str]:
    """Every committed file with its text; bytes that are no UTF-8 are replaced."""
    output = subprocess.run(
        [need("git"), "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    paths = [path for path in output.split("\0") if path and (root / path).is_file()]
    return {path: (root / path).read_text(encoding="utf-8", errors="replace") for path in paths}


@pytest.fixture(scope="module")
def modules(root: Path) -> dict[str, str]:
    """The program's own Python files, generated migrations left out."""
    source = root / "src"
    files = (path for path in source.rglob("*.py") if path.parent.name != "migrations")
    return {str(path.relative_to(source)): path.read_text(encoding="utf-8") for path in files}


def functions(text: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield node.name, node.end_lineno - node.lineno + 1


def test_no_file_names_the_host_of_a_package_registry(tracked: dict[str, str]) -> None:
    assert [(path, host) for path, text in tracked.items() for host in REGISTRY_HOSTS if host in text] == []


def test_no_file_names_a_folder_of_somebodys_machine(tracked: dict[str, str]) -> None:
    folders = ["/".join(("", "work", name)) for name in ("main", "shared")] + ["/".join(("", "home", ""))]
    assert [(path, folder) for path, text in tracked.items() for folder in folders if folder in text] == []


def test_a_folder_is_spelled_one_way(tracked: dict[str, str]) -> None:
    other = "フォルダ" + "ー"
    texts = {path: text for path, text in tracked.items() if path.startswith(("src/", "docs/"))}
    assert [path for path, text in texts.items() if other in text] == []


def test_no_key_is_committed_but_the_marked_ones_of_the_vectors(tracked: dict[str, str]) -> None:
    keys = [path for path, text in tracked.items() if KEY_FILE.search(path) or KEY_TEXT.search(text)]
    assert [path for path in keys if not path.startswith(f"{VECTORS}TEST-ONLY")] == []


def test_no_file_is_longer_than_a_reader_bears(modules: dict[str, str]) -> None:
    lengths = {path: text.count("\n") for path, text in modules.items()}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen(modules: dict[str, str]) -> None:
    lengths = [(path, name, lines) for path, text in modules.items() for name, lines in functions(text)]
    assert [found for found in lengths if found[2] > LONGEST_FUNCTION] == []


def test_only_one_module_opens_a_write_transaction(modules: dict[str, str]) -> None:
    def names(node: ast.AST) -> bool:
        if isinstance(node, ast.Attribute):
            return node.attr == "atomic"
        return isinstance(node, ast.ImportFrom) and any(alias.name == "atomic" for alias in node.names)

    users = {path for path, text in modules.items() if any(names(node) for node in ast.walk(ast.parse(text)))}
    assert users == {"renkei/hub/core/writing.py"}


def test_every_folder_with_code_is_a_package(root: Path) -> None:
    folders = {path.parent for path in (root / "src/renkei").rglob("*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_the_package_says_that_it_is_typed(root: Path) -> None:
    assert (root / "src/renkei/py.typed").is_file()


def test_the_version_is_the_newest_of_the_change_log(root: Path) -> None:
    headings = re.findall(r"^## (\d+\.\d+\.\d+)", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == __version__


@pytest.mark.parametrize("name", ["uv", "assets", "run", "dev", "bench", "fuzz"])
def test_every_requirement_is_pinned_by_digest(root: Path, name: str) -> None:
    text = (root / f"requirements/{name}.txt").read_text().replace("\\\n", " ")
    lines = text.splitlines()
    assert lines
    assert [line for line in lines if not re.match(r"[\w.-]+(\[\w+\])?==\S+ .*--hash=sha256:", line)] == []


def test_make_help_lists_every_target(root: Path, need: Callable[[str], str]) -> None:
    shown = subprocess.run([need("make"), "help"], cwd=root, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.+)$", (root / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert re.findall(r"^  make (\S+)", shown, re.MULTILINE) == phony[1].split()
