"""Signing in."""

from __future__ import annotations

from django.contrib.auth.forms import AuthenticationForm

# One sentence for a wrong name, a wrong password and a closed account: nobody learns here who has an account.
_WRONG = "ログイン名かパスワードがちがいます。大文字と小文字、全角と半角を確かめて、もう一度入れてください。"


class SignInForm(AuthenticationForm):
    """Name and password."""

    error_messages = {"invalid_login": _WRONG, "inactive": _WRONG}
