"""What can be wrong with a key, certificate, signature, manifest or receipt, and what people are told about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Explanation:
    """Japanese words for one code: what happened, and what to do now."""

    message: str
    remedy: str


EXPLANATIONS: Mapping[str, Explanation] = {
    "E-AUTH-SIGNATURE": Explanation(
        "電子署名が正しくありません。署名したあとに内容が変わったか、署名の形式がちがいます。",
        "書きかえずに、もう一度署名して送ってください。続くときは、お使いのソフトの会社に連絡してください。",
    ),
    "E-AUTH-MANIFEST": Explanation(
        "送信票を読めません。項目が足りないか、形式がちがいます。",
        "送信票を作り直して、署名からやり直してください。続くときは、お使いのソフトの会社に連絡してください。",
    ),
    "E-AUTH-COMMITMENT": Explanation(
        "ファイルが、署名された送信票と合いません。ファイルが足りないか、あとから変わっています。",
        "もとのファイルから送信票を作り直して、もう一度送ってください。",
    ),
    "E-AUTH-RECEIPT": Explanation(
        "受領証を読めません。項目が足りないか、形式がちがいます。",
        "受領証をもう一度受け取ってください。続くときは、ハブの運営者に連絡してください。",
    ),
    "E-CERT-EXPIRED": Explanation(
        "証明書の有効期限が切れています。",
        "新しい証明書の発行を申し込み、届いたら入れかえてください。",
    ),
    "E-CERT-NOT-YET": Explanation(
        "証明書の有効期間がまだ始まっていません。",
        "パソコンの日付と時刻を確かめてください。正しければ、証明書の開始日まで待ってください。",
    ),
    "E-CERT-REVOKED": Explanation(
        "証明書は失効しています。",
        "この証明書は使えません。新しい証明書の発行を申し込んでください。",
    ),
    "E-CERT-AUTHORITY": Explanation(
        "証明書が、認められた認証局のものではありません。",
        "このハブで使える証明書かどうかを確かめ、使える証明書を選び直してください。",
    ),
    "E-CERT-USE": Explanation(
        "証明書が、署名に使えるものではありません。",
        "署名用の証明書を選び直してください。わからないときは、証明書を発行した認証局に問い合わせてください。",
    ),
    "E-CERT-KIND": Explanation(
        "この種類の証明書は、ここでは使えません。",
        "使える証明書かどうかを、ハブのページ「この証明書は使えますか」で確かめてください。",
    ),
    "E-CERT-NUMBER": Explanation(
        "証明書から、事業所番号を読みとれません。",
        "事業所の証明書かどうかを確かめ、わからないときは運営者に問い合わせてください。",
    ),
    "E-CERT-CRL": Explanation(
        "失効リストを使えません。認められた認証局が署名したものではないか、形式がちがいます。",
        "認証局から失効リストを受け取り直してください。",
    ),
    "E-CERT-FILE": Explanation(
        "証明書か申請書のファイルを読めません。",
        "PEM形式(「-----BEGIN」で始まる)のファイルを選び直してください。",
    ),
    "E-CERT-REQUEST": Explanation(
        "証明書を発行できません。申請書か、指定した内容に誤りがあります。",
        "申請書の署名、事業所番号、鍵の種類、期間を確かめてください。",
    ),
    "E-CERT-SERIAL": Explanation(
        "その番号の証明書は、この認証局の台帳にありません。",
        "「renkei authority show フォルダ」で番号を確かめてください。",
    ),
    "E-CERT-COMPROMISED": Explanation(
        "この鍵は、もれたか、なくしたものとして失効しています。",
        "新しい鍵を作り、その鍵の申請書で申し込んでください。",
    ),
    "E-CERT-TOKEN": Explanation(
        "鍵を入れた機器(トークン)を使えません。",
        "機器がつながっているか、PIN、ライブラリ、ラベルを確かめてください。",
    ),
    "E-CERT-FOLDER": Explanation(
        "認証局のフォルダを使えません。すでに別のものがあるか、ファイルが足りません。",
        "フォルダの場所を確かめてください。新しく作るときは、まだないフォルダを指定してください。",
    ),
    "E-STAMP-REFUSED": Explanation(
        "時刻認証局が、時刻の証明を出しませんでした。",
        "時刻認証局のアドレスと契約を確かめてください。",
    ),
    "E-STAMP-TOKEN": Explanation(
        "時刻の証明を読めないか、その署名が正しくありません。",
        "時刻認証局のアドレスを確かめてください。続くときは、時刻認証局に連絡してください。",
    ),
    "E-STAMP-OTHER": Explanation(
        "時刻の証明が、求めたものと別のものです。",
        "時刻認証局のアドレスを確かめてください。続くときは、時刻認証局に連絡してください。",
    ),
    "E-SEAL": Explanation(
        "封印の文を読めません。項目が足りないか、形式がちがいます。",
        "証拠を書き出し直してください。続くときは、ハブの運営者に連絡してください。",
    ),
    "E-CERT-KEY": Explanation(
        "鍵を使えません。ファイルがこわれているか、鍵の種類がちがうか、証明書と合っていません。",
        "正しい鍵ファイルと証明書を選び直してください。使える鍵は P-256 か、2048ビット以上の RSA です。",
    ),
}


class TrustError(Exception):
    """Base of every refusal here. `code` is stable; `detail` is English for logs and holds no personal data."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    @property
    def message(self) -> str:
        return EXPLANATIONS[self.code].message

    @property
    def remedy(self) -> str:
        return EXPLANATIONS[self.code].remedy

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


class KeyFileError(TrustError):
    """A private key cannot be read or may not be used (E-CERT-KEY)."""


class CertificateError(TrustError):
    """A certificate or revocation list is refused (E-CERT-…)."""


class AuthorityError(TrustError):
    """The authority does not issue, revoke or open (E-CERT-REQUEST, -COMPROMISED, -SERIAL, -FOLDER, -TOKEN)."""


class SignatureError(TrustError):
    """A signature is refused (E-AUTH-SIGNATURE)."""


class ManifestError(TrustError):
    """A manifest is refused (E-AUTH-MANIFEST), or the files are not the ones it names (E-AUTH-COMMITMENT)."""


class ReceiptError(TrustError):
    """A receipt is refused (E-AUTH-RECEIPT)."""


class TimeStampError(TrustError):
    """A time-stamp is refused (E-STAMP-…)."""


class SealError(TrustError):
    """A seal's statement is refused (E-SEAL)."""
