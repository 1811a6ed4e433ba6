"""自分の設定: one's own password, second factors, recovery codes, sessions."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import auth, messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renkei.hub.core import deeds, mail
from renkei.hub.core.writing import write
from renkei.hub.parties.members import PersonRequest, person_required
from renkei.hub.parties.models import Staff
from renkei.hub.parties.staff import attempts, codes, factors, known, sessions, signing_in
from renkei.hub.parties.staff.attempts import LockedOut
from renkei.hub.parties.staff.forms import (
    WRONG_CODE,
    WRONG_SIGN_IN,
    AppForm,
    ChangePasswordForm,
    MailCodeForm,
    MailForm,
)
from renkei.hub.parties.staff.lock_views import proof_required
from renkei.hub.parties.staff.signing_in import MAIL_SECONDS, MUST_ADD

_APP_SECRET, _NEW_MAIL = "app-secret", "new-mail"


@require_GET
@person_required
def me(request: PersonRequest) -> HttpResponse:
    """Everything of one's own on one page."""
    staff = request.person
    rows = [(row, seen_at, factors.WAYS.get(row.way, row.way)) for row, seen_at in sessions.of(staff)]
    page = {
        "section": "settings",
        "factors": factors.of(staff),
        "sessions": rows,
        "here": sessions.here(request),
        "people": known.people(request),
    }
    return render(request, "parties/staff/me.html", page)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@person_required
def password(request: PersonRequest) -> HttpResponse:
    """A new password ends every other session."""
    staff = request.person
    form = ChangePasswordForm(request.POST or None, staff=staff)
    if not form.is_valid():
        return render(request, "parties/staff/password.html", {"form": form})
    try:
        found = signing_in.by_password(request, staff.login, form.cleaned_data["password"])
    except LockedOut as locked:
        return render(request, "parties/staff/password.html", {"form": form, "wrong": locked.words}, status=429)
    if found != staff:
        return render(request, "parties/staff/password.html", {"form": form, "wrong": WRONG_SIGN_IN})
    staff.set_password(form.cleaned_data["new_password"])
    way = request.session.get(signing_in.WAY, "password")
    with write():
        staff.save(update_fields=["password"])
        sessions.end_all(staff)
        _record(staff, "staff-password-changed")
    signing_in.enter(request, staff, way)
    tell(staff, "パスワードが変わりました", "パスワードを変えました。ほかの端末のサインインは、すべて終わりました。")
    messages.success(request, "パスワードを変えました。ほかの端末のサインインは、すべて終わりました。")
    return redirect("me")


@require_GET
@person_required
def second_factors(request: PersonRequest) -> HttpResponse:
    """What there is to choose from."""
    page = {"factors": factors.of(request.person), "must_add": request.session.get(MUST_ADD), "section": "settings"}
    return render(request, "parties/staff/factors.html", page)


@require_http_methods(["GET", "POST"])
@person_required
@proof_required
def app(request: PersonRequest) -> HttpResponse:
    """An authenticator app: scan the picture, type the first code."""
    staff = request.person
    form = AppForm(request.POST or None)
    secret = request.session.get(_APP_SECRET) or factors.new_app_secret()
    request.session[_APP_SECRET] = secret
    wrong = ""
    if form.is_valid():
        try:
            if _is_right(request, staff, lambda code: factors.add_app(staff, secret, code), form.cleaned_data["code"]):
                del request.session[_APP_SECRET]
                return _added(request, staff, "認証アプリ", factors.APP)
            wrong = "番号がちがいます。アプリにいま出ている6桁を入れてください。端末の時刻も確かめてください。"
        except LockedOut as locked:
            wrong = locked.words
    picture, url = factors.app_picture(staff, secret)
    page = {"form": form, "picture": picture, "url": url, "secret": _in_groups(secret), "wrong": wrong}
    return render(request, "parties/staff/app.html", page)


@require_http_methods(["GET", "POST"])
@person_required
@proof_required
def passkey(request: PersonRequest) -> HttpResponse:
    """A passkey: what the browser is to make, and what it made."""
    staff = request.person
    if request.method == "GET":
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse(factors.passkey_to_make(staff))
        return render(request, "parties/staff/passkey.html")
    name = sessions.device_words(request.headers.get("User-Agent", ""))
    if not factors.add_passkey(staff, name, request.POST.get("credential", "")):
        wrong = "パスキーを登録できませんでした。もう一度するか、ほかの方法を選んでください。"
        return render(request, "parties/staff/passkey.html", {"wrong": wrong})
    return _added(request, staff, "パスキー", factors.PASSKEY)


@require_http_methods(["GET", "POST"])
@person_required
@proof_required
def by_mail(request: PersonRequest) -> HttpResponse:
    """An address for codes: it counts when the code that went there has come back."""
    staff = request.person
    if "code" in request.POST:
        return _confirmed(request, staff)
    form = MailForm(request.POST or None, initial={"email": staff.email})
    if not form.is_valid():
        return render(request, "parties/staff/mail.html", {"form": form})
    code, address = codes.new_digits(), form.cleaned_data["email"]
    request.session[_NEW_MAIL] = [address, codes.keyed("new-mail", f"{staff.pk}{code}"), int(time.time())]
    if not signing_in.send_code(staff, address, code):
        return render(request, "parties/staff/mail.html", {"form": form, "wrong": "メールを送れませんでした。"})
    return render(request, "parties/staff/mail_code.html", {"form": MailCodeForm()})


