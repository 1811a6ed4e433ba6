"""Pages of the ledger."""

from __future__ import annotations

from django.urls import path

from renkei.hub.workspace.ledger import views

urlpatterns = [
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/search/", views.search, name="ledger-search"),
    path("ledger/timeline/", views.timeline, name="ledger-timeline"),
    path("ledger/evidence/", views.evidence, name="ledger-evidence"),
    path("ledger/people/<subject:subject>/", views.ledger, name="ledger-person"),
    path("ledger/people/<subject:subject>/timeline/", views.timeline, name="ledger-person-timeline"),
    path("ledger/people/<subject:subject>/support/", views.support, name="ledger-person-support"),
    path("ledger/people/<subject:subject>/evidence/", views.evidence, name="ledger-person-evidence"),
]
