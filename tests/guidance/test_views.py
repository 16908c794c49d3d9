from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from guidance import answers, engine, pages, views
from guidance.answers import Mark

NEITHER, ADULTS, ADULT = {"a": "2"}, "0", "2"
NIGHT = datetime(2026, 12, 25, 3, 0, tzinfo=UTC)


@pytest.fixture
def alice():
    """A browser without scripts that checks form tokens."""
    return Client(enforce_csrf_checks=True)


class Forms(HTMLParser):
    """The forms of a page: address, hidden fields, and every choice."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.links, self.text = [], [], text
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.forms.append({"action": found["action"], "hidden": {}, "names": set(), "values": []})
        if tag == "a":
            self.links.append(found.get("href", ""))
        if tag in ("input", "select", "button") and self.forms and found.get("name"):
            self._field(found)

    def _field(self, found):
        form = self.forms[-1]
        if found.get("type") == "hidden":
            form["hidden"][found["name"]] = found["value"]
        else:
            form["names"].add(found["name"])
            form["values"].append(found.get("value", ""))


def read(response):
    return Forms(response.content.decode())


def post(browser, response, **given):
    """Fill in the first form of the page that asks for what is given."""
    form = next(one for one in read(response).forms if set(given) <= one["names"])
    return browser.post(form["action"], {**form["hidden"], **given}, follow=True)


def go(browser, *screens):
    response = browser.get(reverse("guidance:questions"), follow=True)
    for screen in screens:
        response = post(browser, response, **screen)
    return response


def pick(loaded, **facts):
    """The opaque values for these answers, as the fields of one screen."""
    return {
        name: str(loaded.facts[fact].values.index(value))
        for name, (fact, value) in zip("ab", facts.items(), strict=False)
    }


def walk(browser, loaded, **facts):
    """Answer screen by screen, as a person does, until the list."""
    response = browser.get(reverse("guidance:questions"), follow=True)
    while reverse("guidance:plan") not in response.request["PATH_INFO"]:
        code = next(one["hidden"]["q"] for one in read(response).forms if "q" in one["hidden"])
        screen = loaded.flow.screens[loaded.by_code[code].head.id]
        if screen.id == "crisis":
            form = next(one for one in read(response).forms if "q" in one["hidden"])
            response = browser.post(form["action"], form["hidden"], follow=True)
        else:
            wanted = {fact: facts[fact] for fact in screen.asks}
            response = post(browser, response, **pick(loaded, **wanted))
    return response


def titles(response):
    return re.findall(r'<li class="task" id="\w+"><a href="[^"]+">([^<]+)</a>', response.content.decode())


BASE = {
    "danger": "neither",
    "who": "me",
    "shown_age": "adults",
    "my_age": "adult",
    "who_is_it": "stranger",
    "watched": "no",
}
PEOPLE = {
    "T1": {"what": "shared", "live": "live"},
    "T3": {"what": "threat", "has_image": "real", "who_is_it": "known", "watched": "unsure"},
    "T4": {"what": "money", "has_image": "claimed"},
    "T5": {"what": "paid", "paid_when": "hour"},
    "T6": {"what": "scam_mail", "mail_real": "nothing_real"},
    "T7": {"what": "shared", "live": "unsure", "shown_age": "under18", "my_age": "13to17"},
    "T8": {"what": "money", "has_image": "real", "shown_age": "under18", "my_age": "13to17"},
    "T9": {"what": "threat", "has_image": "real", "shown_age": "unsure"},
    "crisis": {"danger": "suicide", "what": "money", "has_image": "real"},
    "NOT-SURE": {"what": "filmed"},
    "NOT-SURE-U18": {"who": "parent", "shown_age": "under18"},
    "did it": {"who": "did_it"},
}


# --- the start ----------------------------------------------------------------------------------------------


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


# --- each situation, without scripts ------------------------------------------------------------------------


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


def test_under_18_no_list_offers_an_upload_case(alice, loaded):
    for name in ("T7", "T8", "T9"):
        browser = Client()
        text = walk(browser, loaded, **{**BASE, **PEOPLE[name]}).content.decode()
        assert "Text and addresses only" in text
        assert "screenshots, addresses and notes" not in text
    assert "Keep it all in one place" not in walk(alice, loaded, **{**BASE, **PEOPLE["T6"]}).content.decode()


def test_a_case_can_be_started_where_the_list_says_so(alice, loaded):
    text = walk(alice, loaded, **{**BASE, **PEOPLE["T1"]}).content.decode()
    assert "Keep it all in one place" in text
    assert "Text and addresses only" not in text


# --- questions ----------------------------------------------------------------------------------------------


def test_an_unanswered_question_says_what_to_do_and_changes_nothing(alice):
    response = go(alice)
    response = post(alice, response)
    text = response.content.decode()
    assert response.status_code == 422
    assert "Choose one" in text
    assert 'href="#id_a' in text
    assert answers.cookie_name() not in response.cookies


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
    first = re.search(r'class="back" href="([^"]+)"', text)[1]
    start = re.search(r'class="back" href="([^"]+)"', alice.get(first).content.decode())[1]
    assert start == reverse("guidance:start")


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
    for old in ("zzzz", loaded.steps["live"].head.code, loaded.steps["nation"].head.code):
        answer = alice.post("/guide/", {"q": old, "a": "0", "csrfmiddlewaretoken": token})
        assert answer.headers["Location"] == reverse("guidance:questions")
        assert answers.cookie_name() not in answer.cookies


def test_a_form_that_names_no_question_answers_the_one_that_waits(client):
    assert client.post("/guide/", {"a": "2"}).status_code == 302
    assert answers.cookie_name() in client.cookies


def test_a_post_without_the_token_is_refused(alice):
    for name in ("questions", "mark", "forget", "help"):
        assert alice.post(reverse(f"guidance:{name}"), {"a": "0"}).status_code == 403


def test_unknown_codes_are_not_found(client):
    for address in ("/guide/zzzz/", "/platforms/zzzz/", "/guide/toolong/", "/guide/UPPE/", "/guide/../"):
        assert client.get(address).status_code == 404


# --- the list -----------------------------------------------------------------------------------------------


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


# --- who can help, places -----------------------------------------------------------------------------------


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


# --- what holds on every page -------------------------------------------------------------------------------


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
