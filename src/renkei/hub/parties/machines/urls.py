"""Pages about programs."""

from __future__ import annotations

from django.urls import path

from renkei.hub.parties.cards import Card, for_who_runs_all, offer
from renkei.hub.parties.machines import views

urlpatterns = [
    path("settings/programs/", views.programs, name="programs"),
    path("settings/programs/close/", views.close, name="close-program"),
]
offer(
    Card(
        "プログラム",
        "介護ソフトなどのプログラムがサインインする ID とパスワードを作り、使わないものをやめます。",
        "programs",
        place=60,
        shown_to=for_who_runs_all,
    )
)
