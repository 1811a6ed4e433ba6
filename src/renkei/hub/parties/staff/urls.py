"""Pages of people signing in, of their own settings, and of those who look after them."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from renkei.hub.parties import cards
from renkei.hub.parties.staff import (
    invitation_views,
    lock_views,
    own_views,
    recovery_views,
    sign_in_views,
    staff_views,
)

urlpatterns = [
    path("sign-in/", sign_in_views.sign_in, name="sign-in"),
    path("sign-in/passkey/", sign_in_views.passkey, name="passkey"),
    path("sign-in/second/", sign_in_views.second, name="second"),
    path("sign-in/second/mail/", sign_in_views.second_by_mail, name="second-mail"),
    path("sign-in/second/passkey/", sign_in_views.second_passkey, name="second-passkey"),
    path("sign-in/help/", recovery_views.ask, name="recovery"),
    path("sign-in/help/code/", recovery_views.recover, name="recover"),
    path("invitation/", invitation_views.invitation, name="invitation"),
    path("invitation/accept/", invitation_views.accept, name="invitation-accept"),
    path("invitation/add/", invitation_views.add, name="invitation-add"),
    path("sign-out/", LogoutView.as_view(http_method_names=["post", "options"]), name="sign-out"),
    path("people/", sign_in_views.people, name="people"),
    path("lock/", lock_views.lock, name="lock"),
    path("unlock/", lock_views.unlock, name="unlock"),
    path("unlock/passkey/", lock_views.unlock_passkey, name="unlock-passkey"),
    path("me/", own_views.me, name="me"),
    path("me/password/", own_views.password, name="own-password"),
    path("me/factors/", own_views.second_factors, name="factors"),
    path("me/factors/app/", own_views.app, name="factor-app"),
    path("me/factors/passkey/", own_views.passkey, name="factor-passkey"),
    path("me/factors/mail/", own_views.by_mail, name="factor-mail"),
    path("me/factors/<int:row>/remove/", own_views.remove, name="factor-remove"),
    path("me/recovery-codes/", own_views.recovery_codes, name="recovery-codes"),
    path("me/sessions/<int:row>/end/", own_views.end_session, name="session-end"),
    path("me/sessions/end/", own_views.sign_out_everywhere, name="sessions-end"),
    path("settings/staff/", staff_views.staff, name="staff"),
    path("settings/staff/invite/", staff_views.invite, name="staff-invite"),
    path(
        "settings/staff/invitations/<int:id_>/take-back/", staff_views.take_back_invitation, name="invitation-take-back"
    ),
    path("settings/staff/recoveries/<int:id_>/", staff_views.recovery, name="staff-recovery"),
    path("settings/staff/<int:id_>/", staff_views.one, name="staff-one"),
    path("settings/staff/<int:id_>/cut-off/", staff_views.cut_off, name="staff-cut-off"),
    path("settings/staff/<int:id_>/take-back/", staff_views.take_back, name="staff-take-back"),
    path("settings/staff/<int:id_>/unlock/", staff_views.unlock, name="staff-unlock"),
]

cards.offer(
    cards.Card(
        "職員",
        "招待する、役割を変える、やめた人の利用を止める、サインインできない人を助ける",
        "staff",
        place=10,
        shown_to=cards.for_who_has_staff,
    )
)
cards.offer(
    cards.Card(
        "自分の設定",
        "パスワード、二つ目の確認、サインインしている端末",
        "me",
        place=90,
        shown_to=cards.for_everybody,
    )
)
