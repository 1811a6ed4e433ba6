"""Pages before the claim."""

from __future__ import annotations

from django.urls import path

from renkei.hub.workspace.claiming import views

urlpatterns = [
    path("claim/<month:month>/", views.month, name="claim-month"),
    path("claim/<month:month>/lines.csv", views.table, name="claim-table"),
    path("claim/<month:month>/paper.pdf", views.paper, name="claim-paper"),
]