def _confirmed(request: PersonRequest, staff: Staff) -> HttpResponse:
    form = MailCodeForm(request.POST)
    address, mark, at = request.session.get(_NEW_MAIL, ["", "", 0])
    if not form.is_valid():
        return render(request, "parties/staff/mail_code.html", {"form": form})

    def is_mailed(code: str) -> bool:
        is_fresh = bool(address) and 0 <= time.time() - at <= MAIL_SECONDS
        return is_fresh and constant_time_compare(mark, codes.keyed("new-mail", f"{staff.pk}{code}"))

    try:
        if not _is_right(request, staff, is_mailed, form.cleaned_data["code"]):
            return render(request, "parties/staff/mail_code.html", {"form": form, "wrong": WRONG_CODE})
    except LockedOut as locked:
        return render(request, "parties/staff/mail_code.html", {"form": form, "wrong": locked.words}, status=429)
    del request.session[_NEW_MAIL]
    before, staff.email = staff.email, address
    with write():
        staff.save(update_fields=["email"])
    if before and before != address:
        _mail(staff, before, "メールアドレスが変わりました", "このアドレスは、もう使われません。")
    return _added(request, staff, "メールの番号", factors.MAIL)


@require_POST
@person_required
@proof_required
def remove(request: PersonRequest, row: int) -> HttpResponse:
    """Take away an app, a passkey, or (0) the mail; not the last one where one is required."""
    staff = request.person
    if settings.SECOND_FACTOR_REQUIRED and factors.of(staff).count == 1:
        messages.warning(request, "最後の1つは外せません。先に、ほかの方法を足してください。")
        return redirect("factors")
    if row == 0:
        staff.email = ""
        with write():
            staff.save(update_fields=["email"])
    elif not factors.remove(staff, row):
        raise Http404
    with write():
        _record(staff, "staff-factor-removed")
    tell(staff, "二つ目の確認が変わりました", "サインインの二つ目の確認を、1つ外しました。")
    messages.success(request, "外しました。")
    return redirect("factors")


@require_http_methods(["GET", "POST"])
@person_required
@proof_required
def recovery_codes(request: PersonRequest) -> HttpResponse:
    """Ten codes for the day when nothing else is at hand; shown once, when they are made."""
    staff = request.person
    if request.method == "GET":
        return render(request, "parties/staff/recovery_codes.html", {"left": factors.of(staff).codes_left})
    if not factors.of(staff):
        messages.warning(request, "先に、認証アプリかパスキーかメールを登録してください。")
        return redirect("factors")
    fresh = factors.new_recovery_codes(staff)
    with write():
        _record(staff, "staff-recovery-codes")
    return render(request, "parties/staff/recovery_codes.html", {"codes": [f"{code[:4]} {code[4:]}" for code in fresh]})


@require_POST
@person_required
def end_session(request: PersonRequest, row: int) -> HttpResponse:
    """End one session, wherever it is."""
    if not sessions.end(request.person, row):
        raise Http404
    messages.success(request, "その端末のサインインを終わらせました。")
    return redirect("me")


@require_POST
@person_required
def sign_out_everywhere(request: PersonRequest) -> HttpResponse:
    """End all sessions, this one too."""
    staff = request.person
    with write():
        sessions.end_all(staff)
        _record(staff, "staff-signed-out-everywhere")
    auth.logout(request)
    messages.success(request, "すべての端末でサインアウトしました。")
    return redirect("sign-in")


def tell(staff: Staff, subject: str, text: str) -> None:
    """Let a person know what happened to their account, when they have an address."""
    if staff.email:
        _mail(staff, staff.email, subject, text)


def _mail(staff: Staff, address: str, subject: str, text: str) -> None:
    ask = "心当たりがないときは、すぐに事業所の管理者に知らせてください。"
    mail.send(address, subject, f"{staff.name} さん\n\n{text}\n{ask}")


def _is_right(request: PersonRequest, staff: Staff, try_: Callable[[str], bool], typed: str) -> bool:
    """Whether a typed code is right; each wrong one is counted. Raises LockedOut."""
    who, address = str(staff.pk), attempts.address_of(request)
    attempts.check(attempts.SECOND_FACTOR, who, address)
    if not try_(signing_in.typed_digits(typed)):
        attempts.failed(attempts.SECOND_FACTOR, who, address)
        return False
    attempts.succeeded(attempts.SECOND_FACTOR, who)
    return True


def _added(request: PersonRequest, staff: Staff, name: str, way: str) -> HttpResponse:
    signing_in.showed_second(request, staff, way)
    with write():
        _record(staff, "staff-factor-added")
    tell(staff, "二つ目の確認が変わりました", f"サインインの二つ目の確認に、{name}を足しました。")
    messages.success(request, f"{name}を登録しました。")
    return redirect("factors" if factors.of(staff).codes_left else "recovery-codes")


def _record(staff: Staff, kind: str) -> None:
    deeds.record(f"staff:{staff.pk}", kind, f"staff:{staff.pk}")


def _in_groups(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
