"""Pages of the book of partners."""

from __future__ import annotations

from django.urls import path

from renkei.hub.workspace.partners import adding_views, views

urlpatterns = [
    path("partners/", views.book, name="partners"),
    path("partners/find/", adding_views.find, name="partners-find"),
    path("partners/known/", adding_views.known, name="partners-known"),
    path("partners/by-hand/", adding_views.by_hand, name="partners-by-hand"),
    path("partners/<int:id_>/", views.partner, name="partner"),
    path("partners/<int:id_>/remove/", views.remove, name="partner-remove"),
    path("partners/<int:id_>/invitation.pdf", views.letter, name="partner-invitation"),
]
