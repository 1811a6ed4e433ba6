"""By when results go back to the centre, as an administrator says it."""

from __future__ import annotations

from django import forms

from renkei.hub.workspace.calendar import CLAIM_DAY, Moves

_WRONG = f"1 から {CLAIM_DAY} までの数字を入れてください。"
_MOVES = (
    (Moves.STAYS, "動かない(休みの日でもその日まで)"),
    (Moves.BEFORE, "前の営業日に早まる"),
    (Moves.AFTER, "次の営業日に延びる"),
)


class DueForm(forms.Form):
    """The day, and what becomes of it on a holiday; `revision` is the one that was shown."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    day = forms.IntegerField(
        label="次の月の何日まで",
        min_value=1,
        max_value=CLAIM_DAY,
        help_text="センターに聞いた日を入れてください。5日のところが多くあります。",
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _WRONG),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    moves = forms.ChoiceField(
        label="その日が土曜・日曜・祝日のとき",
        choices=[(one.value, words) for one, words in _MOVES],
        widget=forms.RadioSelect,
        help_text="市町村によってちがいます。わからないときは、センターに聞いてください。",
    )
