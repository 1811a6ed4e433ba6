"""What a person says of how they want to be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django import forms

from renkei.hub.workspace.models import Matter, Way
from renkei.hub.workspace.reminding.services import HOURS

_HELP = {
    Matter.ASKED: "相手が、変えてほしい、またはまちがえて送ったので消してほしいと言ってきたときです。",
    Matter.SENT_BACK: "送るものが下書きに戻されたとき、相手の介護ソフトが読み込めなかったときです。",
    Matter.UNOPENED: "何日で知らせるかは、管理者が「設定」の「やり方」で決めます。",
    Matter.OVERDUE: "前の月の分です。何日までかは、管理者が「設定」の「やり方」で決めます。",
    Matter.ARRIVED: "届いて、まだだれも受け取っていないものです。",
    Matter.ENDING: "ここでやめても、証明書と利用期間が切れる前のメールは、事業所と管理者に届きます。",
}


class WishesForm(forms.Form):
    """A way for each matter that the person can be told of, and the hour of the mail."""

    hour = forms.TypedChoiceField(
        label="メールを送る時刻",
        coerce=int,
        choices=[(hour, f"{hour}時ごろ") for hour in HOURS],
        help_text="1日に1通までです。事業所が休みの日と、新しいことがない日には送りません。どの事業所の分も、同じ時刻に1通で送ります。",
    )

    def __init__(self, *args: Any, offered: Collection[Matter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for matter in offered:
            self.fields[matter.value] = forms.ChoiceField(
                label=matter.label, choices=Way.choices, widget=forms.RadioSelect, help_text=_HELP[matter]
            )
        self.order_fields([*(matter.value for matter in offered), "hour"])
        self._offered = offered

    @property
    def ways(self) -> Mapping[Matter, Way]:
        """What was chosen, once it is valid."""
        return {matter: Way(self.cleaned_data[matter.value]) for matter in self._offered}
