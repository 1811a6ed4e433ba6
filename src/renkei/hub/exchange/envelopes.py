"""A unit as it comes in: bounded, decoded, its manifest read, its files held against their commitments."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings

from renkei.hub.core.keyring import keyring
from renkei.hub.core.problems import Refused
from renkei.hub.exchange.attachments.attached import Source
from renkei.trust import manifest as manifests
from renkei.trust.errors import TrustError
from renkei.trust.manifest import FileEntry, Manifest, ManifestError


@dataclass(frozen=True)
class Arrival:
    """What a sender handed over, consistent in itself; signature and content are still to be checked.

    `attached` are the files that were brought in before; `files` and `salts` those that came with it.
    """

    manifest_bytes: bytes
    signature: bytes
    manifest: Manifest
    salts: Mapping[str, bytes]
    files: Mapping[str, bytes]
    attached: Mapping[str, Source] = field(default_factory=dict)

    @property
    def content_tag(self) -> str:
        """The same for the same names and contents, whatever salts, time and signer."""
        return content_tag(self.files, {name: source.digest for name, source in self.attached.items()})

    def body(self) -> Iterator[bytes]:
        """`salt ‖ bytes` of each file in the manifest's order, without the attached ones."""
        for entry in self.manifest.files:
            if entry.name not in self.attached:
                yield self.salts[entry.name]
                yield self.files[entry.name]


def content_tag(files: Mapping[str, bytes], attached: Mapping[str, str] | None = None) -> str:
    """An HMAC under the hub's key over names and contents; of `attached` files by the digests that they have already."""
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()} | dict(attached or {})
    lines = sorted(f"{name}\n{digest}" for name, digest in digests.items())
    return keyring().keyed("content-tag", "\n".join(lines).encode())


def arrival(
    manifest: bytes,
    signature: bytes,
    salts: Mapping[str, bytes],
    files: Mapping[str, bytes],
    attached: Mapping[str, Source] | None = None,
) -> Arrival:
    """Read the manifest and hold the files against it, those that were brought in before too.

    Raises Refused (400, 413, 422).
    """
    attached = attached or {}
    _check_limits(files)
    _check_attached_limits(attached)
    try:
        parsed = manifests.parse(manifest)
        manifests.check_files(_without(parsed, attached), files, salts)
        _check_attached(parsed, attached)
    except TrustError as error:
        status = 422 if error.code == "E-AUTH-COMMITMENT" else 400
        raise Refused.because(status, error) from error
    return Arrival(manifest, signature, parsed, dict(salts), dict(files), dict(attached))


def _without(manifest: Manifest, attached: Container[str]) -> Manifest:
    return replace(manifest, files=tuple(entry for entry in manifest.files if entry.name not in attached))


def _check_attached(manifest: Manifest, attached: Mapping[str, Source]) -> None:
    """What was signed is what was brought in. Raises ManifestError E-AUTH-COMMITMENT."""
    signed = {entry.name: entry for entry in manifest.files}
    for name, source in attached.items():
        entry = signed.get(name)
        if entry is None or (entry.size, entry.commitment) != (source.size, source.commitment):
            raise ManifestError("E-AUTH-COMMITMENT", f"not what was signed, or not in the manifest: {name[:128]}")


def split_body(
    entries: Iterable[FileEntry], body: bytes, apart: Container[str] = ()
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Salts and files by name, from the stored `salt ‖ bytes …` of a manifest's files, without those that lie `apart`."""
    salts, files, place = {}, {}, 0
    for entry in entries:
        if entry.name in apart:
            continue
        salts[entry.name] = body[place : place + manifests.SALT_BYTES]
        place += manifests.SALT_BYTES
        files[entry.name] = body[place : place + entry.size]
        place += entry.size
    return salts, files


def _check_limits(files: Mapping[str, bytes]) -> None:
    limits: dict[str, Any] = settings.RENKEI
    if len(files) > limits["LIMIT_UNIT_FILES"]:
        raise _over(f"1つの送信単位は {limits['LIMIT_UNIT_FILES']} ファイルまでです。")
    if any(len(data) > limits["LIMIT_FILE_BYTES"] for data in files.values()):
        raise _over(f"1ファイルは {limits['LIMIT_FILE_BYTES']:,} バイトまでです。")
    if sum(map(len, files.values())) > limits["LIMIT_UNIT_BYTES"]:
        raise _over(f"1つの送信単位は合わせて {limits['LIMIT_UNIT_BYTES']:,} バイトまでです。")


def _check_attached_limits(attached: Mapping[str, Source]) -> None:
    limits: dict[str, Any] = settings.RENKEI
    if len(attached) > limits["LIMIT_ATTACHMENTS"]:
        raise _over(f"1つの送信単位の添付ファイルは {limits['LIMIT_ATTACHMENTS']} 個までです。")
    if sum(source.size for source in attached.values()) > limits["LIMIT_TRANSMISSION_ATTACHMENT_BYTES"]:
        most = limits["LIMIT_TRANSMISSION_ATTACHMENT_BYTES"]
        raise _over(f"1つの送信単位の添付ファイルは、合わせて {most:,} バイトまでです。")


def _over(sentence: str) -> Refused:
    return Refused(413, "E-LIMIT", "大きすぎるため受け取れません。", f"{sentence}利用者を分けて送ってください。")
