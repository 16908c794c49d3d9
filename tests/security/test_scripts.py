"""What our own scripts never do, and what the server never lists or answers."""

from __future__ import annotations

import re

import pytest

from tests.journeys.site import ROOT
from tests.security import people

SCRIPTS = {path.name: path.read_text() for path in sorted((ROOT / "static" / "js").glob("*.js"))}
# What turns text into markup or code, listens to other windows, or leaves words of a person behind in the browser.
NEVER = {
    "markup": r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|srcdoc",
    "code": r"\beval\b|new Function|setTimeout\(\s*[\"'`]|setInterval\(\s*[\"'`]|\bimport\(",
    "other windows": r"postMessage|addEventListener\(\s*[\"']message|window\.opener|BroadcastChannel",
    "prototypes": r"__proto__|\.prototype\b|Object\.assign\(\s*Object",
    "stores": r"localStorage\.setItem|indexedDB\.open|caches\.open|document\.cookie|serviceWorker",
}

FILES = {"copy_top.html", "booklet.html"}  # they leave as files: no page of the site is drawn from them


def test_there_are_scripts_to_look_at():
    assert SCRIPTS


@pytest.mark.parametrize("what", NEVER)
def test_no_script_does(what):
    assert [name for name, text in SCRIPTS.items() if re.search(NEVER[what], text)] == []


def test_what_scripts_keep_for_a_window_is_a_mark_and_never_what_was_typed():
    kept = [found for text in SCRIPTS.values() for found in re.findall(r"sessionStorage\.setItem\(([^)]*)\)", text)]
    assert kept == ['"here", "1"']


def test_no_template_holds_a_script_or_a_style_of_its_own():
    pages = [path for path in (ROOT / "templates").rglob("*.html") if "pack" not in path.parts]
    pages = [path for path in pages if path.name not in FILES]
    inline = re.compile(
        r"<script(?![^>]*(?:\bsrc=|application/json))|<style|\son(?:click|load|error|submit|change|input|key\w+|mouse\w+|focus|blur)\s*=|\sstyle\s*=|javascript:",
        re.IGNORECASE,
    )
    assert len(pages) > 30
    assert [path.name for path in pages if inline.search(path.read_text())] == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/static/", "/static/js/", "/static/css/", "/.git/config", "/.git/", "/manage.py"])
def test_no_folder_is_listed_and_nothing_of_the_repository_is_served(path):
    assert people.browser().get(path).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "PUT", "PATCH", "DELETE", "CONNECT", "PROPFIND"])
def test_no_other_method_is_answered(method):
    answer = people.browser().generic(method, "/case/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.django_db
def test_the_same_answer_is_given_whatever_another_origin_asks():
    asked = people.browser().get("/help/", HTTP_ORIGIN="https://elsewhere.example")
    assert [name for name in asked.headers if name.lower().startswith("access-control")] == []
