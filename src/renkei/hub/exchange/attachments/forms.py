"""What a person fills in to send papers."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from renkei.attachments import index
from renkei.hub.exchange.attachments import papers
from renkei.hub.exchange.attachments.papers import Wished
from renkei.hub.exchange.models import Upload
from renkei.hub.parties.models import OfficeService

MOST_RECIPIENTS = 50
_ADDRESS = re.compile(r"([0-9A-Z]{10})[-‐－ー ]([0-9A-Z]{2})")
_TITLE = "書類の名前は200文字までです。「/」と「\\」、目に見えない文字は使えません。"


class PaperForm(forms.Form):
    """The words for one file."""

    title = forms.CharField(label="書類の名前", max_length=index.MAX_TITLE)
    type = forms.ChoiceField(label="書類の種類", choices=[(type_.value, type_.label) for type_ in index.Type])

    def __init__(self, data: Mapping[str, Any] | None = None, *, upload: Upload, **kwargs: Any) -> None:
        super().__init__(data, prefix=str(upload.pk), **kwargs)
        self.upload = upload

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        if not index.is_title(title):
            raise forms.ValidationError(_TITLE)
        return title

    @property
    def wished(self) -> Wished:
        """The file with its words."""
        return Wished(self.upload.pk, self.cleaned_data["title"], index.Type(self.cleaned_data["type"]))


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


def upload_ids(values: Sequence[str]) -> list[uuid.UUID]:
    """The numbers of uploads that a page carries; what is none is passed over."""
    found = []
    for value in values:
        try:
            found.append(uuid.UUID(value))
        except ValueError:
            continue
    return found
