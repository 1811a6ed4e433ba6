"""Every setting of the hub: read from the environment (`RENKEI_…`), typed, with its source.

`RENKEI_X_FILE` names a file that holds the value of `RENKEI_X`, for secrets and for container platforms.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from renkei.attachments.limits import Limits
from renkei.attachments.scanning import parse_address
from renkei.hub.core.bodies import bucket
from renkei.hub.core.forwarded import ESCAPED_PEM, RFC_9440
from renkei.hub.workspace.calendar import Moves
from renkei.services.table import parse

LEAST_COPY_YEARS = 2
MOST_ATTACH_SECONDS = 120  # looked into twice and cleaned once, it stays within the time that a file is held for it
LARGEST_CHUNK = 1024 * 1024  # what a request may have that carries no unit (core.middleware)


class BadOption(ValueError):
    """A setting whose value cannot be used; the text says which and why, in Japanese."""


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _from_zero(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _years(text: str) -> int:
    """Records of care are kept for two years at least (指定基準の省令)."""
    number = int(text)
    if number < LEAST_COPY_YEARS:
        raise ValueError(text)
    return number


def _days(text: str) -> tuple[int, ...]:
    days = tuple(_positive(word) for word in _words(text))
    if list(days) != sorted(set(days)):
        raise ValueError(text)
    return days


def _second_factor(text: str) -> str:
    if text not in {"required", "offered", "auto"}:
        raise ValueError(text)
    return text


def _networks(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(word) for word in _words(text))


def _ports(text: str) -> tuple[int, ...]:
    ports = tuple(map(_positive, _words(text)))
    if not ports or max(ports) > 65535:
        raise ValueError(text)
    return ports


def _mail_url(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname or (parts.port or 1) < 1):
        raise ValueError(text)
    return text


def _scanner(text: str) -> str:
    if text:
        parse_address(text)
    return text


def _service_table(text: str) -> Path | None:
    if not text:
        return None
    try:
        parse(Path(text).read_bytes())
    except OSError as error:
        raise ValueError(text) from error
    return Path(text)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _one_of(*known: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in known:
            raise ValueError(text)
        return text

    return read


@dataclass(frozen=True)
class Option:
    """One setting: `RENKEI_<name>`, its default as text, how it is read, and what it means."""

    name: str
    default: str
    read: Callable[[str], Any]
    meaning: str
    secret: bool = False


OPTIONS = (
    Option("DATA", "var/hub", Path, "データのフォルダ"),
    Option(
        "DATABASE_URL", "", str, "データベース。空なら DATA の SQLite。postgresql://利用者:パスワード@ホスト/名前", True
    ),
    Option("DATABASE_OWNER_URL", "", str, "表を作る役の接続 (PostgreSQL のときだけ)", True),
    Option("BIND", "127.0.0.1:8000", str, "待ち受けるアドレスと番号、または unix:ソケットのファイル"),
    Option("TLS_CERT", "", str, "TLS の証明書ファイル"),
    Option("TLS_KEY", "", str, "TLS の鍵ファイル"),
    Option("PROXY", "", _words, "前に置くプロキシ。unix:ソケットのファイル か、アドレス (コンマ区切り)。空なら、なし"),
    Option(
        "PROXY_CERTIFICATE",
        ESCAPED_PEM,
        _one_of(ESCAPED_PEM, RFC_9440),
        f"プロキシが、つないだ人の証明書を書くヘッダー ({ESCAPED_PEM} か {RFC_9440})",
    ),
    Option("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]", _words, "受け付けるホスト名 (コンマ区切り)"),
    Option("THREADS", "8", _positive, "同時に応じる数"),
    Option("HELPERS", "2", _from_zero, "届いたものを調べる、別のプロセスの数 (コアが1つなら 0)"),
    Option(
        "DRAW_SECONDS", "30", _positive, "画面や印刷のために様式を描くのを、待つ秒数。過ぎたら、分けて作るように言う"
    ),
    Option(
        "SERVICES", "", _service_table, "サービスの名前の表 (renkei services import が作るファイル)。空なら種類の名前"
    ),
    Option("LIMIT_REQUEST_BYTES", str(80 * 1024 * 1024), _positive, "1つの要求の大きさの上限 (バイト)"),
    Option("LIMIT_FILE_BYTES", str(10 * 1024 * 1024), _positive, "1ファイルの大きさの上限 (バイト)"),
    Option("LIMIT_UNIT_BYTES", str(50 * 1024 * 1024), _positive, "1送信単位の大きさの上限 (バイト)"),
    Option("LIMIT_UNIT_FILES", "100", _positive, "1送信単位のファイル数の上限"),
    Option("LIMIT_ATTACHMENT_BYTES", str(10 * 1024 * 1024), _positive, "添付ファイル1つの大きさの上限 (バイト)"),
    Option(
        "LIMIT_TRANSMISSION_ATTACHMENT_BYTES",
        str(50 * 1024 * 1024),
        _positive,
        "1送信単位の添付ファイルを合わせた大きさの上限 (バイト)",
    ),
    Option(
        "LIMIT_ATTACHMENT_PIXELS",
        str(Limits.pixels),
        _positive,
        "添付ファイルの写真1枚 (PDF の中のものも) の画素の数の上限",
    ),
    Option("LIMIT_ATTACHMENT_PAGES", str(Limits.pages), _positive, "添付ファイルの PDF のページの数の上限"),
    Option("LIMIT_ATTACHMENTS", "100", _positive, "1送信単位の添付ファイルの数の上限"),
    Option("LIMIT_UPLOADS", "300", _positive, "1つの事業所が、送る前に置いておける添付ファイルの数の上限"),
    Option(
        "LIMIT_UPLOADS_BYTES",
        str(1024 * 1024 * 1024),
        _positive,
        "1つの事業所が、送る前に置いておける添付ファイルを合わせた大きさの上限 (バイト)",
    ),
    Option("UPLOAD_HOURS", "24", _positive, "添付ファイルを、送る前に置いておける時間"),
    Option(
        "UPLOAD_CHUNK_BYTES",
        str(LARGEST_CHUNK),
        _positive,
        f"添付ファイルを分けて送る、1回分の大きさ (バイト。{LARGEST_CHUNK:,} まで)",
    ),
    Option("ATTACH_OFFICE", "no", _one_of("no", "yes"), "添付ファイルに、Word・Excel・PowerPoint を認めるか"),
    Option(
        "ATTACH_ACTIVE",
        "refuse",
        _one_of("refuse", "clean"),
        "動くしかけのある PDF。refuse なら断る、clean なら、しかけを取りのぞいた写しを相手に渡す",
    ),
    Option(
        "ATTACH_SECONDS",
        str(Limits.seconds),
        _positive,
        f"添付ファイルの PDF を1回調べるのにかけてよい秒数 ({MOST_ATTACH_SECONDS} まで)。過ぎたら、重いファイルとして断る",
    ),
    Option("CLAMD", "", _scanner, "ウイルスを調べる ClamAV。unix:ソケットのファイル か ホスト:番号。空なら調べない"),
    Option("LIMIT_BATCH_UNITS", "100", _positive, "一度に送れる送信単位の上限"),
    Option("LIMIT_PAGE_BYTES", str(10 * 1024 * 1024), _positive, "画面から一度に送れるファイルの大きさの上限 (バイト)"),
    Option(
        "LIMIT_PILE_FILES", "4000", _positive, "「送るもの」に一度に入れられるファイルの数の上限 (ZIP の中も数える)"
    ),
    Option("LIMIT_PILE_BYTES", str(64 * 1024 * 1024), _positive, "同じく、ZIP をほどいた大きさの上限 (バイト)"),
    Option("OUTBOX_DAYS", "90", _positive, "送るのをやめたものと、入れられなかったファイルを、何日取っておくか"),
    Option("LIMIT_ACT_UNITS", "2000", _positive, "「送るもの」で一度に進められる件数の上限"),
    Option(
        "LIMIT_UNITS_A_DAY", "20000", _positive, "1つの事業所が1日に送れる送信単位の上限 (事業所ごとに変えられます)"
    ),
    Option(
        "LIMIT_RATE_PARTY",
        "300",
        _from_zero,
        "サインインした1つの事業所が、続けて出せる要求の数 (1秒あたり。一度には10秒分まで。0 なら限らない)",
    ),
    Option(
        "LIMIT_RATE_ADDRESS",
        "200",
        _from_zero,
        "サインインの前に、1つの接続元が続けて出せる要求の数 (1秒あたり。一度には10秒分まで。0 なら限らない)",
    ),
    Option("LIMIT_RECEIPTS", "200", _positive, "一度に送れる受領の知らせの上限"),
    Option("LIMIT_COLLECT", "100", _positive, "一度に受け取れる送信の上限"),
    Option(
        "LIMIT_COLLECT_BYTES", str(20 * 1024 * 1024), _positive, "一度に受け取れる送信の、ファイルの合計の上限 (バイト)"
    ),
    Option(
        "LIMIT_PRINTED_SHEETS", "100", _positive, "画面から作る1つの PDF の、様式の数の上限。多いときは何冊かに分ける"
    ),
    Option("LIMIT_PROOF_UNITS", "300", _positive, "「記録」で一度に作る証拠の束に入れられる件数の上限"),
    Option("LIMIT_WORDS_CHARACTERS", "2000", _positive, "お願いや返事に書ける文字数の上限"),
    Option("LIMIT_REQUESTS", "20", _positive, "1つの送信に、それぞれの側が変更のお願い・回収の求めを出せる回数の上限"),
    Option("LIMIT_FINDINGS", "200", _positive, "一度の答えで返す指摘の上限"),
    Option(
        "BLOBS",
        "",
        bucket.place,
        "大きな本文の置き場。s3://バケット/このハブの名前 か、空 (データのフォルダの中の blobs/)",
    ),
    Option(
        "BLOBS_ENDPOINT",
        "",
        bucket.address,
        "S3 互換の置き場のアドレス。https:// か、この機械の中なら http://。空なら AWS",
    ),
    Option("BLOBS_REGION", "us-east-1", str, "置き場の地域の名前"),
    Option("BLOBS_KEY", "", str, "置き場のアクセスキー", True),
    Option("BLOBS_SECRET", "", str, "置き場のシークレットキー", True),
    Option("INLINE_BYTES", str(128 * 1024), _positive, "この大きさまでの本文はデータベースに置く (バイト)"),
    Option("CHALLENGE_SECONDS", "120", _positive, "署名の問いかけが有効な秒数"),
    Option("TOKEN_MINUTES", "60", _positive, "アクセストークンが有効な分数"),
    Option("REFRESH_HOURS", "8", _positive, "ID とパスワードで始めたサインインを、延ばせる時間の上限"),
    Option(
        "LICENCES",
        "shown",
        _one_of("shown", "required", "off"),
        "利用の申請。shown なら示すだけ、required なら申請のない事業所の送信を断る、off なら使わない",
    ),
    Option(
        "LICENCE_GRACE_DAYS", "30", _from_zero, "required のとき、登録または期間の終わりから、申請がなくても送れる日数"
    ),
    Option("POLL_SECONDS", "30", _positive, "次に問い合わせてよいまでの秒数の目安"),
    Option("SEAL_SECONDS", "5", _positive, "記録を封印する間隔 (秒)"),
    Option("JOB_SECONDS", "5", _positive, "あとでする仕事がないか見る間隔 (秒)"),
    Option("JOB_ATTEMPTS", "8", _positive, "あとでする仕事を、うまくいかないとき何回まで試すか"),
    Option(
        "WEBHOOK_NETWORKS",
        "",
        _networks,
        "Webhook で呼んでよい、閉じた網のアドレスの範囲 (10.1.0.0/16 など、コンマ区切り)。空なら、だれでも届く網だけ",
    ),
    Option("WEBHOOK_PORTS", "443", _ports, "Webhook で呼んでよいポート (コンマ区切り)"),
    Option("WEBHOOK_CA", "", str, "Webhook の相手の TLS 証明書を確かめるときに足す、認証局の証明書のファイル (PEM)"),
    Option(
        "WEBHOOK_SECONDS", "10", _positive, "Webhook の1回の呼び出しを待つ秒数の上限 (名前を引くところから答えまで)"
    ),
    Option("WEBHOOK_DAYS", "3", _positive, "Webhook が続けて届かないとき、あきらめるまでの日数"),
    Option("TSA_URL", "", str, "時刻認証局 (RFC 3161) のアドレス。空なら、時刻の証明をもらわない"),
    Option("TSA_CA", "", str, "時刻認証局のルート証明書のファイル (PEM)"),
    Option("TSA_SECONDS", "600", _positive, "時刻の証明をもらう間隔 (秒)"),
    Option("TSA_WARN_HOURS", "24", _positive, "時刻の証明をもらえないとき、注意を出すまでの時間"),
    Option(
        "TSA_STOP_HOURS", "0", _from_zero, "時刻の証明をもらえないとき、新しい送信を断るまでの時間 (0 なら断らない)"
    ),
    Option(
        "AUTHORITY",
        "",
        str,
        "このハブが証明書を発行する認証局のフォルダ (root.key のないもの)。空なら、申請書を運営者が渡す",
    ),
    Option("AUTHORITY_PIN", "", str, "その認証局の鍵が機器 (PKCS#11) にあるとき、その PIN", True),
    Option("CERTIFICATE_DAYS", "365", _positive, "発行する証明書が有効な日数"),
    Option("CERTIFICATE_REMIND_DAYS", "7,30,90", _days, "証明書が切れると知らせる、切れるまでの日数 (コンマ区切り)"),
    Option("ENROLMENT_CODE_DAYS", "14", _positive, "証明書を申し込むコードが使える日数"),
    Option("REMIND_DAYS", "3,7", _days, "受け取られていないと知らせるまでの日数 (コンマ区切り)"),
    Option("EXPIRE_DAYS", "35", _positive, "受け取られないまま期限切れにするまでの日数"),
    Option("MAILBOX_DAYS", "93", _positive, "受け取られたあと、郵便箱の写しを消すまでの日数"),
    Option("COPY_YEARS", "5", _years, "送り手・受け手の写しを残す年数 (2 以上。事業所ごとに変えられます)"),
    Option(
        "CLAIM_MOVES",
        Moves.STAYS.value,
        _one_of(*Moves),
        "請求の締め切り(10日)が休みの日のとき。stays なら動かない、before なら前の営業日、after なら次の営業日"
        " (国保連合会により違います)",
    ),
    Option("CLOSED_DAYS", "93", _from_zero, "廃止された事業所の職員とプログラムが、届いていたものを受け取れる日数"),
    Option("LEASE_SECONDS", "300", _positive, "1台が受け取っているあいだ、ほかのパソコンを待たせる秒数"),
    Option("JOIN_CODE_DAYS", "30", _positive, "申し込みと招待の、一度だけの番号が使える日数"),
    Option("WRITE_SECONDS", "20", _positive, "書き込みの順番を待つ秒数の上限"),
    Option("SESSION_MINUTES", "60", _positive, "画面の操作がないとき自動でサインアウトするまでの分数"),
    Option("SESSION_HOURS", "12", _positive, "使い続けていても、サインインから何時間で終わるか"),
    Option("LOCK_MINUTES", "15", _positive, "画面の操作がないとき、同じ人のパスワードをもう一度たずねるまでの分数"),
    Option(
        "SECOND_FACTOR",
        "auto",
        _second_factor,
        "サインインに二つ目の確認が要るか。required、offered、auto (この機械の中だけのハブなら offered、ほかは required)",
    ),
    Option(
        "MAIL_URL",
        "",
        _mail_url,
        "メールを送るサーバー。smtp://名前:パスワード@ホスト:587 か smtps://。空なら送らない",
        True,
    ),
    Option(
        "CONTACT",
        "",
        str,
        "運営者の連絡先。すべての画面の下と、手紙に出す。例: ○○県介護協会 03-0000-0000 平日9時から17時",
    ),
    Option("MAIL_FROM", "", str, "メールの差出人のアドレス"),
    Option("LOCKOUT_FAILURES", "5", _positive, "1人が続けて何回まちがえたら、しばらく受け付けないか"),
    Option("LOCKOUT_ADDRESS_FAILURES", "30", _positive, "1つの接続元から何回まちがえたら、しばらく受け付けないか"),
    Option("LOCKOUT_MINUTES", "15", _positive, "まちがいが続いたとき、受け付けない分数"),
    Option("LOG_LEVEL", "INFO", str, "記録のくわしさ"),
)


@dataclass(frozen=True)
class Value:
    """The value in force of one option, and where it came from."""

    option: Option
    value: Any
    source: str


def read(environment: Mapping[str, str] = os.environ) -> dict[str, Value]:
    """All options by name. Raises BadOption for an unknown name, an unreadable file or a value of the wrong type."""
    known = {f"RENKEI_{option.name}" for option in OPTIONS}
    for name in environment:
        if (
            name.startswith("RENKEI_")
            and name.removesuffix("_FILE") not in known
            and not name.startswith("RENKEI_TEST_")
        ):
            raise BadOption(f"設定 {name} はありません。名前を確かめてください (renkei config で一覧)。")
    return {option.name: _value(option, environment) for option in OPTIONS}


def _value(option: Option, environment: Mapping[str, str]) -> Value:
    name = f"RENKEI_{option.name}"
    text, source = option.default, "初期値"
    if path := environment.get(f"{name}_FILE"):
        try:
            text, source = Path(path).read_text(encoding="utf-8").strip(), f"{name}_FILE"
        except OSError as error:
            raise BadOption(f"設定 {name}_FILE のファイルが読めません。") from error
    elif name in environment:
        text, source = environment[name], name
    try:
        return Value(option, option.read(text), source)
    except ValueError as error:
        raise BadOption(f"設定 {name} の値が正しくありません ({option.meaning})。") from error
