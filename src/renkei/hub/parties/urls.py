"""Pages of this app."""

from __future__ import annotations

from django.urls import include, path

from renkei.hub.core.views import choose_text_size
from renkei.hub.parties import cards, mail_form, views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("renkei.hub.parties.staff.urls")),
    path("", include("renkei.hub.parties.joining.urls")),
    path("", include("renkei.hub.parties.machines.urls")),
    path("switch/", views.switch, name="switch"),
    path("settings/", cards.settings, name="settings"),
    path("settings/form/", mail_form.page, name="mail-form"),
    path("text-size/", choose_text_size, name="text-size"),
]
cards.offer(
    cards.Card(
        "受け取る形",
        "相手の提供票や実績を、CSV だけで受け取るか、ハブが変換した JSON もいっしょに受け取るかを決めます。",
        "mail-form",
        place=62,
        shown_to=cards.for_who_runs_all,
    )
)
