"""Pages of entrusted offices."""

from __future__ import annotations

from django.urls import path

from renkei.hub.workspace.relaying import views

urlpatterns = [
    path("relay/", views.page, name="relay"),
    path("relay/pass-on/", views.pass_on, name="relay-pass-on"),
    path("relay/due/", views.due, name="relay-due"),
]
