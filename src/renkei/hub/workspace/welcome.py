"""はじめての準備: the steps of an office that has just joined. Each is read from what is there; nothing is ticked by hand."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.rules import State
from renkei.hub.parties import echo
from renkei.hub.parties.models import AccessToken, Membership, Party, PartyKind
from renkei.hub.parties.staff import factors


@dataclass(frozen=True)
class Step:
    """One step: whether it is done, what to do now in plain words, where (a route, or empty), and what the link says."""

    title: str
    is_done: bool
    words: str
    route: str = ""
    link: str = ""


def steps(membership: Membership) -> list[Step]:
    """The five steps of this member's office, in order."""
    party = membership.party
    return [_account(membership), _key(party), _software(party), _practice(party), _partner(party)]


def _account(membership: Membership) -> Step:
    has_factor = bool(factors.of(membership.staff))
    title = "ログイン名と、二つ目の確認"
    if has_factor or not settings.SECOND_FACTOR_REQUIRED:
        more = "" if has_factor else "二つ目の確認(認証アプリなど)も登録しておくと、パスワードがもれても入られません。"
        return Step(title, True, f"サインインできています。{more}", "me", "自分の設定を開く")
    words = "認証アプリか、この端末の指紋や顔で、本人であることをもう一度確かめます。先に登録してください。"
    return Step(title, False, words, "factors", "二つ目の確認を登録する")


def _key(party: Party) -> Step:
    title = "署名に使う鍵と証明書"
    if party.certificates.filter(revoked_at=None, not_after__gt=timezone.now()).exists():
        return Step(title, True, "この事業所の証明書が登録されています。")
    words = (
        "送るものには、事業所の署名がつきます。介護ソフトか事業所のプログラムで送るときは、"
        "一度だけのコードを作って、プログラムに入れてください。画面だけで送るときは、することはありません。最初に送るときに、ハブが用意します。"
    )
    return Step(title, False, words, "certificates", "コードを作るページを開く")


def _software(party: Party) -> Step:
    title = "介護ソフトとつなぐ、または画面で使う"
    signed_in = AccessToken.objects.filter(certificate__party=party).exists()
    if signed_in or Transmission.objects.filter(sender__party=party).exists():
        return Step(title, True, "プログラムか画面から、このハブを使えています。")
    words = (
        "介護ソフトがこのハブに対応していれば、ソフトの設定にハブのアドレスを入れてください。"
        "対応していなければ、事業所のプログラムか、この画面を使えます。わからないときは、介護ソフトの会社に聞いてください。"
    )
    return Step(title, False, words, "settings", "設定を開く")


def _practice(party: Party) -> Step:
    title = "練習用の事業所に送ってみる"
    sent = Transmission.objects.filter(
        sender__party=party, recipient__party__kind=PartyKind.OFFICE, recipient__party__number=echo.NUMBER
    )
    if sent.filter(state=State.IMPORTED).exists():
        return Step(title, True, "送ったものが受け取られ、読み込めたという答えが来ました。")
    if sent.filter(state=State.IMPORT_FAILED).exists():
        words = "届きましたが、直すところがありました。「送ったもの」で指摘を見て、介護ソフトで直し、もう一度送ってください。"
        return Step(title, False, words, "sent", "送ったものを見る")
    if sent.exists():
        return Step(
            title, False, "届きました。数秒で答えが来ます。このページを開き直してください。", "sent", "送ったものを見る"
        )
    words = (
        f"介護ソフトに、相手として事業所番号 {echo.NUMBER}(練習用の事業所。サービスの種類は、ふだんの相手と同じで)を登録し、"
        "架空の利用者の提供票か実績を1つ書き出して、送ってください。"
        "すぐに中身を調べて、読み込めたか、どこを直すかを答えます。中身は1日で消えます。"
    )
    return Step(title, False, words, "outbox", "画面から送る")


def _partner(party: Party) -> Step:
    title = "最初の相手とやりとりする"
    practice = Party.objects.filter(kind=PartyKind.OFFICE, number=echo.NUMBER)
    ours = Transmission.objects.filter(Q(sender__party=party) | Q(recipient__party=party))
    if ours.exclude(recipient__party__in=practice).exclude(sender__party__in=practice).exists():
        return Step(title, True, "ほかの事業所とのやりとりが始まっています。", "received", "受け取ったものを見る")
    words = (
        "よくやりとりする事業所に、このハブを使っているか聞いてください。始める月を決めて、まず1人分を送り、"
        "届いたかを電話で確かめると安心です。"
    )
    return Step(title, False, words)
