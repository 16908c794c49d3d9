from __future__ import annotations

import re

import pytest
from django.urls import reverse

from guidance import answers
from tests.guidance.browsing import BASE, PEOPLE, begin, go, pick, post, read, titles, walk

NEITHER = {"a": "2"}


def test_an_unanswered_question_says_what_to_do_and_changes_nothing(alice):
    response = go(alice)
    response = post(alice, response)
    text = response.content.decode()
    assert response.status_code == 422
    assert "Choose one" in text
    assert 'href="#id_a' in text
    assert answers.cookie_name() not in response.cookies


def test_the_first_page_says_what_this_site_can_hide_and_asks_nothing(alice, loaded):
    response = alice.get(reverse("guidance:questions"))
    text = response.content.decode()
    assert loaded.steps["before"].head.title in text
    assert "<fieldset" not in text
    assert loaded.steps["danger"].head.title in begin(alice).content.decode()
    assert loaded.steps["danger"].head.title in alice.get(reverse("guidance:questions")).content.decode()


def test_half_an_answer_keeps_the_half_that_was_given(alice, loaded):
    response = go(alice, NEITHER, {"a": "0"})
    response = post(alice, response, a="0")
    text = response.content.decode()
    assert response.status_code == 422
    assert re.search(r'name="a" value="0"[^>]*checked', text)
    assert text.count('<p class="field-error"') == 1


@pytest.mark.parametrize("value", ["99", "-1", "x", "neither", ""])
def test_a_value_that_is_no_choice_is_refused(alice, value):
    assert post(alice, go(alice), a=value).status_code == 422


def test_back_shows_the_question_before_with_its_answer_kept(alice, loaded):
    response = go(alice, NEITHER, {"a": "0"})
    back = re.search(r'class="back" href="([^"]+)"', response.content.decode())[1]
    text = alice.get(back).content.decode()
    assert loaded.steps["who"].head.title in text
    assert re.search(r'name="a" value="0"[^>]*checked', text)
    for screen in ("danger", "before"):
        text = alice.get(re.search(r'class="back" href="([^"]+)"', text)[1]).content.decode()
        assert loaded.steps[screen].head.title in text
    assert re.search(r'class="back" href="([^"]+)"', text)[1] == reverse("guidance:start")


def test_going_back_and_on_never_skips_a_question(alice, loaded):
    walk(alice, loaded, **{**BASE, **PEOPLE["T1"]})
    response = alice.get(reverse("guidance:step", args=[loaded.steps["who"].head.code]))
    response = post(alice, response, a="0")
    assert response.request["PATH_INFO"] == reverse("guidance:step", args=[loaded.steps["ages"].head.code])
    assert "checked" in response.content.decode()


def test_a_changed_answer_leads_to_another_list_and_keeps_the_rest(alice, loaded):
    walk(alice, loaded, **{**BASE, **PEOPLE["T1"]})
    response = alice.get(reverse("guidance:step", args=[loaded.steps["ages"].head.code]))
    post(alice, response, **pick(loaded, shown_age="under18", my_age="13to17"))
    response = alice.get(reverse("guidance:plan"))
    assert loaded.steps["report-remove"].head.title in titles(response)
    assert loaded.steps["save-evidence"].head.title not in titles(response)


def test_a_page_that_the_answers_do_not_lead_to_leads_to_the_question(alice, loaded):
    code = loaded.steps["hash-adult"].head.code
    ahead = loaded.steps["live"].head.code
    for address in (reverse("guidance:plan"), reverse("guidance:print"), *(f"/guide/{one}/" for one in (code, ahead))):
        assert alice.get(address).headers["Location"] == reverse("guidance:questions")
    walk(alice, loaded, **{**BASE, **PEOPLE["T8"]})
    assert alice.get(f"/guide/{code}/").status_code == 302
    assert alice.get(reverse("guidance:questions")).headers["Location"] == reverse("guidance:plan")


def test_a_form_from_an_older_page_changes_nothing(alice, loaded):
    response = go(alice)
    token = next(iter(read(response).forms))["hidden"]["csrfmiddlewaretoken"]
    for old in ("zzzz", loaded.steps["live"].head.code, loaded.steps["blocked"].head.code):
        answer = alice.post("/guide/", {"q": old, "a": "0", "csrfmiddlewaretoken": token})
        assert answer.headers["Location"] == reverse("guidance:questions")
        assert answers.cookie_name() not in answer.cookies


def test_a_form_that_names_no_question_answers_the_one_that_waits(client, loaded):
    begin(client)
    response = client.post("/guide/", {"a": "2"})
    assert response.headers["Location"] == reverse("guidance:step", args=[loaded.steps["who"].head.code])
    assert answers.cookie_name() in client.cookies


def test_a_post_without_the_token_is_refused(alice):
    for name in ("questions", "mark", "forget", "help"):
        assert alice.post(reverse(f"guidance:{name}"), {"a": "0"}).status_code == 403


def test_unknown_codes_are_not_found(client):
    for address in ("/guide/zzzz/", "/platforms/zzzz/", "/guide/toolong/", "/guide/UPPE/", "/guide/../"):
        assert client.get(address).status_code == 404
