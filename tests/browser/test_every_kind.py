"""One case with a real file of each kind, on a 360 px phone: kept, played, covered, handed over, taken out."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.looking import presses
from tests.evidence.pack.test_verify import follow as passes
from tests.evidence.pack.test_verify import printed
from tests.journeys import real_files, walking

pytestmark = pytest.mark.xdist_group("journey")

TEN = 10  # files that one form takes
SECONDS = "one => [one.readyState, Math.round(one.duration), one.error && one.error.message]"
READY = "one => new Promise(done => one.readyState ? done() : (one.onloadedmetadata = one.onerror = () => done()))"
# what is typed into the form of each kind, and the words of it that must stand in the report
TYPED = {
    "A web address": {"t5": "https://social.example/p/77"},
    "An account": {"t4": "@max_example", "t3": "Instagram", "t6": "1789044", "t7": "Max E.\nmaxie"},
    "A phone number or email address": {"t17": "+44 7700 900123", "t3": "WhatsApp"},
    "What they asked for": {
        "t2": "Pay by tonight",
        "t11": "300",
        "t12": "pounds",
        "t14": "bc1qexample",
    },
    "A payment that was made": {"t11": "50", "t12": "pounds", "t13": "Bank transfer", "t15": "REF-778"},
    "A message or a note": {"t2": "He wrote to my sister too"},
    "Something that happened": {"t1": "The account went away"},
}
NAMED = {
    "Web address": "https://social.example/p/77",
    "Account": "@max_example",
    "Phone number or email address": "+44 7700 900123",
    "Demand": "bc1qexample",
    "Payment made": "REF-778",
    "Message or note": "He wrote to my sister too",
    "Event": "The account went away",
    "Picture or screenshot": "Picture",
    "Film or screen recording": "Film",
    "Sound or voice note": "Sound",
    "Document": "Document",
    "Email, saved as a file": "max@scam.example",
    "Chat, exported from an app": "Chat: WhatsApp",
    "Message, picked from an exported chat": real_files.SAID,
}


def test_each_kind_is_kept_shown_covered_played_packed_and_taken_out(browsers, site, tmp_path):
    alice = browsers.open(**PHONE, accept_downloads=True)
    files = real_files.write(tmp_path / "phone")
    begins(alice)
    keeps(alice, files, scripts=True)
    types_each_kind(alice)
    tells_which(alice, files)
    picks_messages(alice, files["WhatsApp Chat.zip"])
    covers_a_part(alice)
    plays(alice, "Film", "video")
    plays(alice, "Sound", "audio")
    sees_it_drawn(alice)
    gets_a_pack_of_everything(alice, files, tmp_path, scripts=True)
    takes_it_all_out(alice, files)
    walking.leave(alice, site, scripts=True)
    assert walking.halves_left(site) == 0


def test_without_scripts_the_parts_that_differ_work_as_plain_forms(browsers, site, tmp_path):
    alice = browsers.open(**PHONE, java_script_enabled=False, accept_downloads=True)
    few = ("screenshot.png", "recording.mp4", "voice.m4a", "threat.eml", "WhatsApp Chat.zip")
    files = real_files.write(tmp_path / "phone", few)
    begins(alice)
    keeps(alice, files, scripts=False)
    picks_messages(alice, files["WhatsApp Chat.zip"])
    covers_a_part_of_the_grid(alice)
    shows_a_player(alice)
    sees_it_drawn(alice)
    takes_it_all_out(alice, files)
    walking.leave(alice, site, scripts=False)


# --- keeping ----------------------------------------------------------------------------------------------


def begins(alice):
    alice.goto("/case/")
    walking.begin_a_case(alice)
    walking.answer_the_gate(alice, "adults", "adult")


def keeps(alice, files, *, scripts):
    """Ten at a time, as the form takes them; the large one goes in pieces where scripts run."""
    pieces = []
    alice.on("request", lambda one: pieces.append(one) if "/case/p8nd/b/" in one.url else None)
    paths = [str(one.path) for one in files.values()]
    for start in range(0, len(paths), TEN):
        alice.goto("/case/p8nd/")
        alice.click("label[for=id_y]")
        alice.set_input_files("[name=f]", paths[start : start + TEN])
        walking.press(alice, "Save them")
        some = len(paths[start : start + TEN])
        assert scripts or alice.inner_text("h1") == f"Saved {some} of {some}"
    assert (len(pieces) > 1) is scripts
    alice.goto("/case/k4bs/")
    assert walking.fits(alice)
    assert tags(alice) == Counter(one.kind for one in files.values())


def tags(alice):
    """How many of each kind the pages of the case list."""
    found = Counter(alice.locator("li.task:has(a[href*='/t6zx/']) > .tag").all_inner_texts())
    while alice.locator("a[rel=next]").count():
        presses(alice, "a[rel=next]")
        found += Counter(alice.locator("li.task:has(a[href*='/t6zx/']) > .tag").all_inner_texts())
    return found


def types_each_kind(alice):
    for name, said in TYPED.items():
        alice.goto("/case/a5xg/")
        walking.follow(alice, name)
        for field, value in said.items():
            alice.fill(f"[name={field}]", value)
        alice.fill("[name=d1]", "2026-11-20")
        walking.choose(alice, "d3", "exact")
        walking.press(alice, "Save")
        assert walking.fits(alice)
        for value in said.values():
            assert value.splitlines()[0] in alice.inner_text("main")


def tells_which(alice, files):
    """Beside everything that was typed there is each file; its page fits, and tells its hash."""
    addresses = items(alice)
    assert len(addresses) == len(files) + len(TYPED)
    seen = set()
    for address in addresses[len(TYPED) :]:
        alice.goto(address)
        assert walking.fits(alice), address
        seen |= set(alice.locator("dd .copy").all_text_contents())
    assert {one.sha256 for one in files.values()} <= seen


def items(alice, kind=""):
    """The addresses of the items, of one kind or of all."""
    alice.goto("/case/k4bs/")
    found = []
    while True:
        some = alice.locator("li.task:has(a[href*='/t6zx/'])").filter(has_text=kind)
        found += [one.locator("a").get_attribute("href") for one in some.all()]
        if not alice.locator("a[rel=next]").count():
            return found
        presses(alice, "a[rel=next]")


# --- looking ----------------------------------------------------------------------------------------------


def picks_messages(alice, export):
    """Two messages of the WhatsApp archive: one ticked in the list, one found by a word in it."""
    for address in items(alice, "Saved chat"):
        alice.goto(address)
        if export.sha256 in alice.locator("main").text_content():
            break
    walking.follow(alice, "Pick the messages that matter")
    presses(alice, "ul.tasks li.task a")
    assert walking.fits(alice)
    alice.locator("label", has_text="you have until tomorrow").click()
    walking.press(alice, "Keep the ticked messages")
    alice.locator("summary").first.click()
    alice.fill("[name=q]", "sister")
    walking.press(alice, "Show these")
    alice.locator("label", has_text=real_files.SAID).click()
    walking.press(alice, "Keep the ticked messages")
    presses(alice, alice.get_by_role("link", name=re.compile("In your case: ")))
    said = alice.locator("main").text_content()
    assert real_files.SAID in said
    assert "please stop" in said  # a message around it
    assert export.sha256 in said
    assert "[20/11/2026, 21:48:05]" in said  # its raw line
    assert walking.fits(alice)


def covers_a_part(alice):
    alice.goto(items(alice, "Picture")[-1])
    walking.follow(alice, "Hide parts of the picture")
    walking.press(alice, "Show the picture")
    expect(alice.locator("#boxes img")).to_have_js_property("complete", value=True)
    alice.locator("#boxes").scroll_into_view_if_needed()
    place = alice.locator("#boxes svg").bounding_box()
    for across, down in ((40, 30), (160, 80)):
        alice.touchscreen.tap(place["x"] + across, place["y"] + down)
    expect(alice.locator("#list fieldset")).to_have_count(1)
    walking.press(alice, "Hide these parts")
    assert "Parts of it are hidden" in alice.inner_text("main")


def covers_a_part_of_the_grid(alice):
    alice.goto(items(alice, "Picture")[-1])
    walking.follow(alice, "Hide parts of the picture")
    alice.locator("#boxes label").nth(10).click()
    walking.press(alice, "Hide these parts")
    assert "Parts of it are hidden" in alice.inner_text("main")


def plays(alice, kind, element):
    """Each recording of the kind, from its sealed file: by ranges, to the length that ffmpeg gave it."""
    answers = []
    alice.on("response", lambda one: answers.append(one.status) if one.url.endswith("/k/") else None)
    for address in items(alice, kind):
        alice.goto(address)
        walking.press(alice, "Play it")
        player = alice.locator(element)
        player.evaluate("one => { one.muted = true; one.preload = 'metadata'; one.load(); }")
        player.evaluate(READY)
        ready, seconds, wrong = player.evaluate(SECONDS)
        assert (ready >= 1, seconds, wrong) == (True, 2, None), address
        assert answers.pop() == 206
        assert walking.fits(alice)


def shows_a_player(alice):
    for kind, element in (("Film", "video"), ("Sound", "audio")):
        alice.goto(items(alice, kind)[0])
        walking.press(alice, "Play it")
        source = alice.get_attribute(f"main {element}[controls]", "src")
        part = alice.request.get(source, headers={"Range": "bytes=4-7"})
        assert (part.status, part.body()) == (206, b"ftyp")


def sees_it_drawn(alice):
    alice.goto("/case/e7nt/")
    assert alice.locator("main svg").bounding_box()["width"] > 250
    assert alice.get_by_role("heading", name="The same in words").is_visible()
    assert walking.fits(alice)


# --- handing over -----------------------------------------------------------------------------------------


def gets_a_pack_of_everything(alice, files, folder, *, scripts):
    alice.goto("/case/k4bs/")
    walking.follow(alice, "Make a police pack")
    assert walking.fits(alice)
    for box in alice.locator("[name=a], [name=b], [name=c]").all():  # pictures, originals, places in them
        box.check(force=True)
    report, bundle = walking.finish_the_pack(alice, scripts=scripts)
    walking.verify(bundle, folder / "pack")
    bag = next((folder / "pack").iterdir())
    commands = printed(bag)
    assert len(commands) > 5
    assert [command for command in commands if not passes(bag, command)] == []
    originals = {hashlib.sha256(one.read_bytes()).hexdigest() for one in (bag / "data" / "originals").iterdir()}
    assert originals == {one.sha256 for one in files.values()}
    assert len(list((bag / "data" / "copies").iterdir())) == sum(one.kind == "Picture" for one in files.values())
    names_each_kind(report)


def names_each_kind(report):
    words = subprocess.run(["pdftotext", "-", "-"], input=report, capture_output=True, check=True).stdout.decode()
    words = re.sub(r"\s+", " ", words)
    assert [(kind, said) for kind, said in NAMED.items() if kind not in words or said not in words] == []


def takes_it_all_out(alice, files):
    alice.goto("/case/x6hb/")
    assert walking.fits(alice)
    with alice.expect_download() as coming:
        walking.button(alice, "Download my copy").click()
    with zipfile.ZipFile(io.BytesIO(Path(coming.value.path()).read_bytes())) as archive:
        assert archive.testzip() is None
        held = {hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
        page = archive.read("index.html").decode()
        whole = json.loads(archive.read("everything.json"))
    assert {one.sha256 for one in files.values()} <= held
    assert real_files.SAID in page
    assert real_files.SAID in json.dumps(whole)
