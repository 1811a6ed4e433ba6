"""What people type to sign in and to set up their accounts."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from renkei.hub.parties.models import Staff

LONGEST_PASSWORD = 200
# One sentence for a wrong name, a wrong password and a closed account: nobody learns here who has an account.
WRONG_SIGN_IN = "ログイン名かパスワードがちがいます。大文字と小文字、全角と半角を確かめて、もう一度入れてください。"
WRONG_CODE = "番号がちがうか、期限が過ぎています。新しい番号を確かめて、もう一度入れてください。"
PASSWORD_HELP = "12文字以上。日本語の短い文でもかまいません。"  # noqa: S105  (words about passwords)


def _password(label: str, use: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST_PASSWORD,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": use}),
    )


def _login() -> forms.CharField:
    attributes = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
    return forms.CharField(label="ログイン名", max_length=80, widget=forms.TextInput(attrs=attributes))


def _code(label: str, help_text: str = "", *, numeric: bool = True) -> forms.CharField:
    attributes = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
    attributes |= {"inputmode": "numeric"} if numeric else {}
    return forms.CharField(label=label, max_length=40, help_text=help_text, widget=forms.TextInput(attrs=attributes))


class SignInForm(forms.Form):
    """Name and password."""

    username = _login()
    password = _password("パスワード", "current-password")
    remember = forms.BooleanField(
        label="この端末で「人を替える」を使う",
        required=False,
        help_text="何人かで使うパソコン向けです。次からこの端末では、名前を選んでパスワードを入れるだけになります。",
    )


class CodeForm(forms.Form):
    """A second factor that is typed."""

    code = _code("確認の番号", "認証アプリの6桁、メールで届いた6桁、または予備の番号8桁")


class PasswordForm(forms.Form):
    """The password of somebody whose name is known by now."""

    password = _password("パスワード", "current-password")


class NewPasswordForm(forms.Form):
    """A new password, typed twice; `staff` must not find their own name in it."""

    new_password = _password("新しいパスワード", "new-password", PASSWORD_HELP)
    again = _password("新しいパスワード(もう一度)", "new-password")

    def __init__(self, *args: Any, staff: Staff | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff or Staff()

    def clean(self) -> dict[str, Any]:
        """Both the same, and good enough."""
        given: dict[str, Any] = super().clean() or {}
        password = given.get("new_password")
        if password is None:
            return given
        if "again" in given and password != given["again"]:
            self.add_error("again", "2つのパスワードがちがいます。同じものを2回入れてください。")
        try:
            validate_password(password, self.staff)
        except ValidationError as error:
            self.add_error("new_password", error)
        return given


class ChangePasswordForm(NewPasswordForm):
    """One's own new password, with the present one."""

    password = _password("いまのパスワード", "current-password")
    field_order = ("password", "new_password", "again")


class AskForHelpForm(forms.Form):
    """Somebody cannot sign in."""

    username = _login()
    second_factor = forms.BooleanField(
        label="スマートフォンなど、確認の番号を出すものもなくした",
        required=False,
        help_text="二つ目の確認を、いったん外してもらいます。",
    )


class RecoverForm(NewPasswordForm):
    """The code that an administrator handed over, and a new password."""

    username = _login()
    code = _code("管理者から受け取った番号", "例: K7QM-2F9X-PD4T", numeric=False)
    field_order = ("username", "code", "new_password", "again")


class InvitationForm(forms.Form):
    """The code of an invitation."""

    code = _code("招待の番号", "例: K7QM-2F9X-PD4T", numeric=False)


class NewAccountForm(NewPasswordForm):
    """A new person: how they sign in, and who they are to their colleagues."""

    username = forms.CharField(
        label="ログイン名",
        min_length=3,
        max_length=40,
        help_text="半角の英小文字・数字・記号(. _ -)で3文字以上。あとで変えられません。",
        validators=[
            RegexValidator(r"^[a-z0-9][a-z0-9._-]+$", "半角の英小文字・数字・記号(. _ -)だけを使ってください。")
        ],
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label="氏名",
        max_length=80,
        help_text="職員の一覧と記録に出ます。",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("username", "name", "new_password", "again")

    def clean_username(self) -> str:
        """As it is typed on any keyboard."""
        return unicodedata.normalize("NFKC", str(self.cleaned_data["username"]))

    def clean(self) -> dict[str, Any]:
        """The password must not be like the name."""
        self.staff.login, self.staff.name = self.data.get("username", ""), self.data.get("name", "")
        return super().clean()

    def person(self) -> Staff:
        """Who it will be, not saved yet, the password set."""
        person = Staff(login=self.cleaned_data["username"], name=self.cleaned_data["name"])
        person.set_password(self.cleaned_data["new_password"])
        return person


class MailForm(forms.Form):
    """An address for codes."""

    email = forms.EmailField(
        label="メールアドレス", max_length=200, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class AppForm(forms.Form):
    """The first code of a new authenticator app."""

    code = _code("アプリに出た6桁の番号")


class MailCodeForm(forms.Form):
    """The code that came by mail."""

    code = _code("メールで届いた6桁の番号")
