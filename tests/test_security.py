"""The pages about security name only what is there: each threat has its control and its test, each requirement its verdict."""

from __future__ import annotations

import ast
import csv
import functools
import re
from collections import Counter
from pathlib import Path

import pytest

# In place of a test, with the reason behind it.
UNTESTED = "試験できない: "
FEWEST_THREATS, MOST_UNTESTED = 60, 2
VERDICTS = {"満たす", "一部", "まだ", "あてはまらない"}
# Requirements of levels 1 and 2 in each chapter of ASVS 5.0.0.
ASVS = dict(enumerate((27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7), start=1))
LEVELS = {"1": 70, "2": 183}
ROW = re.compile(r"^\| (T-\d\d) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([^`]+)`")


@pytest.fixture(scope="module")
def threats(root: Path) -> list[tuple[str, ...]]:
    """Number, threat, control, where, tests."""
    return ROW.findall((root / "docs/security.md").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def requirements(root: Path) -> list[dict[str, str]]:
    with (root / "docs/asvs.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@functools.cache
def names_in(path: Path) -> frozenset[str]:
    """The names of the tests of a file, found without running it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def is_there(root: Path, test: str) -> bool:
    path, _, name = test.partition("::")
    return name.startswith("test_") and (root / path).is_file() and name in names_in(root / path)


def test_threats_are_numbered_without_a_gap_and_each_line_is_one(root: Path, threats: list[tuple[str, ...]]) -> None:
    numbers = [threat[0] for threat in threats]
    assert numbers == [f"T-{number:02}" for number in range(1, len(threats) + 1)]
    assert len(threats) >= FEWEST_THREATS
    # None is lost because of how its line is written.
    assert (root / "docs/security.md").read_text(encoding="utf-8").count("| T-") == len(threats)


def test_every_threat_names_a_test_that_is_there_or_says_why_there_is_none(
    root: Path, threats: list[tuple[str, ...]]
) -> None:
    untested = [number for number, *_, tests in threats if tests.startswith(UNTESTED) and len(tests) > len(UNTESTED)]
    tested = {number: NAMED.findall(tests) for number, *_, tests in threats if number not in untested}
    assert len(untested) <= MOST_UNTESTED
    assert [number for number, tests in tested.items() if not tests] == []
    assert [test for tests in tested.values() for test in tests if not is_there(root, test)] == []


def test_every_threat_names_files_that_are_there(root: Path, threats: list[tuple[str, ...]]) -> None:
    files = {number: NAMED.findall(where) for number, _, _, where, _ in threats}
    assert [number for number, named in files.items() if not named] == []
    assert [path for named in files.values() for path in named if not (root / path).is_file()] == []


def test_every_requirement_of_the_two_levels_is_there_once_and_in_order(requirements: list[dict[str, str]]) -> None:
    places = [tuple(map(int, row["number"].split("."))) for row in requirements]
    assert places == sorted(set(places))
    assert Counter(place[0] for place in places) == Counter(ASVS)
    assert Counter(row["level"] for row in requirements) == Counter(LEVELS)


def test_every_requirement_has_a_verdict_and_says_where_or_why(requirements: list[dict[str, str]]) -> None:
    assert {row["verdict"] for row in requirements} <= VERDICTS
    assert [row["number"] for row in requirements if not row["requirement"] or not row["where"]] == []


def test_every_test_that_a_requirement_names_is_there(root: Path, requirements: list[dict[str, str]]) -> None:
    named = [(row["number"], test) for row in requirements for test in row["tests"].split()]
    assert len(named) > len(requirements) / 2
    assert [(number, test) for number, test in named if not is_there(root, test)] == []


def test_every_file_that_a_requirement_names_is_there(root: Path, requirements: list[dict[str, str]]) -> None:
    places = {row["number"]: re.findall(r"[\w/.-]+\.(?:py|md|conf|txt)\b", row["where"]) for row in requirements}
    named = [(number, path) for number, paths in places.items() for path in paths]
    assert named
    assert [
        (number, path)
        for number, path in named
        if not any((root / start / path).exists() for start in ("", "src/renkei"))
    ] == []


def test_the_summary_on_top_counts_what_stands_below(root: Path, requirements: list[dict[str, str]]) -> None:
    page = (root / "docs/asvs.md").read_text(encoding="utf-8")
    total = re.search(r"^\| \*\*すべて\*\* \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    counted = Counter(row["verdict"] for row in requirements)
    order = ("満たす", "一部", "まだ", "あてはまらない")
    assert total
    assert tuple(map(int, total.groups())) == (*(counted[verdict] for verdict in order), len(requirements))
