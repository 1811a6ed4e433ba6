"""Pages on which people take a step, read what was said with one, and print who saw what was recalled."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from renkei.hub.core import events
from renkei.hub.exchange import reading, recalling, stepping, words
from renkei.hub.exchange.mailbox import own_transmission
from renkei.hub.exchange.rules import HAS_FINDINGS, NEEDS_WORDS, SAID_BY_OFFICES, Recall, Step
from renkei.hub.exchange.step_choices import CHOICES, end_for
from renkei.hub.exchange.views import ahead_of_click
from renkei.hub.parties.members import MemberRequest, member_required, needs, own_services, viewer_of
from renkei.hub.parties.models import Duty
from renkei.hub.parties.reading_on import require_no_reader


@require_http_methods(["GET", "POST"])
@member_required
@needs(Duty.SEND)
def step(request: MemberRequest, id_: uuid.UUID, name: str) -> HttpResponse:
    """What a step does, and the button that takes it. The step is open to this person's office, or there is no page."""
    taken = _step(name)
    require_no_reader(request.membership)
    services = own_services(request.membership)
    transmission = own_transmission(services, id_)
    service = end_for(taken, transmission, services)
    if service is None:
        messages.warning(request, "いまはできません。送信の記録が変わっています。")
        return redirect("transmission", id_)
    if request.method == "GET":
        page = {
            "transmission": transmission,
            "choice": CHOICES[taken],
            "needs_words": taken in NEEDS_WORDS,
            "most_characters": settings.RENKEI["LIMIT_WORDS_CHARACTERS"],
        }
        return render(request, "exchange/step.html", page)
    said = words.of_text(request.POST.get("words", "")) if CHOICES[taken].ask else None
    recorded = stepping.by_staff(transmission, taken, service, viewer_of(request).actor, said)
    messages.success(request, f"{CHOICES[taken].title}: 記録しました。")
    if recorded.waiting_before:
        count = len(recorded.waiting_before)
        messages.warning(
            request, f"これより前に届いて、まだ受け取っていないものが{count}件あります。先に確かめてください。"
        )
    return redirect("transmission", id_)


@require_GET
@member_required
def said(request: MemberRequest, id_: uuid.UUID, number: int) -> HttpResponse:
    """The words of a request or its answer: they may name people, so it is a look."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    transmission = own_transmission(own_services(request.membership), id_)
    event = events.of(transmission.pk).filter(number=number).exclude(words=None).first()
    if event is None or event.type in HAS_FINDINGS:
        raise Http404
    text = reading.words_of(transmission, viewer_of(request), number).data.decode()
    page = {"transmission": transmission, "event": event, "label": Step(event.type).label, "text": text}
    return render(request, "exchange/said.html", page)


@require_GET
@member_required
def recall_record(request: MemberRequest, id_: uuid.UUID) -> HttpResponse:
    """Who saw what was recalled, for the insurer: for the sender, from its request on."""
    services = own_services(request.membership)
    transmission = own_transmission(services, id_)
    if transmission.sender not in services or transmission.recall == Recall.NONE:
        raise Http404
    page = {"transmission": transmission, "record": recalling.record(transmission)}
    return render(request, "exchange/recall_record.html", page)


def _step(name: str) -> Step:
    try:
        found = Step(name)
    except ValueError as error:
        raise Http404 from error
    if found not in SAID_BY_OFFICES:
        raise Http404
    return found
