"""The record of deeds: who changed what in running the hub, and why."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from renkei.hub.core.models import Deed

MOST_REASON = 500
# What each kind of deed is called where the record is read.
_WORDS = {
    "quota": "1日に送れる件数を変えた",
    "prices": "料金表を替えた",
    "licence-made": "利用の申請をした",
    "licence-stopped": "自動更新をやめた",
    "licence-goes-on": "自動更新を続けることにした",
    "party-admitted": "登録した",
    "party-entered": "登録の内容を変えた",
    "satellite": "サテライトを変えた",
    "known-offices": "公表されている一覧を取り込んだ",
    "change-planned": "変更を入れた",
    "change-cancelled": "変更を取り消した",
    "change-applied": "変更が行われた",
    "application-agreed": "もう一度入れることに、1人目として同意した",
    "application-code": "申し込みに、確認の番号を送った",
    "application-confirmed": "申し込みを、ほかの道で確かめた",
    "application-refused": "申し込みを断った",
    "application-proved": "申し込みの番号が合った",
    "application-admitted": "申し込みから登録した",
    "invited": "招待した",
    "enrolment-code": "証明書をもらうための番号を作った",
    "certificate-asked": "証明書を申請した",
    "certificate-issued": "証明書を発行した",
    "certificate-refused": "証明書を発行しなかった",
    "certificate-revoked": "証明書を失効させた",
    "certificate-policies": "認証局のきまりを変えた",
    "authorities-trusted": "信頼する認証局を登録した",
    "sealing-key": "画面から送るための鍵を作った",
    "sealed": "画面から送るものに封をした",
    "browser-seal": "画面から送ることの許しを変えた",
    "account-made": "プログラムのIDを作った",
    "account-closed": "プログラムのIDをやめた",
    "habits": "事業所のやり方を変えた",
    "mail-form": "相手の送信を受け取る形を変えた",
    "webhook-set": "Webhook の宛先を決めた",
    "webhook-rotated": "Webhook の合言葉を替えた",
    "webhook-resumed": "Webhook をまた動かした",
    "webhook-removed": "Webhook をやめた",
    "webhook-gone": "相手の答えで、Webhook が止まった",
    "webhook-given-up": "続けて届かないので、Webhook が止まった",
    "staff-entered": "職員を登録した",
    "staff-invited": "職員を招待した",
    "invitation-accepted": "招待を受けた",
    "invitation-taken-back": "招待を取り消した",
    "recovery-approved": "サインインできない人を助けた",
    "recovery-refused": "サインインできない人の願いを断った",
    "recovered": "パスワードを決め直した",
    "staff-rests": "ほかの事業所での利用が止まった",
    "staff-changed": "職員の役割を変えた",
    "staff-cut-off": "職員を外した",
    "staff-taken-back": "外した職員を戻した",
    "staff-unlocked": "職員の締め出しを解いた",
    "staff-password-changed": "パスワードを変えた",
    "staff-factor-added": "二つ目の確認を足した",
    "staff-factor-removed": "二つ目の確認を外した",
    "staff-recovery-codes": "予備の番号を作り直した",
    "staff-signed-out-everywhere": "すべての場所からサインアウトした",
    "notice": "お知らせを載せた",
    "end-notice": "お知らせを下ろした",
    "retry-job": "止まった仕事をもう一度させた",
    "drop-job": "止まった仕事をやめた",
    "help": "困りごとを助けるため、事業所の一覧を見た",
    "propose-revoke-authority": "認証局を信頼しないことを提案した",
    "revoke-authority": "認証局を信頼しないことにした",
    "refuse-revoke-authority": "認証局を信頼しないことに反対した",
    "propose-looks-of-person": "1人の人の閲覧の記録を読むことを提案した",
    "looks-of-person": "1人の人の閲覧の記録を読むことに賛成した",
    "refuse-looks-of-person": "1人の人の閲覧の記録を読むことに反対した",
    "read-looks": "1人の人の閲覧の記録を読んだ",
}


def record(
    actor: str,
    kind: str,
    about: str,
    *,
    party: int | None = None,
    reason: str = "",
    second: str = "",
    **details: Any,
) -> Deed:
    """Write one deed. Call it inside the `write()` that does it, so that neither is there without the other.

    `kind` is one of those that have words here; `party` is on whose behalf it was done; `details` are words and ids, never a person's data.
    """
    return Deed.objects.create(
        at=timezone.now(),
        actor=actor,
        party=party,
        kind=kind,
        about=about,
        reason=reason[:MOST_REASON],
        details=details,
        second=second,
    )


def words(kind: str) -> str:
    """What a kind of deed is called; the kind itself where an older hub wrote one that is not known any more."""
    return _WORDS.get(kind, kind)
