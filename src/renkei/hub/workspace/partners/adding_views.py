"""Putting partners into the book: out of the directory, those one exchanges with, or by hand where no list has one."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from renkei.hub.exchange.views import chosen_service
from renkei.hub.parties import directory
from renkei.hub.parties.members import MemberRequest, member_required, needs, own_services, posted_service
from renkei.hub.parties.models import Duty, OfficeService
from renkei.hub.parties.reading_on import require_no_reader
from renkei.hub.workspace.models import Partner
from renkei.hub.workspace.partners import book as reading
from renkei.hub.workspace.partners import editing
from renkei.hub.workspace.partners.forms import ByHandForm
from renkei.hub.workspace.partners.services import Address
from renkei.hub.workspace.partners.views import SECTION
from renkei.standard.layouts import code_lists

_ADDRESS = re.compile("([0-9A-Z]{10})-([0-9A-Z]{2})")


@require_http_methods(["GET", "POST"])
@member_required
@needs(Duty.PREPARE)
def find(request: MemberRequest) -> HttpResponse:
    """Search the directory; a POST puts one of what was found into the book."""
    services = own_services(request.membership)
    if not services:
        raise Http404
    if request.method == "POST":
        return _add(request, posted_service(request, services))
    service = chosen_service(request, services)
    text = request.GET.get("text", "")[:100].strip()
    area, type_ = request.GET.get("area", "")[:50].strip(), request.GET.get("type", "")
    types = code_lists()["service_type"]
    found = directory.find(text, area or None, type_ if type_ in types else None)
    there = set(Partner.objects.filter(owner=service, removed_at=None).values_list("number", "service"))
    page = {
        "section": SECTION,
        "service": service,
        "text": text,
        "area": area,
        "type": type_,
        "types": sorted(types.items()),
        "found": [(one, (one.number, one.service) in there) for one in found if one.service],
        "most": directory.MOST,
        "is_asked": bool(text or area),
    }
    return render(request, "partners/find.html", page)


@require_POST
@member_required
@needs(Duty.PREPARE)
def known(request: MemberRequest) -> HttpResponse:
    """Put in everybody with whom the service exchanges already."""
    require_no_reader(request.membership)
    owner = posted_service(request, own_services(request.membership))
    missing = reading.unlisted(owner, timezone.localdate())
    editing.add(owner, missing)
    messages.success(request, f"{len(missing)}か所を、名簿に入れました。")
    return redirect(f"{reverse('partners')}?service={owner.service}")


@require_http_methods(["GET", "POST"])
@member_required
@needs(Duty.PREPARE)
def by_hand(request: MemberRequest) -> HttpResponse:
    """An office that no list has, or of which none says the fax number. Where one is known, nobody types another."""
    require_no_reader(request.membership)
    services = own_services(request.membership)
    if not services:
        raise Http404
    service = posted_service(request, services) if request.method == "POST" else chosen_service(request, services)
    asked = {"number": request.GET.get("number", "")[:10], "type": request.GET.get("type", "")[:2]}
    form = ByHandForm(request.POST or None, initial=asked)
    page = {"section": SECTION, "service": service, "form": form}
    if request.method == "GET" or not form.is_valid():
        return render(request, "partners/by_hand.html", page)
    given = form.cleaned_data
    if any(one.joined or one.fax for one in directory.find(given["number"], service=given["type"])):
        page["wrong"] = "この事業所は、名簿で探せます。番号は打たずに、「相手を探す」から入れてください。"
        return render(request, "partners/by_hand.html", page, status=409)
    address, staff = (given["number"], given["type"]), request.membership.staff
    made, is_done = editing.add_by_hand(service, address, given["name"], given["fax"], staff)
    if is_done:
        messages.success(request, f"{made.name}を、名簿に入れました。")
    else:
        messages.warning(
            request, f"{made.name}は、もう名簿にあります。何も変えていません。番号は、このページで変えられます。"
        )
    return redirect("partner", made.pk)


def _add(request: MemberRequest, owner: OfficeService) -> HttpResponse:
    require_no_reader(request.membership)
    address = _address(request.POST.get("address", ""))
    if not any((one.number, one.service) == address for one in directory.find(address[0])):
        raise Http404
    editing.add(owner, [address])
    made = Partner.objects.get(owner=owner, number=address[0], service=address[1])
    messages.success(request, f"{made.name}を、名簿に入れました。")
    return redirect("partner", made.pk)


def _address(text: str) -> Address:
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise Http404
    return match[1], match[2]
