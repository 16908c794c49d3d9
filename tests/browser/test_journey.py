"""The whole way, in a real browser on a 360 px phone: advice, a case, the helpline, the pack, leaving."""

from __future__ import annotations

import io
import re
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from PIL import Image, ImageDraw

from guidance import content
from tests.browser.conftest import DESK, PHONE, Windows
from tests.journeys.site import Site

pytestmark = pytest.mark.xdist_group("journey")

PASSWORD = "ladder-orbit-velvet-nine"
BLACKMAILED = {"danger": "neither", "who": "me", "what": "money", "who_is_it": "stranger", "watched": "no"}
ADULT = {**BLACKMAILED, "shown_age": "adults", "my_age": "adult", "has_image": "real"}
CHILD = {**BLACKMAILED, "shown_age": "under18", "my_age": "13to17", "has_image": "real"}
HALVES = "SELECT (SELECT count(*) FROM evidence_opensession) + (SELECT count(*) FROM helpline_desk)"
BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The site as `make run` serves it; one for every journey."""
    site = Site(tmp_path_factory.mktemp("site") / "local").start()
    yield site
    site.stop()


@pytest.fixture
def browsers(chromium, site):
    """Windows on that site: no other host is asked, nothing breaks the content policy, no script throws."""
    windows = Windows(chromium, site.address, settings.EXIT_URL)
    yield windows
    windows.close()
    assert windows.faults == []


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
        while (now := int(time.time()) // 30) <= self.used:
            time.sleep(0.2)
        self.used = now
        return totp.format_hotp_value(totp.hotp_value(self.secret, now))


@pytest.fixture(scope="session")
def hana(chromium, site):
    """A helpline worker who has been through her first sign-in, in a browser: a password, then her app."""
    worker = Worker("hana")
    page = Windows(chromium, site.address, settings.EXIT_URL).open(**DESK, java_script_enabled=False)
    page.goto("/helpline/first-time/")
    page.fill("[name=x_code]", site.invite("hana"))
    page.fill("[name=x_new]", PASSWORD)
    page.fill("[name=x_again]", PASSWORD)
    press(page, "Set the password")
    worker.secret = page.inner_text("p.copy").replace(" ", "")
    page.fill("[name=code]", worker.code())
    press(page, "Set up")
    page.context.close()
    return worker


# --- what people do ---------------------------------------------------------------------------------------


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()


def choose(page, name, value):
    """Press the words beside a choice, as a thumb does."""
    page.click(f"label[for='{page.get_attribute(f'[name={name}][value={value!r}]', 'id')}']")


def follow(page, name):
    page.get_by_role("link", name=name, exact=True).first.click()


def fits(page):
    """Nothing on the page is wider than the phone."""
    return page.locator("body").evaluate("(body) => body.ownerDocument.documentElement.scrollWidth") <= 360


def answer_everything(page, answers):
    """From the start page to the plan, one screen after another; returns how many there were."""
    page.goto("/")
    follow(page, "Find my next step")
    loaded, screens = content.load(), 0
    while page.locator("main form input[name=q]").count() and page.url.count("/guide/"):
        asked = loaded.by_code[page.get_attribute("main form input[name=q]", "value")]
        if asked.head.id not in loaded.flow.screens or page.locator("ol.tasks").count():
            break
        for name, fact in zip("abc", loaded.flow.screens[asked.head.id].asks, strict=False):
            place = loaded.facts[fact].values.index(answers[fact])
            choose(page, name, str(place))
        press(page, "Continue")
        screens += 1
    return screens


def steps_of(page):
    """The ids of the steps on a person's list."""
    codes = [task.get_attribute("id") for task in page.locator("ol.tasks li.task").all()]
    return {content.load().by_code[code].head.id for code in codes}


def start_a_case(page):
    """From the plan to an open case; returns the seven words and the code."""
    follow(page, "Start or open a case")
    follow(page, "Start a new case")
    choose(page, "a", "no")
    press(page, "Continue")
    press(page, "Show my words")
    words = page.locator("ol.wordlist li").all_inner_texts()
    code = page.inner_text("main .copy").strip()
    follow(page, "I have written them down")
    for name in ("x_1", "x_2"):
        place = int(page.inner_text(f"label[for=id_{name}]").split()[1])
        page.fill(f"[name={name}]", words[place - 1].upper())
    page.fill("[name=x_3]", code[-4:])
    press(page, "Open my case")
    assert page.inner_text("h1") == "Your case"
    return words, code


