"""What people do on the pages of the site, in a real browser: each function is one thing that somebody does."""

from __future__ import annotations

import io
import re
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from pathlib import Path

from PIL import Image, ImageDraw

from guidance import content
from tests.browser.looking import eventually, presses

PASSWORD = "ladder-orbit-velvet-nine"
LIST = "/guide/v8qd/"
PICTURES = "a[href='/case/p8nd/']"  # the way to adding pictures; no such link exists where somebody may be under 18
HALVES = "SELECT (SELECT count(*) FROM evidence_opensession) + (SELECT count(*) FROM helpline_desk)"


def press(page, name):
    """Press a button that leads to a page, and wait for that page."""
    presses(page, button(page, name))


def button(page, name):
    return page.get_by_role("button", name=name, exact=True).first


def press_on(page, address, name):
    page.goto(address)
    press(page, name)


def choose(page, name, value):
    """Press the words beside a choice, as a thumb does."""
    page.click(f"label[for='{page.get_attribute(f'[name={name}][value={value!r}]', 'id')}']")


def follow(page, name):
    """Follow a link to a page, and wait for that page."""
    presses(page, page.get_by_role("link", name=name, exact=True).first)


def fits(page):
    """Nothing on the page is wider than the phone."""
    return page.locator("body").evaluate("(body) => body.ownerDocument.documentElement.scrollWidth") <= 360


def answer_everything(page, answers):
    """From the start page to the list, one screen after another; returns how many questions there were."""
    page.goto("/")
    follow(page, "Find my next step")
    press(page, "Go on to the questions")
    asked = 0
    while asked_on(page):
        answer(page, answers)
        asked += 1
    return asked


def asked_on(page):
    """The question that stands on the page, with its facts; None where the list stands."""
    if page.url.endswith(LIST):
        return None
    loaded = content.load()
    return loaded.flow.screens[loaded.by_code[page.get_attribute("main form input[name=q]", "value")].head.id]


def answer(page, answers):
    """Answer what the page asks, and go on."""
    for name, fact in fields_of(asked_on(page)):
        choose(page, name, place_of(fact, answers[fact]))
    press(page, "Continue")


def fields_of(question):
    """The fields of a question, each with the fact that it asks."""
    return zip("ab", question.asks, strict=False)


def place_of(fact, value):
    """An answer as a form sends it."""
    return str(content.load().facts[fact].values.index(value))


def steps_of(page):
    """The ids of the steps on a person's list, in order."""
    codes = [task.get_attribute("id") for task in page.locator("ol.tasks li.task").all()]
    return [content.load().by_code[code].head.id for code in codes]


def start_a_case(page):
    """From the plan to an open case; returns the seven words and the code."""
    follow(page, "Start or open a case")
    return begin_a_case(page)


def begin_a_case(page):
    """From the page about cases to an open one; returns the seven words and the code."""
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
    presses(page, PICTURES)
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
    press(page, "Save them")  # with scripts each is sent on its own, and the page stays until all are
    if not scripts:
        assert page.inner_text("h1") == f"Saved {len(paths)} of {len(paths)}"
        follow(page, "Back to my case")
    assert page.url.endswith("/case/k4bs/")
    assert page.inner_text("h1") == "Your case"


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
    presses(page, "form[action*='/accept/'] button")
    assert page.inner_text("h1") == "A shared case"
    return page.url


def make_a_pack(page, *, scripts):
    """Ask, wait, and download both files; returns the bytes of the report and of the bundle."""
    follow(page, "Make a police pack")
    return finish_the_pack(page, scripts=scripts)


def finish_the_pack(page, *, scripts):
    """From the page on which all is chosen to the bytes of the report and of the bundle."""
    press(page, "Make the pack")
    until = time.monotonic() + 300
    while page.get_by_role("button", name="Download the report (PDF)").count() == 0:
        assert time.monotonic() < until, page.inner_text("main")
        assert page.get_by_role("heading", name="Stopped").count() == 0
        page.wait_for_timeout(300)
        if not scripts:
            follow(page, "Look again")
    return download(page, "Download the report (PDF)"), download(page, "Download everything (ZIP)")


def download(page, name):
    with page.expect_download() as coming:
        button(page, name).click()
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
    page.wait_for_url(site.more["EXIT_URL"])
    eventually(page, lambda: not page.context.cookies(site.address) and not halves_left(site))
    page.go_back()
    assert "lena" not in page.content()
    page.goto("/case/k4bs/")
    assert page.inner_text("h1") == "Open your case"
    if scripts:
        assert page.evaluate("[localStorage.length, document.cookie.replace(/c=[^;]*/, '')]") == [0, ""]
