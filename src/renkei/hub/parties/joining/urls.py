"""Pages of joining."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import path

from renkei.hub.parties import cards
from renkei.hub.parties.joining import desk_views, views
from renkei.hub.parties.models import Duty, Membership, PartyKind

urlpatterns = [
    path("join/", views.apply, name="join"),
    path("join/agreement/", views.agreement, name="agreement"),
    path("join/<str:secret>/", views.application, name="application"),
    path("applications/", desk_views.applications, name="area-applications"),
    path("applications/<int:id_>/", desk_views.one, name="area-application"),
    path("applications/<int:id_>/confirm/", desk_views.confirm, name="area-confirm"),
    path("applications/<int:id_>/letter/", desk_views.letter, name="area-letter"),
    path("invitations/", desk_views.invitations, name="invitations"),
    path("invitation/identity/", desk_views.who_are_you, name="invitation-identity"),
]


def _has_desk(*kinds: PartyKind) -> Callable[[Membership], bool]:
    return lambda membership: membership.party.kind in kinds and membership.may(Duty.ADMINISTER)


cards.offer(
    cards.Card(
        "事業所の申し込み",
        "この市町村の事業所の申し込みを見て、確認の番号を送る",
        "area-applications",
        place=1,
        shown_to=_has_desk(PartyKind.MUNICIPALITY),
    )
)
cards.offer(
    cards.Card(
        "招待",
        "市町村、医療機関、本人や家族などを招待する",
        "invitations",
        place=2,
        shown_to=_has_desk(PartyKind.MUNICIPALITY, PartyKind.OPERATOR),
    )
)