def keep_an_address(page, address):
    follow(page, "Add something")
    follow(page, "A web address")
    page.fill("[name=t5]", address)
    page.fill("[name=t3]", "Instagram")
    page.fill("[name=d1]", "2026-11-14")
    page.fill("[name=d2]", "21:14")
    choose(page, "d3", "exact")
    press(page, "Save")
    follow(page, "Back to my case")


def answer_the_gate(page, shown, now):
    follow(page, "Add something")
    follow(page, "Screenshots or pictures")
    choose(page, "a", shown)
    choose(page, "b", now)
    choose(page, "c", "mine")
    press(page, "Continue")


def screenshots(folder, count=3):
    """Generated PNGs that look like a chat."""
    paths = []
    for number in range(1, count + 1):
        picture = Image.new("RGB", (360, 640), "white")
        ImageDraw.Draw(picture).text((20, 40 * number), f"@lena.k: message {number}", fill="black")
        paths.append(folder / f"holiday-{number}.png")
        picture.save(paths[-1])
    return paths


def keep_screenshots(page, paths, *, scripts):
    page.click("label[for=id_y]")
    page.fill("[name=t1]", "The first messages")
    page.set_input_files("[name=f]", [str(path) for path in paths])
    press(page, "Save them")
    if not scripts:
        assert page.inner_text("h1") == f"Saved {len(paths)} of {len(paths)}"
        follow(page, "Back to my case")
    page.wait_for_url("**/case/k4bs/")
    page.get_by_role("heading", name="Your case", exact=True).wait_for()


def sign_in(page, worker):
    """Password, second factor, and the password again for the desk."""
    page.goto("/helpline/")
    page.fill("[name=login]", worker.name)
    page.fill("[name=x_password]", PASSWORD)
    press(page, "Sign in")
    page.fill("[name=code]", worker.code())
    press(page, "Sign in")
    page.fill("[name=x_password]", PASSWORD)
    press(page, "Open your desk")
    assert page.inner_text("h1") == "Cases"


def take_the_case(page):
    """Take the one that waits; returns its address."""
    page.locator("form[action*='/accept/'] button").first.click()
    assert page.inner_text("h1") == "A shared case"
    return page.url


def make_a_pack(page, *, scripts):
    """Ask, wait, and download both files; returns the bytes of the report and of the bundle."""
    follow(page, "Make a police pack")
    press(page, "Make the pack")
    until = time.monotonic() + 120
    while page.get_by_role("button", name="Download the report (PDF)").count() == 0:
        assert time.monotonic() < until, page.inner_text("main")
        assert page.get_by_role("heading", name="Stopped").count() == 0
        page.wait_for_timeout(300)
        if not scripts:
            follow(page, "Look again")
    return download(page, "Download the report (PDF)"), download(page, "Download everything (ZIP)")


def download(page, name):
    with page.expect_download() as coming:
        press(page, name)
    file = coming.value
    assert re.fullmatch(r"[A-Z0-9]{5}-[A-Z0-9]{5}\.(pdf|zip)", file.suggested_filename)
    return Path(file.path()).read_bytes()


