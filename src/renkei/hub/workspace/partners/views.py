"""相手: the book of partners, the page of one. Counts and offices, no person."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renkei.hub.exchange.views import chosen_service
from renkei.hub.parties.members import MemberRequest, member_required, needs, own_services
from renkei.hub.parties.models import Duty
from renkei.hub.parties.reading_on import require_no_reader
from renkei.hub.workspace.models import IN_HAND, Channel, Outgoing, Partner
from renkei.hub.workspace.partners import book as reading
from renkei.hub.workspace.partners import editing, invitation, last, saving
from renkei.hub.workspace.partners.forms import PartnerForm, form_of

SECTION = "partners"
_MOST_NEXT = 3
_MOST_PAGES = 1000
_WAYS = (("", "すべて"), (reading.NOT_JOINED, "まだ Renkei を使っていない相手"), *Channel.choices)


@require_GET
@member_required
def book(request: MemberRequest) -> HttpResponse:
    """All partners, who shares most clients first; and what the next three would save."""
    services = own_services(request.membership)
    if not services:
        return render(request, "exchange/no_service.html", {"section": SECTION})
    service, today = chosen_service(request, services), timezone.localdate()
    text = request.GET.get("text", "")[:100].strip()
    way = request.GET.get("way", "")
    way = way if way in dict(_WAYS) else ""
    found = reading.page(service, text, way, _number(request.GET.get("page", "")), today)
    page = {
        "section": SECTION,
        "service": service,
        "services": [(one, one.label) for one in services],
        "text": text,
        "way": way,
        "ways": _WAYS,
        "page": found,
        "next": [(row, saving.of_clients(row.shared)) for row in found.unconnected[:_MOST_NEXT]],
        "reckoning": saving,
        "may_prepare": request.membership.may(Duty.PREPARE),
    }
    return render(request, "partners/book.html", page)


@require_http_methods(["GET", "POST"])
@member_required
def partner(request: MemberRequest, id_: int) -> HttpResponse:
    """One partner; a POST changes what the book says of it."""
    found = _own(request, id_)
    [row] = reading.rows_of(found.owner, [found], reading.shared_people(found.owner, timezone.localdate()))
    page = {"section": SECTION, "row": row, "partner": found, "last": last.of(found, timezone.localdate())}
    page["may_prepare"] = request.membership.may(Duty.PREPARE)
    if request.method == "GET":
        return render(request, "partners/partner.html", page | {"form": _form(found)})
    if not request.membership.may(Duty.PREPARE):
        raise Http404
    form = form_of(found)(request.POST)
    if not form.is_valid():
        return render(request, "partners/partner.html", page | {"form": form})
    try:
        editing.change(found, form.cleaned_data, form.cleaned_data["revision"], request.membership.staff)
    except editing.ChangedMeanwhile as changed:
        page |= {"form": _form(changed.now), "meanwhile": changed.now}
        return render(request, "partners/partner.html", page, status=409)
    messages.success(request, f"{found.name}のことを変えました。")
    return redirect("partner", found.pk)


@require_POST
@member_required
@needs(Duty.PREPARE)
def remove(request: MemberRequest, id_: int) -> HttpResponse:
    """Take a partner out of the book, or bring it back."""
    require_no_reader(request.membership)
    found = _own(request, id_)
    if "back" in request.POST:
        editing.bring_back(found)
        messages.success(request, f"{found.name}を、名簿に戻しました。")
    else:
        editing.remove(found)
        messages.success(request, f"{found.name}を、名簿から外しました。このページの「名簿に戻す」で戻せます。")
    return redirect("partner", found.pk)


@require_GET
@member_required
def letter(request: MemberRequest, id_: int) -> HttpResponse:
    """The letter that invites it, as PDF."""
    found = _own(request, id_)
    waiting = Outgoing.objects.filter(
        owner=found.owner, number=found.number, service=found.service, state__in=IN_HAND
    ).count()
    join = request.build_absolute_uri(reverse("join"))
    pdf = invitation.draw(found.owner, found, waiting, join, timezone.localdate())
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="renkei_{found.number}.pdf"'
    return answer


def _form(partner: Partner) -> PartnerForm:
    """As it stands; the fax number typed again only where it is changed."""
    names = (*editing.FIELDS, *editing.BY_HAND, "revision")
    return form_of(partner)(initial={name: getattr(partner, name) for name in names} | {"fax_again": partner.fax})


def _own(request: MemberRequest, id_: int) -> Partner:
    """A partner of one of the member's services. Raises Http404."""
    rows = Partner.objects.select_related("owner__party")
    found = rows.filter(owner__in=own_services(request.membership), pk=id_).first()
    if found is None:
        raise Http404
    return found


def _number(text: str) -> int:
    return min(max(int(text), 1), _MOST_PAGES) if text.isdecimal() and len(text) < 6 else 1
