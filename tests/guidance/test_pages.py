from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from guidance import answers, engine, pages
from guidance.answers import Answers, Mark
from tests.guidance.browsing import BASE, PEOPLE, pick, post, read
from tests.guidance.carrying import give

UK = {"england", "wales", "scotland", "ni"}
CARD = re.compile(r"<article[^>]*>\s*<h[23][^>]*>([^<]+)<")
SOURCES = re.compile(r'<details class="source">.*?</details>', re.DOTALL)


def test_help_lists_who_fits_and_keeps_the_answers_out_of_the_address(alice, loaded):
    response = alice.get(reverse("guidance:help"))
    response = post(alice, response, **pick(loaded, nation="scotland", my_age="u13"))
    assert response.redirect_chain == [(reverse("guidance:help"), 302)]
    text = response.content.decode()
    assert text.index("Childline") < text.index("Samaritans")
    assert "selected" in text
    assert "Revenge Porn Helpline" not in text


def test_help_takes_half_an_answer_and_refuses_a_strange_one(client, loaded):
    assert client.post(reverse("guidance:help"), {"a": "2", "b": ""}).status_code == 302
    refused = client.post(reverse("guidance:help"), {"a": "99"})
    assert refused.status_code == 422
    assert "error-summary" in refused.content.decode()
    assert answers.cookie_name() not in refused.cookies


def test_at_night_the_first_on_the_list_answers(client, clock):
    clock(2026, 12, 25, 3, 0)
    text = client.get(reverse("guidance:help")).content.decode()
    assert 0 < text.index("tel:116123") < text.index("</article>")


def every_card(client):
    """The cards of every page of the list of those who can help."""
    first = client.get(reverse("guidance:help")).content.decode()
    last = int(re.search(r"Page 1 of (\d+)", first)[1])
    return "".join(client.get(f"/help/?p={page}").content.decode() for page in range(1, last + 1))


def test_help_shows_when_a_service_opens(client, clock):
    clock(2026, 11, 20, 3, 0)
    assert "Opens Friday 20 November at 10:00" in every_card(client)
    clock(2026, 11, 20, 11, 0)
    assert "Open now, until 16:00" in every_card(client)


def test_every_place_has_a_page_with_how_to_report(client, loaded):
    text = client.get(reverse("guidance:platforms")).content.decode()
    for place in loaded.platforms.values():
        assert reverse("guidance:platform", args=[place.code]) in text
        page = client.get(reverse("guidance:platform", args=[place.code])).content.decode()
        assert place.name in page


def test_under_18_no_place_shows_a_service_for_adult_pictures(client, loaded):
    """Nor its name; that a page rests on what such a service says may stand among the sources."""
    adult_only = [one for one in loaded.contacts.values() if one.ages.min >= 18]
    give(client, Answers({**BASE, **PEOPLE["T7"]}))
    for place in loaded.platforms.values():
        text = SOURCES.sub("", client.get(reverse("guidance:platform", args=[place.code])).content.decode())
        assert not any((one.web and one.web in text) or f">{one.name}<" in text for one in adult_only)
    assert pages.hashes(loaded, loaded.platforms["P-FB"], {}) != pages.hashes(
        loaded, loaded.platforms["P-FB"], {"shown_age": "unsure"}
    )


@pytest.mark.parametrize("name", ["T6", "T7", "T8", "T11", "NOT-SURE-U18"])
def test_no_child_is_sent_to_a_service_that_turns_children_away(client, loaded, name):
    adult_only = {one.name for one in loaded.contacts.values() if one.ages.min >= 18}
    assert "Revenge Porn Helpline" in adult_only
    for address in every_page(client, loaded, name, my_age="13to17"):
        shown = set(CARD.findall(client.get(address, follow=True).content.decode()))
        assert not shown & adult_only, address


ALONE = ("start", "questions", "help", "platforms", "ten", "reminders", "safety", "privacy", "accessibility")
SAMPLES = ("T1", "T4", "T7", "T12", "T16", "T18", "T20", "T23", "NOT-SURE-U18")  # between them every kind of page


def every_page(browser, loaded, situation="T1", **more):
    """The address of each page that somebody in this situation can open."""
    yield from (reverse(f"guidance:{name}") for name in ALONE if not more)
    give(browser, Answers({"ready": "yes", "danger": "suicide", **more}))
    yield reverse("guidance:questions")
    facts = {**BASE, **PEOPLE[situation], "danger": "unsure", **more}
    give(browser, Answers(facts))
    yield from (reverse(f"guidance:{name}") for name in ("plan", "print", "ten", "reminders", "help"))
    position = engine.replay(loaded, facts)
    advice = [step.head.id for step in loaded.steps.values() if step.head.kind == "advice"]
    asked = [later.id for later in loaded.flow.later.values()]
    steps = (*position.path, *position.tasks, *asked, *advice, "crisis")
    yield from (reverse("guidance:step", args=[loaded.steps[one].head.code]) for one in steps)
    yield reverse("guidance:platform", args=[loaded.platforms["P-IG"].code])


