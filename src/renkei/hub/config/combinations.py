"""Settings that do not go together: what must not run, each said as a Japanese sentence with its mend."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from pathlib import Path

from renkei.hub.config.options import LARGEST_CHUNK, MOST_ATTACH_SECONDS, Value
from renkei.hub.core.forwarded import UNIX
from renkei.trust.manifest import MAX_FILES

# Of two sides' change requests and one's recalls, each with its answer, 600 events: an evidence file takes 1,000.
_MOST_REQUESTS = 100


def problems(values: Mapping[str, Value]) -> list[str]:
    """Combinations that must not run, each as a Japanese sentence with its mend."""
    found = _listening_problems(values)
    if values["MAIL_URL"].value and "@" not in values["MAIL_FROM"].value:
        found.append("メールを送るときは、RENKEI_MAIL_FROM に差出人のアドレスを指定してください。")
    if values["LOCK_MINUTES"].value > values["SESSION_MINUTES"].value:
        found.append("RENKEI_LOCK_MINUTES は RENKEI_SESSION_MINUTES 以下にしてください。")
    database, owner = values["DATABASE_URL"].value, values["DATABASE_OWNER_URL"].value
    if owner and not database:
        found.append(
            "RENKEI_DATABASE_OWNER_URL は PostgreSQL のときだけ使います。RENKEI_DATABASE_URL も指定してください。"
        )
    if database and not database.startswith(("postgresql://", "postgres://")):
        found.append("RENKEI_DATABASE_URL は postgresql:// で始めてください。SQLite のときは空にします。")
    if values["LIMIT_UNIT_FILES"].value > MAX_FILES:
        found.append(f"RENKEI_LIMIT_UNIT_FILES は {MAX_FILES} 以下にしてください (送信票に書けるファイルの数です)。")
    if values["LIMIT_REQUESTS"].value > _MOST_REQUESTS:
        found.append(f"RENKEI_LIMIT_REQUESTS は {_MOST_REQUESTS} 以下にしてください (証拠のファイルに入る数です)。")
    if values["LIMIT_FILE_BYTES"].value > values["LIMIT_UNIT_BYTES"].value:
        found.append("RENKEI_LIMIT_FILE_BYTES は RENKEI_LIMIT_UNIT_BYTES 以下にしてください。")
    if values["LIMIT_ATTACHMENTS"].value >= MAX_FILES:
        found.append(
            f"RENKEI_LIMIT_ATTACHMENTS は {MAX_FILES - 1} 以下にしてください (送信票に書けるファイルの数です)。"
        )
    if values["LIMIT_ATTACHMENT_BYTES"].value > values["LIMIT_TRANSMISSION_ATTACHMENT_BYTES"].value:
        found.append("RENKEI_LIMIT_ATTACHMENT_BYTES は RENKEI_LIMIT_TRANSMISSION_ATTACHMENT_BYTES 以下にしてください。")
    if values["UPLOAD_CHUNK_BYTES"].value > LARGEST_CHUNK:
        found.append(f"RENKEI_UPLOAD_CHUNK_BYTES は {LARGEST_CHUNK} 以下にしてください。")
    if values["ATTACH_SECONDS"].value > MOST_ATTACH_SECONDS:
        found.append(f"RENKEI_ATTACH_SECONDS は {MOST_ATTACH_SECONDS} 以下にしてください。")
    if max(values["REMIND_DAYS"].value, default=0) >= values["EXPIRE_DAYS"].value:
        found.append("RENKEI_REMIND_DAYS は RENKEI_EXPIRE_DAYS より短くしてください。")
    if values["BLOBS"].value and not (values["BLOBS_KEY"].value and values["BLOBS_SECRET"].value):
        found.append("RENKEI_BLOBS の置き場には、RENKEI_BLOBS_KEY と RENKEI_BLOBS_SECRET (または …_FILE) も要ります。")
    return [*found, *_time_stamp_problems(values)]


def _listening_problems(values: Mapping[str, Value]) -> list[str]:
    bind, proxies = values["BIND"].value, values["PROXY"].value
    has_certificate, has_key = bool(values["TLS_CERT"].value), bool(values["TLS_KEY"].value)
    found = []
    if has_certificate != has_key:
        found.append("TLS の証明書と鍵は両方を指定してください (RENKEI_TLS_CERT と RENKEI_TLS_KEY)。")
    if bind.startswith(UNIX) and bind not in proxies:
        found.append(
            f"{bind} で待ち受けるときは、そこにつなぐのが前に置いたプロキシだけだと決めてください (RENKEI_PROXY={bind})。"
        )
    if wrong := [proxy for proxy in proxies if not _is_address(proxy) and proxy != bind]:
        found.append(
            f"RENKEI_PROXY の {wrong[0]} は使えません。プロキシのアドレスか、RENKEI_BIND と同じ unix:… を書いてください。"
        )
    if bind.startswith(UNIX):
        return found
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        return ["RENKEI_BIND (--bind) は 127.0.0.1:8000 のように、アドレスと番号で書いてください。"]
    if not is_loopback(host) and not has_certificate:
        found.append(
            f"{host} で待ち受けるには TLS が必要です。--tls-cert と --tls-key を指定するか、127.0.0.1 で待ち受けてください。"
        )
    return found


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _time_stamp_problems(values: Mapping[str, Value]) -> list[str]:
    url, roots = values["TSA_URL"].value, values["TSA_CA"].value
    warn, stop = values["TSA_WARN_HOURS"].value, values["TSA_STOP_HOURS"].value
    found = []
    if bool(url) != bool(roots):
        found.append("時刻認証局を使うときは、RENKEI_TSA_URL と RENKEI_TSA_CA の両方を指定してください。")
    if url and not url.startswith(("https://", "http://")):
        found.append("RENKEI_TSA_URL は https:// か http:// で始めてください。")
    if roots and not Path(roots).is_file():
        found.append("RENKEI_TSA_CA のファイルがありません。")
    if stop and stop <= warn:
        found.append("RENKEI_TSA_STOP_HOURS は RENKEI_TSA_WARN_HOURS より長くしてください (注意が先に出るように)。")
    return found


def requires_second_factor(values: Mapping[str, Value]) -> bool:
    """Whether staff must have a second factor: by itself, unless nobody outside this machine has a name for the hub.

    Not by the address alone: nginx on the same machine may bring in the world.
    """
    said = values["SECOND_FACTOR"].value
    if said != "auto":
        return bool(said == "required")
    names = values["ALLOWED_HOSTS"].value
    by_tls = values["TLS_CERT"].value or values["PROXY"].value
    return bool(by_tls) or not all(is_loopback(name.strip("[]")) for name in names)


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine alone."""
    return host == "localhost" or host == "::1" or host.startswith("127.")
