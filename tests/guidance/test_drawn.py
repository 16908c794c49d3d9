from __future__ import annotations

import gzip
import re
import threading
from pathlib import Path

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse

from guidance import drawn
from guidance.answers import Answers, Mark
from guidance.drawn import Shelf
from tests.guidance.browsing import BASE, PEOPLE, pick
from tests.guidance.carrying import give

T1 = {**BASE, **PEOPLE["T1"]}
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([A-Za-z0-9]{64})"')


@pytest.fixture
def draws(monkeypatch):
    """The name of each page that is drawn, in order."""
    made, draw = [], drawn._draw
    monkeypatch.setattr(drawn, "_draw", lambda name, context: made.append(name) or draw(name, context))
    return made


@pytest.fixture(autouse=True)
def noon(clock):
    clock(2026, 11, 20, 12, 0)


def browser(facts=T1, marks=None):
    one = Client(enforce_csrf_checks=True)
    give(one, Answers(facts, marks or {}))
    return one


def plan(one, **headers):
    return one.get(reverse("guidance:plan"), headers=headers).content.decode()


# --- what is shared ---------------------------------------------------------------------------------------


def test_two_people_with_the_same_answers_get_one_drawing_and_each_an_own_token(draws):
    alice, hana = browser(), browser()
    texts = plan(alice), plan(hana)
    assert draws == ["plan"]
    tokens = [set(TOKEN.findall(text)) for text in texts]
    assert [len(found) for found in tokens] == [1, 1]
    assert not tokens[0] & tokens[1]
    assert TOKEN.sub("", texts[0]) == TOKEN.sub("", texts[1])


def test_each_token_works_for_the_person_who_got_it_and_for_nobody_else(loaded):
    alice, hana = browser(), browser()
    mine, theirs = (TOKEN.search(plan(one))[1] for one in (alice, hana))
    mark = {"t": loaded.steps["breathe"].head.code, "m": "1"}
    address = reverse("guidance:mark")
    assert alice.post(address, {**mark, "csrfmiddlewaretoken": mine}).status_code == 302
    assert alice.post(address, {**mark, "csrfmiddlewaretoken": theirs}).status_code == 403
    assert hana.post(address, {**mark, "csrfmiddlewaretoken": theirs}).status_code == 302


def test_a_form_that_was_drawn_before_still_takes_the_token_of_its_reader(loaded, draws):
    code = loaded.steps["danger"].head.code
    first, second = (browser({"ready": "yes"}) for _ in range(2))
    for one in (first, second):
        token = TOKEN.search(one.get(reverse("guidance:questions")).content.decode())[1]
        sent = {"q": code, **pick(loaded, danger="neither"), "csrfmiddlewaretoken": token}
        assert one.post(reverse("guidance:questions"), sent).status_code == 302
    assert draws == ["question"]


def test_nobody_ever_sees_what_stands_where_the_token_goes(loaded):
    one = browser()
    for name in ("start", "plan", "print", "help", "ten", "platforms", "safety"):
        for _ in range(2):
            assert drawn.TOKEN not in one.get(reverse(f"guidance:{name}")).content.decode()
    assert len(drawn.TOKEN) > 32


def test_a_compressed_page_is_the_same_page_with_the_readers_own_token(loaded, draws):
    alice, hana = browser(), browser()
    texts = []
    for one in (alice, hana):
        response = one.get(reverse("guidance:plan"), headers={"Accept-Encoding": "gzip"})
        assert response.headers["Content-Encoding"] == "gzip"
        texts.append(gzip.decompress(response.content).decode())
    assert draws == ["plan"]
    mine, theirs = (set(TOKEN.findall(text)) for text in texts)
    assert len(mine) == len(theirs) == 1
    assert not mine & theirs
    assert TOKEN.sub("", texts[0]) == TOKEN.sub("", texts[1]) == TOKEN.sub("", plan(browser()))
    mark = {"t": loaded.steps["breathe"].head.code, "m": "1", "csrfmiddlewaretoken": mine.pop()}
    assert alice.post(reverse("guidance:mark"), mark).status_code == 302


def test_a_page_without_a_form_gives_no_token(draws):
    one = Client()
    assert not one.get("/safety/").cookies
    assert not Client().get("/safety/").cookies
    assert draws == ["safety"]


# --- what is not ------------------------------------------------------------------------------------------


def test_other_answers_are_drawn_anew(draws):
    first = plan(browser())
    second = plan(browser({**T1, "blocked": "yes"}))
    assert draws == ["plan", "plan"]
    assert TOKEN.sub("", first) != TOKEN.sub("", second)


def test_other_marks_are_drawn_anew(loaded, draws):
    code = loaded.steps["breathe"].head.code
    texts = [plan(browser(marks=marks)) for marks in ({}, {code: Mark.DONE}, {code: Mark.LATER})]
    assert draws == ["plan"] * 3
    assert ['<span class="tag">Done</span>' in text for text in texts] == [False, True, False]


def test_another_language_is_drawn_anew(draws):
    one = browser()
    texts = [plan(one, **{"Accept-Language": code}) for code in ("en-gb", "ar", "cy", "en-gb")]
    assert draws == ["plan"] * 3
    assert [re.search(r'<html lang="(\S+)"', text)[1] for text in texts] == ["en-gb", "ar", "cy", "en-gb"]


