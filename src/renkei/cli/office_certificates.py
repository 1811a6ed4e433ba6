"""`renkei office`: getting, renewing and checking certificates."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from renkei.client import Office

    _Deeds = argparse._SubParsersAction[argparse.ArgumentParser]

# Days before its end from which a certificate is renewed, or spoken of.
SOON = 30
_TOKYO = timezone(timedelta(hours=9))  # by number: Windows has no table of time zones
_MOST_BYTES = 64 * 1024


def add(deeds: _Deeds, deed: Callable[[_Deeds, str, str, str], argparse.ArgumentParser]) -> None:
    """The sub-commands."""
    _add_join(deeds, deed)
    deed(deeds, "renew", "証明書を新しくします(前のものも、期限まで使えます)", "renkei office renew")
    deed(deeds, "trust", "失効リストをハブから受け取ります(collect も1日に1度します)", "renkei office trust")
    example = "renkei office check-certificate 証明書.cer --hub https://hub.example"
    check = deed(deeds, "check-certificate", "証明書が、ハブで使えるかを調べます", example)
    check.add_argument("file", type=Path, metavar="ファイル", help="証明書 (PEM か DER)。.p12 や .pfx は使えません")
    check.add_argument("--hub", metavar="アドレス", help="ハブのアドレス (なければ、このフォルダのハブ)")
    check.add_argument("--tls-ca", metavar="PEM", default="", help="ハブの TLS が独自の認証局のとき、その証明書")


def add_renew(parser: argparse.ArgumentParser) -> None:
    """The option of other deeds."""
    parser.add_argument("--renew", action="store_true", help="証明書の期限が近ければ、新しくします")


def _add_join(deeds: _Deeds, deed: Callable[[_Deeds, str, str, str], argparse.ArgumentParser]) -> None:
    example = (
        "renkei office join --folder 事業所 --hub https://hub.example --office 1370100016 --service 43 "
        "--name やまぶき --code K7QM-2F9X-PD4T --root root.pem"
    )
    join = deed(deeds, "join", "コードを使って、フォルダと鍵を作り、証明書を受け取ります", example)
    join.add_argument("--hub", metavar="アドレス", help="ハブのアドレス (https://…)")
    join.add_argument("--office", metavar="番号", help="事業所番号 (10文字)")
    join.add_argument("--service", metavar="種類", help="サービス種類 (2文字。居宅介護支援は 43)")
    join.add_argument("--name", metavar="名称", help="事業所の名前")
    join.add_argument("--code", metavar="コード", help="事業所の画面か運営者からもらう、一度だけのコード")
    join.add_argument("--root", type=Path, action="append", default=[], metavar="PEM", help="信頼する認証局の証明書")
    join.add_argument(
        "--root-fingerprint", action="append", default=[], metavar="指紋", help="その証明書の指紋 (--root の代わり)"
    )
    join.add_argument("--tls-ca", type=Path, metavar="PEM", help="ハブの TLS が独自の認証局のとき、その証明書")


def join(options: argparse.Namespace) -> int:
    """Make the folder, or go on with one that waits for its certificate. 1 while it waits."""
    from renkei.client import Office, SetupError

    try:
        office = Office.open(options.folder)
    except SetupError as error:
        if error.code != "E-OFFICE-FOLDER":
            raise
        missing = [name for name in ("hub", "office", "service", "name", "code") if not getattr(options, name)]
        if missing:
            print(
                f"はじめてのときは、{'、'.join(f'--{name}' for name in missing)} も指定してください。", file=sys.stderr
            )
            return 2
        office = Office.create(
            options.folder,
            options.hub,
            options.office,
            options.service,
            options.name,
            roots=options.root,
            tls_ca=options.tls_ca,
            fingerprints=options.root_fingerprint,
        )
        print(f"事業所のフォルダと鍵を作りました: {office.folder.root}")
    came = office.ask_certificate(options.code) if options.code else office.fetch_certificate()
    if not came:
        print(
            "証明書を申し込みました。運営者の発行を待っています。あとで、もう一度 renkei office join を実行してください。"
        )
        return 1
    print(f"証明書を入れました。{_day(office.certificate_ends())}まで使えます。")
    return 0


def renew(options: argparse.Namespace) -> int:
    """1 while the new certificate waits for the operator."""
    from renkei.client import Office

    return 0 if _renewed(Office.open(options.folder)) else 1


def trust(options: argparse.Namespace) -> int:
    """1 where a list is missing or out of date."""
    from renkei.client import Office

    taken, warnings = Office.open(options.folder).refresh_trust()
    print(f"新しい失効リストを {taken} つ受け取りました。" if taken else "失効リストは、前と同じです。")
    for text in warnings:
        print(f"注意: {text}")
    return int(bool(warnings))


def check_certificate(options: argparse.Namespace) -> int:
    """1 for a certificate that will not work."""
    from renkei.client import Office
    from renkei.client._sync.connection import Connection
    from renkei.client.answers import b64
    from renkei.client.settings import check_url

    with options.file.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    if b"PRIVATE KEY-----" in data or options.file.suffix.lower() in (".p12", ".pfx"):
        print(
            "このファイルには秘密の鍵が入っています。送りません。証明書だけ(.cer、.crt、.pem)を書き出してください。",
            file=sys.stderr,
        )
        return 2
    url = options.hub or Office.open(options.folder).settings.hub_url
    with closing(Connection(check_url(url), options.tls_ca)) as connection:
        answer = connection.call("POST", "/v1/certificate-checks", body={"certificate": b64(data)})
    print(f"{answer.text('title')}\n{answer.text('detail')}")
    for label, field in (
        ("種類", "kind"),
        ("だれの", "subject"),
        ("事業所番号", "office"),
        ("発行したところ", "issuer"),
    ):
        guess = "(名前からの推測です)" if field == "kind" and answer.flag("is_guess") else ""
        print(f"  {label}: {answer.text(field) or '読みとれません'}{guess}")
    begins, ends = (datetime.fromisoformat(answer.text(field)) for field in ("begins", "ends"))
    print(f"  使えるのは: {_day(begins)}から{_day(ends)}まで\n  失効: {answer.text('revoked')}")
    return 0 if answer.flag("works") else 1


def speak_of_end(office: Office) -> None:
    """Say that the certificate ends soon."""
    if (left := _days_left(office)) <= SOON:
        print(f"注意: 証明書の期限まで、あと{left}日です。renkei office renew で新しくしてください。", file=sys.stderr)


def renew_in_time(office: Office, asked: bool) -> None:
    """Renew a certificate that ends soon, when asked to or when the folder's settings say so; else say it.

    What stands in the way is said, and stops nothing: the certificate in use still counts.
    """
    from renkei.client import ClientError

    if _days_left(office) > SOON:
        return
    if not asked and office.settings.renew != "auto":
        speak_of_end(office)
        return
    try:
        _renewed(office)
    except ClientError as error:
        print(f"注意: 証明書を新しくできませんでした(あと{_days_left(office)}日)。{error}", file=sys.stderr)


def _days_left(office: Office) -> int:
    return max((office.certificate_ends() - datetime.now(UTC)).days, 0)


def _renewed(office: Office) -> bool:
    if office.renew():
        print(f"証明書を新しくしました。{_day(office.certificate_ends())}まで使えます。")
        return True
    print(
        "新しい証明書を申し込みました。運営者の発行を待っています。あとで、もう一度 renkei office renew を実行してください。"
    )
    return False


def _day(at: datetime) -> str:
    return f"{at.astimezone(_TOKYO):%Y年%m月%d日}"
