"""Pages of the month."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from renkei.hub.workspace.overview import views
from renkei.hub.workspace.overview.rules import Card


class CardText(StringConverter):
    """A count of the page."""

    regex = "|".join(Card)


register_converter(CardText, "card")

urlpatterns = [
    path("overview/", views.overview, name="overview"),
    path("overview/<month:month>/", views.overview, name="overview-month"),
    path("overview/<month:month>/<card:card>/", views.partners, name="overview-list"),
    path("overview/<month:month>/<card:card>/people/", views.people, name="overview-people"),
]
