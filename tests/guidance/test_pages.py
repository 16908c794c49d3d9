from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from guidance import answers, engine, pages, views
from guidance.answers import Mark
from tests.guidance.browsing import BASE, PEOPLE, pick, post, read, walk

NIGHT = datetime(2026, 12, 25, 3, 0, tzinfo=UTC)


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
    assert client.post(reverse("guidance:help"), {"a": "99"}).status_code == 200


def test_at_night_the_first_on_the_list_answers(client, monkeypatch):
    monkeypatch.setattr(views, "_now", lambda: NIGHT)
    text = client.get(reverse("guidance:help")).content.decode()
    assert 0 < text.index("tel:116123") < text.index("</article>")


def test_help_shows_when_a_service_opens(client, loaded, monkeypatch):
    monkeypatch.setattr(views, "_now", lambda: datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
    text = "".join(client.get(f"/help/?p={page}").content.decode() for page in range(1, 8))
    assert "Opens Friday 20 November at 10:00" in text
    monkeypatch.setattr(views, "_now", lambda: datetime(2026, 11, 20, 11, 0, tzinfo=UTC))
    assert "Open now, until 16:00" in "".join(client.get(f"/help/?p={page}").content.decode() for page in range(1, 8))


def test_every_place_has_a_page_with_how_to_report(client, loaded):
    text = client.get(reverse("guidance:platforms")).content.decode()
    for place in loaded.platforms.values():
        assert reverse("guidance:platform", args=[place.code]) in text
        page = client.get(reverse("guidance:platform", args=[place.code])).content.decode()
        assert place.name in page


def test_under_18_no_place_shows_a_service_for_adult_pictures(client, loaded):
    adult_only = [one for one in loaded.contacts.values() if one.ages.min >= 18]
    walk(client, loaded, **{**BASE, **PEOPLE["T7"]})
    for place in loaded.platforms.values():
        text = client.get(reverse("guidance:platform", args=[place.code])).content.decode()
        assert not any(one.web and one.web in text for one in adult_only)
    assert pages.hashes(loaded, loaded.platforms["P-FB"], {}) != pages.hashes(
        loaded, loaded.platforms["P-FB"], {"shown_age": "unsure"}
    )


def every_page(browser, loaded):
    yield from (f"/{name}" for name in ("", "guide/", "help/", "platforms/", "safety/", "privacy/", "accessibility/"))
    walk(browser, loaded, **{**BASE, **PEOPLE["T1"], "danger": "unsure"})
    yield from (reverse(f"guidance:{name}") for name in ("plan", "print"))
    position = engine.replay(loaded, {**BASE, **PEOPLE["T1"]})
    yield from (f"/guide/{loaded.steps[one].head.code}/" for one in (*position.path, *position.tasks, "nation"))
    yield f"/platforms/{loaded.platforms['P-IG'].code}/"


@pytest.mark.django_db
def test_no_page_asks_the_database_anything(client, loaded, django_assert_num_queries):
    for address in every_page(client, loaded):
        with django_assert_num_queries(0):
            assert client.get(address, follow=True).status_code == 200


def test_every_page_stays_up_when_the_database_is_down(client, loaded, monkeypatch):
    from django.db.backends.base.base import BaseDatabaseWrapper

    def down(_self, *_args, **_kwargs):
        raise ConnectionError("the database is down")

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", down)
    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", down)
    for address in every_page(client, loaded):
        assert client.get(address, follow=True).status_code == 200


NEUTRAL = {"Start", "Your list", "Who can help", "Help now", "Places", "Place", "Safety", "Privacy", "Accessibility"}


def test_titles_addresses_and_field_names_tell_nothing(client, loaded):
    for address in every_page(client, loaded):
        response = client.get(address, follow=True)
        text = response.content.decode()
        title = re.search(r"<title>(.*?) · ", text)[1]
        assert title in NEUTRAL or re.fullmatch(r"(Step|Question) \d+", title), title
        for form in read(response).forms:
            assert form["names"] | set(form["hidden"]) <= {"a", "b", "m", "q", "r", "t", "csrfmiddlewaretoken"}
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
        if address in ("/safety/", "/privacy/", "/accessibility/"):
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
    everywhere = pages.laws_for(loaded, "intimate", "")
    assert {one.id for one in pages.laws_for(loaded, "intimate", "scotland")} < {one.id for one in everywhere}
    assert pages.laws_for(loaded, everywhere[0].id, "") == (everywhere[0],)
    assert pages.laws_for(loaded, "intimate", "abroad") == everywhere


def test_a_mark_survives_a_changed_answer(client, loaded):
    walk(client, loaded, **{**BASE, **PEOPLE["T1"]})
    code = loaded.steps["breathe"].head.code
    client.post(reverse("guidance:mark"), {"t": code, "m": "1"})
    response = client.post("/guide/", {"q": loaded.steps["what"].head.code, **pick(loaded, what="filmed")})
    request = response.wsgi_request
    request.COOKIES[answers.cookie_name()] = client.cookies[answers.cookie_name()].value
    assert answers.get(request).marks == {code: Mark.DONE}
