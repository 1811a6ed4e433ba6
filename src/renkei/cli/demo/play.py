"""The month, played: plans and use tables go out, are collected and imported; actuals come back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console

from renkei.cli.demo.stage import DemoFailed, Stage, step
from renkei.client import CollectResult, Office, Outcome, ReportResult, SendResult

_Results = Sequence[SendResult] | Sequence[CollectResult] | Sequence[ReportResult]


def play(stage: Stage, console: Console) -> None:
    """Every office does its month with its own program, over HTTP. Raises DemoFailed."""
    centre, others = stage.care_manager, stage.service_offices
    with step(console, "居宅介護支援事業所が、ケアプランと提供票を送っています"):
        _fill_outbox(stage, centre)
        _done(centre.send())
    with step(console, "サービス事業所が受け取り、読み込みの結果を知らせています"):
        for office in others:
            _receive(office)
    with step(console, "サービス事業所が実績を送っています"):
        for office in others:
            _fill_outbox(stage, office)
            _done(office.send())
    with step(console, "居宅介護支援事業所が実績を受け取っています"):
        _receive(centre)
    with step(console, "サービス事業所が、実績が届いたことを確かめています"):
        for office in others:
            _done(office.collect())


def _fill_outbox(stage: Stage, office: Office) -> None:
    """What the care software would do: write this month's files into the outbox."""
    number = office.settings.office
    outbox = stage.folder / "offices" / number / "outbox"
    for name, data in stage.month.files[number].items():
        (outbox / name).write_bytes(data)


def _receive(office: Office) -> None:
    _done(office.collect())
    _done(office.reference_import())


def _done(results: _Results) -> None:
    troubles: Iterable[str] = (
        result.trouble.message if result.trouble else "中身に直すところがあります。"
        for result in results
        if result.outcome is not Outcome.DONE
    )
    if text := next(iter(troubles), None):
        raise DemoFailed(text)
