"""Pages in another language: words that are not in it say so to a screen reader."""

from __future__ import annotations

import re
import shutil

import pytest
from django.conf import settings as project
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from guidance import content, languages, pages
from guidance.answers import Answers
from tests.guidance.browsing import BASE, PEOPLE, spoken
from tests.guidance.carrying import give
from tests.guidance.translating import MARKED, folder_of, put, record_file, step_file

WELSH, ARABIC = {"Accept-Language": "cy"}, {"Accept-Language": "ar,en;q=0.5"}
NOTICE = "These words are not in your language yet"


def open_step(client, loaded, name, headers):
    return client.get(reverse("guidance:step", args=[loaded.steps[name].head.code]), headers=headers)


def forget():
    """What is read once in each process is read again."""
    content.load.cache_clear()
    languages.load.cache_clear()


@pytest.fixture
def welsh(served):
    """A folder of Welsh in which nothing is translated yet."""
    shutil.rmtree(served / "cy")
    folder_of(served)
    return served / "cy"


def test_a_page_in_english_says_so_and_shows_no_notice(client):
    text = client.get(reverse("guidance:questions")).content.decode()
    assert '<html lang="en-gb" dir="ltr">' in text
    assert NOTICE not in text
    assert 'lang="en-GB"' not in text


def test_english_words_on_a_welsh_page_say_that_they_are_english_and_a_notice_says_why(client, loaded, welsh):
    response = open_step(client, loaded, "before", WELSH)
    text = response.content.decode()
    assert '<html lang="cy" dir="ltr">' in text
    assert response.headers["Content-Language"] == "cy"
    with translation.override("cy"):
        assert translation.gettext(FULL_NOTICE) in text
    assert re.search(r'<h1\s*lang="en-GB" dir="ltr"\s*>', text)
    assert loaded.steps["before"].head.title in spoken(response).said_in("en-GB")


FULL_NOTICE = "These words are not in your language yet, or are being checked again. Here they are in English."


def test_a_page_that_is_translated_shows_its_words_without_a_notice(client, loaded, welsh):
    put(welsh, "steps/before.md", step_file(loaded.steps["before"]))
    response = open_step(client, loaded, "before", WELSH)
    assert MARKED + loaded.steps["before"].head.title in spoken(response).said_in("cy")
    with translation.override("cy"):
        assert translation.gettext(FULL_NOTICE) not in response.content.decode()


def test_a_stale_page_is_shown_in_english_with_the_notice(client, loaded, welsh):
    put(welsh, "steps/before.md", step_file(loaded.steps["before"], translates="0" * 16))
    response = open_step(client, loaded, "before", WELSH)
    assert loaded.steps["before"].head.title in spoken(response).said_in("en-GB")
    assert MARKED not in response.content.decode()
    with translation.override("cy"):
        assert translation.gettext(FULL_NOTICE) in response.content.decode()


def test_arabic_is_written_from_the_right_and_english_in_it_from_the_left(client, loaded):
    response = open_step(client, loaded, "before", ARABIC)
    text = response.content.decode()
    assert '<html lang="ar" dir="rtl">' in text
    assert re.search(r'<h1\s*lang="en-GB" dir="ltr"\s*>', text)


def english_of(loaded):
    """Every sentence of the content that a page shows as it is: titles, reasons, choices, contacts, laws, platforms."""
    for step in loaded.steps.values():
        choices = [one for given in step.head.choices.values() for one in given.values()]
        yield from (step.head.title, step.head.why)
        yield from (words for one in choices for words in (one.label, one.hint))
    yield from records_of(loaded)


def records_of(loaded):
    found = []
    for kind in languages.FIELDS:
        for record in getattr(loaded, kind).values():
            found += [line for words in languages.record_words(kind, record).values() for line in words.splitlines()]
    return found


def everywhere(loaded):
    yield from (reverse(f"guidance:{name}") for name in ("start", "plan", "print", "ten", "help", "platforms"))
    steps = ("who", "ages", "what", "crisis", "police", "helpline", "save-evidence", "report-content")
    law = ("the-law", "your-rights")
    yield from (reverse("guidance:step", args=[loaded.steps[one].head.code]) for one in (*steps, *law))
    yield from (reverse("guidance:platform", args=[loaded.platforms[one].code]) for one in ("P-IG", "P-TT", "P-SITE"))


