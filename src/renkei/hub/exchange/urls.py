"""Pages of this app."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from renkei.hub.exchange import downloads, sheets_views, step_views, views
from renkei.hub.exchange.attachments import views as papers


class Part(StringConverter):
    """The two halves of a piece of evidence."""

    regex = "json|p7s"


class Side(StringConverter):
    """Whose receipt: the hub's, or that of the office whose step it was."""

    regex = "hub|office"


register_converter(Part, "part")
register_converter(Side, "side")

urlpatterns = [
    path("send/papers/", papers.send, name="send-papers"),
    path("received/", views.received, name="received"),
    path("sent/", views.sent, name="sent"),
    path("transmissions/<uuid:id_>/", views.transmission, name="transmission"),
    path("transmissions/<uuid:id_>/contents/", views.contents, name="contents"),
    path("transmissions/<uuid:id_>/paper/", sheets_views.paper, name="paper"),
    path("transmissions/<uuid:id_>/paper.pdf", sheets_views.pdf, name="paper-pdf"),
    path("transmissions/<uuid:id_>/findings/", views.findings, name="findings"),
    path("transmissions/<uuid:id_>/steps/<str:name>/", step_views.step, name="step"),
    path("transmissions/<uuid:id_>/said/<int:number>/", step_views.said, name="said"),
    path("transmissions/<uuid:id_>/recall/", step_views.recall_record, name="recall-record"),
    path("transmissions/<uuid:id_>/files.zip", downloads.all_files, name="files-zip"),
    path("transmissions/<uuid:id_>/files/<str:name>", downloads.one_file, name="file"),
    path("transmissions/<uuid:id_>/manifest.<part:part>", downloads.manifest, name="manifest"),
    path("transmissions/<uuid:id_>/receipts/<uuid:event>/<side:side>.<part:part>", downloads.receipt, name="receipt"),
]
