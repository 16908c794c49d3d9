"""Her words changed with and without the old ones at hand, and the log as its owner reads it."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from evidence import custody, index
from evidence.models import CustodyBody, OwnerWrap
from tests.security import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(alice, read):
    """Alice's page of the log, as it reads now."""
    people.keep_an_address(alice, "https://social.example/p/1")

    def page(number=1):
        answer = alice.browser.get(reverse("evidence:log"), {"p": number})
        assert answer.status_code == 200
        return read(answer)

    return page


def test_the_last_value_can_be_written_down_in_groups(alice, log):
    page, (_, head) = log(), custody.head_of(alice.case)
    assert " ".join(head.hex()[i : i + 8] for i in range(0, 64, 8)) in page
    assert "does not hold together" not in page


@pytest.mark.parametrize("harm", ["lost", "changed", "swapped"])
def test_a_log_that_was_touched_says_so_and_shows_no_line_of_itself(alice, log, harm):
    first, second = CustodyBody.objects.filter(case=alice.case)[:2]
    if harm == "lost":
        first.delete()
    else:
        first.body = second.body if harm == "swapped" else bytes(first.body)[:-1] + bytes([bytes(first.body)[-1] ^ 1])
        first.save()
    page = log()
    assert "The log does not hold together" in page
    assert "Do not rely on it until they have looked." in page
    assert "The last value of the chain" not in page


def test_a_long_log_goes_on_on_the_next_page(alice, log):
    for _ in range(30):
        alice.post("lock")
        alice.post("open", {"x_1": alice.code})
    assert ">1. " not in log()
    assert ">1. " in log(9)  # beyond the last: the last


# --- new words ------------------------------------------------------------------------------------

SERVE = "Your old words and code still open this case until"
UNDO = "Keep my old words, end the new ones"


def words_of(person):
    return " ".join(person.words)


def shown(person, read, name):
    return read(person.browser.get(reverse(f"evidence:{name}")))


def is_open(browser):
    return browser.get(reverse("evidence:home")).status_code == 200


def make_new(person, read, **typed):
    """New words and a new code, confirmed in this browser; returns the page that showed them."""
    assert person.post("words-change", typed).url == reverse("evidence:words")
    page = shown(person, read, "words")
    person.words = re.findall(r"<li>([a-z-]+)</li>", page)[:7]
    person.code = re.search(r'class="copy">([^<]+)', page)[1]
    asked = re.findall(r"Word (\d)", shown(person, read, "confirm"))[:2]
    again = {f"x_{place}": person.words[int(word) - 1] for place, word in enumerate(asked, 1)}
    assert person.post("confirm", {**again, "x_3": person.code[-4:]}).status_code == 302
    return page


def the_same_phone(person):
    """Somebody else holds the open phone."""
    return people.Owner(person.browser, person.words, person.code, person.case)


def test_the_page_says_what_typing_the_old_words_does_and_what_not_having_them_does(alice, read):
    page = shown(alice, read, "words-change")
    assert "Does someone else know your words? Then type them here." in page
    assert "The old words and the old code go on working for 72 hours." in page


def test_with_the_old_words_typed_they_end_and_nothing_is_said_of_them(alice, read):
    page = make_new(the_same_phone(alice), read, x_1=words_of(alice))
    assert "for 72 hours more" not in page
    assert OwnerWrap.objects.count() == 2
    for name in ("home", "safety"):
        assert SERVE not in shown(alice, read, name)


def test_wrong_words_and_words_of_another_case_change_nothing(alice, read):
    other = people.owner()
    for typed in (words_of(other), other.code, " ".join([*alice.words[:2], *other.words[2:]])):
        assert "These do not open this case." in read(alice.post("words-change", {"x_1": typed}))
    assert "You need all seven" in read(alice.post("words-change", {"x_1": "abacus"}))
    assert "Type your seven words, or your code." in read(alice.post("words-change", {"x_1": ""}))
    assert alice.browser.get(reverse("evidence:words")).url == reverse("evidence:begin")


def test_a_site_that_is_busy_says_so_and_changes_nothing(alice, crowd):
    crowd("derivation")
    assert alice.post("words-change", {"x_1": words_of(alice)}).status_code == 503


def test_whoever_takes_the_open_phone_can_not_shut_its_owner_out(alice, read):
    thief = the_same_phone(alice)
    assert "for 72 hours more" in make_new(thief, read, c="lost")
    assert SERVE in shown(thief, read, "home")
    assert UNDO not in shown(thief, read, "safety")
    assert thief.post("words-undo").status_code == 404

    alice.browser = alice.open_elsewhere()
    assert UNDO in shown(alice, read, "home")
    assert UNDO in shown(alice, read, "safety")
    assert alice.post("words-undo").status_code == 302
    assert (is_open(alice.browser), is_open(thief.browser)) == (True, False)
    assert "did not open a case" in read(people.browser().post(reverse("evidence:open"), {"x_1": words_of(thief)}))
    assert is_open(alice.open_elsewhere())
    assert UNDO not in shown(alice, read, "home")
    assert "The newest words and code were ended" in shown(alice, read, "log")


def test_newer_words_are_told_until_when_they_erase_nothing_at_once(alice, read):
    thief = the_same_phone(alice)
    make_new(thief, read, c="lost")
    page = read(people.browser().post(reverse("evidence:bring-back"), {"x_1": words_of(thief), "c": "erase"}))
    assert re.search(r"Older words still open this case until \d+ \w+ \d{4}, \d\d:\d\d\.", page)
    assert is_open(alice.open_elsewhere())


def test_words_that_opened_the_case_meanwhile_are_not_shown_on_the_page_that_asks_for_them(alice, read):
    other = alice.open_elsewhere()
    alice.post("sessions-end")
    asked = other.post(reverse("evidence:words-change"), {"c": "lost"})
    assert asked.status_code == 403
    held = re.search(r'name="h" value="([^"]+)"', asked.content.decode())[1]
    page = read(other.post(reverse("evidence:open"), {"x_1": words_of(alice), "h": held}))
    assert "Type the words or the code that you have now." in page
    assert words_of(alice) not in page
    assert other.get(reverse("evidence:words")).url == reverse("evidence:begin")


def test_the_log_says_which_item_was_meant_and_leads_to_it(alice, log):
    (item,) = index.read(people.opened(alice)).lines
    alice.browser.get(reverse("evidence:item", args=[item.id]))
    log()
    page = alice.browser.get(reverse("evidence:log")).content.decode()
    link = f'<a href="{reverse("evidence:item", args=[item.id])}">Item {item.number}</a>'
    assert f"An item was added {link}" in page
    assert page.count(link) == 2
    assert f"The case was made {link}" not in page
