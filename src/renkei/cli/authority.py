"""`renkei authority`: a small certificate authority in a folder."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.trust.authority import CRL_DAYS, DAYS, YEARS, Authority
from renkei.trust.chain import fingerprint
from renkei.trust.errors import CertificateError, TrustError
from renkei.trust.ledger import Issued

REASONS = {
    "unspecified": "理由を書かない",
    "keyCompromise": "鍵がもれた、なくした",
    "affiliationChanged": "名前や所属が変わった",
    "superseded": "新しい証明書に替えた",
    "cessationOfOperation": "やめた",
}
_KINDS = {
    "office": "事業所",
    "hub": "ハブ",
    "hub-kept": "事業所(ハブが預かる鍵)",
    "ocsp": "失効の問い合わせに答える鍵",
}
PIN = "RENKEI_AUTHORITY_PIN"
_URL_HELP = "失効リストと OCSP を出すハブのアドレス(証明書に書きます。空なら書きません)"
_TOKYO = ZoneInfo("Asia/Tokyo")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "事業所とハブの証明書を発行し、失効させます。鍵と台帳は1つのフォルダに入ります。\n"
        "root.key は作るときとルートの失効リストにだけ使います。ふだんは別の場所(オフライン)に保管できます。"
    )
    parser.epilog = "例: renkei authority create 認証局/"
    deeds = parser.add_subparsers(metavar="すること", title="すること", required=True, dest="deed")
    _create_arguments(deeds)
    _issue_arguments(deeds)
    _revoke_arguments(deeds)
    _crl_arguments(deeds)
    _address_arguments(deeds)
    _deed(deeds, "show", "証明書の台帳を表示します", "renkei authority show 認証局/", show)


def run(options: argparse.Namespace) -> int:
    """0 when it is done, 2 when it could not be."""
    try:
        options.run(options)
    except TrustError as error:
        print(f"{error.message}\n{error.remedy}\n({error})", file=sys.stderr)
        return 2
    except FileExistsError as error:
        print(f"すでにあるファイルは上書きしません: {error.filename}\n別の名前を指定してください。", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"ファイルを使えません: {error.filename}\n場所と権限を確かめてください。", file=sys.stderr)
        return 2
    return 0


def create(options: argparse.Namespace) -> None:
    token = (str(options.token_module), options.token) if options.token else None
    authority = Authority.create(
        options.folder, options.name, years=options.years, url=options.url, token=token, pin=_pin(options)
    )
    where = f"トークン「{options.token}」" if options.token else "issuing.key"
    print(
        f"認証局「{options.name}」を作りました: {options.folder}\n"
        f"  {_day(authority.root.not_valid_after_utc)}まで使えます。\n"
        f"  発行の鍵は {where} にあります。\n"
        f"  ハブと事業所には root.pem と issuing.pem を渡してください。\n"
        f"  root.key は、外から触れない場所に移して保管することをおすすめします。"
    )


def issue(options: argparse.Namespace) -> None:
    _issue(options, lambda authority, csr: authority.issue(csr, options.office, options.days))


def issue_hub(options: argparse.Namespace) -> None:
    _issue(options, lambda authority, csr: authority.issue_hub(csr, options.hub, options.days))


def address(options: argparse.Namespace) -> None:
    Authority.load(options.folder, _pin(options)).publish_at(options.url)
    told = f"{options.url} と書きます" if options.url else "書きません"
    print(f"これから発行する証明書に、失効を調べるアドレスを{told}。いままでの証明書は変わりません。")


def revoke(options: argparse.Namespace) -> None:
    serial = options.serial if options.certificate is None else _certificate(options.certificate).serial_number
    authority = Authority.load(options.folder, _pin(options))
    authority.revoke(serial, options.reason)
    entry = authority.index.find(serial)
    print(
        f"証明書を失効させました: {_KINDS[entry.kind]} {entry.subject}(番号 {entry.serial})\n"
        f"  次に「renkei authority crl」で失効リストを作り、ハブに渡してください。渡すまで、ハブは失効を知りません。"
    )


def crl(options: argparse.Namespace) -> None:
    authority = Authority.load(options.folder, _pin(options))
    make = authority.root_crl if options.root else authority.crl
    options.out.write_bytes(make(options.days))
    print(f"失効リストを作りました: {options.out}\n  {options.days}日以内に、新しいものに替えてください。")


def show(options: argparse.Namespace) -> None:
    authority = Authority.load(options.folder, _pin(options))
    index = authority.index
    print(f"認証局「{index.name}」  {_day(authority.issuing.not_valid_after_utc)}まで")
    print(f"ルート証明書の指紋(SHA-256): {fingerprint(authority.root)}")
    print(f"発行した証明書: {len(index.certificates)}件")
    for entry in index.certificates:
        until = _day(datetime.fromisoformat(entry.not_after))
        print(f"  {_KINDS[entry.kind]} {entry.subject}  {until}まで  {_state(entry)}\n    番号 {entry.serial}")


def _create_arguments(deeds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    example = "renkei authority create 認証局/ --name 県介護支援専門員協会"
    parser = _deed(deeds, "create", "認証局を新しいフォルダに作ります", example, create)
    parser.add_argument(
        "--name", type=_words, default="Renkei 認証局", metavar="名前", help="認証局の名前(初期値 Renkei 認証局)"
    )
    parser.add_argument("--years", type=_up_to(100), default=YEARS, metavar="年", help=f"有効な年数(初期値 {YEARS})")
    parser.add_argument("--url", type=_url, default="", metavar="アドレス", help=_URL_HELP)
    parser.add_argument(
        "--token", default="", metavar="ラベル", help="発行の鍵を作るトークン(PKCS#11)。なければファイルに作ります"
    )
    parser.add_argument(
        "--token-module",
        type=Path,
        default=Path("/usr/lib/softhsm/libsofthsm2.so"),
        metavar="ファイル",
        help="トークンのライブラリ(初期値 SoftHSM のもの)",
    )


def _address_arguments(deeds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    example = "renkei authority address 認証局/ --url https://hub.example.jp"
    parser = _deed(deeds, "address", "失効を調べるアドレスを、これから発行する証明書に書きます", example, address)
    parser.add_argument("--url", type=_url, required=True, metavar="アドレス", help=_URL_HELP)


def _issue_arguments(deeds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    example = "renkei authority issue 認証局/ --request office.csr --office 1370100016 --out office.pem"
    office = _deed(deeds, "issue", "事業所の証明書を発行します", example, issue)
    office.add_argument("--office", required=True, metavar="番号", help="事業所番号(10けた)。本人確認をしてから")
    example = "renkei authority issue-hub 認証局/ --request hub.csr --hub kenkyokai --out hub.pem"
    hub = _deed(deeds, "issue-hub", "ハブの証明書(受領証に署名する)を発行します", example, issue_hub)
    hub.add_argument("--hub", required=True, metavar="ID", help="ハブのID(半角英数字と . _ -)")
    for parser in (office, hub):
        parser.add_argument("--request", required=True, type=Path, metavar="ファイル", help="申請書(CSR、PEM)")
        parser.add_argument("--out", required=True, type=Path, metavar="ファイル", help="証明書(PEM)の書き込み先")
        parser.add_argument("--chain", action="store_true", help="発行局の証明書も、続けて書きます")
        parser.add_argument(
            "--days", type=_up_to(36_500), default=DAYS, metavar="日", help=f"有効な日数(初期値 {DAYS})"
        )


def _revoke_arguments(deeds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    example = "renkei authority revoke 認証局/ --certificate office.pem --reason keyCompromise"
    parser = _deed(deeds, "revoke", "証明書を失効させます", example, revoke)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--serial", type=_hexadecimal, metavar="番号", help="証明書の番号(show で見えるもの)")
    which.add_argument("--certificate", type=Path, metavar="ファイル", help="証明書(PEM)")
    reasons = "、".join(f"{name} {text}" for name, text in REASONS.items())
    parser.add_argument("--reason", choices=REASONS, default="unspecified", metavar="理由", help=f"理由: {reasons}")


def _crl_arguments(deeds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    example = "renkei authority crl 認証局/ --out issuing.crl"
    parser = _deed(deeds, "crl", "失効リスト(DER)を作ります", example, crl)
    parser.add_argument("--out", required=True, type=Path, metavar="ファイル", help="書き込み先。あれば置きかえます")
    parser.add_argument(
        "--days", type=_up_to(36_500), default=CRL_DAYS, metavar="日", help=f"有効な日数(初期値 {CRL_DAYS})"
    )
    parser.add_argument(
        "--root",
        action="store_true",
        help="ルートの失効リストを作ります(root.key が要ります)。ハブには、発行局のものと両方を登録します",
    )


def _deed(
    deeds: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    text: str,
    example: str,
    run_it: Callable[[argparse.Namespace], None],
) -> argparse.ArgumentParser:
    parser = deeds.add_parser(name, help=text, description=text, epilog=f"例: {example}")
    parser.add_argument("folder", type=Path, metavar="フォルダ", help="認証局のフォルダ")
    parser.add_argument(
        "--pin-file",
        type=Path,
        metavar="ファイル",
        help=f"トークンの PIN を書いたファイル(なければ環境の {PIN} か {PIN}_FILE)",
    )
    parser.set_defaults(run=run_it)
    return parser


def _issue(
    options: argparse.Namespace, make: Callable[[Authority, x509.CertificateSigningRequest], x509.Certificate]
) -> None:
    # The file comes first: a certificate that stands in the ledger and nowhere else would help nobody.
    with options.out.open("xb") as file:
        try:
            authority = Authority.load(options.folder, _pin(options))
            certificate = make(authority, _request(options.request))
        except BaseException:
            options.out.unlink()
            raise
        written = [certificate, authority.issuing] if options.chain else [certificate]
        file.writelines(one.public_bytes(Encoding.PEM) for one in written)
    print(
        f"証明書を発行しました: {options.out}\n"
        f"  番号 {certificate.serial_number:x}、{_day(certificate.not_valid_after_utc)}まで"
    )


def _pin(options: argparse.Namespace) -> str:
    """From a file or the environment: the arguments of a command are seen by everyone on the machine."""
    file = options.pin_file or os.environ.get(f"{PIN}_FILE")
    return Path(file).read_text(encoding="utf-8").strip() if file else os.environ.get(PIN, "")


def _request(path: Path) -> x509.CertificateSigningRequest:
    try:
        return x509.load_pem_x509_csr(path.read_bytes())
    except ValueError as error:
        raise CertificateError("E-CERT-FILE", f"{path.name} is not a request in PEM") from error


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError as error:
        raise CertificateError("E-CERT-FILE", f"{path.name} is not a certificate in PEM") from error


def _state(entry: Issued) -> str:
    if entry.revoked_at is not None:
        reason = REASONS.get(entry.reason or "", entry.reason)
        return f"失効({_day(datetime.fromisoformat(entry.revoked_at))}、{reason})"
    return "期限切れ" if datetime.fromisoformat(entry.not_after) < datetime.now(UTC) else "有効"


def _day(at: datetime) -> str:
    return f"{at.astimezone(_TOKYO):%Y年%m月%d日}"


def _words(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("空にはできません")
    return text


def _url(text: str) -> str:
    if text and not re.fullmatch(r"https?://[A-Za-z0-9.\-:\[\]]+(/[A-Za-z0-9./_~\-]*)?", text):
        raise argparse.ArgumentTypeError("https:// か http:// で始まるアドレスを書いてください")
    return text.rstrip("/")


def _up_to(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"1から{most}までの整数で書いてください")
        return int(text)

    return read


def _hexadecimal(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError as error:
        raise argparse.ArgumentTypeError("16進数で書いてください") from error
