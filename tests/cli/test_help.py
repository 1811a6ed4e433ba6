"""`renkei --help` and everything below it explain themselves in Japanese."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from renkei import __version__
from renkei.cli import COMMANDS, PARTS, build_parser

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
ENGLISH = re.compile(r"usage:|options:|positional arguments|show this help|default:")


def below(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The sub-parsers by name."""
    choices = [action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return {name: sub for group in choices for name, sub in (group or {}).items()}


def walk(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for sub in below(parser).values():
        yield from walk(sub)


def parsers(command: str) -> list[argparse.ArgumentParser]:
    """The command and all its sub-commands, with their arguments loaded."""
    return list(walk(below(build_parser(command))[command]))


def renkei(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("renkei")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


def test_the_version_is_shown() -> None:
    result = renkei("--version")
    assert (result.returncode, result.stdout) == (0, f"renkei {__version__}\n")


def test_the_help_lists_every_command_with_an_example() -> None:
    result = renkei("--help")
    assert result.returncode == 0
    assert "例:" in result.stdout
    assert [name for name in COMMANDS if name not in result.stdout] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_explains_itself_in_japanese_with_an_example(command: str) -> None:
    for parser in parsers(command):
        text = parser.format_help()
        assert "例:" in text, parser.prog
        assert JAPANESE.search(parser.description or ""), parser.prog
        assert not ENGLISH.search(text), parser.prog


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_explained(command: str) -> None:
    unexplained = [
        f"{parser.prog} {'/'.join(action.option_strings) or action.dest}"
        for parser in parsers(command)
        for action in parser._actions
        if not isinstance(action, argparse._SubParsersAction) and not JAPANESE.search(action.help or "")
    ]
    assert unexplained == []


@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_is_of_this_command(command: str) -> None:
    for parser in parsers(command):
        assert f"{parser.prog}" in (parser.epilog or ""), parser.prog


def bare(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command where no library is installed."""
    script = "import sys; sys.path.insert(0, sys.argv.pop(1)); from renkei.cli import main; sys.exit(main())"
    command = [sys.executable, "-I", "-S", "-c", script, str(root / "src"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - set(PARTS)))
def test_check_and_sample_need_no_library(command: str, root: Path) -> None:
    result = bare(root, command, "--help")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_month_is_invented_and_checked_where_no_library_is_installed(root: Path, tmp_path: Path) -> None:
    assert bare(root, "sample", "--out", str(tmp_path / "month")).returncode == 0
    result = bare(root, "check", str(tmp_path / "month"))
    assert result.returncode == 0, result.stdout
    assert "エラー0件" in result.stdout


@pytest.mark.parametrize(
    ("command", "part"),
    [
        ("authority show 認証局", "client"),
        ("office list --folder 事業所", "client"),
        ("hub upgrade --data ハブ", "hub"),
    ],
)
def test_a_command_whose_libraries_are_missing_says_how_to_install_them(command: str, part: str, root: Path) -> None:
    result = bare(root, *command.split())
    assert (result.returncode, result.stdout) == (2, "")
    assert f"pip install 'renkei[{part}]'" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_no_help_waits_for_the_web_framework(command: str) -> None:
    script = (
        "import sys; from renkei.cli import build_parser; build_parser(sys.argv[1]); print('django' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", script, command], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "False\n"), result.stderr


def test_a_wrong_word_is_answered_in_japanese() -> None:
    result = renkei("no-such-command")
    assert result.returncode == 2
    assert JAPANESE.search(result.stderr)
    assert "Traceback" not in result.stderr
