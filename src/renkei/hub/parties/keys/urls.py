"""Pages about certificates, and what the world asks an authority for."""

from __future__ import annotations

from django.urls import path

from renkei.hub.parties import cards
from renkei.hub.parties.keys import check_views, public, views

urlpatterns = [
    path("settings/certificates/", views.certificates, name="certificates"),
    path("settings/certificates/<int:id_>/revoke/", views.revoke, name="revoke-certificate"),
    path("settings/certificates/code/", views.offer_code, name="enrolment-code"),
    path("settings/certificates/browser-seal/", views.set_browser_seal, name="browser-seal"),
    path("certificate-check/", check_views.check, name="certificate-check"),
    path("ocsp", public.ocsp, name="ocsp"),
    path("ocsp/<path:encoded>", public.ocsp_by_path, name="ocsp-by-path"),
    path("crl/<str:name>.crl", public.revocation_list, name="revocation-list"),
]

cards.offer(
    cards.Card(
        "証明書",
        "事業所の証明書の期限を見る、新しいパソコンのためのコードを作る、なくした証明書を失効させる。",
        "certificates",
        place=40,
        shown_to=cards.for_offices,
    )
)
