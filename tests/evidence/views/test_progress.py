"""The list of steps on the pages of a case: kept, shown with its day, brought back in another browser, taken out."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from evidence import adding_only, custody, gate, index
from evidence.custody import OWNER
from evidence.index import Gate
from guidance import answers, content
from guidance.answers import Mark
from tests.guidance.browsing import read, titles
from tests.guidance.carrying import carry
from tests.security import people

pytestmark = pytest.mark.django_db
KEEP, BACK, OUT = (reverse(f"evidence:list-{name}") for name in ("keep", "bring-back", "remove"))
HOME, PLAN = reverse("evidence:home"), reverse("guidance:plan")


@pytest.fixture
def loaded():
    return content.load()


def list_of(browser, loaded, situation="T4"):
    """Answers as a persona gives them, and one step marked; returns the titles of the list."""
    return carry(browser, loaded, situation, breathe=Mark.DONE)


def offered(page):
    """What the page of the case lets a person do with the list."""
    return {form["action"] for form in read(page).forms} & {KEEP, BACK, OUT}


def shown(browser):
    return browser.get(HOME).content.decode()


def test_a_list_comes_back_in_another_browser_with_its_marks(alice, loaded):
    mine = list_of(alice.browser, loaded)
    assert titles(alice.browser.get(PLAN)) == mine
    alice.post("list-keep")
    other = alice.open_elsewhere()
    assert "Go on where you stopped" not in other.get("/").content.decode()
    page = other.post(BACK, follow=True)
    assert page.request["PATH_INFO"] == PLAN
    assert titles(page) == mine
    assert '<span class="tag">Done</span>' in page.content.decode()


def test_without_a_list_here_or_there_the_page_says_nothing_of_lists(alice):
    page = alice.browser.get(HOME)
    assert offered(page) == set()
    assert "list" not in page.content.decode().split("<main")[1].split("</main>")[0].lower()


def test_a_list_in_this_browser_can_be_kept_and_what_is_kept_has_its_day(alice, loaded):
    list_of(alice.browser, loaded)
    assert offered(alice.browser.get(HOME)) == {KEEP}
    answer = alice.post("list-keep")
    assert answer.headers["Location"] == HOME
    day = date_format(timezone.localdate(), "j F Y")
    assert f"You kept your list in this case on {day}." in shown(alice.browser)
    assert offered(alice.browser.get(HOME)) == {KEEP, BACK, OUT}
    assert offered(alice.open_elsewhere().get(HOME)) == {BACK, OUT}


def test_nothing_is_kept_unless_the_person_presses(alice, loaded):
    list_of(alice.browser, loaded)
    for name in ("home", "safety", "packs"):
        alice.browser.get(reverse(f"evidence:{name}"))
    assert index.read(people.opened(alice)).steps == {}


def test_what_is_not_there_is_neither_kept_nor_brought_back_nor_removed(alice):
    before = len(custody.everything(people.opened(alice)))
    for name in ("list-keep", "list-bring-back", "list-remove"):
        answer = alice.post(name)
        assert (answer.status_code, answer.headers["Location"]) == (302, HOME)
        assert answers.cookie_name() not in answer.cookies
    assert len(custody.everything(people.opened(alice))) == before


def test_a_list_that_was_taken_out_stays_in_the_browser_alone(alice, loaded):
    mine = list_of(alice.browser, loaded)
    alice.post("list-keep")
    alice.post("list-remove")
    assert offered(alice.browser.get(HOME)) == {KEEP}
    assert titles(alice.browser.get(PLAN)) == mine


def test_leaving_forgets_the_cookie_and_the_case_still_has_the_list(alice, loaded):
    mine = list_of(alice.browser, loaded)
    alice.post("list-keep")
    alice.browser.get("/exit/")
    assert alice.browser.get(PLAN).status_code == 302
    assert titles(alice.open_elsewhere().post(BACK, follow=True)) == mine


def test_the_log_says_it_in_plain_words(alice, loaded, read):
    list_of(alice.browser, loaded)
    for name in ("list-keep", "list-bring-back", "list-remove"):
        alice.post(name)
    page = read(alice.browser.get(reverse("evidence:log")))
    places = [page.index(f"The list of steps was {said}") for said in ("taken out", "brought back", "kept in")]
    assert places == sorted(places)


def test_the_cookie_that_comes_back_is_like_every_other(alice, loaded):
    list_of(alice.browser, loaded)
    alice.post("list-keep")
    morsel = alice.post("list-bring-back").cookies[answers.cookie_name()]
    assert (morsel["max-age"], morsel["expires"], morsel["httponly"], morsel["samesite"]) == ("", "", True, "Strict")


def test_a_list_of_someone_under_18_leaves_the_questions_about_pictures_as_they_were(alice, loaded):
    answered = gate.answer(people.opened(alice), Gate("adults", "adult", "mine"), by=OWNER, at=timezone.now())
    list_of(alice.browser, loaded, "T8")
    alice.post("list-keep")
    page = alice.open_elsewhere().post(BACK, follow=True)
    assert "Text and addresses only" in page.content.decode()
    assert index.read(people.opened(alice)).gate == answered


def test_a_closed_gate_stays_closed_when_a_list_of_adults_comes_back(alice, loaded):
    answered = gate.answer(people.opened(alice), Gate("under18", "adult", "mine"), by=OWNER, at=timezone.now())
    list_of(alice.browser, loaded, "T1")
    alice.post("list-keep")
    other = alice.open_elsewhere()
    other.post(BACK)
    assert index.read(people.opened(alice)).gate == answered
    assert reverse("evidence:upload") not in other.get(reverse("evidence:pictures"), follow=True).content.decode()


# --- who does not see it ------------------------------------------------------------------------------


def test_a_locked_case_asks_for_its_words_first(alice, loaded):
    list_of(alice.browser, loaded)
    alice.post("list-keep")
    alice.post("lock")
    before = alice.browser.cookies[answers.cookie_name()].value
    for address in (KEEP, BACK, OUT):
        assert alice.browser.post(address).status_code == 403
    assert alice.browser.cookies[answers.cookie_name()].value == before


def test_a_device_that_may_only_add_sees_nothing_of_it(alice, loaded):
    list_of(alice.browser, loaded)
    alice.post("list-keep")
    alice.post("lock", {"a": "add"})
    assert adding_only.cookie_name() in alice.browser.cookies
    for name in ("note", "begin"):
        page = alice.browser.get(reverse(f"evidence:{name}"))
        assert page.status_code == 200
        assert offered(page) == set()
        assert "list of steps" not in page.content.decode()


def test_a_worker_with_the_shared_case_sees_nothing_of_it(alice, loaded):
    hana = people.worker("hana")
    list_of(alice.browser, loaded)
    alice.post("list-keep")
    grant = people.share(alice)
    hana.accept(grant)
    page = hana.browser.get(reverse("helpline:case", args=[grant]))
    assert page.status_code == 200
    assert "list" not in page.content.decode().split("<main")[1].lower()
    assert hana.browser.post(BACK).status_code == 403
