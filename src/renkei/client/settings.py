"""The settings of one office's folder: `renkei-office.toml`."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from renkei.trust.manifest import OFFICE, SERVICE

from .errors import SetupError
from .folder import write_durably

_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|::1")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]+")
_PLAIN = re.compile(r"[\x21-\x7e]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
MAX_NAME = 200
MAX_BYTES = 64 * 1024


@dataclass(frozen=True)
class Settings:
    """Who we are and which hub we use. `tls_ca` names a PEM file when the hub's TLS is not of a public authority; `renew` is
    `auto` where the certificate is renewed without being asked, empty where it is only said that it ends."""

    hub_url: str
    hub_id: str
    hub_name: str
    office: str
    service: str
    name: str
    tls_ca: str = ""
    renew: str = ""


def save(path: Path, settings: Settings) -> None:
    # A JSON string without control characters is a TOML string too.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in asdict(settings).items()]
    write_durably(path, ("# 事業所のプログラムの設定です。\n" + "\n".join(lines) + "\n").encode())


def load(path: Path) -> Settings:
    """Raises SetupError E-OFFICE-FOLDER where there is none, E-OFFICE-SETTINGS where it cannot be used."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _unusable()
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SetupError(
            "E-OFFICE-FOLDER",
            "ここは事業所のフォルダではありません。",
            "--folder で場所を指定するか、renkei office create で作ってください。",
        ) from error
    except ValueError as error:
        raise _unusable() from error
    return of(values)


def of(values: Mapping[str, Any]) -> Settings:
    """Settings that were kept. Raises SetupError for what cannot be used."""
    known = {field.name for field in fields(Settings)}
    if set(values) - known or not all(isinstance(value, str) for value in values.values()):
        raise _unusable()
    try:
        settings = Settings(**values)
    except TypeError as error:
        raise _unusable() from error
    if settings.renew not in ("", "auto"):
        raise _unusable()
    check_url(settings.hub_url)
    check_office(settings.office, settings.service, settings.name)
    return settings


def check_url(url: str) -> str:
    """The hub's address without a slash at its end. Raises SetupError E-OFFICE-URL for one that must not be used."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _bad_url("ハブのアドレスの形が正しくありません。") from error
    known = parts.scheme in ("http", "https") and _HOST.fullmatch(host) and _PLAIN.fullmatch(url)
    if not known or parts.query or parts.fragment or "@" in parts.netloc:
        raise _bad_url("ハブのアドレスの形が正しくありません。")
    if parts.scheme == "http" and not _LOOPBACK.fullmatch(host):
        raise _bad_url("暗号化されない接続 (http) は、このパソコンの中のハブにしか使えません。")
    return url.rstrip("/")


def check_office(office: str, service: str, name: str) -> None:
    """Raises SetupError E-OFFICE-NUMBER or E-OFFICE-NAME."""
    if not OFFICE.fullmatch(office) or not SERVICE.fullmatch(service):
        raise SetupError(
            "E-OFFICE-NUMBER",
            "事業所番号かサービス種類の形が正しくありません。",
            "事業所番号は半角の数字と英大文字で10文字、サービス種類は2文字で書いてください。",
        )
    if not name.strip() or len(name) > MAX_NAME or _CONTROL.search(name):
        raise SetupError(
            "E-OFFICE-NAME", "事業所の名前が正しくありません。", f"1行、{MAX_NAME}文字までで書いてください。"
        )


def check_partner(number: str) -> None:
    """An office number, or nothing for every partner. Raises SetupError E-OFFICE-NUMBER."""
    if number and not OFFICE.fullmatch(number):
        raise SetupError(
            "E-OFFICE-NUMBER",
            "相手の事業所番号の形が正しくありません。",
            "事業所番号は半角の数字と英大文字で10文字です。",
        )


def _bad_url(message: str) -> SetupError:
    return SetupError("E-OFFICE-URL", message, "https:// で始まるアドレスを、ハブの運営者に確かめてください。")


def _unusable() -> SetupError:
    return SetupError(
        "E-OFFICE-SETTINGS",
        "設定のファイル renkei-office.toml を読めません。",
        "控えから戻すか、新しいフォルダで renkei office create からやり直してください。",
    )