def verify(bundle, folder):
    """As the pack itself says: with sha256sum, and with bagit."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        archive.extractall(folder)
        names = archive.namelist()
    bag = folder / Path(names[0]).parts[0]
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--quiet", "-c", manifest], cwd=bag, check=True)
    subprocess.run([sys.executable, "-m", "bagit", "--quiet", "--validate", str(bag)], check=True)
    return names


def halves_left(site):
    with closing(sqlite3.connect(site.database)) as database:
        return database.execute(HALVES).fetchone()[0]


def leave(page, site, *, scripts):
    """One press; then nothing is left here, and nothing in the browser."""
    page.click(".leave a")
    page.wait_for_url(settings.EXIT_URL)
    for _ in range(50):
        if not page.context.cookies(site.address) and not halves_left(site):
            break
        page.wait_for_timeout(100)
    assert page.context.cookies(site.address) == []
    page.go_back()
    page.wait_for_load_state()
    assert "lena" not in page.content()
    page.goto("/case/k4bs/")
    assert page.inner_text("h1") == "Open your case"
    if scripts:
        assert page.evaluate("[localStorage.length, document.cookie.replace(/c=[^;]*/, '')]") == [0, ""]


# --- the journeys -----------------------------------------------------------------------------------------


@BOTH
def test_from_the_first_advice_to_a_checked_pack_and_out_again(alice, browsers, site, hana, scripts, tmp_path):
    assert answer_everything(alice, ADULT) <= 6
    assert {"dont-pay", "save-evidence", "keep-a-case"} <= steps_of(alice)
    assert fits(alice)
    words, code = start_a_case(alice)

    keep_an_address(alice, "https://social.example/p/1")
    answer_the_gate(alice, "adults", "adult")
    keep_screenshots(alice, screenshots(tmp_path), scripts=scripts)
    kept = alice.locator("main").inner_text()
    assert "https://social.example/p/1" in kept
    assert len(alice.locator("a[href*='/case/t6zx/']").all()) == 4
    assert fits(alice)

    follow(alice, "Share with the helpline")
    alice.fill("[name=t1]", "Please help me to get it taken down.")
    press(alice, "Share my case")
    assert "Waiting for a helpline worker" in alice.inner_text("main")

    worker = browsers.open(**DESK, java_script_enabled=scripts)
    sign_in(worker, hana)
    shared = take_the_case(worker)
    assert "Please help me to get it taken down." in worker.inner_text("main")
    worker.locator("a[href*='/cases/'] >> text=social.example").first.click()
    assert "https://social.example/p/1" in worker.inner_text("main")
    worker.goto(shared)
    follow(worker, "Messages")
    worker.fill("[name=text]", "I have reported it. You are not alone.")
    press(worker, "Send")

    alice.goto("/case/j2fy/")
    assert "I have reported it. You are not alone." in alice.inner_text("main")
    alice.fill("[name=t1]", "Thank you.")
    press(alice, "Send")
    worker.reload()
    assert "Thank you." in worker.inner_text("main")
    alice.goto("/case/v9sj/")
    assert "Hana" in alice.inner_text("main")

    alice.goto("/case/c9mv/")
    press(alice, "End this share now")
    assert "Ended" in alice.inner_text("main")
    assert worker.goto(shared).status == 404
    assert worker.goto(f"{shared}messages/").status == 404

    follow(alice, "Back to my case")
    report, bundle = make_a_pack(alice, scripts=scripts)
    assert report.startswith(b"%PDF-")
    names = verify(bundle, tmp_path / "pack")
    assert any(name.endswith("report.pdf") for name in names)
    assert not any("holiday" in name for name in names)

    worker.goto("/helpline/")
    press(worker, "Sign out")
    leave(alice, site, scripts=scripts)
    assert halves_left(site) == 0

    alice.fill("[name=x_1]", " ".join(words))
    press(alice, "Open")
    assert "https://social.example/p/1" in alice.inner_text("main")
    press(alice, "Lock my case")
    assert alice.inner_text("h1") == "Your case is locked"
    alice.goto("/case/d2xj/")
    alice.fill("[name=x_1]", code.lower())
    press(alice, "Open")
    assert alice.inner_text("h1") == "Your case"
    leave(alice, site, scripts=scripts)


@BOTH
def test_someone_under_18_gets_a_list_and_a_case_in_which_no_upload_exists(alice, site, scripts):
    assert answer_everything(alice, CHILD) <= 6
    steps = steps_of(alice)
    assert {"report-remove", "police", "save-text-only", "keep-text-only"} <= steps
    assert not {"save-evidence", "keep-a-case", "hash-adult", "warn-contacts"} & steps
    follow(alice, "Open the first step")
    follow(alice, "Back to the list")
    start_a_case(alice)

    answer_the_gate(alice, "under18", "under18")
    said = alice.inner_text("main")
    assert "Childline" in said
    assert alice.locator("input[type=file]").count() == 0
    alice.go_back()
    assert alice.goto("/case/p8nd/").status == 404
    assert alice.request.post("/case/p8nd/x/", multipart={"y": "on"}).status == 404
    alice.goto("/case/a5xg/")
    assert alice.get_by_role("link", name="Screenshots or pictures").count() == 0

    alice.goto("/case/k4bs/")
    keep_an_address(alice, "https://social.example/p/2")
    assert "https://social.example/p/2" in alice.inner_text("main")
    leave(alice, site, scripts=scripts)
