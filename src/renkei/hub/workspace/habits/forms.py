"""What an administrator says of how a service works."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from renkei.hub.workspace.calendar import CLAIM_DAY, Moves
from renkei.hub.workspace.habits.services import FIELDS
from renkei.hub.workspace.models import Approval, Habits
from renkei.standard.showing.words import WEEKDAYS

MOST_DAYS_OFF = 60
MOST_UNOPENED = 20
_BACK, _AHEAD = timedelta(days=366), timedelta(days=2 * 366)
_LONGEST = 2000  # characters
_DAY = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?", re.ASCII)
_MOVES = {
    Moves.STAYS: "動かない(休みの日でも10日まで)",
    Moves.BEFORE: "前の営業日に早まる",
    Moves.AFTER: "次の営業日に延びる",
}


def _number(label: str, least: int, most: int, help_text: str, *, required: bool = True) -> forms.IntegerField:
    wrong = f"{least} から {most} までの数字を入れてください。"
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        required=required,
        help_text=help_text,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class HabitsForm(forms.Form):
    """All of the habits of one service; `revision` is the one that was shown."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    approval = forms.ChoiceField(
        label="送る前の承認",
        choices=Approval.choices,
        widget=forms.RadioSelect,
        help_text="送るものを、もう1人が見てから送るかどうかです。1人の事業所では、上を選んでください。",
    )
    send_day = _number(
        "提供票を送る日(毎月)",
        1,
        31,
        "次の月の提供票を、毎月何日に送るかです。31 にすると、どの月も最後の日になります。決めていなければ、空けておいてください。",
        required=False,
    )
    result_day = _number(
        "実績がそろう日(毎月)",
        1,
        CLAIM_DAY,
        "前の月の実績が、何日までにそろうとよいかです。この日を過ぎても来ない相手を、お知らせに出します。",
    )
    unopened_days = _number(
        "開かれていないと知らせるまでの日数",
        1,
        MOST_UNOPENED,
        "送ったものを相手が開かないとき、何日たったら知らせるかです。下で選ぶ休みの日は、数えません。",
    )
    weekdays_off = forms.MultipleChoiceField(
        label="休みの曜日",
        choices=[(str(number), f"{name}曜日") for number, name in enumerate(WEEKDAYS)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="毎週休む曜日を選んでください。",
    )
    holidays_off = forms.BooleanField(
        label="祝日と年末年始(12月29日から1月3日)は休み",
        required=False,
        help_text="祝日も開いている事業所では、外してください。",
    )
    days_off = forms.CharField(
        label="そのほかの休みの日",
        required=False,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text=f"夏休みなど。1行に1日、2027/8/13 のように書いてください({MOST_DAYS_OFF}日まで)。1年より前の日は、消えます。",
    )
    claim_moves = forms.ChoiceField(
        label="10日が休みの日のとき、請求の締め切りは",
        required=False,
        widget=forms.RadioSelect,
        help_text="都道府県の国保連(国民健康保険団体連合会)によってちがいます。わからないときは、国保連に聞いてください。",
    )

    def __init__(self, *args: Any, usual: Moves, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moves: Any = self.fields["claim_moves"]
        moves.choices = [("", f"このハブの決まりのまま(いまは「{_MOVES[usual]}」)"), *_MOVES.items()]

    def clean_weekdays_off(self) -> str:
        """Digits; a week has a day of work."""
        chosen = "".join(sorted(self.cleaned_data["weekdays_off"]))
        if len(chosen) == len(WEEKDAYS):
            raise forms.ValidationError("休みでない曜日を、1つは残してください。")
        return chosen

    def clean_days_off(self) -> list[str]:
        """ISO dates in their order, as they may be typed on any keyboard."""
        lines = [line.strip() for line in unicodedata.normalize("NFKC", self.cleaned_data["days_off"]).splitlines()]
        days = {_day(line) for line in lines if line}
        if len(days) > MOST_DAYS_OFF:
            raise forms.ValidationError(f"{MOST_DAYS_OFF}日までにしてください。いまは {len(days)}日あります。")
        return _recent(day.isoformat() for day in days)

    @property
    def values(self) -> dict[str, Any]:
        """What was said, once it is valid."""
        return {name: self.cleaned_data[name] for name in FIELDS}


def shown(habits: Habits) -> dict[str, Any]:
    """The habits as the form shows them."""
    values: dict[str, Any] = {name: getattr(habits, name) for name in ("revision", *FIELDS)}
    days = (date.fromisoformat(day) for day in _recent(habits.days_off))
    words = {"days_off": "\n".join(f"{day.year}/{day.month}/{day.day}" for day in days)}
    return values | words | {"weekdays_off": list(habits.weekdays_off)}


def _day(line: str) -> date:
    """The day on one line. What people add behind it (a weekday, why) is passed over."""
    found = _DAY.match(line)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        raise forms.ValidationError(
            f"「{line[:20]}」が日付として読めません。2027/8/13 のように、年から書いてください。"
        )
    if day > timezone.localdate() + _AHEAD:
        raise forms.ValidationError(f"「{line[:20]}」は先すぎます。2年以内の日にしてください。")
    return day


def _recent(days: Iterable[str]) -> list[str]:
    return sorted(day for day in days if day >= (timezone.localdate() - _BACK).isoformat())