def test_the_samples_show_every_kind_of_page(client, loaded):
    drawn = {one.name for name in SAMPLES for one in templates(client, loaded, name)}
    kinds = {path.stem for path in (Path(settings.BASE_DIR) / "templates/guidance").glob("[a-z]*.html")}
    assert {f"guidance/{kind}.html" for kind in kinds - {"booklet"}} <= drawn


def templates(client, loaded, situation):
    return [one for address in every_page(client, loaded, situation) for one in client.get(address).templates]


@pytest.mark.django_db
@pytest.mark.parametrize("situation", SAMPLES)
def test_no_page_asks_the_database_anything(client, loaded, situation, django_assert_num_queries):
    for address in every_page(client, loaded, situation):
        with django_assert_num_queries(0):
            assert client.get(address, follow=True).status_code == 200


@pytest.mark.parametrize("situation", SAMPLES)
def test_every_page_stays_up_when_the_database_is_down(client, loaded, situation, monkeypatch):
    from django.db.backends.base.base import BaseDatabaseWrapper

    def down(_self, *_args, **_kwargs):
        raise ConnectionError("the database is down")

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", down)
    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", down)
    for address in every_page(client, loaded, situation):
        assert client.get(address, follow=True).status_code == 200


NEUTRAL = {
    *("Start", "Before you start", "Good to know", "Your list", "Notes", "Reminders"),
    *("Who can help", "Help now", "Places", "Place", "Safety", "Privacy", "Accessibility"),
}
NAME = re.compile(r"[a-z]\d?|csrfmiddlewaretoken")


def test_titles_addresses_and_field_names_tell_nothing(client, loaded):
    for address in every_page(client, loaded):
        response = client.get(address, follow=True)
        text = response.content.decode()
        title = re.search(r"<title>(.*?) · ", text)[1]
        assert title in NEUTRAL or re.fullmatch(r"(Step|Question) \d+", title), title
        for form in read(response).forms:
            assert all(NAME.fullmatch(name) for name in form["names"] | set(form["hidden"]))
            assert all(re.fullmatch(r"\d{0,2}", value) for value in form["values"])
        assert "?" not in "".join(one for one in read(response).links if one.startswith("/")).replace("?p=", "")


def test_every_page_shows_who_answers_and_nothing_from_elsewhere(client, loaded):
    for address in every_page(client, loaded):
        text = client.get(address, follow=True).content.decode()
        assert "tel:" in text or "116 123" in text, address
        assert not re.search(r'(src|action)="https?:', text)
        assert " style=" not in text
        assert not re.search(r'<a [^>]*href="https?://[^"]*"(?![^>]*noreferrer)', text)


def test_pages_that_state_facts_say_when_they_were_checked_and_where_they_are_from(client, loaded):
    for address in every_page(client, loaded):
        if address in ("/safety/", "/privacy/", "/accessibility/", reverse("guidance:reminders")):
            continue
        text = client.get(address, follow=True).content.decode()
        assert "Checked on" in text, address
        assert '<details class="source">' in text


def test_no_page_is_heavy(client, loaded):
    for address in every_page(client, loaded):
        if address != reverse("guidance:print"):
            assert len(client.get(address, follow=True).content) < 24_000, address


def test_reading_changes_nothing(client, loaded):
    for address in every_page(client, loaded):
        assert answers.cookie_name() not in client.get(address).cookies


def test_law_cards_are_those_of_the_nation(loaded):
    for nation in pages.NATIONS:
        topics = {law.topic for law in loaded.laws.values() if nation in law.nations}
        for topic in topics:
            cards = pages.laws_for(loaded, topic, nation)
            assert cards
            assert all(nation in law.nations for law in cards)
    for nation in ("", "unsure"):
        assert pages.laws_for(loaded, "intimate", nation) == ()  # each nation has a law of its own
        assert all(set(law.nations) >= UK for law in pages.laws_for(loaded, "takedown", nation))
    assert pages.laws_for(loaded, "takedown", "") == pages.laws_for(loaded, "takedown", "wales")
    one = loaded.laws["L-SC-01"]
    assert pages.laws_for(loaded, "L-SC-01", "scotland") == (one,)
    assert pages.laws_for(loaded, "L-SC-01", "england") == ()


def test_a_mark_survives_a_changed_answer(client, loaded):
    give(client, Answers({**BASE, **PEOPLE["T1"]}))
    code = loaded.steps["breathe"].head.code
    client.post(reverse("guidance:mark"), {"t": code, "m": "1"})
    response = client.post("/guide/", {"q": loaded.steps["what"].head.code, **pick(loaded, what="filmed")})
    request = response.wsgi_request
    request.COOKIES[answers.cookie_name()] = client.cookies[answers.cookie_name()].value
    assert answers.get(request).marks == {code: Mark.DONE}
