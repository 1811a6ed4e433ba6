"""Pages about licences."""

from __future__ import annotations

from django.urls import path

from renkei.hub.membership import views
from renkei.hub.parties.cards import Card, offer

urlpatterns = [
    path("settings/licence/", views.licence, name="licence"),
    path("settings/licence/apply/", views.apply, name="apply-licence"),
    path("settings/licence/automatic/", views.automatic, name="automatic-licence"),
    path("settings/licence/<int:id_>/certificate.pdf", views.paper, name="licence-certificate"),
    path("verify/", views.verify, name="verify"),
    path("verify/<str:number>/", views.verify, name="verify-number"),
]
offer(
    Card(
        "利用料",
        "いつまで使えるか、次の更新と料金を見ます。申請、自動更新の停止、利用証明書もここでします。",
        "licence",
        place=70,
        shown_to=views.shown_to,
    )
)
