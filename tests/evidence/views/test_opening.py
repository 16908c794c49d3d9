"""The way in, where something goes wrong on it: every answer says what happened, and loses nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from evidence import limits, sharing
from evidence.models import Case, OwnerWrap
from evidence.views import opening
from tests.conftest import acts, share
from tests.security import people

pytestmark = pytest.mark.django_db
STRANGE = "abacus abdomen abdominal abide abiding ability ablaze"  # on the list, and nobody's


def words_of(person):
    return " ".join(person.words)


def is_open(browser):
    return browser.get(reverse("evidence:home")).status_code == 200


def busy(answer):
    return (answer.status_code, answer["Retry-After"]) == (503, "5")


# --- before a case ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["yes", "unsure"])
def test_other_ways_come_first_where_someone_may_look(read, said):
    page = read(people.browser().post(reverse("evidence:before"), {"a": said}))
    assert "Another way may be safer for you" in page
    assert reverse("evidence:make") in page  # it stays her choice


def test_nobody_looks_so_the_case_can_begin(read):
    page = read(people.browser().post(reverse("evidence:before"), {"a": "no"}))
    assert "Another way" not in page
    assert reverse("evidence:make") in page


def test_the_question_can_not_be_passed_over(read):
    page = read(people.browser().post(reverse("evidence:before"), {"a": ""}))
    assert "Choose one. “I am not sure” is a good answer." in page
    assert reverse("evidence:make") not in page


# --- the words typed again --------------------------------------------------------------------------------


@pytest.fixture
def begun():
    """A browser in which a case was just made; its words wait to be typed again."""
    browser = people.browser()
    browser.post(reverse("evidence:make"))
    return browser


def test_words_typed_wrong_confirm_nothing_and_are_shown_again(begun, read):
    page = read(begun.post(reverse("evidence:confirm"), {"x_1": "abacus", "x_2": "abacus", "x_3": "aaaa"}))
    assert "These are not the same as on your card." in page
    assert Case.objects.get().status == Case.Status.NEW
    assert not OwnerWrap.objects.exists()
    assert begun.get(reverse("evidence:words")).status_code == 200


def test_words_wait_where_too_many_are_confirming(begun, read, crowd):
    words = re.findall(r"<li>([a-z-]+)</li>", read(begun.get(reverse("evidence:words"))))
    code = re.search(r'class="copy">([^<]+)', read(begun.get(reverse("evidence:words"))))[1]
    asked = re.findall(r"Word (\d)", read(begun.get(reverse("evidence:confirm"))))
    typed = {"x_1": words[int(asked[0]) - 1], "x_2": words[int(asked[1]) - 1], "x_3": code[-4:]}
    crowd("derivation")
    assert busy(begun.post(reverse("evidence:confirm"), typed))
    assert Case.objects.get().status == Case.Status.NEW
    assert code in read(begun.get(reverse("evidence:words")))


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}])
def test_a_browser_that_fetches_ahead_gets_no_words(begun, headers):
    for name in ("words", "confirm"):
        answer = begun.get(reverse(f"evidence:{name}"), headers=headers)
        assert (answer.status_code, answer["Location"]) == (302, reverse("evidence:begin"))


# --- opening ----------------------------------------------------------------------------------------------


@pytest.fixture
def deleted_bob(db):
    """Somebody whose case was deleted a moment ago."""
    bob = people.owner()
    bob.post("delete")
    return bob


def test_wrong_unknown_deleted_and_shut_get_one_answer(alice, deleted_bob, read):
    wrong = " ".join([*alice.words[:2], *STRANGE.split()[2:]])
    typed = [STRANGE, words_of(deleted_bob), *[wrong] * limits.TRIES, words_of(alice)]
    answers = [people.browser().post(reverse("evidence:open"), {"x_1": text}) for text in typed]
    assert {answer.status_code for answer in answers} == {200}
    assert all(opening.NOT_OPENED in read(answer) for answer in answers)


def test_a_misspelt_word_is_named(read):
    page = read(people.browser().post(reverse("evidence:open"), {"x_1": "abacus abdomen qqqqqqq"}))
    assert "Check the spelling of: qqqqqqq." in page


def test_opening_waits_where_too_many_do_it(alice, crowd):
    crowd("derivation")
    other = people.browser()
    assert busy(other.post(reverse("evidence:open"), {"x_1": words_of(alice)}))
    assert not is_open(other)


# --- a deleted case ---------------------------------------------------------------------------------------


@pytest.fixture
def deleted(alice):
    people.keep_an_address(alice, "https://social.example/p/1")
    alice.post("delete")
    return alice


def ask_back(text, choice):
    browser = people.browser()
    return browser, browser.post(reverse("evidence:bring-back"), {"x_1": text, "c": choice})


def status(person):
    person.case.refresh_from_db()
    return person.case.status


def test_her_words_and_her_code_bring_a_deleted_case_back(deleted, read):
    for text in (words_of(deleted), deleted.code):
        browser, answer = ask_back(text, "back")
        assert (answer.status_code, answer["Location"]) == (302, reverse("evidence:home"))
        assert "social.example" in read(browser.get(reverse("evidence:home")))
        deleted.browser = browser
        assert acts(people.opened(deleted))[-1] == "case-brought-back"
        deleted.post("delete")


def test_she_can_erase_a_deleted_case_at_once(deleted, read):
    _, answer = ask_back(words_of(deleted), "erase")
    assert "It is erased" in read(answer)
    assert status(deleted) == Case.Status.ERASED
    assert not OwnerWrap.objects.exists()
    assert opening.NOTHING_BACK in read(ask_back(words_of(deleted), "back")[1])


def test_a_choice_is_asked_for_before_anything_happens(deleted, read):
    assert "Choose what to do with the case." in read(ask_back(words_of(deleted), "")[1])
    assert status(deleted) == Case.Status.HIDDEN


@pytest.mark.parametrize("choice", ["back", "erase"])
def test_words_of_nobody_bring_nothing_back_and_erase_nothing(deleted, read, choice):
    browser, answer = ask_back(STRANGE, choice)
    assert opening.NOTHING_BACK in read(answer)
    assert "Check the spelling of: qqqqqqq." in read(ask_back("abacus qqqqqqq", choice)[1])
    assert status(deleted) == Case.Status.HIDDEN
    assert not is_open(browser)


def test_a_case_that_was_not_deleted_is_not_opened_from_here(alice, read):
    browser, answer = ask_back(words_of(alice), "back")
    assert opening.NOTHING_BACK in read(answer)
    assert not is_open(browser)


@pytest.mark.parametrize("choice", ["back", "erase"])
def test_nothing_happens_to_a_deleted_case_where_too_many_are_at_it(deleted, crowd, choice):
    crowd("derivation")
    assert busy(ask_back(words_of(deleted), choice)[1])
    assert status(deleted) == Case.Status.HIDDEN


def test_a_case_that_was_shared_comes_back_with_new_keys(alice, hana):
    opened, at = people.opened(alice), timezone.now()
    sharing.accept(worker=hana.worker, offer_id=share(opened, at).pk, seed=hana.seed, at=at)
    alice.post("delete")
    browser, _ = ask_back(words_of(alice), "back")
    alice.case.refresh_from_db()
    assert (alice.case.secret_version, alice.case.rotate_due) == (2, False)
    assert is_open(browser)


def test_a_share_that_ran_out_is_ended_before_the_case_is_shown(alice, hana):
    opened, at = people.opened(alice), timezone.now() - timedelta(days=5)
    sharing.accept(worker=hana.worker, offer_id=share(opened, at, days=2).pk, seed=hana.seed, at=at)
    browser = alice.open_elsewhere()
    alice.case.refresh_from_db()
    assert (alice.case.secret_version, alice.case.rotate_due) == (2, False)
    assert [grant.status for grant in alice.case.grants.all()] == ["ended"]
    assert is_open(browser)


# --- too many at once -------------------------------------------------------------------------------------


def test_where_too_many_cases_were_begun_it_says_so_and_everything_else_goes_on(alice, read, settings):
    settings.CASES_PER_HOUR = Case.objects.count()  # alice's
    visitor = people.browser()
    answer = visitor.post(reverse("evidence:make"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "3600")
    assert "Very many cases were started here in the last hour." in read(answer)
    assert Case.objects.count() == 1
    for name in ("guidance:questions", "guidance:help"):
        assert reverse(name) in read(answer)
        assert visitor.get(reverse(name)).status_code == 200
    assert is_open(alice.browser)
    assert is_open(alice.open_elsewhere())


def test_a_case_that_is_open_here_stays_open_where_no_other_can_be_begun(alice, settings):
    settings.CASES_PER_HOUR = Case.objects.count()
    assert alice.post("make").status_code == 503
    assert is_open(alice.browser)
