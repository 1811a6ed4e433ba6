"""The page of the habits, and its card."""

from __future__ import annotations

from django.urls import path

from renkei.hub.parties import cards
from renkei.hub.workspace.habits import views

urlpatterns = [path("settings/habits/", views.page, name="habits")]

cards.offer(
    cards.Card(
        "やり方",
        "送る前の承認、送る日、実績がそろう日、休みの日、請求の締め切り",
        "habits",
        place=15,
        shown_to=lambda membership: cards.for_offices(membership) and cards.for_administrators(membership),
    )
)
