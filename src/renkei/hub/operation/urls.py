"""Pages of the operator."""

from __future__ import annotations

from django.urls import path

from renkei.hub.operation.views import certificates, desk, joining, licences, parties, people, records, work

urlpatterns = [
    path("operation/", desk.desk, name="operation"),
    path("operation/notices/", desk.say, name="operation-notices"),
    path("operation/notices/<int:id_>/end/", desk.unsay, name="operation-notice-end"),
    path("operation/jobs/", work.work, name="operation-jobs"),
    path("operation/applications/", joining.applications, name="operation-applications"),
    path("operation/applications/<int:id_>/", joining.application, name="operation-application"),
    path("operation/applications/<int:id_>/letter/", joining.letter, name="operation-application-letter"),
    path("operation/applications/<int:id_>/decide/", joining.decide, name="operation-application-decide"),
    path("operation/licences/", licences.licences, name="operation-licences"),
    path("operation/certificates/", certificates.certificates, name="operation-certificates"),
    path("operation/authorities/<str:mark>/", certificates.distrust, name="operation-distrust"),
    path("operation/parties/", parties.found, name="operation-parties"),
    path("operation/parties/<int:id_>/", parties.party, name="operation-party"),
    path("operation/parties/<int:id_>/change/", parties.change, name="operation-change"),
    path("operation/changes/<int:id_>/cancel/", parties.cancel_change, name="operation-change-cancel"),
    path("operation/parties/<int:id_>/quota/", parties.quota, name="operation-quota"),
    path("operation/recoveries/", people.recoveries, name="operation-recoveries"),
    path("operation/services/<int:id_>/help/", parties.help_with, name="operation-help"),
    path("operation/deeds/", records.deeds, name="operation-deeds"),
    path("operation/looks/", records.looks_at, name="operation-looks"),
    path("operation/proposals/", records.proposals, name="operation-proposals"),
    path("operation/proposals/<int:id_>/", records.decide, name="operation-decide"),
    path("operation/proposals/<int:id_>/looks/", records.looks_at_person, name="operation-looks-of-person"),
]
