"""A small site of every kind of address, with its static files collected as they are for serving."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client, override_settings

HERE = Path(__file__).parent
PACKED = "abuse_help.middleware.packed_pages"
ONE_SHEET = {"BACKEND": "abuse_help.sheets.OneSheetStorage"}


@pytest.fixture(scope="session")
def collected(tmp_path_factory):
    """The folder that `collectstatic` fills, as `make run` does."""
    from django.conf import settings

    root = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=str(root), STORAGES={**settings.STORAGES, "staticfiles": ONE_SHEET}):
        call_command("collectstatic", "--noinput", verbosity=0)
    return root


@pytest.fixture
def site(settings, collected):
    """The small site: its addresses, its page, its static files."""
    settings.ROOT_URLCONF = "tests.abuse_help.addresses"
    settings.STATIC_ROOT = str(collected)
    settings.STORAGES = {**settings.STORAGES, "staticfiles": ONE_SHEET}
    settings.TEMPLATES = copy.deepcopy(settings.TEMPLATES)
    settings.TEMPLATES[0]["DIRS"] = [*settings.TEMPLATES[0]["DIRS"], HERE / "templates"]
    settings.UPLOAD_VIEWS = {"files"}
    settings.MIDDLEWARE = list(settings.MIDDLEWARE)
    if PACKED not in settings.MIDDLEWARE:
        settings.MIDDLEWARE.insert(3, PACKED)
    return settings


@pytest.fixture
def mallory(site):
    """A stranger's browser; what fails is answered as it would be in service."""
    return Client(raise_request_exception=False)


@pytest.fixture
def alice(site):
    """Someone targeted, with a browser that shows its tokens."""
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.fixture
def sheet(site):
    return staticfiles_storage.url("css/site.css")
