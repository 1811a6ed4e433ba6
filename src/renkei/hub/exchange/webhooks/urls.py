"""The page about webhooks."""

from __future__ import annotations

from django.urls import path

from renkei.hub.exchange.webhooks import views
from renkei.hub.parties.cards import Card, for_who_runs_all, offer

urlpatterns = [path("settings/webhooks/", views.webhooks, name="webhooks")]
offer(
    Card(
        "Webhook",
        "新しいできごとがあるとき、ソフト会社のサーバーに、ハブのほうから知らせます。",
        "webhooks",
        place=65,
        shown_to=for_who_runs_all,
    )
)
