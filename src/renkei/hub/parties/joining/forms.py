"""What an office types to apply."""

from __future__ import annotations

from typing import Any

from django import forms

from renkei.hub.parties import numbers
from renkei.hub.parties.joining.applying import Given
from renkei.hub.parties.models import PartyKind
from renkei.standard.layouts import code_lists


def services_to_choose() -> list[tuple[str, str]]:
    """Service types whose offices exchange plans and results, each with its name: care management first."""
    lists = code_lists()
    return [*lists["service_type_office"].items(), *lists["service_type"].items()]


class NumberForm(forms.Form):
    """The number of the office, before anything else: the rest is filled in from the public list."""

    number = forms.CharField(
        label="事業所番号", max_length=20, help_text="10桁。全角やハイフンが入っていてもかまいません。"
    )

    def clean_number(self) -> str:
        """As it is kept. A check digit that does not fit is a hint on the next page, never a refusal."""
        number = numbers.normalised(str(self.cleaned_data["number"]))
        if words := numbers.shape_problem(PartyKind.OFFICE, number):
            raise forms.ValidationError(words)
        return number


class ApplicationForm(NumberForm):
    """An office applies."""

    name = forms.CharField(label="事業所の名前", max_length=200)
    services = forms.MultipleChoiceField(
        label="サービスの種類",
        help_text="この番号で行っているものを、すべて選んでください。",
        widget=forms.CheckboxSelectMultiple,
    )
    address = forms.CharField(label="住所", max_length=200)
    phone = forms.CharField(
        label="電話番号", max_length=20, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
    )
    fax = forms.CharField(label="ファクス番号(なければ空のまま)", max_length=20, required=False)
    contact = forms.CharField(
        label="担当の方の氏名", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label="メールアドレス", max_length=200, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    agreed = forms.BooleanField(label="上の約束を読み、事業所として同意します")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["services"].choices = services_to_choose()  # type: ignore[attr-defined]

    def given(self) -> Given:
        """What was typed, once it is valid."""
        data = self.cleaned_data
        return Given(
            number=data["number"],
            name=data["name"],
            services=tuple(data["services"]),
            address=data["address"],
            phone=data["phone"],
            fax=data["fax"],
            email=data["email"],
            contact=data["contact"],
        )


class ProofForm(forms.Form):
    """The code that came by post or fax."""

    code = forms.CharField(
        label="届いた番号",
        max_length=40,
        help_text="例: K7QM-2F9X-PD4T。大文字と小文字、ハイフンはちがってもかまいません。",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
