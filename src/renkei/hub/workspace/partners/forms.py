"""What people say of a partner."""

from __future__ import annotations

import re
import unicodedata

from django import forms

from renkei.hub.parties.models import PartyKind
from renkei.hub.parties.numbers import normalised, shape_problem
from renkei.hub.workspace.models import Channel, Partner
from renkei.standard.explaining import EDITIONS
from renkei.standard.layouts import code_lists

_FAX = re.compile(r"0[0-9]{1,4}-?[0-9]{1,4}-?[0-9]{3,4}")
_WAYS = [(channel.value, channel.label) for channel in Channel if channel is not Channel.HUB]


class PartnerForm(forms.Form):
    """The page of one partner; `revision` is the one that was shown."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        label="Renkei につながるまでの届け方",
        choices=_WAYS,
        widget=forms.RadioSelect,
        help_text="相手が Renkei を使い始めると、何もしなくても Renkei で届くようになります。",
    )
    contact = forms.CharField(
        label="担当の人", max_length=100, required=False, help_text="送付状に「○○様」と出ます。空けておけます。"
    )
    phone = forms.CharField(
        label="電話", max_length=20, required=False, help_text="聞きたいことがあるときにかける番号です。"
    )
    send_day = forms.IntegerField(
        label="提供票がほしい日(毎月)",
        min_value=1,
        max_value=31,
        required=False,
        help_text="相手に「何日までにほしい」と言われているときだけ、入れてください。",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    version = forms.ChoiceField(
        label="相手の介護ソフトの、標準仕様の版",
        choices=[("", "わからない"), *((value, edition) for value, edition in EDITIONS.items())],
        required=False,
        help_text="わからなければ、そのままにしてください。",
    )
    takes_attachments = forms.BooleanField(
        label="PDF や写真も受け取れる", required=False, help_text="受け取れない相手なら、印を外してください。"
    )
    note = forms.CharField(
        label="覚え書き",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="事業所の中だけで見ます。利用者のことは書かないでください。",
    )


class FaxTwice(forms.Form):
    """A name and a fax number that a person types: twice, for a wrong one sends a client's papers to a stranger."""

    name = forms.CharField(label="事業所の名前", max_length=200, help_text="送付状の宛名になります。")
    fax = forms.CharField(label="ファクス番号", max_length=20, help_text="市外局番から入れてください。")
    fax_again = forms.CharField(
        label="ファクス番号(もう一度)", max_length=20, help_text="まちがい送信を防ぐため、もう一度打ってください。"
    )

    def clean_fax(self) -> str:
        """In narrow digits and hyphens."""
        return _narrow(self.cleaned_data["fax"])

    def clean(self) -> None:
        """The two must be the same, written in whichever way."""
        fax, again = self.cleaned_data.get("fax", ""), _narrow(self.cleaned_data.get("fax_again", ""))
        if fax and not _FAX.fullmatch(fax):
            self.add_error("fax", "0 から始まる番号を、数字とハイフンで入れてください。")
        elif fax.replace("-", "") != again.replace("-", ""):
            self.add_error("fax_again", "2つのファクス番号がちがいます。紙を見て、もう一度打ってください。")


class TypedPartnerForm(PartnerForm, FaxTwice):
    """The page of a partner that was put in by hand."""


def form_of(partner: Partner) -> type[PartnerForm]:
    """What may be changed of a partner: its name and fax number only where no list says them."""
    return TypedPartnerForm if partner.by_hand else PartnerForm


class ByHandForm(FaxTwice):
    """An office that no list has."""

    number = forms.CharField(label="事業所番号", max_length=20, help_text="10桁です。送付状や提供票に書いてあります。")
    type = forms.ChoiceField(label="サービスの種類", help_text="提供票を送る先のサービスです。")
    field_order = ("number", "type")

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]
        lists = code_lists()
        types = {**lists["service_type"], **lists["service_type_office"]}
        self.fields["type"].choices = sorted(types.items())  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        """Normalised. A check digit that does not fit is no reason to refuse."""
        number = normalised(self.cleaned_data["number"])
        if problem := shape_problem(PartyKind.OFFICE, number):
            raise forms.ValidationError(problem)
        return number


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("ー", "-").replace("‐", "-").replace(" ", "")
