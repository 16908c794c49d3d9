"""Addresses of the staff side; allauth looks its own up by plain names, outside the namespace."""

from __future__ import annotations

from django.urls import include, path

from evidence.helpline.views import account, cases, desk, guide, sessions

_desk = [
    path("", desk.queue, name="queue"),
    path("desk/", desk.open_desk, name="desk"),
    path("desk/close/", desk.close_desk, name="desk-close"),
    path("offers/<uuid:offer>/accept/", desk.accept, name="offer-accept"),
    path("cases/<uuid:grant>/", cases.case, name="case"),
    path("cases/<uuid:grant>/messages/", cases.thread, name="messages"),
    path("cases/<uuid:grant>/hand-back/", cases.hand_back, name="hand-back"),
    path("cases/<uuid:grant>/<uuid:item_id>/", cases.item, name="item"),
    path("cases/<uuid:grant>/<uuid:item_id>/reveal/", cases.reveal, name="item-reveal"),
    path("cases/<uuid:grant>/<uuid:item_id>/picture/", cases.picture, name="item-picture"),
    path("guidance/", guide.guide, name="guidance"),
    path("first-time/", account.first_time, name="first-time"),
    path("password/", account.password, name="password"),
    path("sign-out/", account.sign_out, name="sign-out"),
    path("sessions/", sessions.listed, name="sessions"),
    path("sessions/end/", sessions.end_others, name="sessions-end"),
    path("sessions/<uuid:sign_in>/end/", sessions.end, name="session-end"),
    path("second-factor/app/picture/", account.app_picture, name="app-picture"),
]

_allauth = [
    path("sign-in/", account.sign_in, name="account_login"),
    path("sign-in/second/", account.second_factor_ask, name="mfa_authenticate"),
    path("again/", account.password_again, name="account_reauthenticate"),
    path("again/second/", account.second_factor_again, name="mfa_reauthenticate"),
    path("again/key/", account.key_again, name="mfa_reauthenticate_webauthn"),
    path("second-factor/", account.sign_in_settings, name="mfa_index"),
    path("second-factor/app/", account.app_set_up, name="mfa_activate_totp"),
    path("second-factor/app/remove/", account.app_remove, name="mfa_deactivate_totp"),
    path("second-factor/codes/", account.codes, name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", account.codes_new, name="mfa_generate_recovery_codes"),
    path("second-factor/keys/", account.keys_listed, name="mfa_list_webauthn"),
    path("second-factor/keys/add/", account.key_add, name="mfa_add_webauthn"),
    path("second-factor/keys/<int:pk>/remove/", account.key_remove, name="mfa_remove_webauthn"),
]

urlpatterns = [path("", include((_desk, "helpline"))), *_allauth]
