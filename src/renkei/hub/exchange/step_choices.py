"""The steps that a person may choose, and what a page says before one is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.rules import Change, Side, Step, open_steps
from renkei.hub.parties.models import OfficeService


class Choice(NamedTuple):
    """What a page says of one step. `ask` is the label of the text to write, empty for a step without one."""

    title: str
    explanation: str
    button: str
    ask: str = ""


CHOICES: Mapping[Step, Choice] = {
    Step.COLLECTED: Choice(
        "受け取りました",
        "中身を自分の事業所で使えるようにしたことを、送り手に知らせます。中身は、この画面で期限まで見られます。",
        "受け取りましたと知らせる",
    ),
    Step.IMPORTED: Choice(
        "介護ソフトに読み込めました", "介護ソフトに入ったことを、送り手に知らせます。", "読み込めましたと知らせる"
    ),
    Step.IMPORT_FAILED: Choice(
        "介護ソフトに読み込めませんでした",
        "読み込めなかったことを、送り手に知らせます。わけがわかるときは、電話などでも伝えてください。",
        "読み込めなかったと知らせる",
    ),
    Step.WITHDRAWN: Choice(
        "送信を取り消す",
        "相手はまだ受け取っていません。取り消すと、相手はもう受け取れません。取り消しは、元に戻せません。",
        "この送信を取り消す",
    ),
    Step.CHANGE_REQUESTED: Choice(
        "変更をお願いする",
        "変えてほしいことを書いて、相手に送ります。相手が返事をするまで、新しいお願いはできません。",
        "この内容でお願いする",
        "変えてほしいこと",
    ),
    Step.CHANGE_ACCEPTED: Choice(
        "変更を引き受ける",
        "お願いを引き受けることを、相手に知らせます。直したファイルは、新しい連番で送ってください。",
        "引き受けると知らせる",
        "伝えること(なくてもかまいません)",
    ),
    Step.CHANGE_DECLINED: Choice(
        "変更を断る", "お願いを断ることを、わけを書いて相手に知らせます。", "断ると知らせる", "断るわけ"
    ),
    Step.RECALL_REQUESTED: Choice(
        "まちがえて送ったので、回収を求める",
        "まちがった相手に送ったときに使います。相手は、返事をするまで中身を開けなくなります。"
        "相手が写しを消すと、その知らせが届き、だれが見たかの記録を出せます。",
        "回収を求める",
        "回収を求めるわけ",
    ),
    Step.DELETION_CONFIRMED: Choice(
        "写しをすべて消しました",
        "保存したファイル、印刷した紙、介護ソフトに入れたデータを、すべて消してから知らせてください。"
        "ハブにある受け手の写しは、知らせたときに消えます。元に戻せません。",
        "すべて消したと知らせる",
        "伝えること(なくてもかまいません)",
    ),
    Step.RECALL_DECLINED: Choice(
        "回収を断る",
        "自分の事業所に宛てたもので、まちがいではないときに使います。わけを書いて知らせると、中身をまた開けます。",
        "断ると知らせる",
        "断るわけ",
    ),
}


def end_for(step: Step, transmission: Transmission, services: Sequence[OfficeService]) -> OfficeService | None:
    """The end of the transmission, among one's own services, for which the step is open now."""
    ends = ((Side.RECIPIENT, transmission.recipient), (Side.SENDER, transmission.sender))
    own = {service.pk for service in services}
    standing = transmission.standing
    return next((end for side, end in ends if end.pk in own and step in open_steps(standing, side)), None)


def who_asked(transmission: Transmission, services: Sequence[OfficeService]) -> str:
    """Whose change request waits for an answer: `us`, `them`, or nobody's (empty)."""
    asker = {Change.BY_SENDER: transmission.sender_id, Change.BY_RECIPIENT: transmission.recipient_id}
    waiting = asker.get(transmission.standing.change)
    if waiting is None:
        return ""
    return "us" if waiting in {service.pk for service in services} else "them"


def open_to(transmission: Transmission, services: Sequence[OfficeService]) -> list[tuple[Step, str]]:
    """The steps that a person may take now, each with what its link says, in the order of the rules."""
    return [(step, choice.title) for step, choice in CHOICES.items() if end_for(step, transmission, services)]
