"""What stands in 第6表 and 第7表 of one person, as texts: what the libraries beside ours are given to draw. The same texts as ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from renkei.forms.rendering import Form

DAYS = 31
LINES = 14  # of a page
# Columns of 第7表: heading and width in percent.
COLUMNS = (
    ("事業所名", 8.0),
    ("事業所番号", 6.0),
    ("サービス内容\n／種類", 8.0),
    ("サービス\nコード", 4.3),
    ("単位数", 3.6),
    ("割引後\n率％", 2.6),
    ("割引後\n単位数", 3.4),
    ("回数", 2.5),
    ("サービス\n単位\n／金額", 5.0),
    ("給付管理\n単位数", 5.0),
    ("種類支給\n限度基準を\n超える\n単位数", 4.6),
    ("種類支給\n限度基準\n内単位数", 4.6),
    ("区分支給\n限度基準を\n超える\n単位数", 4.6),
    ("区分支給\n限度基準\n内単位数", 4.6),
    ("単位数\n単価", 4.0),
    ("費用総額\n保険／\n事業対象分", 5.0),
    ("給付率\n（％）", 3.2),
    ("保険／\n事業費\n請求額", 5.0),
    ("定額利用者\n負担単価\n金額", 5.0),
    ("利用者負担\n保険／\n事業対象分", 5.5),
    ("利用者負担\n全額負担分", 5.5),
)


@dataclass(frozen=True)
class Line:
    """A service in 第6表: `planned` and `done` are a letter a day and how often in all."""

    time: str
    service: str
    office: str
    planned: tuple[str, str]
    done: tuple[str, str]


@dataclass(frozen=True)
class Office:
    """The rows of one office in 第7表: a text a column from the third on."""

    name: str
    number: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Slip:
    """Both sheets. `totals` are the texts of the last row of 第7表, from the fifth column on."""

    title: str
    annex_title: str
    direction: str
    weekdays: str
    head: Mapping[str, Any]
    lines: tuple[Line, ...]
    offices: tuple[Office, ...]
    totals: Sequence[str]

    @property
    def pages(self) -> list[tuple[Line, ...]]:
        """The lines of 第6表 page by page."""
        return [self.lines[first : first + LINES] for first in range(0, len(self.lines), LINES)]


def slip(month: Form, annex: Form) -> Slip:
    """From 第6表 and 第7表 as they are filled."""
    own, costs = month.data, annex.data
    return Slip(
        own["title"],
        costs["title"],
        own["direction"],
        own["days"]["weekdays"],
        own["head"],
        tuple(_line(line) for line in own["lines"]),
        tuple(
            Office(
                group["office"],
                group["number"],
                tuple((row["service"], row["code"], *row["amounts"]) for row in group["lines"]),
            )
            for group in costs["groups"]
        ),
        costs["totals"][0],
    )


def _line(line: Mapping[str, Any]) -> Line:
    counts = [(line[which]["marks"], line[which]["total"]) for which in ("planned", "done")]
    return Line(line["time"], line["service"], line["office"], *counts)
