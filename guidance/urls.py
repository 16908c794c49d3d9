"""Addresses of guidance: after the first segment each is an opaque code, never a name."""

from __future__ import annotations

from django.urls import path, re_path

from guidance import views
from guidance.records import FORGET_CODE, MARK_CODE, PLAN_CODE, PRINT_CODE

app_name = "guidance"

CODE = r"(?P<code>[a-z][a-z0-9]{3})"

urlpatterns = [
    path("", views.start, name="start"),
    path("guide/", views.questions, name="questions"),
    path(f"guide/{PLAN_CODE}/", views.plan, name="plan"),
    path(f"guide/{PRINT_CODE}/", views.printed, name="print"),
    path(f"guide/{MARK_CODE}/", views.mark, name="mark"),
    path(f"guide/{FORGET_CODE}/", views.forget, name="forget"),
    re_path(rf"^guide/{CODE}/$", views.step, name="step"),
    path("help/", views.help_now, name="help"),
    path("platforms/", views.platforms, name="platforms"),
    re_path(rf"^platforms/{CODE}/$", views.platform, name="platform"),
    path("safety/", views.safety, name="safety"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