def interface():
    """The words of the templates: they are translated by gettext, and may be the same as a title of the content."""
    return "".join(path.read_text(encoding="utf-8") for path in (project.BASE_DIR / "templates").rglob("*.html"))


def passing(client, loaded, headers, code, texts):
    """Where these texts are shown as if they were of the language `code`."""
    give(client, Answers({**BASE, **PEOPLE["T1"], "nation": "scotland"}))
    ours = interface()
    wanted = {text for text in (" ".join(words.split()) for words in texts) if f'"{text}"' not in ours}
    pages = {address: spoken(client.get(address, headers=headers, follow=True)) for address in everywhere(loaded)}
    found = {address: sorted(wanted & page.said_in(code)) for address, page in pages.items()}
    return {address: texts for address, texts in found.items() if texts}


def sentences(texts):
    return [text for text in texts if len(text.split()) > 2]  # two words may be a name, which has no language


def test_no_english_words_of_the_content_pass_for_arabic(client, loaded):
    """A screen reader that speaks Arabic must not read them out as if they were."""
    assert passing(client, loaded, ARABIC, "ar", sentences(english_of(loaded))) == {}


def test_no_english_record_passes_for_welsh_on_a_page_that_is_translated(client, loaded, welsh):
    for step in loaded.steps.values():
        put(welsh, f"steps/{step.head.id}.md", step_file(step))
    forget()
    assert passing(client, loaded, WELSH, "cy", sentences(records_of(loaded))) == {}


def test_no_welsh_record_passes_for_english_on_a_page_that_is_not_translated(client, loaded, welsh):
    for kind in languages.FIELDS:
        put(welsh, f"{kind}.toml", record_file(kind, *getattr(loaded, kind).values()))
    forget()
    texts = records_of(languages.load("cy").content)
    assert any(text.startswith(MARKED) for text in texts)
    assert passing(client, loaded, WELSH, "en-GB", [text for text in texts if text.startswith(MARKED)]) == {}


def test_accept_language_shows_the_interface_in_that_language(client, loaded):
    text = open_step(client, loaded, "before", WELSH).content.decode()
    assert '<html lang="cy" dir="ltr">' in text
    with translation.override("cy"):
        assert translation.gettext("Leave this site") in text
        assert translation.gettext("Leave this site") != "Leave this site"
        assert date_format(loaded.steps["before"].head.checked_on, "j F Y") in text


def test_a_language_that_is_not_offered_is_english(client):
    text = client.get("/", headers={"Accept-Language": "fr"}).content.decode()
    assert '<html lang="en-gb" dir="ltr">' in text


def test_a_translation_that_no_native_reader_has_approved_says_so(client, welsh):
    says = "A native reader has not checked this translation yet."
    with translation.override("cy"):
        says_in_welsh = translation.gettext(says)
    assert says_in_welsh not in client.get("/", headers=WELSH).content.decode()
    folder_of(welsh.parent, reviewed=False)
    forget()
    assert says_in_welsh in client.get("/", headers=WELSH).content.decode()
    assert says not in client.get("/").content.decode()


@pytest.mark.parametrize("code", [code for code, _ in project.LANGUAGES])
def test_every_page_can_be_drawn_in_every_language(client, loaded, code):
    give(client, Answers({**BASE, **PEOPLE["T1"], "nation": "wales"}))
    for address in everywhere(loaded):
        response = client.get(address, headers={"Accept-Language": code}, follow=True)
        assert response.status_code == 200
        assert f'<html lang="{code}"' in response.content.decode()


def test_the_door_says_the_same_numbers_in_every_language(loaded, at):
    listed = {code: pages.door(languages.load(code).content, {}, at=at) for code, _ in project.LANGUAGES}
    numbers = {code: [(one.contact.phone, one.contact.text) for one in door] for code, door in listed.items()}
    assert all(found == numbers["en-gb"] for found in numbers.values())
