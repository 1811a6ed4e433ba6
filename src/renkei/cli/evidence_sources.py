"""Where `renkei evidence export` takes it from: an office's folder and its hub, or the hub's own data."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .files import CannotRunError

if TYPE_CHECKING:
    from renkei.trust.evidence import Report


def exported(options: argparse.Namespace) -> tuple[bytes, Report]:
    """The file and what verifying it found. Raises CannotRunError, NothingToProve, EvidenceError."""
    return _of_hub(options) if options.data else _of_office(options)


def _of_office(options: argparse.Namespace) -> tuple[bytes, Report]:
    from renkei.client import ClientError, Office
    from renkei.trust.errors import TrustError

    if options.office or options.service:
        raise CannotRunError("--office と --service は、--data のときだけ指定します。")
    try:
        office = Office.open(options.folder or ".")
        return office.export_evidence(options.first, options.last, options.partner)
    except (ClientError, TrustError) as error:
        raise CannotRunError(f"{error.message}{error.remedy}({error.code})") from error


def _of_hub(options: argparse.Namespace) -> tuple[bytes, Report]:
    from renkei.trust.manifest import OFFICE

    if not options.office or not options.service:
        raise CannotRunError("--data のときは、--office と --service を指定してください。")
    if options.partner and not OFFICE.fullmatch(options.partner):
        raise CannotRunError("相手の事業所番号は、半角の数字と英大文字で10文字です。")
    if not (options.data / "hub.json").is_file():
        raise CannotRunError(f"「{options.data}」はハブのデータのフォルダではありません。--data を確かめてください。")
    os.environ["RENKEI_DATA"] = str(options.data.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renkei.hub.config.settings")
    import django

    django.setup()
    from django.db import DatabaseError

    from renkei.hub.core.problems import Refused

    try:
        return _from_tables(options)
    except Refused as refusal:
        raise CannotRunError(refusal.words) from refusal
    except DatabaseError as error:
        print(type(error).__name__, file=sys.stderr)
        raise CannotRunError("ハブのデータベースを読めません。設定を確かめてください。") from error


def _from_tables(options: argparse.Namespace) -> tuple[bytes, Report]:
    from django.conf import settings

    from renkei.hub.exchange.exporting import TableSource
    from renkei.hub.parties.services import office
    from renkei.trust.evidence import Subject, cover, gather, pack, verify

    party = office(options.office)
    service = party.services.select_related("party").filter(service=options.service).first()
    if service is None:
        raise CannotRunError("この事業所のサービス種類ではありません。--service を確かめてください。")
    subject = Subject(
        hub=settings.HUB_ID,
        hub_name=settings.HUB_NAME,
        office=party.number,
        service=service.service,
        office_name=party.name,
        first=options.first,
        last=options.last,
        partner=options.partner,
        exported_at=datetime.now(UTC).replace(microsecond=0),
    )
    evidence = gather(TableSource(service), subject)
    report = verify(evidence)
    return pack(evidence, cover(evidence, report)), report
