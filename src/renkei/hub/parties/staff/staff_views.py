"""職員: who is at this party, what they may do, who waits, who left."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renkei.hub.core.problems import Refused
from renkei.hub.parties.members import MemberRequest, member_required, needs
from renkei.hub.parties.models import Duty, Job, Level, Membership, OfficeService
from renkei.hub.parties.staff import factors, inviting, managing, recovering
from renkei.hub.parties.staff.inviting import Place
from renkei.hub.parties.staff.lock_views import proof_required


class PlaceForm(forms.Form):
    """What a person is and may do at a party."""

    level = forms.ChoiceField(
        label="役割", help_text="一般: 毎日の仕事をする人。管理者・事業所: 職員と設定も管理する人。"
    )
    job = forms.ChoiceField(label="職種", choices=Job.choices)
    duties = forms.MultipleChoiceField(
        label="してよいこと",
        required=False,
        choices=[(duty.value, duty.label) for duty in managing.GIVEN_DUTIES],
        widget=forms.CheckboxSelectMultiple,
    )
    service = forms.ChoiceField(
        label="見られる郵便", required=False, help_text="1つのサービスだけにすると、ほかのサービスの郵便は見えません。"
    )

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = self.initial.get("service") or None  # offered even when it is closed: saving must not widen a place
        offered = by.party.services.filter(Q(active=True) | Q(pk=now)).order_by("service")
        self.services = {str(one.pk): one for one in offered}
        if by.service_id is not None:
            self.services = {key: one for key, one in self.services.items() if one.pk == by.service_id}
        narrowed = [(key, f"{one.label}({one.service})だけ") for key, one in self.services.items()]
        everything = [] if by.service_id is not None else [("", "すべてのサービス")]
        self.fields["level"].choices = [(level.value, level.label) for level in managing.levels_to_give(by)]  # type: ignore[attr-defined]
        self.fields["service"].choices = [*everything, *narrowed]  # type: ignore[attr-defined]
        if len(self.services) < 2 and not now and by.service_id is None:
            del self.fields["service"]

    def place(self) -> Place:
        """What was chosen."""
        given = self.cleaned_data
        service: OfficeService | None = self.services.get(given.get("service", ""))
        return Place(Level(given["level"]), Job(given["job"]), tuple(map(Duty, given["duties"])), service)


class InviteForm(PlaceForm):
    """The same for somebody who is still to come, at several offices where one looks after several."""

    also = forms.MultipleChoiceField(
        label="ほかの事業所でも", required=False, widget=forms.CheckboxSelectMultiple, help_text="同じ役割になります。"
    )

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        self.others = {str(one.pk): one for one in inviting.offices_of(by)[1:]}
        if not self.others:
            del self.fields["also"]
            return
        choices = [(key, f"{one.party.name}({one.party.number})") for key, one in self.others.items()]
        self.fields["also"].choices = choices  # type: ignore[attr-defined]


@require_GET
@member_required
@needs(Duty.ADMINISTER)
def staff(request: MemberRequest) -> HttpResponse:
    """The list."""
    by = request.membership
    rows = list(managing.looked_after(by).order_by("-active", "staff__name", "pk"))
    page = {
        "section": "settings",
        "rows": [(row, managing.is_locked(row.staff), bool(factors.of(row.staff))) for row in rows if row.active],
        "gone": [row for row in rows if not row.active],
        "invitations": inviting.open_ones(by),
        "recoveries": recovering.waiting(by),
    }
    return render(request, "parties/staff/staff.html", page)


@require_http_methods(["GET", "POST"])
@member_required
@needs(Duty.ADMINISTER)
def invite(request: MemberRequest) -> HttpResponse:
    """Make a code for somebody; it is shown once."""
    start = {"duties": [duty.value for duty in managing.GIVEN_DUTIES], "level": Level.MEMBER}
    form = InviteForm(request.POST or None, by=request.membership, initial=start)
    if not form.is_valid():
        return render(request, "parties/staff/invite.html", {"form": form, "section": "settings"})
    also = [form.others[key] for key in form.cleaned_data.get("also", [])]
    code = inviting.invite(request.membership, form.place(), also)
    offices = [request.membership.party, *(one.party for one in also)]
    return render(request, "parties/staff/invited.html", {"code": code, "offices": offices, "section": "settings"})


@require_POST
@member_required
@needs(Duty.ADMINISTER)
def take_back_invitation(request: MemberRequest, id_: int) -> HttpResponse:
    """A code that shall not count any more."""
    if inviting.take_back(request.membership, id_):
        messages.success(request, "招待を取り消しました。")
    return redirect("staff")


@require_http_methods(["GET", "POST"])
@member_required
@needs(Duty.ADMINISTER)
def one(request: MemberRequest, id_: int) -> HttpResponse:
    """One person's place, and changing it."""
    by = request.membership
    row = managing.place(by, id_)
    start = {"level": row.level, "job": row.job, "duties": row.duties.split(","), "service": row.service_id or ""}
    form = PlaceForm(request.POST or None, by=by, initial=start)
    wrong = ""
    if form.is_valid():
        place = form.place()
        try:
            managing.change(by, id_, level=place.level, job=place.job, duties=place.duties, service=place.service)
        except Refused as refusal:
            wrong = refusal.words
        else:
            messages.success(request, f"{row.staff.name} さんの役割を変えました。")
            return redirect("staff")
    page = {"form": form, "row": row, "wrong": wrong, "locked": managing.is_locked(row.staff), "section": "settings"}
    return render(request, "parties/staff/one.html", page)


@require_POST
@member_required
@needs(Duty.ADMINISTER)
def cut_off(request: MemberRequest, id_: int) -> HttpResponse:
    """A person has left."""
    row = managing.cut_off(request.membership, id_, request.POST.get("reason", "").strip())
    messages.success(request, f"{row.staff.name} さんの利用を止めました。サインインも、すべて終わりました。")
    return redirect("staff")


@require_POST
@member_required
@needs(Duty.ADMINISTER)
def take_back(request: MemberRequest, id_: int) -> HttpResponse:
    """A person is here again."""
    row = managing.take_back(request.membership, id_)
    messages.success(request, f"{row.staff.name} さんが、また使えるようになりました。")
    return redirect("staff")


@require_POST
@member_required
@needs(Duty.ADMINISTER)
def unlock(request: MemberRequest, id_: int) -> HttpResponse:
    """A person has mistyped too often."""
    row = managing.unlock(request.membership, id_)
    messages.success(request, f"{row.staff.name} さんが、またサインインを試せるようになりました。")
    return redirect("staff")


@require_http_methods(["GET", "POST"])
@member_required
@needs(Duty.ADMINISTER)
@proof_required
def recovery(request: MemberRequest, id_: int) -> HttpResponse:
    """The person is here and is who they say: a code for them, or a refusal."""
    if request.method == "GET":
        asked = recovering.waiting(request.membership).filter(pk=id_).first()
        if asked is None:
            return redirect("staff")
        return render(request, "parties/staff/approve.html", {"asked": asked, "section": "settings"})
    if request.POST.get("deed") == "refuse":
        recovering.refuse(id_, request.membership)
        messages.success(request, "承認しませんでした。")
        return redirect("staff")
    code = recovering.approve(id_, request.membership, second_factor="second_factor" in request.POST)
    return render(request, "parties/staff/approved.html", {"code": code, "section": "settings"})
