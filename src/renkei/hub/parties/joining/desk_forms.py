"""What a municipality or an operator types to bring somebody in."""

from __future__ import annotations

from typing import Any

from django import forms

from renkei.hub.parties import numbers
from renkei.hub.parties.joining.inviting import Person, Proxy
from renkei.hub.parties.models import PartyKind


def _date(label: str, *, required: bool = False) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}))


_OF_PEOPLE = ("birth", "insured", "relation", "evidence", "ends_on")


def _person(given: dict[str, Any]) -> Person | None:
    return Person(given["birth"], given["insured"]) if given["birth"] else None


def _proxy(given: dict[str, Any]) -> Proxy | None:
    return Proxy(given["relation"], given["evidence"], given["ends_on"]) if given["ends_on"] else None


class InviteForm(forms.Form):
    """Whom to invite. What only people need stays empty for others, and is not asked of who invites no people."""

    kind = forms.ChoiceField(label="だれを招待しますか", widget=forms.RadioSelect)
    name = forms.CharField(label="名前", max_length=200, help_text="組織の名前。本人や家族のときは、その人の氏名。")
    number = forms.CharField(
        label="番号",
        max_length=20,
        required=False,
        help_text="保険者番号(6桁)、都道府県(2桁)、医療機関(都道府県・点数表・コードの10桁)など。本人を新しく招待するときは空のまま。",
    )
    birth = _date("本人の生年月日(本人・家族のとき)")
    insured = forms.CharField(label="本人の被保険者番号(本人・家族のとき)", max_length=20, required=False)
    relation = forms.CharField(
        label="本人との関係(代わりの人のとき)", max_length=40, required=False, help_text="例: 長女、成年後見人"
    )
    evidence = forms.CharField(
        label="何で確かめたか(代わりの人のとき)", max_length=200, required=False, help_text="例: 登記事項証明書"
    )
    ends_on = _date("いつまで(代わりの人のとき)")

    def __init__(self, *args: Any, kinds: list[PartyKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        if PartyKind.PERSON not in kinds:
            for name in _OF_PEOPLE:
                del self.fields[name]
            self.fields["name"].help_text = "組織の名前。"
            self.fields["number"].help_text = "市町村は保険者番号(6桁)、都道府県は2桁。ほかは、決まった番号があれば。"

    def wanted(self) -> dict[str, Any]:
        """The arguments of `inviting.invite`, once it is valid."""
        data = self.cleaned_data
        people = {name: data.get(name) for name in _OF_PEOPLE}
        number = str(data["number"]).strip()
        if data["kind"] in (PartyKind.MUNICIPALITY, PartyKind.PREFECTURE, PartyKind.CLINIC):
            number = numbers.normalised(number)
        return {
            "kind": PartyKind(data["kind"]),
            "name": data["name"],
            "number": number,
            "person": _person(people) if data["kind"] == PartyKind.PERSON else None,
            "proxy": _proxy(people),
        }

    def clean(self) -> dict[str, Any]:
        """A proxy has an end."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("relation") and not given.get("ends_on") and "ends_on" not in self.errors:
            self.add_error("ends_on", "代わりの人には、終わりの日を決めてください。")
        return given


class IdentityForm(forms.Form):
    """What a person says of themself."""

    birth = _date("生年月日(介護を受ける本人)", required=True)
    insured = forms.CharField(
        label="被保険者番号(介護を受ける本人)", max_length=20, help_text="介護保険の被保険者証にある10桁の番号です。"
    )
