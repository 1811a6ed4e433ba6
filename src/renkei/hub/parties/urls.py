"""Pages of this app."""

from __future__ import annotations

from django.urls import include, path

from renkei.hub.core.views import choose_text_size
from renkei.hub.parties import cards, views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("renkei.hub.parties.staff.urls")),
    path("", include("renkei.hub.parties.joining.urls")),
    path("", include("renkei.hub.parties.machines.urls")),
    path("switch/", views.switch, name="switch"),
    path("settings/", cards.settings, name="settings"),
    path("text-size/", choose_text_size, name="text-size"),
]
