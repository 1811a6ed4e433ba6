"""Pages of what there is to tell."""

from __future__ import annotations

from django.urls import path

from renkei.hub.parties import cards
from renkei.hub.parties.members import own_services
from renkei.hub.workspace.reminding import views

urlpatterns = [
    path("reminders/", views.reminders, name="reminders"),
    path("settings/reminders/", views.wishes, name="reminder-wishes"),
]

cards.offer(
    cards.Card(
        "お知らせ",
        "届いたもの、開かれないもの、そろわない実績、差し戻しなど、いま知っておくこと",
        "reminders",
        place=3,
        shown_to=lambda membership: cards.for_offices(membership) and bool(own_services(membership)),
    )
)
cards.offer(
    cards.Card(
        "お知らせの受け取りかた",
        "何を「お知らせ」のページに出し、何をメールでも知らせるか。自分の分だけ変わります",
        "reminder-wishes",
        place=85,
        shown_to=cards.for_offices,
    )
)
