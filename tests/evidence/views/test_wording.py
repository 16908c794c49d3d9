"""The case in another language: every word on its pages goes through the translator, the police pack stays English."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from evidence import custody, custody_words, freezing
from evidence.custody import OWNER, Act, Actor, ChainBroken
from evidence.freezing_items import Choices
from evidence.intake import reading
from evidence.intake.pictures import _REASONS
from evidence.models import CustodyBody
from evidence.pack import snapshot
from evidence.views import wording
from tests.conftest import PIXELS
from tests.guidance.test_words import Bare
from tests.security import people

pytestmark = pytest.mark.django_db
DATA = re.compile(r'<span class="copy">[^<]*</span>|<textarea [^<]*</textarea>|\b[0-9a-f]{64}\b')
MARKED = re.compile("⟦[^⟦⟧]*⟧")
SAME_EVERYWHERE = (settings.SITE_NAME, "Fone X", *(name for _, name in settings.LANGUAGES))
READING = ("begin", "before", "open", "bring-back", "home", "add", "gate", "pictures", "timeline", "removed")
READING += ("capture", "copy", "safety", "log", "share", "talk", "details", "packs", "delete")


@pytest.fixture
def elsewhere(monkeypatch):
    """From here on the site speaks a language in which every sentence stands between ⟦ and ⟧."""

    def begin():
        monkeypatch.setattr(translation._trans, "gettext", lambda words: words and f"⟦{words}⟧")
        monkeypatch.setattr(translation._trans, "pgettext", lambda _, words: f"⟦{words}⟧")
        monkeypatch.setattr(translation._trans, "ngettext", lambda one, more, n: f"⟦{one if n == 1 else more}⟧")

    return begin


@pytest.fixture
def alice(alice, keep_picture):
    """Alice with a little of everything in her case; what she typed has no letter in it."""
    people.keep_an_address(alice, "1.2/3")
    alice.post("item-add", {"t1": "4", "d1": "2026-11-14", "d2": "21:14", "d3": "about", "d4": "5"}, "x5bt")
    people.open_the_gate(alice)
    alice.ids["picture"] = people.keep_a_picture(alice, PIXELS, "6.7")
    return alice


def english_on(answer):
    """Every text of the page that no translator has seen."""
    text = DATA.sub("", answer.content.decode())
    while MARKED.search(text):
        text = MARKED.sub("", text)
    for same in SAME_EVERYWHERE:
        text = text.replace(same, "")
    bare = Bare()
    bare.feed(text)
    return bare.found


def test_every_word_that_is_read_in_a_case_can_be_translated(alice, elsewhere):
    elsewhere()
    addresses = [reverse(f"evidence:{name}") for name in READING]
    addresses += [reverse("evidence:item-add", args=[code]) for code in ("c4dk", "m2wv", "j7rp", "x5bt")]
    addresses += [
        reverse(f"evidence:{name}", args=[alice.ids["picture"]]) for name in ("item", "item-edit", "picture-covering")
    ]
    for address in addresses:
        assert english_on(alice.browser.get(address)) == [], address


def test_every_word_of_an_answer_to_a_press_can_be_translated(alice, hana, elsewhere):
    elsewhere()
    late = [  # what is missing, too long, wrong or refused
        alice.post("item-add", {"t5": "1" * 3000, "t1": "1" * 300, "d1": "x", "d2": "x"}, "c4dk"),
        alice.post("item-add", {"t2": "1" * 30_000, "d3": "exact"}, "j7rp"),
        alice.post("details", {"t10": "1", "t7": "1" * 300}),
        alice.post("share", {"d1": "2020-01-01"}),
        alice.post("share", {"t1": "1", "d1": "1"}),
        alice.post("talk", {}),
        alice.post("talk", {"t1": "1"}),
        alice.post("upload", {"t1": "1"}),
        alice.post("upload", {"y": "on", "t1": "1"}),
        alice.post("before", {"a": "yes"}),
        alice.post("before", {"a": "no"}),
        alice.post("before", {}),
        alice.post("picture-reveal", {}, alice.ids["picture"]),
    ]
    people.share(alice, "1")
    late += [alice.browser.get(reverse("evidence:share")), alice.browser.get(reverse("evidence:home"))]
    alice.post("lock", {"a": "add"})
    late += [alice.browser.get(reverse("evidence:note")), alice.post("note", {}), alice.post("note", {"t2": "1"})]
    late += [alice.post("open", {"x_1": typed}) for typed in ("", "1" * 250, "1", "abacus " * 7, "abacus", "qqqq")]
    late += [alice.post("bring-back", {"x_1": alice.code, "c": choice}) for choice in ("", "back")]
    alice.post("open", {"x_1": alice.code})
    late.append(alice.browser.get(reverse("evidence:log")))  # in which a device has acted
    for number, answer in enumerate(late):
        assert english_on(answer) == [], number


def test_a_picture_that_was_refused_is_refused_in_her_language(alice, elsewhere):
    elsewhere()
    answer = alice.browser.post(
        reverse("evidence:upload"),
        {"y": "on", "f": [people.SimpleUploadedFile("1", b"MZ\0" * 100)]},
        headers={"Accept": "application/json"},
    )
    assert answer.json()["refused"] == [f"⟦{_REASONS['unknown_kind']}⟧"]


def test_the_pages_say_word_for_word_why_a_picture_was_refused():
    assert wording.REFUSALS == _REASONS


def test_the_pages_say_word_for_word_why_a_chat_was_not_read():
    assert wording.UNREAD == reading._REASONS


def test_a_broken_log_is_told_in_her_language(alice, read, elsewhere):
    CustodyBody.objects.filter(case=alice.case).first().delete()
    elsewhere()
    answer = alice.browser.get(reverse("evidence:log"))
    assert "⟦An entry has lost its words, or words have lost their entry.⟧" in read(answer)
    assert english_on(answer) == []
    assert wording.broken(ChainBroken("Entry {entry} is missing.", 4)) == "⟦Entry 4 is missing.⟧"


def test_the_log_of_a_pack_stays_in_english_whatever_its_owner_reads(elsewhere):
    elsewhere()
    assert custody_words.said(Act("case-made")) == "The case was made"
    assert custody_words.who(OWNER) == "The person"
    assert custody_words.who(Actor("worker", "1", "{Hana}")) == "{Hana} (helpline)"


def test_a_pack_that_is_asked_for_in_another_language_is_frozen_in_english(alice, elsewhere):
    elsewhere()
    opened = people.opened(alice)
    frozen = freezing.freeze(opened, alice.case.pk, Choices(), at=people.timezone.now())
    assert "⟦" not in snapshot.to_json(frozen).decode()


def test_a_device_that_is_not_known_is_named_in_her_language(elsewhere):
    elsewhere()
    device = Act("case-opened", detail={"device": "a browser on Mac"})
    assert custody_words.more(device) == "⟦with ⟦⟦a browser⟧ on Mac⟧⟧"
    assert custody_words.more(Act("case-opened", detail={"device": "a telephone"})) == "⟦with a telephone⟧"


def test_what_is_written_into_the_log_stays_in_english(alice, elsewhere):
    elsewhere()
    alice.browser.post(reverse("evidence:open"), {"x_1": alice.code}, headers={"User-Agent": "unheard of"})
    opened = [e.act for e in custody.recent(people.opened(alice), 3) if e.act.what == "case-opened"]
    assert opened[0].detail["device"] == "a browser on a device"
