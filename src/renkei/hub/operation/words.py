"""Names of deeds, as the record shows them."""

from __future__ import annotations

_DEEDS = {
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


def deed_words(kind: str) -> str:
    """The name of a kind of deed; the kind itself where it has none."""
    return _DEEDS.get(kind, kind)
