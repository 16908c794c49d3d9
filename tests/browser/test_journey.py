"""The whole way, in a real browser on a 360 px phone: advice, a case, the helpline, the pack, leaving."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.browser.conftest import DESK, PHONE, Windows
from tests.browser.looking import presses
from tests.journeys import codes, walking

pytestmark = pytest.mark.xdist_group("journey")

BLACKMAILED = {"danger": "neither", "who": "me", "what": "money", "who_is_it": "stranger", "watched": "no"}
ADULT = {**BLACKMAILED, "shown_age": "adults", "my_age": "adult", "has_image": "real"}
CHILD = {**BLACKMAILED, "shown_age": "under18", "my_age": "13to17", "has_image": "real"}
BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])


@pytest.fixture
def alice(browsers, scripts):
    """Someone targeted, on a phone."""
    return browsers.open(**PHONE, java_script_enabled=scripts)


@dataclass
class Worker:
    """A helpline worker: the secret of her app, and the last half minute whose code she has used."""

    name: str
    secret: str = ""
    used: int = 0

    def code(self):
        """The code of this half minute; each is good once, so that a second one is waited for."""
        self.used = codes.period(after=self.used)
        return codes.code(self.secret, self.used)


@pytest.fixture(scope="session")
def hana(chromium, site):
    """A helpline worker who has been through her first sign-in, in a browser: a password, then her app."""
    worker = Worker("hana")
    page = Windows(chromium, site.address, site.more["EXIT_URL"]).open(**DESK, java_script_enabled=False)
    page.goto("/helpline/first-time/")
    page.fill("[name=x_code]", site.invite("hana"))
    page.fill("[name=x_new]", walking.PASSWORD)
    page.fill("[name=x_again]", walking.PASSWORD)
    walking.press(page, "Set the password")
    worker.secret = page.inner_text("p.copy").replace(" ", "")
    page.fill("[name=code]", worker.code())
    walking.press(page, "Set up")
    page.context.close()
    return worker


# --- the journeys -----------------------------------------------------------------------------------------


@BOTH
def test_from_the_first_advice_to_a_checked_pack_and_out_again(alice, browsers, site, hana, scripts, tmp_path):
    worker = browsers.open(**DESK, java_script_enabled=scripts)
    words, code = gets_advice_and_starts_a_case(alice)
    keeps_an_address_and_screenshots(alice, tmp_path, scripts=scripts)
    shared = is_shared_with(alice, worker, hana)
    they_write_to_each_other(alice, worker, shared)
    the_share_ends(alice, worker, shared)
    gets_a_pack_that_anyone_can_check(alice, tmp_path, scripts=scripts)
    walking.press_on(worker, "/helpline/", "Sign out")
    walking.leave(alice, site, scripts=scripts)
    assert walking.halves_left(site) == 0
    comes_back_with(alice, words, code)
    walking.leave(alice, site, scripts=scripts)
    assert walking.halves_left(site) == 0


def gets_advice_and_starts_a_case(alice):
    assert walking.answer_everything(alice, ADULT) <= 6
    assert {"dont-pay", "save-evidence", "keep-a-case"} <= set(walking.steps_of(alice))
    assert walking.fits(alice)
    return walking.start_a_case(alice)


def keeps_an_address_and_screenshots(alice, folder, *, scripts):
    walking.keep_an_address(alice, "https://social.example/p/1")
    walking.answer_the_gate(alice, "adults", "adult")
    walking.keep_screenshots(alice, walking.screenshots(folder), scripts=scripts)
    assert "https://social.example/p/1" in alice.inner_text("main")
    assert alice.locator("a[href*='/case/t6zx/']").count() == 4
    assert walking.fits(alice)


def is_shared_with(alice, worker, hana):
    """From the owner's press to a case that a worker reads; returns its address on her side."""
    walking.follow(alice, "Share with the helpline")
    alice.fill("[name=t1]", "Please help me to get it taken down.")
    walking.press(alice, "Share my case")
    assert "Waiting for a helpline worker" in alice.inner_text("main")
    walking.sign_in(worker, hana)
    shared = walking.take_the_case(worker)
    assert "Please help me to get it taken down." in worker.inner_text("main")
    presses(worker, "a[href*='/cases/'] >> text=social.example")
    assert "https://social.example/p/1" in worker.inner_text("main")
    return shared


def they_write_to_each_other(alice, worker, shared):
    worker.goto(shared)
    walking.follow(worker, "Messages")
    worker.fill("[name=text]", "I have reported it. You are not alone.")
    walking.press(worker, "Send")
    alice.goto("/case/j2fy/")
    assert "I have reported it. You are not alone." in alice.inner_text("main")
    alice.fill("[name=t1]", "Thank you.")
    walking.press(alice, "Send")
    worker.reload()
    assert "Thank you." in worker.inner_text("main")
    alice.goto("/case/v9sj/")
    assert "Hana" in alice.inner_text("main")


def the_share_ends(alice, worker, shared):
    walking.press_on(alice, "/case/c9mv/", "End this share now")
    assert "Ended" in alice.inner_text("main")
    assert worker.goto(shared).status == 404
    assert worker.goto(f"{shared}messages/").status == 404


def gets_a_pack_that_anyone_can_check(alice, folder, *, scripts):
    walking.follow(alice, "Back to my case")
    report, bundle = walking.make_a_pack(alice, scripts=scripts)
    assert report.startswith(b"%PDF-")
    names = walking.verify(bundle, folder / "pack")
    assert any(name.endswith("report.pdf") for name in names)
    assert not any("holiday" in name for name in names)


def comes_back_with(alice, words, code):
    alice.fill("[name=x_1]", " ".join(words))
    walking.press(alice, "Open")
    assert "https://social.example/p/1" in alice.inner_text("main")
    walking.press(alice, "Lock my case")
    assert alice.inner_text("h1") == "Your case is locked"
    alice.goto("/case/d2xj/")
    alice.fill("[name=x_1]", code.lower())
    walking.press(alice, "Open")
    assert alice.inner_text("h1") == "Your case"


@BOTH
def test_someone_under_18_gets_a_list_and_a_case_in_which_no_upload_exists(alice, site, scripts):
    assert walking.answer_everything(alice, CHILD) <= 6
    steps = set(walking.steps_of(alice))
    assert {"report-remove", "police", "save-text-only", "keep-text-only"} <= steps
    assert not {"save-evidence", "keep-a-case", "hash-adult", "warn-contacts"} & steps
    walking.follow(alice, "Open the first step")
    walking.follow(alice, "Back to the list")
    walking.start_a_case(alice)

    walking.answer_the_gate(alice, "under18", "under18")
    said = alice.inner_text("main")
    assert "Childline" in said
    assert alice.locator("input[type=file]").count() == 0
    alice.go_back()
    assert alice.goto("/case/p8nd/").status == 404
    assert alice.request.post("/case/p8nd/x/", multipart={"y": "on"}).status == 404
    alice.goto("/case/a5xg/")
    assert alice.get_by_role("link", name="A web address").count() == 1
    assert alice.locator(walking.PICTURES).count() == 0

    alice.goto("/case/k4bs/")
    walking.keep_an_address(alice, "https://social.example/p/2")
    assert "https://social.example/p/2" in alice.inner_text("main")
    walking.leave(alice, site, scripts=scripts)
