"""The library as an outsider meets it: what docs/library.md says is there, is explained, and runs."""

from __future__ import annotations

import doctest
import importlib
import inspect
import json
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import renkei.standard
from renkei.cli import main
from renkei.standard.checking import check

# Names of the public modules that are not for outsiders, each with the reason.
INTERNAL = {
    "renkei.standard.findings.finding": "makes findings; for rules of our own",
    "renkei.standard.cp932.windows_bytes": "the table behind encode",
    "renkei.standard.comparing.papers.received": "hands papers to in_force",
    "renkei.standard.comparing.papers.withdrawn": "hands papers to in_force",
    "renkei.standard.comparing.papers.names_of": "feeds the pages that show papers",
    "renkei.standard.comparing.papers.office_names": "feeds the pages that show papers",
    "renkei.standard.comparing.changes.not_compared": "part of compare_papers",
    "renkei.standard.explaining.required_words": "wording of explain and of the field page",
    "renkei.standard.explaining.form_words": "wording of explain and of the field page",
    "renkei.standard.explaining.confidence_words": "wording of explain and of the field page",
    "renkei.standard.explaining.length_words": "wording of explain and of the field page",
    "renkei.standard.showing.sheets.Source": "a part of Contents",
    "renkei.standard.showing.sheets.Sheet": "a part of Contents",
    "renkei.standard.showing.sheets.sheet_of": "what contents does with one file about one person",
    "renkei.standard.showing.sheets.people_of": "what contents does with papers that are read already",
    "renkei.standard.showing.sheets.read_file": "what contents does with one file",
    "renkei.standard.showing.sheets.value_words": "wording of the sheets",
    "renkei.standard.showing.as_text.heading": "wording that the other pages share",
    "renkei.standard.showing.as_text.sources": "wording that the other pages share",
    "renkei.standard.showing.as_text.table_text": "layout that the other pages share",
    "renkei.standard.showing.as_text.faults_text": "wording that the other pages share",
    "renkei.standard.showing.as_text.not_shown": "wording that the other pages share",
    "renkei.standard.showing.as_html.month": "layout that the other pages share",
}

_ROOT = Path(__file__).resolve().parents[1]
_PAGE = (_ROOT / "docs/library.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| `(renkei\.standard[\w.]*)` \| ((?:`\w+` ?)+) \|", re.MULTILINE)
PUBLIC = {module: re.findall(r"`(\w+)`", names) for module, names in _ROW.findall(_PAGE)}
EXAMPLES = re.findall(r"^## (\S+)\n\n```python\n(.*?)```\n\n```text\n(.*?)```", _PAGE, re.MULTILINE | re.DOTALL)
MODULES = [module.name for module in pkgutil.walk_packages(renkei.standard.__path__, "renkei.standard.")]


def _public() -> Iterator[tuple[str, object]]:
    for module, names in PUBLIC.items():
        for name in names:
            yield f"{module}.{name}", getattr(importlib.import_module(module), name)


def _is_code(thing: object) -> bool:
    return inspect.isclass(thing) or inspect.isroutine(inspect.unwrap(thing)) if callable(thing) else False


def _defined(module: ModuleType) -> list[str]:
    """The public classes and functions that are written in a module."""
    named = vars(module).items()
    return [name for name, thing in named if name[0] != "_" and getattr(thing, "__module__", "") == module.__name__]


def _members(cls: type) -> Iterator[tuple[str, str]]:
    """The public methods and properties that a class itself defines, with their docstrings."""
    for name, member in vars(cls).items():
        if name[0] != "_" and (inspect.isroutine(member) or isinstance(member, property | classmethod)):
            yield name, inspect.getdoc(member) or ""


def test_the_page_lists_what_is_public():
    assert len(PUBLIC) > 15
    assert all(PUBLIC.values())
    assert [title for title, _, _ in EXAMPLES] == ["読む", "調べる", "書く", "変換する", "直す", "くらべる"]


@pytest.mark.parametrize("module", PUBLIC)
def test_whatever_a_public_module_defines_is_public_or_said_to_be_internal(module: str):
    defined = {f"{module}.{name}" for name in _defined(importlib.import_module(module))}
    listed = {f"{module}.{name}" for name in PUBLIC[module]}
    assert sorted(defined - listed - INTERNAL.keys()) == []


def test_what_is_internal_is_there_and_not_listed():
    for path in INTERNAL:
        module, _, name = path.rpartition(".")
        assert hasattr(importlib.import_module(module), name), path
        assert name not in PUBLIC[module], path


@pytest.mark.parametrize(("path", "thing"), [(path, thing) for path, thing in _public() if _is_code(thing)])
def test_every_public_name_is_explained_with_an_example(path: str, thing: object):
    members = dict(_members(thing)) if isinstance(thing, type) else {}
    words = [inspect.getdoc(thing) or "", *members.values()]
    assert all(words), f"{path} or a part of it ({', '.join(members)}) is not explained"
    assert any(">>> " in text for text in words), f"{path} has no example"


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module_are_true(module: str):
    assert doctest.testmod(importlib.import_module(module)).failed == 0


@pytest.mark.parametrize(("code", "shown"), [pytest.param(code, shown, id=title) for title, code, shown in EXAMPLES])
def test_the_examples_of_the_page_run_where_no_library_is_installed(code: str, shown: str, tmp_path: Path):
    assert len(code.strip().splitlines()) <= 11
    shutil.copytree(_ROOT / "examples/month", tmp_path / "month")
    script = f"import sys\nsys.path.insert(0, {str(_ROOT / 'src')!r})\n{code}"
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-W", "error", "-c", script]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout == shown


def test_the_page_names_every_key_of_the_json_of_a_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    name = "DLTPLAN_202612_1379100017_43_1379300013_11_20261126090000.CSV"
    (tmp_path / name).write_bytes(b"202407,139998\r\n")
    assert main(["check", "--format", "json", str(tmp_path)]) == 1
    report = json.loads(capsys.readouterr().out)
    section = _PAGE.partition("### Python でないソフトから")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == [*report, *report["findings"][0]]
    assert main(["check", "--format", "json", str(tmp_path / "nowhere")]) == 2
    assert capsys.readouterr().out == ""


def test_the_page_names_every_argument_of_check():
    rows = re.findall(r"^\| ((?:`\w+=` ?)+)\|", _PAGE, re.MULTILINE)
    optional = [name for name, of in inspect.signature(check).parameters.items() if of.kind is of.KEYWORD_ONLY]
    assert sorted(re.findall(r"\w+", " ".join(rows))) == sorted(optional)


def test_importing_the_library_loads_nothing_of_ours():
    script = "import sys, renkei.standard; print(*sorted(name for name in sys.modules if name.startswith('renkei')))"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["renkei", "renkei.standard"]
