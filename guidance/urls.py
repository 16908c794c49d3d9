"""Addresses of guidance: after the first segment each is an opaque code, never a name."""

from __future__ import annotations

from django.urls import path, re_path

from guidance.records import FORGET_CODE, MARK_CODE, PLAN_CODE, PRINT_CODE, REMINDERS_CODE, TEN_CODE
from guidance.views import asking, listing, places, reminders, steps

app_name = "guidance"

CODE = r"(?P<code>[a-z][a-z0-9]{3})"

urlpatterns = [
    path("", asking.start, name="start"),
    path("guide/", asking.questions, name="questions"),
    path(f"guide/{PLAN_CODE}/", listing.plan, name="plan"),
    path(f"guide/{PRINT_CODE}/", listing.printed, name="print"),
    path(f"guide/{TEN_CODE}/", listing.ten, name="ten"),
    path(f"guide/{REMINDERS_CODE}/", reminders.reminders, name="reminders"),
    path(f"guide/{MARK_CODE}/", listing.mark, name="mark"),
    path(f"guide/{FORGET_CODE}/", asking.forget, name="forget"),
    re_path(rf"^guide/{CODE}/$", steps.step, name="step"),
    path("help/", places.help_now, name="help"),
    path("platforms/", places.platforms, name="platforms"),
    re_path(rf"^platforms/{CODE}/$", places.platform, name="platform"),
    path("safety/", places.safety, name="safety"),
    path("privacy/", places.privacy, name="privacy"),
    path("accessibility/", places.accessibility, name="accessibility"),
]
