"""Every page of an open case, as people see it: nothing for axe to find, nothing sideways, nothing heavy."""

from __future__ import annotations

import base64

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from evidence import demonstration, index, packs, unlocking, ways
from evidence.custody import OWNER
from tests.browser.looking import Look, Scale, opens, presses_for_the_crisis_page, sideways, way_to_the_crisis_page

LOOKS = {
    "phone": {"viewport": {"width": 360, "height": 740}, "is_mobile": True},
    "desk": {"viewport": {"width": 1280, "height": 900}},
    "without scripts": {"viewport": {"width": 320, "height": 640}, "java_script_enabled": False},
}
PLAIN = [
    "evidence:home",
    "evidence:timeline",
    "evidence:capture",
    "evidence:copy",
    "evidence:removed",
    "evidence:add",
    "evidence:gate",
    "evidence:pictures",
    "evidence:safety",
    "evidence:log",
    "evidence:share",
    "evidence:talk",
    "evidence:details",
    "evidence:packs",
    "evidence:delete",
    "evidence:bring-back",
    "evidence:open",
    "evidence:before",
]


@pytest.fixture
def case(db):
    """The made-up case, open."""
    session, _ = demonstration.make(at=timezone.now())
    return session


def cookie_of(session, served):
    value = base64.urlsafe_b64encode(session.cookie).decode().rstrip("=")
    return {"name": unlocking.cookie_name(), "value": value, "url": served}


def addresses(session):
    lines = index.read(session.opened).lines
    picture = next(line for line in lines if line.kind == index.PICTURE)
    typed = next(line for line in lines if line.kind == index.ADDRESS)
    yield from (reverse(name) for name in PLAIN)
    yield from (reverse("evidence:item-add", args=[code]) for code in ("c4dk", "m2wv", "j7rp", "x5bt"))
    yield from (reverse("evidence:item", args=[line.id]) for line in (picture, typed))
    yield reverse("evidence:item-edit", args=[picture.id])


def opened(windows, session, look):
    page = windows.open(**LOOKS[look])
    page.context.add_cookies([cookie_of(session, windows.served)])
    return page


def test_no_page_of_a_case_has_a_fault(windows, case):
    """On a phone in light and in dark, and on a desk; only pages with pictures may weigh more."""
    page, look = opened(windows, case, "phone"), Look()
    scale = Scale().watch(page)
    for address in addresses(case):
        opens(page, address)
        look.at(page, scale, name=address, dark=True)
    look.heavy = {address: weight for address, weight in look.heavy.items() if not address.startswith("/case/t6zx/")}
    assert look == Look()


@pytest.mark.parametrize("look", ["desk", "without scripts"])
def test_no_page_of_a_case_is_wider_than_its_window(windows, case, look):
    page, wide = opened(windows, case, look), []
    for address in addresses(case):
        opens(page, address)
        box = page.locator("main").bounding_box()
        if box["x"] < 0 or box["x"] + box["width"] > LOOKS[look]["viewport"]["width"] or scrolls(page, look):
            wide.append(address)
    assert wide == []


def scrolls(page, look):
    return look != "without scripts" and sideways(page)


def test_the_crisis_page_is_one_press_from_every_page_of_a_case(windows, case):
    page = opened(windows, case, "without scripts")
    for address in addresses(case):
        opens(page, address)
        assert way_to_the_crisis_page(page).is_visible(), address
    presses_for_the_crisis_page(page)


def test_the_words_print_with_nothing_that_says_what_they_are_for(windows, case):
    ways.change(case)
    page = opened(windows, case, "desk")
    opens(page, reverse("evidence:words"))
    page.emulate_media(media="print")
    seen = page.locator("body").inner_text().split()
    made, _ = ways.waiting(case)
    assert [word for word in seen if word in made.words] == list(made.words)
    assert made.code in seen
    assert not [word for word in seen if word.casefold() in {"case", "leave", "police", "help", "words", "your"}]


def test_a_pack_in_the_making_is_followed_without_keeping_the_case_open(windows, case, monkeypatch):
    monkeypatch.setattr(packs, "_start", lambda order: None)
    pack = packs.ask(case.opened, packs.Choices(), by=OWNER, at=timezone.now())
    page = opened(windows, case, "desk")
    opens(page, reverse("evidence:packs"))
    type(pack).objects.filter(pk=pack.pk).update(percent=41, beat_at=timezone.now())
    expect(page.get_by_text("41 %").first).to_be_visible()
    type(pack).objects.filter(pk=pack.pk).update(status="stopped")
    expect(page.get_by_text("It did not finish")).to_be_visible()
