"""Deeds about who is who, as plain functions of JSON values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from renkei.hub.config.options import BadOption
from renkei.hub.parties import changes, services
from renkei.hub.parties.known import keeping
from renkei.hub.parties.known.reading import Known
from renkei.hub.parties.models import PartyChange, PartyChangeKind

Arguments = Mapping[str, Any]


def keep_known(given: Arguments) -> str:
    """A portion of the public list; how many rows were new, known, left."""
    kept = keeping.keep([Known(**row) for row in given["rows"]], date.fromisoformat(given["as_of"]))
    return f"{kept.new} {kept.again} {kept.left}"


def finish_known(given: Arguments) -> str:
    """The end of an import; how many rows are in no list of this date."""
    as_of = date.fromisoformat(given["as_of"])
    return str(keeping.finish(given["kinds"], as_of, given["rows"], given["actor"]))


def change(given: Arguments) -> str:
    """Enter a change of an office with its day, take one back, or show those to come."""
    if given["list"]:
        return "\n".join(map(_change_words, changes.to_come())) or "これからの変更はありません。"
    if given["cancel"] is not None:
        return f"やめました: {_change_words(changes.cancel(given['cancel'], given['actor'], given['reason']))}"
    if not given["office"] or not given["kind"]:
        raise BadOption("--office と --kind を指定してください。一覧は --list、取りやめは --cancel 番号 です。")
    entered = changes.plan(
        services.office(given["office"]),
        PartyChangeKind(given["kind"]),
        date.fromisoformat(given["day"]) if given["day"] else timezone.localdate(),
        given["actor"],
        given["reason"],
        value=given["name"],
        successor=services.office(given["successor"]) if given["successor"] else None,
    )
    done = "行いました" if entered.applied_at else "登録しました"
    return f"{done}: {_change_words(entered)}"


def _change_words(row: PartyChange) -> str:
    to = f" → {row.successor.number} {row.successor.name}" if row.successor else ""
    name = f" → {row.value}" if row.value else ""
    number = f"{row.pk}  " if row.pk else ""
    kind = PartyChangeKind(row.kind).label
    return f"{number}{row.day.isoformat()}  {row.party.number} {row.party.name}  {kind}{name}{to}"


def satellite(given: Arguments) -> str:
    """A branch of an office's service."""
    party = services.office(given["office"])
    service = party.services.filter(service=given["service"]).first()
    if service is None:
        raise BadOption("このサービス種類は登録されていません。--service を確かめてください。")
    services.set_satellite(service, given["branch"], given["name"], given["actor"])
    return f"登録しました: {party.number} {party.name} の枝番 {given['branch']} {given['name']}"


DEEDS: dict[str, Callable[[Arguments], str]] = {
    "known-offices": keep_known,
    "known-offices-finish": finish_known,
    "change": change,
    "satellite": satellite,
}
