"""申し込み: pages for an office that wishes to join; nobody has signed in yet."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from renkei.hub.core.problems import Refused
from renkei.hub.parties import numbers
from renkei.hub.parties.joining import admitting, applying, proving, rules
from renkei.hub.parties.joining.forms import ApplicationForm, NumberForm, ProofForm
from renkei.hub.parties.models import Application, ApplicationState, KnownOffice, PartyKind
from renkei.hub.parties.staff import attempts, signing_in
from renkei.hub.parties.staff.attempts import LockedOut
from renkei.hub.parties.staff.forms import NewAccountForm

_WRONG_CODE = "番号がちがうか、期限が過ぎています。届いた紙を見て、もう一度入れてください。"


@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """First the number, then the rest, filled in from the public list where it has that number."""
    if request.method == "GET":
        return _begin(request)
    form = ApplicationForm(request.POST)
    if not form.is_valid():
        return _show(request, form, str(form.data.get("number", "")))
    try:
        secret = applying.apply(form.given(), attempts.address_of(request))
    except LockedOut as locked:
        return _show(request, form, form.cleaned_data["number"], locked.words, locked.status)
    return redirect("application", secret)


def _begin(request: HttpRequest) -> HttpResponse:
    if "number" not in request.GET:
        return render(request, "parties/joining/begin.html", {"form": NumberForm()})
    asked = NumberForm(request.GET)
    if not asked.is_valid():
        return render(request, "parties/joining/begin.html", {"form": asked})
    number = asked.cleaned_data["number"]
    return _show(request, ApplicationForm(initial=_from_list(number, applying.listed(number))), number)


def _show(request: HttpRequest, form: ApplicationForm, typed: str, wrong: str = "", status: int = 200) -> HttpResponse:
    number = numbers.normalised(typed)[:10]
    page = {
        "form": form,
        "number": number,
        "hint": numbers.hint(PartyKind.OFFICE, number),
        "listed": applying.listed(number),
        "agreement": rules.AGREEMENT,
        "wrong": wrong,
    }
    return render(request, "parties/joining/apply.html", page, status=status)


def _from_list(number: str, listed: list[KnownOffice]) -> dict[str, object]:
    if not listed:
        return {"number": number}
    first = listed[0]
    return {
        "number": number,
        "name": first.name,
        "services": [row.service for row in listed if row.service],
        "address": first.address,
        "phone": first.phone,
        "fax": first.fax,
    }


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def application(request: HttpRequest, secret: str) -> HttpResponse:
    """Where an application stands: wait, type the code, choose name and password, begin."""
    found = applying.find(secret)
    if found is None:
        raise Http404
    if found.state == ApplicationState.CODE_SENT:
        return _prove(request, found, secret)
    if found.state == ApplicationState.PROVED:
        return _account(request, found)
    return render(request, "parties/joining/application.html", {"application": found})


def _prove(request: HttpRequest, found: Application, secret: str) -> HttpResponse:
    form = ProofForm(request.POST or None)
    page: dict[str, object] = {"application": found, "form": form}
    status = 200
    if form.is_valid():
        try:
            if proving.prove(found, form.cleaned_data["code"], attempts.address_of(request)):
                return redirect("application", secret)
            page["wrong"] = _WRONG_CODE
        except LockedOut as locked:
            page["wrong"], status = locked.words, locked.status
    return render(request, "parties/joining/application.html", page, status=status)


def _account(request: HttpRequest, found: Application) -> HttpResponse:
    form = NewAccountForm(request.POST or None)
    page: dict[str, object] = {"application": found, "form": form}
    if not form.is_valid():
        return render(request, "parties/joining/application.html", page)
    # Not with the address of the application: nobody has shown yet that mail arrives there, and it would be a second factor.
    person = form.person()
    try:
        admitting.finish(found.pk, person)
    except Refused as refusal:
        wrong = refusal.words
        return render(request, "parties/joining/application.html", page | {"wrong": wrong}, status=refusal.status)
    signing_in.enter(request, person, "password")
    messages.success(request, "事業所を登録しました。")
    return redirect("welcome")


@require_GET
def agreement(request: HttpRequest) -> HttpResponse:
    """The text that an office agrees to."""
    return render(request, "parties/joining/agreement_page.html", {"agreement": rules.AGREEMENT})
