"""What a check loads before it begins: on a small file that is most of the time. Counted, because seconds depend on the
machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

NAME = "DLTPLAN_202612_1370100016_43_1370200014_11_20261126090007.CSV"
FILES = {
    "right": b"202407,132019,0000000001,202612\r\n",
    "wrong": b"202407,132019,12,2026/12\r\n",
    "not Japanese text": "利用者".encode(),
}
# Those that came in by habit, and took longer than reading and checking the file.
HEAVY = {
    "ast",
    "asyncio",
    "calendar",
    "concurrent",
    "cryptography",
    "csv",
    "dataclasses",
    "datetime",
    "django",
    "email",
    "httpx2",
    "inspect",
    "json",
    "logging",
    "multiprocessing",
    "pathlib",
    "random",
    "rich",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "tomllib",
    "urllib",
    "xlsxwriter",
}
# Modules of the standard library (without those built into Python) and of ours. It was 49 and 51 when this was written;
# whoever needs more has measured what they cost.
MOST_OF_PYTHON = 54
MOST_OF_OURS = 54
_SCRIPT = """
import sys
sys.path.insert(0, sys.argv.pop(1))
from renkei.cli import main
status = main(sys.argv[1:])
print(status, *sys.modules, file=sys.stderr)
"""


def _loaded(root: Path, path: Path) -> tuple[str, set[str]]:
    """The exit status of a check of this file, and the modules that it took, with those of Python itself."""
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", _SCRIPT, str(root / "src"), "check", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    status, *modules = done.stderr.split()
    return status, set(modules)


@pytest.fixture(scope="module", params=FILES)
def loaded(request: pytest.FixtureRequest, root: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    path = tmp_path_factory.mktemp("start") / NAME
    path.write_bytes(FILES[request.param])
    status, modules = _loaded(root, path)
    assert status == ("0" if request.param == "right" else "1")
    return modules


def test_a_check_of_one_file_loads_nothing_heavy(loaded: set[str]):
    assert "renkei.standard.checking" in loaded
    assert {name.partition(".")[0] for name in loaded} & HEAVY == set()


def test_a_check_of_one_file_loads_few_modules(loaded: set[str]):
    ours = {name for name in loaded if name.partition(".")[0] == "renkei"}
    others = {name for name in loaded - ours if name.partition(".")[0] not in sys.builtin_module_names}
    assert len(ours) <= MOST_OF_OURS, sorted(ours)
    assert len(others) <= MOST_OF_PYTHON, sorted(others)


def test_neither_repair_nor_comparison_is_loaded_for_a_check(loaded: set[str]):
    parts = {name.split(".")[2] for name in loaded if name.startswith("renkei.standard.")}
    assert parts & {"comparing", "converting", "explaining", "repairing", "showing"} == set()
