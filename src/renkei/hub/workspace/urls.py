"""Pages of this app."""

from __future__ import annotations

from django.urls import path

from renkei.hub.parties import cards
from renkei.hub.parties.models import Duty, PartyKind
from renkei.hub.workspace import converters as converters  # registered before any address uses them
from renkei.hub.workspace import welcome_views
from renkei.hub.workspace.answering import urls as answering
from renkei.hub.workspace.claiming import urls as claiming
from renkei.hub.workspace.comparing import views
from renkei.hub.workspace.habits import urls as habits
from renkei.hub.workspace.ledger import urls as ledger
from renkei.hub.workspace.outbox import urls as outbox
from renkei.hub.workspace.overview import urls as overview
from renkei.hub.workspace.partners import urls as partners
from renkei.hub.workspace.relaying import urls as relaying
from renkei.hub.workspace.reminding import urls as reminding

urlpatterns = [
    *overview.urlpatterns,
    *outbox.urlpatterns,
    *answering.urlpatterns,
    *partners.urlpatterns,
    *claiming.urlpatterns,
    *ledger.urlpatterns,
    *habits.urlpatterns,
    *relaying.urlpatterns,
    *reminding.urlpatterns,
    path("welcome/", welcome_views.show, name="welcome"),
    path("tour/", welcome_views.tour, name="tour"),
    path("tour/<int:number>/", welcome_views.tour, name="tour-stop"),
    path("months/", views.months, name="months"),
    path("months/<month:month>/", views.month, name="month"),
    path("months/<month:month>/<subject:subject>/", views.person, name="person"),
    path("months/people/<subject:subject>/", views.history, name="person-history"),
    path("months/<month:month>/<subject:subject>/decide/", views.decide, name="person-decide"),
    path("months/<month:month>/<subject:subject>/paper.pdf", views.person_pdf, name="person-pdf"),
]

cards.offer(
    cards.Card(
        "はじめての準備",
        "できていることと、次にすることを見る",
        "welcome",
        place=5,
        shown_to=lambda membership: membership.party.kind == PartyKind.OFFICE and membership.may(Duty.ADMINISTER),
    )
)
cards.offer(
    cards.Card("使い方", "架空の事業所の画面で、1か月をひとまわりする", "tour", place=6, shown_to=cards.for_offices)
)
