"""What somebody says of papers that were dropped into the outbox: to whom, of which kind, of which month."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.utils import timezone

from renkei.attachments import index, kinds
from renkei.hub.exchange.attachments import papers
from renkei.hub.exchange.mailbox import months_to_choose
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.outbox.papers import Paper
from renkei.hub.workspace.outbox.pile import Named
from renkei.hub.workspace.partners.services import Address
from renkei.standard.showing.words import month_words


class PapersForm(forms.Form):
    """For all papers of a pile at once; which person each is about can be said in 「書類を送る」."""

    to = forms.ChoiceField(label="送り先")
    type = forms.ChoiceField(label="書類の種類", choices=[(one.value, one.label) for one in index.Type])
    month = forms.ChoiceField(label="何月分か(なくてもかまいません)", required=False)

    def __init__(self, data: Any = None, *, owner: OfficeService) -> None:
        super().__init__(data)
        self._partners = {f"{one.party.number}-{one.service}": one for one in papers.partners(owner)}
        months = months_to_choose(timezone.localdate(), "")
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (key, f"{one.party.name}({one.label})") for key, one in self._partners.items()
        ]
        self.fields["month"].choices = [("", "書かない"), *((one, month_words(one)) for one in months)]  # type: ignore[attr-defined]

    @property
    def address(self) -> Address:
        """The chosen partner."""
        number, service = self.cleaned_data["to"].split("-")
        return number, service

    def papers(self, files: Sequence[Named]) -> list[Paper]:
        """These files, as said."""
        type_, month = index.Type(self.cleaned_data["type"]), self.cleaned_data["month"] or None
        return [Paper(_title(name), type_, kinds.of_name(name) or "", data, None, month) for name, data in files]


def divided(files: Sequence[Named]) -> tuple[list[Named], list[Named]]:
    """Those that are papers by their names, and the rest."""
    ours = [one for one in files if kinds.of_name(one[0])]
    return ours, [one for one in files if one not in ours]


def _title(path: str) -> str:
    name = PurePosixPath(path.replace("\\", "/")).name.strip()
    return name if index.is_title(name) else "書類"
