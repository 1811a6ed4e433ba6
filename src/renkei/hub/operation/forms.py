"""What the operator types."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from renkei.hub.core.problems import Refused
from renkei.hub.parties.models import Party, PartyChangeKind

_LONGEST = timedelta(days=366)
_WRONG_MOMENT = "日時を 2027-01-31 09:00 の形で入れてください。"


class NoticeForm(forms.Form):
    """Words to everybody, from one moment to another."""

    title = forms.CharField(label="見出し", max_length=80)
    text = forms.CharField(label="文", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    from_at = forms.DateTimeField(
        label="いつから",
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        error_messages={"invalid": _WRONG_MOMENT},
    )
    until = forms.DateTimeField(
        label="いつまで",
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        error_messages={"invalid": _WRONG_MOMENT},
    )

    def clean(self) -> dict[str, Any]:
        """The end is after the beginning, still to come, and not years away."""
        cleaned = super().clean() or {}
        begin, end = cleaned.get("from_at"), cleaned.get("until")
        if begin and end and not (timezone.now() < end and begin < end <= begin + _LONGEST):
            self.add_error("until", "いまとはじまりより後で、1年以内の日時にしてください。")
        return cleaned


class ChangeForm(forms.Form):
    """What becomes of a party, and when."""

    kind = forms.ChoiceField(choices=PartyChangeKind.choices)
    day = forms.DateField(error_messages={"invalid": "日を 2027-03-31 の形で入れてください。"})
    value = forms.CharField(max_length=200, required=False)
    successor_number = forms.CharField(max_length=20, required=False)

    @property
    def words(self) -> str:
        """What is wrong, in one line."""
        return "".join(str(error) for errors in self.errors.values() for error in errors)

    def successor(self, party: Party) -> Party | None:
        """The party that goes on, of the same kind. Raises Refused for a number that nobody here has."""
        number = self.cleaned_data["successor_number"].strip()
        if not number:
            return None
        found = Party.objects.filter(kind=party.kind, number=number).first()
        if found is None:
            raise Refused(
                422, "E-REQUEST", "引きつぐ先の番号が登録されていません。", "先に登録してから入れてください。"
            )
        return found
