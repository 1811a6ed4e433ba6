"""Pages of this app."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from renkei.hub.core.views import choose_text_size
from renkei.hub.parties import cards, views

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(http_method_names=["post", "options"]), name="sign-out"),
    path("switch/", views.switch, name="switch"),
    path("settings/", cards.settings, name="settings"),
    path("text-size/", choose_text_size, name="text-size"),
]
