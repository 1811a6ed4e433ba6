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
from renkei.cli import COMMANDS, build_parser

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


def test_the_help_of_every_command_needs_no_heavy_library() -> None:
    script = """
import sys
from renkei.cli import COMMANDS, build_parser
for command in COMMANDS:
    build_parser(command)
print(*({"django", "ninja", "cryptography", "httpx2", "rich"} & set(sys.modules)))
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout.strip()) == (0, ""), result.stderr


def test_a_wrong_word_is_answered_in_japanese() -> None:
    result = renkei("no-such-command")
    assert result.returncode == 2
    assert JAPANESE.search(result.stderr)
    assert "Traceback" not in result.stderr
