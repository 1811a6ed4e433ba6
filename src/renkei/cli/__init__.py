"""The command `renkei`. Each module here is one group of commands; none is imported before its command is called."""

from __future__ import annotations

import argparse
import atexit
import gc
import importlib
import sys
from collections.abc import Sequence

from renkei import __version__

from .ending import cannot_write, flush, silence, stoppable, tell
from .parser import JapaneseParser

# name → (module below renkei.cli, one line of help). A module has `arguments(parser)` and `run(options) -> int`.
COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("check", "ファイルを調べて、まちがいと直し方を表示します"),
    "show": ("show", "ファイルの中身を、紙の帳票のように表示します"),
    "forms": ("forms", "ファイルから、見なれた様式の PDF を作ります"),
    "services": ("services", "サービスコード表を取り込み、様式に名前が出るようにします"),
    "repair": ("repair", "直しても安全なところを直し、変わるところをすべて表示します"),
    "convert": ("convert", "JSONにする・CSVに戻す・第3版を第4.1版にする"),
    "diff": ("diff", "計画書・提供票の2つの版をくらべて、ちがうところを示します"),
    "reconcile": ("reconcile", "予定と実績をつき合わせて、ちがうところを示します"),
    "explain": ("explain", "指摘の番号・ファイルの種類・項目・コードを説明します"),
    "sample": ("sample", "架空の1か月分のファイルを作ります"),
    "demo": ("demo", "架空の5事業所で、1か月のやりとりを実演します"),
    "office": ("office", "事業所のプログラム: 送る・受け取る・読み込み結果を知らせる"),
    "evidence": ("evidence", "証拠: 書き出す・ハブにつながずに確かめる"),
    "authority": ("authority", "認証局: 証明書の発行と失効"),
    "hub": ("hub", "ハブの準備・事業所の登録"),
    "serve": ("serve", "ハブを動かします"),
    "config": ("config", "ハブの設定と、その出どころを表示します"),
}
# What `pip install renkei` alone does not bring; the other commands need nothing more.
PARTS = {
    "forms": "forms",
    "demo": "client,hub",
    "office": "client",
    "evidence": "client",
    "authority": "client",
    "hub": "hub",
    "serve": "hub",
    "config": "hub",
}


# At the end all is left to the system: to look through a hub's modules for garbage once more takes half a second.
atexit.register(gc.freeze)


def build_parser(command: str | None, *, alone: bool = False) -> argparse.ArgumentParser:
    """The parser with every command listed (or `command` alone), and the arguments of `command` alone loaded."""
    parser = JapaneseParser(
        prog="renkei",
        description="ケアプランと提供票・実績を、事業所のあいだで安全にやりとりします。",
        epilog="例: renkei check 提供票フォルダ/",
    )
    parser.add_argument("--version", action="version", version=f"renkei {__version__}", help="版を表示します")
    commands = parser.add_subparsers(dest="command", metavar="コマンド", title="コマンド")
    listed = {command: COMMANDS[command]} if alone and command else COMMANDS
    for name, (module, text) in listed.items():
        sub = commands.add_parser(name, help=text, description=text)
        if name == command:
            importlib.import_module(f"renkei.cli.{module}").arguments(sub)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status. 2 means that the command could not run."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = next((a for a in arguments if a in COMMANDS), None)
    try:
        with stoppable():
            try:
                return _run(command, arguments)
            finally:
                flush()
    except KeyboardInterrupt:
        tell("中止しました。")
        return 130
    except BrokenPipeError:
        silence()  # `renkei check … | head`: the reader has seen enough.
        return 0
    except Exception as error:
        words = cannot_write(error)
        if sys.flags.dev_mode and not words:
            raise
        tell(words or _words(command, error))
        return 2


def _words(command: str | None, error: Exception) -> str:
    """What a person is told when a command cannot go on; the texts of exceptions may quote a file, so not those."""
    if (
        isinstance(error, ModuleNotFoundError)
        and command in PARTS
        and not (error.name or "renkei").startswith("renkei")
    ):
        return f"部品 {error.name} がありません。入れるには: pip install 'renkei[{PARTS[command]}]'"
    return (
        f"Renkei の中でうまくいきませんでした ({type(error).__name__})。もう一度試してください。\n"
        f"続くときは、この表示を添えて知らせてください。くわしい表示: python -X dev -m renkei {command or ''}"
    )


def _run(command: str | None, arguments: list[str]) -> int:
    options = _options(command, arguments)
    if command is None:
        build_parser(None).print_help()
        return 2
    return int(importlib.import_module(f"renkei.cli.{COMMANDS[command][0]}").run(options))


def _options(command: str | None, arguments: list[str]) -> argparse.Namespace:
    """What was given, with the command's modules loaded."""
    # What is loaded stays. To look through it for garbage, now and at the end, takes a seventh of a short check.
    gc.disable()
    try:
        return build_parser(command, alone=arguments[:1] == [command]).parse_args(arguments)
    finally:
        gc.freeze()
        gc.enable()
