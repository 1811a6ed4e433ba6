"""Receipts: what a hub, or one of the two offices, states about one transmission. Signed like a manifest.

Words that go with a step (findings, a request) travel beside it as bytes with a salt; the receipt holds their commitment,
so that nobody changes them, and nothing of them is left once salt and bytes are erased.

A hub that hands the recipient another form of a file beside what was signed, or in its place, names that copy in the
receipt of acceptance (`copies`); a receipt without copies has no such key, as all receipts before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from . import strictjson
from .errors import ReceiptError
from .manifest import DIGEST, FILE_NAME, HUB_ID, MAX_FILES, OFFICE, SEALER, SERVICE

__all__ = ["MADE", "SAID_BY", "STEPS", "Copy", "Receipt", "ReceiptError", "build", "parse"]

FORMAT = "renkei-receipt/1"
MAX_BYTES = 128 * 1024  # a unit of the most files, each with a copy
# How a copy came to be: its active contents taken out, or the same records in the other form of the standard.
MADE = ("cleaned", "converted")
STEPS = (
    "accepted",
    "opened",
    "collected",
    "imported",
    "import_failed",
    "withdrawn",
    "reminded",
    "expired",
    "change_requested",
    "change_accepted",
    "change_declined",
    "recall_requested",
    "deletion_confirmed",
    "recall_declined",
)
_SENDER, _RECIPIENT = frozenset({"sender"}), frozenset({"recipient"})
# Steps that an office says itself, and which end of the transmission it is that says them.
SAID_BY: Mapping[str, frozenset[str]] = {
    "collected": _RECIPIENT,
    "imported": _RECIPIENT,
    "import_failed": _RECIPIENT,
    "withdrawn": _SENDER,
    "change_requested": _SENDER | _RECIPIENT,
    "change_accepted": _SENDER | _RECIPIENT,
    "change_declined": _SENDER | _RECIPIENT,
    "recall_requested": _SENDER,
    "deletion_confirmed": _RECIPIENT,
    "recall_declined": _RECIPIENT,
}

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
STEP = re.compile("[a-z][a-z_]{0,39}")  # new steps may come; a reader passes over those it does not know
MAKING = re.compile("|".join(MADE))
_KEYS = ("format", "hub", "transmission", "step", "manifest", "at", "by", "sealed_by", "findings", "attached")


@dataclass(frozen=True)
class Copy:
    """What the hub made of the signed file `file`: how (`MADE`), the copy's name, size in bytes and commitment."""

    file: str
    made: str
    name: str
    size: int
    commitment: str


@dataclass(frozen=True)
class Receipt:
    """One step of one transmission.

    `manifest` is the SHA-256 of the manifest's bytes as received (64 hexadecimal digits), `at` is UTC, `by` is
    {"hub": id} or {"office": number, "service": type}, `sealed_by` tells whether an office's own program or the hub on its
    behalf signed (in the hub's own receipts: signed the manifest), `findings` counts what was found on import, `attached`
    is the commitment to the words that go with the step (`manifest.commitment`), None where there are none, `copies` are
    what the hub made of the files beside them.
    """

    hub: str
    transmission: str
    step: str
    manifest: str
    at: datetime
    by: Mapping[str, str]
    sealed_by: str
    findings: int
    attached: str | None
    copies: tuple[Copy, ...] = ()


def build(
    *,
    hub: str,
    transmission: str,
    step: str,
    manifest: str,
    at: datetime,
    by: Mapping[str, str],
    sealed_by: str,
    findings: int = 0,
    attached: str | None = None,
    copies: Iterable[Copy] = (),
) -> bytes:
    """The bytes to be signed. Raises ReceiptError where `parse` would."""
    said: dict[str, object] = {
        "format": FORMAT,
        "hub": hub,
        "transmission": transmission,
        "step": step,
        "manifest": manifest,
        "at": strictjson.time_text(at),
        "by": dict(by),
        "sealed_by": sealed_by,
        "findings": findings,
        "attached": attached,
    }
    if made := [asdict(copy) for copy in copies]:
        said["copies"] = made
    data = strictjson.dump(said)
    try:
        _read(said)
        strictjson.require_short(data, MAX_BYTES)
    except ValueError as error:
        raise ReceiptError("E-AUTH-RECEIPT", str(error)) from error
    return data


def parse(data: bytes) -> Receipt:
    """Read a receipt strictly. Raises ReceiptError E-AUTH-RECEIPT for anything that the format does not say."""
    try:
        return _read(strictjson.load(data, MAX_BYTES))
    except ValueError as error:
        raise ReceiptError("E-AUTH-RECEIPT", str(error)) from error


def _read(value: object) -> Receipt:
    has_copies = isinstance(value, dict) and "copies" in value
    top = strictjson.fields(value, (*_KEYS, "copies") if has_copies else _KEYS, "the receipt")
    if top["format"] != FORMAT:
        raise ValueError(f"format is not {FORMAT}")
    return Receipt(
        hub=strictjson.text(top["hub"], HUB_ID, "hub"),
        transmission=strictjson.text(top["transmission"], UUID, "transmission"),
        step=strictjson.text(top["step"], STEP, "step"),
        manifest=strictjson.text(top["manifest"], DIGEST, "manifest"),
        at=strictjson.time(top["at"], "at"),
        by=_by(top["by"]),
        sealed_by=strictjson.text(top["sealed_by"], SEALER, "sealed_by"),
        findings=strictjson.count(top["findings"], "findings"),
        attached=None if top["attached"] is None else strictjson.text(top["attached"], DIGEST, "attached"),
        copies=_copies(top["copies"]) if has_copies else (),
    )


def _copies(value: object) -> tuple[Copy, ...]:
    copies = tuple(_copy(item) for item in strictjson.items(value, MAX_FILES, "copies"))
    if not copies or len({copy.name.casefold() for copy in copies}) != len(copies):
        raise ValueError("copies is empty or names a copy twice")
    return copies


def _copy(value: object) -> Copy:
    item = strictjson.fields(value, ("file", "made", "name", "size", "commitment"), "a copy")
    return Copy(
        file=strictjson.text(item["file"], FILE_NAME, "a copy's file"),
        made=strictjson.text(item["made"], MAKING, "a copy's making"),
        name=strictjson.text(item["name"], FILE_NAME, "a copy's name"),
        size=strictjson.count(item["size"], "a copy's size"),
        commitment=strictjson.text(item["commitment"], DIGEST, "a copy's commitment"),
    )


def _by(value: object) -> dict[str, str]:
    if isinstance(value, dict) and "hub" in value:
        return {"hub": strictjson.text(strictjson.fields(value, ("hub",), "by")["hub"], HUB_ID, "by.hub")}
    party = strictjson.fields(value, ("office", "service"), "by")
    return {
        "office": strictjson.text(party["office"], OFFICE, "by.office"),
        "service": strictjson.text(party["service"], SERVICE, "by.service"),
    }
