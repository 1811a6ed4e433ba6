"""サインイン: name and password, the second factor, a passkey alone; 人を替える."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from renkei.hub.parties.models import Staff
from renkei.hub.parties.staff import factors, known, signing_in
from renkei.hub.parties.staff.attempts import LockedOut
from renkei.hub.parties.staff.forms import WRONG_CODE, WRONG_SIGN_IN, CodeForm, SignInForm
from renkei.hub.parties.staff.signing_in import Pending

PASSKEY_WRONG = "パスキーで確かめられませんでした。もう一度するか、ログイン名とパスワードを使ってください。"
NOT_MAILED = "メールを送れませんでした。少し待ってからもう一度するか、ほかの方法を使ってください。"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The first page."""
    next_ = request.POST.get("next", request.GET.get("next", ""))
    if request.method == "GET":
        if request.user.is_authenticated:
            return redirect(signing_in.safe(request, next_))
        return _page(request, SignInForm(initial=_chosen(request)), next_)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form, next_)
    try:
        staff = signing_in.by_password(request, form.cleaned_data["username"], form.cleaned_data["password"])
    except LockedOut as locked:
        return _page(request, form, next_, wrong=locked.words, status=locked.status)
    if staff is None:
        return _page(request, form, next_, wrong=WRONG_SIGN_IN)
    return _go_on(request, staff, next_, remember=form.cleaned_data["remember"])


def _go_on(request: HttpRequest, staff: Staff, next_: str, *, remember: bool) -> HttpResponse:
    """With a right password: to the second factor, unless there is none, or this browser stands for it."""
    if not factors.of(staff):
        return _entered(request, staff, "password", next_, remember=remember and not settings.SECOND_FACTOR_REQUIRED)
    if staff in known.people(request):
        return _entered(request, staff, "known-browser", next_, remember=False)
    signing_in.wait_for_second(request, staff, next_, remember=remember)
    return redirect("second")


@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """The second factor, typed."""
    if (found := signing_in.pending(request)) is None:
        return redirect("sign-in")
    waiting, staff = found
    form = CodeForm(request.POST or None)
    if not form.is_valid():
        return _second_page(request, waiting, staff, form)
    try:
        way = signing_in.by_code(request, waiting, staff, form.cleaned_data["code"])
    except LockedOut as locked:
        return _second_page(request, waiting, staff, form, wrong=locked.words, status=locked.status)
    if way is None:
        return _second_page(request, waiting, staff, form, wrong=WRONG_CODE)
    return _entered(request, staff, way, waiting.next, remember=waiting.remember)


@require_POST
def second_by_mail(request: HttpRequest) -> HttpResponse:
    """Send a code by mail."""
    if (found := signing_in.pending(request)) is None:
        return redirect("sign-in")
    sent = signing_in.mail_code(request, *found)
    return _second_page(request, *found, CodeForm(), wrong="" if sent else NOT_MAILED)


@require_http_methods(["GET", "POST"])
def second_passkey(request: HttpRequest) -> HttpResponse:
    """What the browser is to ask of a passkey of this person; and its answer."""
    if (found := signing_in.pending(request)) is None:
        return redirect("sign-in")
    waiting, staff = found
    if request.method == "GET":
        return JsonResponse(factors.passkey_to_show(staff))
    if factors.use_passkey(request.POST.get("credential", ""), staff) is None:
        return _second_page(request, waiting, staff, CodeForm(), wrong=PASSKEY_WRONG)
    return _entered(request, staff, factors.PASSKEY, waiting.next, remember=waiting.remember)


@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """Signing in by a passkey alone, which is two factors by itself."""
    if request.method == "GET":
        return JsonResponse(factors.passkey_to_show())
    next_ = request.POST.get("next", "")
    staff = factors.use_passkey(request.POST.get("credential", ""))
    if staff is None:
        return _page(request, SignInForm(), next_, wrong=PASSKEY_WRONG)
    return _entered(request, staff, factors.PASSKEY, next_, remember=False)


@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """人を替える: who has signed in on this browser and wishes to be offered there."""
    if request.method == "GET":
        return render(request, "parties/staff/people.html", {"people": known.people(request)})
    if forgotten := request.POST.get("forget", ""):
        response = redirect("people")
        known.remove(request, response, forgotten)
        return response
    auth.logout(request)
    return redirect(f"{reverse('sign-in')}?who={signing_in.typed_digits(request.POST.get('who', ''))}")


def _chosen(request: HttpRequest) -> dict[str, str]:
    """The name of the person that was chosen from this browser's own list."""
    asked = request.GET.get("who", "")
    return next(({"username": person.login} for person in known.people(request) if str(person.pk) == asked), {})


def _entered(request: HttpRequest, staff: Staff, way: str, next_: str, *, remember: bool) -> HttpResponse:
    signing_in.enter(request, staff, way)
    response = redirect(signing_in.safe(request, next_))
    if remember:
        known.add(request, response, staff)
    return response


def _page(request: HttpRequest, form: SignInForm, next_: str, *, wrong: str = "", status: int = 200) -> HttpResponse:
    page = {"form": form, "next": next_, "wrong": wrong, "people": known.people(request)}
    return render(request, "parties/staff/sign_in.html", page, status=status)


def _second_page(
    request: HttpRequest, waiting: Pending, staff: Staff, form: CodeForm, *, wrong: str = "", status: int = 200
) -> HttpResponse:
    page: dict[str, Any] = {"form": form, "factors": factors.of(staff), "wrong": wrong}
    page["mailed"] = bool(waiting.mail_code) and not wrong
    return render(request, "parties/staff/second.html", page, status=status)
