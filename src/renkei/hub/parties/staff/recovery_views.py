"""サインインできないとき: asking, and coming back with the code that the administrator handed over."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from renkei.hub.parties.staff import attempts, recovering
from renkei.hub.parties.staff.attempts import LockedOut
from renkei.hub.parties.staff.forms import AskForHelpForm, RecoverForm
from renkei.hub.parties.staff.own_views import tell

_WRONG = "ログイン名か番号がちがうか、番号の期限が過ぎています。確かめて、もう一度入れてください。"


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for help; the same answer for everybody."""
    form = AskForHelpForm(request.POST or None)
    if not form.is_valid():
        return render(request, "parties/staff/recovery.html", {"form": form})
    given, address = form.cleaned_data, attempts.address_of(request)
    try:
        recovering.ask(given["username"], second_factor=given["second_factor"], address=address)
    except LockedOut as locked:
        page = {"form": form, "wrong": locked.words}
        return render(request, "parties/staff/recovery.html", page, status=locked.status)
    return render(request, "parties/staff/recovery_asked.html")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def recover(request: HttpRequest) -> HttpResponse:
    """The code, and a new password."""
    form = RecoverForm(request.POST or None)
    if not form.is_valid():
        return render(request, "parties/staff/recover.html", {"form": form})
    given, address = form.cleaned_data, attempts.address_of(request)
    try:
        staff = recovering.recover(given["username"], given["code"], given["new_password"], address)
    except LockedOut as locked:
        page = {"form": form, "wrong": locked.words}
        return render(request, "parties/staff/recover.html", page, status=locked.status)
    if staff is None:
        return render(request, "parties/staff/recover.html", {"form": form, "wrong": _WRONG})
    tell(staff, "パスワードが変わりました", "管理者の承認で、パスワードを決め直しました。")
    messages.success(request, "新しいパスワードを決めました。サインインしてください。")
    return redirect("sign-in")
