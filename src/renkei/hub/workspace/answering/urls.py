"""Pages of the results that are filled in here."""

from __future__ import annotations

from django.urls import path

from renkei.hub.workspace.answering import today_views, views

urlpatterns = [
    path("answers/", views.months, name="answers"),
    path("answers/<month:month>/", views.month, name="answers-month"),
    path("answers/<month:month>/whole/", views.whole, name="answers-whole"),
    path("answers/<month:month>/hand-in/", views.hand_in, name="answers-hand-in"),
    path("answers/one/<uuid:id_>/", views.one, name="answer"),
    path("answers/one/<uuid:id_>/report.pdf", views.report, name="answer-report"),
    path("answers/one/<uuid:id_>/attach/", views.attach, name="answer-attach"),
    path("visits/", today_views.visits, name="visits"),
    path("visits/<uuid:id_>/", today_views.said, name="visit-said"),
    path("visits/photos/<uuid:id_>/", today_views.photo, name="visit-photo"),
    path("visits/photos/<uuid:id_>/deed/", today_views.photo_deed, name="visit-photo-deed"),
]
