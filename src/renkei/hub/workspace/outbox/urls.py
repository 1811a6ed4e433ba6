"""Pages of the outbox."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from renkei.hub.workspace.models import Channel
from renkei.hub.workspace.outbox import acting_views, bringing_views, handing_views, unit_views, views
from renkei.hub.workspace.outbox.listing import Group


class GroupText(StringConverter):
    """A group of units."""

    regex = "|".join(Group)


class ChannelText(StringConverter):
    """A way that does not lead through this hub."""

    regex = "|".join(channel for channel in Channel.values if channel != Channel.HUB)


class AttachedText(StringConverter):
    """The neutral name of a paper."""

    regex = r"[0-9]{2,3}\.[a-z]{3,4}"


register_converter(AttachedText, "attached")
register_converter(GroupText, "group")
register_converter(ChannelText, "channel")

urlpatterns = [
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/bring/", bringing_views.bring, name="outbox-bring"),
    path("outbox/act/", acting_views.act, name="outbox-act"),
    path("outbox/sending/<int:number>/", acting_views.sending, name="outbox-sending"),
    path("outbox/list/<group:group>/", views.listed, name="outbox-list"),
    path("outbox/units/<uuid:id_>/", unit_views.unit, name="outbox-unit"),
    path("outbox/units/<uuid:id_>/paper/", unit_views.paper, name="outbox-paper"),
    path("outbox/units/<uuid:id_>/mend/", unit_views.mend, name="outbox-mend"),
    path("outbox/units/<uuid:id_>/papers/<attached:name>", unit_views.attached, name="outbox-attached"),
    path("outbox/hand/<channel:channel>/", handing_views.hand, name="outbox-hand"),
    path("outbox/hand/<channel:channel>/files.zip", handing_views.files, name="outbox-files"),
    path("outbox/hand/<channel:channel>/sheets.pdf", handing_views.sheets, name="outbox-sheets"),
    path("outbox/left/<uuid:id_>/", bringing_views.left, name="outbox-left"),
]
