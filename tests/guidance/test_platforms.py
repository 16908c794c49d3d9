"""The places: every card of the reference is there, in its group, and none asks for what could harm."""

from __future__ import annotations

import gzip
import re
from typing import get_args

import pytest
from django.urls import reverse

from guidance.records import Group
from tests.guidance.browsing import read

REFERENCE = (
    "FB MSG IG THR WA SNAP TT X YT GS BING DDG LI RED DIS TG SIG TEAMS ZOOM TIN HIN BUM GRI OF PH XH XV CAM RBX TWI "
    "PIN TUM KIK WIZZ GMAIL OUT IMSG SITE CLOUD"
)
GROUPS = {
    "social": "Social", "messages": "Messages", "dating": "Dating", "adult": "Adult sites", "search": "Search",
    "mail": "Email and phone", "games": "Games and live video", "site": "Any website", "cloud": "Cloud",
}  # fmt: skip
PICTURE = re.compile(
    r"\b(screenshots?|capture|record|photograph|download|copy|save|keep|print|film)\b[^.\n]*"
    r"\b(pictures?|photos?|images?|videos?|snaps?|screen|posts?)\b|\bscreenshot\b",
    re.IGNORECASE,
)
WORDS = ("report_path", "blackmail_path", "capture_first", "vanishes", "needs", "expected", "note")


def lines(platform):
    return [line for name in WORDS for line in getattr(platform, name).splitlines()]


def test_every_card_of_the_reference_is_there(loaded):
    assert set(loaded.platforms) == {f"P-{name}" for name in REFERENCE.split()}
    assert len(loaded.platforms) == 39


@pytest.mark.parametrize("field", ["report_path", "blackmail_path", "capture_first", "vanishes"])
def test_every_card_says_how_to_report_what_to_note_and_what_vanishes(loaded, field):
    assert [one.id for one in loaded.platforms.values() if not getattr(one, field).strip()] == []


def test_nothing_to_write_down_first_is_a_picture(loaded):
    for platform in loaded.platforms.values():
        asked = [line for line in platform.capture_first.splitlines() if not line.startswith(("Do not ", "Words only"))]
        assert [line for line in asked if PICTURE.search(line)] == [], platform.id


@pytest.mark.parametrize("asked", ["Save the photos.", "Screenshot the chat.", "A copy of each picture."])
def test_a_line_that_asks_for_a_picture_would_be_seen(asked):
    assert PICTURE.search(asked)


def test_a_page_tells_nobody_to_copy_a_child(client, loaded):
    for platform in loaded.platforms.values():
        text = client.get(reverse("guidance:platform", args=[platform.code])).content.decode()
        assert "Never copy a picture of someone who is under 18, or may be." in text


def test_sentences_are_short_and_promise_nothing(loaded):
    promise = re.compile(
        r"\b(always|guaranteed?|certainly|will be (removed|gone)|proof|victim|suspect)\b", re.IGNORECASE
    )
    for platform in loaded.platforms.values():
        for line in lines(platform):
            assert all(len(one.split()) <= 25 for one in re.split(r"(?<=[.!?])\s+", line)), line
            assert not promise.search(line), line
        assert re.match(r"$|Often |It varies|Some never|\w+ may not", platform.expected), platform.id


def test_what_nobody_has_opened_waits_for_an_editor(loaded):
    assert {one.id for one in loaded.platforms.values() if not one.needs_editor} == {"P-KIK"}


def test_every_group_stands_together_and_has_a_heading(client, loaded):
    order = [one.group for one in loaded.platforms.values()]
    assert list(dict.fromkeys(order)) == list(get_args(Group)) == list(GROUPS)
    assert sorted(order, key=list(GROUPS).index) == order

    text = client.get(reverse("guidance:platforms")).content.decode()
    assert re.findall(r'<h2 id="p\d+">\s*(.*?)\s*</h2>', text) == list(GROUPS.values())
    assert [link for link in read(client.get(reverse("guidance:platforms"))).links if link.startswith("#p")] == [
        f"#p{number}" for number in range(1, 10)
    ]


def test_the_list_and_every_card_are_light(client, loaded):
    codes = [one.code for one in loaded.platforms.values()]
    for address in (reverse("guidance:platforms"), *(reverse("guidance:platform", args=[code]) for code in codes)):
        assert len(gzip.compress(client.get(address).content)) < 14 * 1024, address


def test_a_card_shows_each_of_its_lines(client, loaded):
    for platform in loaded.platforms.values():
        text = client.get(reverse("guidance:platform", args=[platform.code])).content.decode()
        assert [line for line in lines(platform) if line not in text.replace("&#x27;", "'")] == [], platform.id


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("P-SNAP", "Messages here may vanish by themselves."),
        ("P-TIN", "What you have here may vanish."),
        ("P-FB", "What you have here normally stays."),
    ],
)
def test_a_card_begins_with_what_can_be_lost(client, loaded, name, said):
    text = client.get(reverse("guidance:platform", args=[loaded.platforms[name].code])).content.decode()

    assert 0 < text.index(said) < text.index("First, write down") < text.index("Report the picture")
