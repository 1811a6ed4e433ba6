"""Invented weeks for the tests of the forms that show one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from renkei.forms import Form, render
from renkei.forms.filling.given import Given, Row

LONG_NAME = "訪問介護として入浴の準備と声かけと見守りをしながらご本人のできることを少しずつ増やしていくための支援を行い様子を家族へ伝える"
NOTHING = Given(("", ""), ("", ""), ("", ""), "", {})


def service(name: str, day: str, start: str, end: str) -> dict[str, str]:
    return {"weekly_service": name, "weekday": day, "weekly_service_start": start, "weekly_service_end": end}


def activity(name: str, start: str, end: str) -> dict[str, str]:
    return {"daily_activity": name, "daily_activity_start": start, "daily_activity_end": end}


def other(name: str) -> dict[str, str]:
    return {"non_weekly_service": name}


def support(content: str, sort: str, office: str, number: str) -> dict[str, str]:
    return {
        "service_content": content,
        "service_type_name": sort,
        "service_office_name": office,
        "service_office_number": number,
    }


def given(rows: Iterable[Row], plan: Iterable[Row] = (), month: str = "000000", client: str = "栁澤　春") -> Given:
    """One person's care plan as one unit brings it."""
    plan_one = {"care_manager_name": "髙橋　恵子", "care_management_office_name": "架空ケアプランセンター"}
    dates = {"weekly_plan_created_date": "20261115", "care_plan_creation_or_change_date": "20261116"}
    return Given(
        ("139998", "0000000001"),
        ("1379100017", "43"),
        ("1379300013", "11"),
        "20261125090007",
        {
            "UP1KYO": [plan_one],
            "UP2KYO": list(plan),
            "UP3KYO": [{**dates, **row} for row in rows],
            "UPHOSOKU": [{"client_name": client, "target_year_month": month}],
        },
    )


TYPICAL = given(
    [
        *(service("身体介護１", day, "0930", "1000") for day in "136"),
        *(service("生活援助２", day, "1000", "1045") for day in "36"),
        *(service("通所介護Ⅰ３２", day, "0915", "1625") for day in "24"),
        service("訪看Ⅰ３", "5", "1330", "1430"),
        service("夜間対応型訪問介護", "7", "2230", "2300"),
        activity("起床、着替え", "0700", "0700"),
        activity("昼食", "1200", "1230"),
        activity("就寝", "2100", "0630"),
        other("福祉用具貸与 特殊寝台、車いす"),
        other("居宅療養管理指導(内科) 第2木曜日"),
    ],
    [
        support("身体介護１", "訪問介護", "㈱ホームヘルプすずらん", "1379300013"),
        support("生活援助２", "訪問介護", "㈱ホームヘルプすずらん", "1379300013"),
        support("入浴、食事", "通所介護", "デイサービスひだまり", "1379300021"),
        support("特殊寝台貸与", "福祉用具貸与", "福祉用具レンタル髙﨑", "1379300047"),
    ],
    "202612",
)


def words(form: Form, folder: Path, program: str) -> str:
    """All that a form says, without spaces."""
    (folder / "form.pdf").write_bytes(render(*form))
    done = subprocess.run([program, "-layout", folder / "form.pdf", "-"], capture_output=True, check=True)
    return "".join(done.stdout.decode().split())
