from __future__ import annotations

import pytest
from django.urls import reverse

from guidance import answers, engine
from tests.guidance.browsing import BASE, PEOPLE, go, pick, post, read, titles, walk

NEITHER = {"a": "2"}


def test_the_start_gives_three_pieces_of_advice_before_any_question(client):
    text = client.get("/").content.decode()
    advice = [text.index(one) for one in ("Do not pay", "Do not delete anything yet", "stop and breathe")]
    assert advice == sorted(advice)
    assert advice[-1] < text.index(f'href="{reverse("guidance:questions")}"')
    assert "<input" not in text


def test_reading_sets_no_cookie(client, loaded):
    place = next(iter(loaded.platforms.values()))
    for name in ("start", "platforms", "safety", "privacy", "accessibility"):
        assert not client.get(reverse(f"guidance:{name}")).cookies
    assert not client.get(reverse("guidance:platform", args=[place.code])).cookies


def test_only_a_form_sets_its_token_before_an_answer_is_given(client, settings):
    for name in ("questions", "help"):
        response = client.get(reverse(f"guidance:{name}"))
        assert set(response.cookies) <= {settings.CSRF_COOKIE_NAME}


@pytest.mark.parametrize("name", PEOPLE)
def test_each_situation_leads_to_its_list_without_scripts(alice, loaded, name):
    facts = {**BASE, **PEOPLE[name]}
    response = walk(alice, loaded, **facts)
    end = engine.replay(loaded, {**facts, "go_on": "yes"})
    assert response.request["PATH_INFO"] == reverse("guidance:plan")
    assert titles(response) == [loaded.steps[task].head.title for task in end.tasks]
    for task in end.tasks:
        page = alice.get(reverse("guidance:step", args=[loaded.steps[task].head.code]))
        assert page.status_code == 200
        assert loaded.steps[task].head.title in page.content.decode()


def test_danger_is_answered_with_people_to_call_first(alice, loaded):
    response = go(alice, {"a": "1"})
    text = response.content.decode()
    for number in ("tel:116123", "tel:999", "85258"):
        assert number in text
    assert "may show" in text
    assert "<fieldset" not in text


@pytest.mark.parametrize("danger", ["danger", "suicide", "unsure"])
def test_after_danger_the_people_to_call_stand_on_top_of_every_page(alice, loaded, danger):
    facts = {**BASE, **PEOPLE["T4"], "danger": danger}
    response = walk(alice, loaded, **facts)
    for page in (response, alice.get(reverse("guidance:step", args=[loaded.steps["block"].head.code]))):
        text = page.content.decode()
        assert text.index("tel:999") < text.index("tel:116123")
        assert text.index("tel:116123") < text.index("<h2" if page is response else "Done</button>")
        assert 'class="warning"' in text


@pytest.mark.parametrize("name", ["T7", "T8", "T9", "T11", "NOT-SURE-U18", "T16", "T18", "T23"])
def test_under_18_no_list_offers_an_upload_case(alice, loaded, name):
    text = walk(alice, loaded, **{**BASE, **PEOPLE[name]}).content.decode()
    assert ("Text and addresses only" in text) == (name not in ("T16", "T18", "T23"))
    assert "screenshots, addresses and notes" not in text
    assert 'type="file"' not in text


def test_an_empty_scam_is_offered_no_case(alice, loaded):
    assert "Keep it all in one place" not in walk(alice, loaded, **{**BASE, **PEOPLE["T6"]}).content.decode()


def test_a_case_can_be_started_where_the_list_says_so(alice, loaded):
    text = walk(alice, loaded, **{**BASE, **PEOPLE["T1"]}).content.decode()
    assert "Keep it all in one place" in text
    assert "Text and addresses only" not in text


def test_marks_stand_on_the_list_and_can_be_taken_away(alice, loaded):
    walk(alice, loaded, **{**BASE, **PEOPLE["T1"]})
    code = loaded.steps["breathe"].head.code
    page = alice.get(f"/guide/{code}/")
    for value, word in ((1, "Done"), (2, "Later"), (3, "Not for me")):
        response = post(alice, page, m=str(value))
        assert response.redirect_chain[-1][0].endswith(f"#{code}")
        assert f'<span class="tag">{word}</span>' in response.content.decode()
    response = post(alice, alice.get(f"/guide/{code}/"), m="0")
    assert '<span class="tag">Done</span>' not in response.content.decode()


def test_done_steps_are_counted(client, loaded):
    walk(client, loaded, **{**BASE, **PEOPLE["T6"]})
    for name in ("breathe", "dont-pay"):
        client.post(reverse("guidance:mark"), {"t": loaded.steps[name].head.code, "m": "1"})
    assert "2 of 6 steps done" in client.get(reverse("guidance:plan")).content.decode()


@pytest.mark.parametrize("given", [{}, {"t": "zzzz", "m": "1"}, {"t": "x", "m": "1"}, {"t": "j9fz", "m": "9"}])
def test_a_strange_mark_changes_nothing(client, given):
    response = client.post(reverse("guidance:mark"), given)
    assert (response.status_code, answers.cookie_name() in response.cookies) == (302, False)


def test_a_question_on_a_task_comes_back_to_the_task(alice, loaded):
    walk(alice, loaded, **{**BASE, **PEOPLE["T1"]})
    code = loaded.steps["police"].head.code
    page = alice.get(f"/guide/{code}/")
    assert "Police Scotland takes" not in page.content.decode()
    forms = [one for one in read(page).forms if one["hidden"].get("q") == loaded.steps["nation"].head.code]
    response = alice.post("/guide/", {**forms[0]["hidden"], **pick(loaded, nation="scotland")}, follow=True)
    assert response.request["PATH_INFO"] == f"/guide/{code}/"
    assert "Police Scotland takes" in response.content.decode()
    assert "Change your answer" in response.content.decode()


def test_a_question_on_a_task_has_a_page_of_its_own_that_leads_to_the_list(client, loaded):
    walk(client, loaded, **{**BASE, **PEOPLE["T1"]})
    code = loaded.steps["blocked"].head.code
    assert client.get(f"/guide/{code}/").status_code == 200
    response = client.post("/guide/", {"q": code, "r": "zzzz", **pick(loaded, blocked="yes")})
    assert response.headers["Location"] == reverse("guidance:plan")
    assert loaded.steps["block"].head.title not in titles(client.get(reverse("guidance:plan")))


def test_the_list_can_be_printed_with_numbers_to_call(client, loaded):
    walk(client, loaded, **{**BASE, **PEOPLE["T4"]})
    text = client.get(reverse("guidance:print")).content.decode()
    assert loaded.steps["stop-replying"].head.title in text
    assert "116 123" in text


def test_starting_again_forgets_everything(alice, loaded):
    response = walk(alice, loaded, **{**BASE, **PEOPLE["T4"]})
    form = next(one for one in read(response).forms if one["action"] == reverse("guidance:forget"))
    response = alice.post(form["action"], form["hidden"])
    assert response.headers["Location"] == "/"
    assert alice.get(reverse("guidance:plan")).headers["Location"] == reverse("guidance:questions")
    assert "start again" not in alice.get("/").content.decode()


def test_someone_who_began_is_led_back_to_where_they_stopped(alice):
    go(alice, NEITHER)
    text = alice.get("/").content.decode()
    assert "Go on where you stopped" in text
    assert "start again" in text
