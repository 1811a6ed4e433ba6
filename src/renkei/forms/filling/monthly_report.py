"""月次報告: what a service office writes of one person's month. Pure; filled from plain data, for no file says it."""

from __future__ import annotations

from dataclasses import dataclass

from renkei.standard.comparing.papers import Person

from ..rendering import Form


@dataclass(frozen=True)
class MonthlyReport:
    """One person's report; it draws itself. Days and months are in words, `planned` and `done` count visits."""

    person: Person
    name: str
    kana: str
    month: str
    made_on: str
    to: str
    from_: str
    from_number: str
    planned: int
    done: int
    text: str
    title: str = "月次報告"

    def form(self) -> Form:
        return Form(
            "monthly-report",
            {
                "name": self.name,
                "kana": self.kana,
                "insured": self.person[1],
                "month": self.month,
                "made_on": self.made_on,
                "to": self.to,
                "from": self.from_,
                "from_number": self.from_number,
                "planned": self.planned,
                "done": self.done,
                "paragraphs": self.text.split("\n"),
            },
        )
