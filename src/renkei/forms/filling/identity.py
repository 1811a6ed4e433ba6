"""What stands small at the foot of a plan's sheets, so that a loose sheet finds its way back. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from .given import Given
from .words import day


def identity(given: Given, row: Mapping[str, str]) -> str:
    """Numbers of the person, and of which day the plan is; who changed it, where that was another office than the sender.

    >>> identity(Given(("132019", "0000000001"), ("", ""), ("", ""), "", {}), {})
    '保険者番号 132019　被保険者番号 0000000001'
    """
    changed_by = row.get("updated_by_office_number", "")
    told = {
        "保険者番号": given.person[0],
        "被保険者番号": given.person[1],
        "計画作成（変更）日": day(row.get("care_plan_creation_or_change_date", "")),
        "更新した事業所の番号": "" if changed_by == given.sender[0] else changed_by,
    }
    return "　".join(f"{label} {value}" for label, value in told.items() if value)
