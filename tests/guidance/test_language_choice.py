"""A language is chosen on a page of its own, kept until the browser is closed, and forgotten by leaving."""

from __future__ import annotations

import runpy

import pytest
from django.conf import settings as project
from django.urls import reverse

from tests.guidance.browsing import begin, read, spoken
from tests.journeys.site import SECRETS, new_secret


def choose(browser, code, **more):
    """Press the button of a language on its page."""
    page = browser.get(reverse("language"), headers={"Referer": "http://testserver/help/?p=2"})
    form = read(page).forms[0]
    return browser.post(form["action"], {**form["hidden"], "l": code, **more})


def test_a_chosen_language_stays_until_the_browser_is_closed(alice):
    response = choose(alice, "cy")
    morsel = response.cookies[project.LANGUAGE_COOKIE_NAME]
    assert (morsel.value, morsel["max-age"], morsel["expires"], morsel["domain"]) == ("cy", "", "", "")
    assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "Strict", "/")
    assert '<html lang="cy"' in alice.get("/", headers={"Accept-Language": "ar"}).content.decode()


def test_a_language_that_is_not_offered_is_not_kept(alice):
    for code in ("xx", "", "en"):
        response = choose(alice, code)
        assert response.status_code == 200
        assert project.LANGUAGE_COOKIE_NAME not in response.cookies


def test_choosing_a_language_needs_a_form_of_this_site_and_leads_back_to_the_page(alice):
    assert alice.post(reverse("language"), {"l": "cy"}).status_code == 403
    assert choose(alice, "cy").headers["Location"] == "/help/"


@pytest.mark.parametrize(
    "back",
    [
        "https://elsewhere.example/help/",
        "//elsewhere.example/",
        "javascript:alert(1)",
        "http://testserver//elsewhere.example",
        "",
    ],
)
def test_choosing_a_language_leads_to_no_other_site(alice, back):
    assert choose(alice, "cy", u=back).headers["Location"] == "/"
    page = alice.get(reverse("language"), headers={"Referer": back}).content.decode()
    assert "elsewhere" not in page


def test_choosing_a_language_keeps_the_answers(alice, loaded):
    assert loaded.steps["danger"].head.title in begin(alice).content.decode()
    choose(alice, "ar")
    assert loaded.steps["danger"].head.title in alice.get(reverse("guidance:questions")).content.decode()


def test_in_production_the_cookie_of_the_language_is_bound_to_the_host(monkeypatch, tmp_path, alice, settings):
    for name in SECRETS:
        monkeypatch.delenv(f"{name}_FILE", raising=False)
        monkeypatch.setenv(name, new_secret(name))
    monkeypatch.setenv("MODE", "production")
    monkeypatch.setenv("ALLOWED_HOSTS", "site.example")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'db.sqlite3'}")
    production = runpy.run_path(str(project.BASE_DIR / "abuse_help" / "settings.py"))
    assert [production[f"LANGUAGE_COOKIE_{name}"] for name in ("NAME", "SECURE")] == ["__Host-l", True]
    settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_COOKIE_SECURE = "__Host-l", True
    morsel = choose(alice, "cy").cookies["__Host-l"]
    assert (morsel["secure"], morsel["path"], morsel["domain"]) == (True, "/", "")


def test_leaving_forgets_the_language(alice):
    choose(alice, "cy")
    gone = alice.get("/exit/").cookies[project.LANGUAGE_COOKIE_NAME]
    assert (gone.value, gone["max-age"]) == ("", 0)
    alice.cookies.pop(project.LANGUAGE_COOKIE_NAME)
    assert '<html lang="en-gb"' in alice.get("/").content.decode()


def test_every_language_is_offered_under_its_own_name_in_its_own_language(client):
    foot = spoken(client.get("/"))
    page = spoken(client.get(reverse("language")))
    for code, name in project.LANGUAGES:
        assert name in page.said_in(code)
        assert (name in foot.said_in(code)) == (code != "en-gb")
    assert reverse("language") in read(client.get("/")).links
