"""Which way the imports run: docs/architecture.md says it, import-linter holds it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest


def packages(folder: Path) -> set[str]:
    return {path.parent.name for path in folder.glob("*/__init__.py")}


def imported(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every module named by an absolute import below the folder, wherever in the file it stands."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((path, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                yield path, node.module or ""


def test_every_package_keeps_to_its_layer(root: Path) -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_package_stands_outside_the_layers(root: Path) -> None:
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    named = set(re.findall(r"renkei[.\w]+", " ".join(layer for contract in contracts for layer in contract["layers"])))
    source = root / "src/renkei"
    rooms = {f"renkei.{name}" for name in packages(source)} | {
        f"renkei.hub.{name}" for name in packages(source / "hub")
    }
    assert rooms <= named


@pytest.mark.parametrize(
    ("package", "libraries"),
    [
        ("standard", set()),
        ("trust", {"cryptography", "pkcs11"}),
        # Of ours what lies below it: the first contract holds it to that.
        ("attachments", {"pikepdf", "PIL", "renkei"}),
    ],
)
def test_the_plain_libraries_lean_on_nothing_else(root: Path, package: str, libraries: set[str]) -> None:
    allowed = sys.stdlib_module_names | libraries
    own = f"renkei.{package}"
    found = list(imported(root / "src/renkei" / package))
    strangers = [
        f"{path.name}: {name}"
        for path, name in found
        if name.partition(".")[0] not in allowed and name != own and not name.startswith(f"{own}.")
    ]
    assert found
    assert strangers == []


def test_whoever_installs_the_forms_gets_all_that_draws_them(root: Path) -> None:
    names = {"PIL": "pillow", "fontTools": "fonttools", "typst": "typst"}
    extras = tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    installed = {re.split(r"[^\w-]", wanted)[0] for wanted in extras["forms"]}
    used = {name.partition(".")[0] for _, name in imported(root / "src/renkei/forms")}
    libraries = used - sys.stdlib_module_names - {"renkei"}
    assert {names.get(library, library) for library in libraries} <= installed and "PIL" in libraries


def test_the_standard_works_where_no_library_is_installed(root: Path) -> None:
    script = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
import renkei.standard
for module in pkgutil.walk_packages(renkei.standard.__path__, "renkei.standard."):
    importlib.import_module(module.name)
print(len([name for name in sys.modules if name.startswith("renkei.standard.")]))
"""
    command = [sys.executable, "-I", "-S", "-c", script, str(root / "src")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) > 3
