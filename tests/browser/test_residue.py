"""What a browser keeps on its disk of an open case, after leaving and after locking: nothing of it."""

from __future__ import annotations

import secrets

import pytest
from django.conf import settings as project
from playwright.sync_api import expect

from tests.browser.conftest import ARGUMENTS, CHROMIUM, PHONE
from tests.browser.test_leaving import eventually
from tests.security import needles, people

MARK = {name: f"zq{secrets.token_hex(8)}" for name in ("note", "account", "message", "address")}
ENDS = {"leaving": ".leave a", "locking": "form[action='/case/w7gn/'] button"}


class Kept:
    """A browser with a folder of its own, as people have one: what it writes there can be looked through."""

    def __init__(self, chromium, folder, served):
        self.folder, self.served = folder, served
        self.context = chromium.browser_type.launch_persistent_context(
            str(folder), executable_path=CHROMIUM, args=ARGUMENTS, base_url=served, reduced_motion="reduce", **PHONE
        )
        self.context.route(lambda url: not url.startswith(served), self._elsewhere)
        self.page = self.context.pages[0]
        self.seen: list[bytes] = []

    def _elsewhere(self, route):
        route.fulfill(body="<!doctype html><title>Weather</title><p>Sunny", content_type="text/html")

    def looked(self, path):
        self.page.goto(path)
        return self.page.content()

    def cookies(self):
        return [one["value"] for one in self.context.cookies(self.served) if len(one["value"]) > 20]

    def readable(self, forms):
        self.context.close()
        return needles.found_in(needles.files(self.folder, but=set()), forms)


@pytest.fixture
def alice(served):
    alice = people.owner()
    people.open_the_gate(alice)
    alice.ids["picture"] = people.keep_a_picture(alice, people.png())
    return alice


@pytest.fixture
def kept(chromium, served, tmp_path):
    return Kept(chromium, tmp_path / "profile", served)


def a_visit(kept, alice):
    """Opened with the words; something typed into three forms; every kind of page and a picture looked at."""
    page = kept.page
    page.goto("/case/d2xj/")
    page.fill("[name=x_1]", " ".join(alice.words))
    page.click("main form button")
    expect(page).to_have_url(f"{kept.served}/case/k4bs/")
    for path, name in (("/case/n4vk/j7rp/", "note"), ("/case/n4vk/m2wv/", "account"), ("/case/n4vk/c4dk/", "address")):
        page.goto(path)
        box = {"note": "t2", "account": "t4", "address": "t5"}[name]
        page.fill(f"[name={box}]", MARK[name] if name != "address" else f"https://{MARK[name]}.example/")
        page.check("[name=d3][value=unknown]", force=True)
        page.click("main form button[type=submit], main form button:not([type])")
    item = f"/case/t6zx/{alice.ids['picture']}/"
    page.goto(item)
    page.click("form[action$='/e/'] button")
    kept.seen += [page.request.get(item + "f/").body(), page.request.get(item + "g/").body()]
    for path in ("/case/k4bs/", "/case/e7nt/", "/case/j2fy/", "/case/c9mv/", "/case/v9sj/"):
        kept.looked(path)
    assert MARK["account"] in kept.looked("/case/k4bs/") + kept.looked("/case/e7nt/")


def what_must_not_be_there(kept, alice):
    forms = {name: set(needles.of_text(text)) for name, text in MARK.items()}
    forms["words"] = set(needles.phrases(alice.words))
    for number, value in enumerate(kept.cookies()):
        forms[f"cookie {number}"] = set(needles.of_text(value))
    for number, data in enumerate(kept.seen):
        forms[f"picture {number}"] = {data[at : at + 24] for at in range(200, len(data) - 24, 97)}
    return forms


@pytest.mark.parametrize("end", ENDS)
def test_nothing_of_a_case_is_left_in_the_browser_after_leaving(kept, alice, end):
    a_visit(kept, alice)
    forms, page = what_must_not_be_there(kept, alice), kept.page
    page.goto("/case/k4bs/")
    assert len(forms) >= 8
    page.click(ENDS[end])
    page.wait_for_url(project.EXIT_URL if end == "leaving" else f"{kept.served}/case/w7gn/")
    if end == "leaving":
        eventually(page, lambda: kept.cookies() == [])  # with scripts it is asked for while the page goes
    for _ in range(3):
        page.go_back()
        assert not [name for name, text in MARK.items() if text in page.content()]

    assert kept.readable(forms) == set()


def test_whatever_the_browser_kept_would_be_found(kept, alice):
    kept.page.goto("/help/")
    kept.page.evaluate(f"localStorage.setItem('kept', '{MARK['note']}')")
    kept.page.wait_for_timeout(200)

    assert any(found.startswith("note in") for found in kept.readable({"note": set(needles.of_text(MARK["note"]))}))