def test_another_minute_is_drawn_anew_because_somebody_may_have_opened(draws, clock):
    one = Client()
    clock(2026, 11, 20, 9, 59)
    before = one.get(reverse("guidance:help")).content.decode()
    clock(2026, 11, 20, 10, 0)
    after = one.get(reverse("guidance:help")).content.decode()
    assert draws == ["help", "help"]
    assert before.count("Open now") < after.count("Open now")


def test_another_page_of_the_same_name_is_drawn_anew(loaded, draws):
    one = browser()
    titles = [loaded.steps[name] for name in ("breathe", "police")]
    for step in titles:
        text = one.get(reverse("guidance:step", args=[step.head.code])).content.decode()
        assert step.head.title in text
    for place in list(loaded.platforms.values())[:2]:
        assert place.name in one.get(reverse("guidance:platform", args=[place.code])).content.decode()
    for page in ("1", "2"):
        assert f"Page {page} of" in one.get(f"/help/?p={page}").content.decode()
    assert draws == ["step", "step", "platform", "platform", "help", "help"]


# --- what is never kept -----------------------------------------------------------------------------------


def kept():
    """All that the shelf holds: its pages, and what it knows them by."""
    pages = [part.decode() for page in drawn.SHELF.pages.values() for part in page.parts]
    return "".join(pages) + repr(list(drawn.SHELF.pages))


@pytest.mark.parametrize("name", ["questions", "help", "reminders"])
def test_what_was_typed_into_a_form_that_is_refused_is_never_kept(draws, name):
    one = browser({"ready": "yes"})
    address = reverse(f"guidance:{name}")
    token = TOKEN.search(one.get(address).content.decode())[1]
    before = kept()
    typed = {"a": "zebra-9931", "b": "zebra-9931", "t1": "zebra-9931", "csrfmiddlewaretoken": token}
    assert one.post(address, typed).status_code == 422
    assert kept() == before
    assert "zebra" not in before
    assert "zebra" not in browser({"ready": "yes"}).get(address).content.decode()


def test_no_cookie_and_no_token_is_kept():
    one = browser()
    token = TOKEN.search(plan(one))[1]
    for value in (token, *(morsel.value for morsel in one.cookies.values())):
        assert value not in kept()


def test_a_page_that_could_not_be_drawn_is_not_kept(monkeypatch):
    shelf = Shelf(4)
    with pytest.raises(ZeroDivisionError):
        shelf.get("a", lambda: 1 / 0)
    assert shelf.get("a", lambda: "drawn") == "drawn"


def test_pages_may_not_depend_on_the_request():
    """A page is drawn without one: what a template read of it would be shown to others."""
    for path in (Path(project.BASE_DIR) / "templates/guidance").glob("*.html"):
        code = " ".join(re.findall(r"\{[{%](.*?)[%}]\}", path.read_text(encoding="utf-8")))
        names = re.sub(r"\"[^\"]*\"|'[^']*'", "", code)
        assert not re.search(r"\b(request|user|perms|messages|COOKIES|csrf_cookie)\b", names), path


def test_a_shared_page_is_kept_by_nobody_on_the_way():
    response = browser().get(reverse("guidance:plan"))
    assert response.headers["Cache-Control"] == "no-store"


# --- the shelf --------------------------------------------------------------------------------------------


def test_its_room_is_bounded_and_what_is_read_stays():
    shelf = Shelf(2)
    for key in ("a", "b", "a", "c"):
        shelf.get(key, lambda key=key: key.upper())
    assert list(shelf.pages) == ["a", "c"]
    assert shelf.get("a", lambda: "drawn anew") == "A"
    assert shelf.get("b", lambda: "drawn anew") == "drawn anew"
    shelf.clear()
    assert not shelf.pages


def test_the_shelf_of_a_process_is_bounded():
    assert drawn.SHELF.room == drawn.KEPT <= 512
    for number in range(drawn.KEPT + 50):
        drawn.SHELF.get(number, str)
    assert len(drawn.SHELF.pages) == drawn.KEPT


def test_many_threads_get_each_the_page_they_asked_for():
    shelf, wrong = Shelf(5), []
    start = threading.Barrier(8)

    def read(seed):
        start.wait()
        for turn in range(400):
            key = (seed * 7 + turn * 3) % 11
            if shelf.get(key, lambda key=key: f"page {key}") != f"page {key}":
                wrong.append(key)

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
    assert len(shelf.pages) == 5
    assert all(page == f"page {key}" for key, page in shelf.pages.items())


def test_drawing_holds_up_nobody_else():
    """While one page is drawn, another that is drawn already is given out."""
    shelf, drawing, go_on = Shelf(4), threading.Event(), threading.Event()
    shelf.get("ready", lambda: "there")

    def slow():
        drawing.set()
        assert go_on.wait(5)
        return "slow"

    thread = threading.Thread(target=shelf.get, args=("slow", slow))
    thread.start()
    assert drawing.wait(5)
    assert shelf.get("ready", lambda: "drawn anew") == "there"
    go_on.set()
    thread.join()
    assert shelf.get("slow", lambda: "drawn anew") == "slow"
