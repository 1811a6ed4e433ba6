"""Where everything is found."""

from __future__ import annotations

from django.urls import include, path

from renkei.hub.config.api import api

urlpatterns = [
    path("v1/", api.urls),
    path("", include("renkei.hub.parties.urls")),
    path("", include("renkei.hub.parties.keys.urls")),
    path("", include("renkei.hub.membership.urls")),
    path("", include("renkei.hub.exchange.urls")),
    path("", include("renkei.hub.exchange.webhooks.urls")),
    path("", include("renkei.hub.workspace.urls")),
    path("", include("renkei.hub.operation.urls")),
]

# Pages in Japanese without a traceback; 403 and 404 are templates that Django finds by itself.
handler400 = "renkei.hub.core.views.bad_request"
handler500 = "renkei.hub.core.views.server_error"
