"""What a person fills in to send papers."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone

from renkei.attachments import index
from renkei.hub.exchange.attachments import papers
from renkei.hub.exchange.attachments.papers import Wished
from renkei.hub.exchange.mailbox import months_to_choose
from renkei.hub.exchange.models import Upload
from renkei.hub.parties.models import OfficeService
from renkei.standard.showing.words import month_words

MOST_RECIPIENTS = 50
_ADDRESS = re.compile(r"([0-9A-Z]{10})[-‐－ー ]([0-9A-Z]{2})")
_TITLE = "書類の名前は200文字までです。「/」と「\\」、目に見えない文字は使えません。"


class PaperForm(forms.Form):
    """The words for one file."""

    title = forms.CharField(label="書類の名前", max_length=index.MAX_TITLE)
    type = forms.ChoiceField(label="書類の種類", choices=[(type_.value, type_.label) for type_ in index.Type])
    month = forms.ChoiceField(label="何月分か(なくてもかまいません)", required=False)
    insurer = forms.CharField(
        label="利用者の保険者番号(なくてもかまいません)",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="6桁の数字",
    )
    insured = forms.CharField(
        label="利用者の被保険者番号(なくてもかまいません)",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="10桁の数字(生活保護単独の人は H と9桁の数字)",
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, upload: Upload, **kwargs: Any) -> None:
        super().__init__(data, prefix=str(upload.pk), **kwargs)
        self.upload = upload
        months = months_to_choose(timezone.localdate(), "")
        self.fields["month"].choices = [("", "書かない"), *((one, month_words(one)) for one in months)]  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        if not index.is_title(title):
            raise forms.ValidationError(_TITLE)
        return title

    def clean_insurer(self) -> str:
        return _number(self.cleaned_data["insurer"], index.INSURER, "保険者番号は、6桁の数字です。")

    def clean_insured(self) -> str:
        said = "被保険者番号は、10桁の数字(または H と9桁の数字)です。"
        return _number(self.cleaned_data["insured"], index.INSURED, said)

    def clean(self) -> dict[str, Any]:
        given = {name: self.cleaned_data.get(name) for name in ("insurer", "insured")}
        for name in [] if self.errors or not any(given.values()) else given:
            if not given[name]:
                self.add_error(name, "利用者を書くときは、保険者番号と被保険者番号の両方を書いてください。")
        return self.cleaned_data

    @property
    def wished(self) -> Wished:
        """The file with its words."""
        said = self.cleaned_data
        person = index.Person(said["insurer"], said["insured"]) if said["insurer"] else None
        return Wished(self.upload.pk, said["title"], index.Type(said["type"]), person, said["month"] or None)


class RecipientsForm(forms.Form):
    """From which service, to whom."""

    service = forms.ChoiceField(label="どのサービスから送るか")
    to = forms.MultipleChoiceField(
        label="送り先", required=False, widget=forms.CheckboxSelectMultiple, help_text="いくつでも選べます。"
    )
    others = forms.CharField(
        label="ほかの送り先",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="事業所番号とサービス種類を 1370200014-11 のように、1行に1つずつ書きます。",
    )

    def __init__(self, *args: Any, services: Sequence[OfficeService], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._services = {str(one.pk): one for one in services}
        self._known = {str(one.pk): one for service in services for one in papers.partners(service)}
        own, to = self.fields["service"], self.fields["to"]
        own.choices = [(key, one.label) for key, one in self._services.items()]  # type: ignore[attr-defined]
        to.choices = [(key, f"{one.party.name}({one.label})") for key, one in self._known.items()]  # type: ignore[attr-defined]
        if len(services) == 1:
            own.widget, own.initial = forms.HiddenInput(), str(services[0].pk)

    def clean_others(self) -> list[OfficeService]:
        found = []
        for line in filter(None, map(str.strip, self.cleaned_data["others"].splitlines())):
            address = _ADDRESS.fullmatch(line)
            service = papers.service_at(*address.groups()) if address else None
            if service is None:
                raise forms.ValidationError(f"「{line[:20]}」という送り先は、このハブにありません。")
            found.append(service)
        return found

    def clean(self) -> dict[str, Any]:
        if not self.errors and not 0 < len(self.recipients) <= MOST_RECIPIENTS:
            self.add_error("to", f"送り先を、1つから {MOST_RECIPIENTS} まで選んでください。")
        return self.cleaned_data

    @property
    def sender(self) -> OfficeService:
        """The service that sends."""
        return self._services[self.cleaned_data["service"]]

    @property
    def recipients(self) -> list[OfficeService]:
        """Everyone who was chosen or written, once."""
        chosen = [self._known[key] for key in self.cleaned_data["to"]]
        return list({one.pk: one for one in [*chosen, *self.cleaned_data["others"]]}.values())


def _number(typed: str, form: re.Pattern[str], said: str) -> str:
    """A number without regard to how wide its characters were typed."""
    number = unicodedata.normalize("NFKC", typed).strip().upper()
    if number and not form.fullmatch(number):
        raise forms.ValidationError(said)
    return number


def upload_ids(values: Sequence[str]) -> list[uuid.UUID]:
    """The numbers of uploads that a page carries; what is none is passed over."""
    found = []
    for value in values:
        try:
            found.append(uuid.UUID(value))
        except ValueError:
            continue
    return found
