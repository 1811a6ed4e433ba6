"""What a person says of the service types that names of the third edition lack."""

from __future__ import annotations

import argparse
import re

from .files import CannotRunError, content


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds --from-type, --to-type and --offices."""
    parser.add_argument(
        "--from-type",
        type=_service,
        metavar="種類",
        help="第3版: 送信元のサービス種類(例: 43)。どのファイルにも使います",
    )
    parser.add_argument(
        "--to-type", type=_service, metavar="種類", help="第3版: 送信先のサービス種類(例: 11)。どのファイルにも使います"
    )
    parser.add_argument(
        "--offices",
        metavar="ファイル",
        help="第3版: 事業所番号とサービス種類の一覧(タブ区切り、見出し office_number と service_type)",
    )


def register(path: str | None) -> dict[str, set[str]]:
    """The service types of each office in the list at `path`; none without one. Raises CannotRunError."""
    if path is None:
        return {}
    from renkei.standard.converting.offices import NotAList, register

    try:
        return register(content(path).decode("utf-8"))
    except UnicodeDecodeError:
        raise CannotRunError(f"「{path}」は UTF-8 の文書ではありません。") from None
    except NotAList as error:
        raise CannotRunError(
            f"「{path}」の{error.line}行目を読めません。"
            "1行目は見出し(office_number と service_type)、2行目からタブ区切りで番号と種類を書いてください。"
        ) from None


def _service(text: str) -> str:
    if not re.fullmatch("[0-9A-Z]{2}", text):
        raise argparse.ArgumentTypeError("サービス種類は2文字の半角の数字・英大文字です。例: 11")
    return text
