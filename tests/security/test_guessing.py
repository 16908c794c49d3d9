"""What guessing tells and what it costs: nothing, and more than it is worth."""

from __future__ import annotations

import math
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evidence import limits
from evidence.crypto import words
from evidence.helpline import invitations
from evidence.models import Attempt, OwnerWrap
from tests.security import addresses, people, test_access

pytestmark = pytest.mark.django_db
OPEN = "/case/d2xj/"
A_DAY = timedelta(days=1)


@pytest.fixture
def alice():
    return people.owner()


def typed(chosen):
    return {"x_1": " ".join(chosen)}


def wrong_secret(chosen):
    return [*chosen[:6], "zoom" if chosen[6] != "zoom" else "abacus"]


def unknown(chosen):
    """Words whose first two find no case."""
    return ["abacus", "zoom", *chosen[2:]]


def shut(alice):
    for _ in range(limits.TRIES):
        people.browser().post(OPEN, typed(wrong_secret(alice.words)))
    return alice.words


def said(browser, chosen):
    """What the page of one try shows, its tokens and the words typed aside; and what the database was asked."""
    with CaptureQueriesContext(connection) as asked:
        answer = browser.post(OPEN, typed(chosen))
    page = re.sub(r"(<textarea[^>]*>)[^<]*", r"\1", test_access.TOKENS.sub("", answer.content.decode()))
    return answer.status_code, page, {name: value for name, value in answer.items() if name != "Content-Length"}, asked


# --- the words of a case ------------------------------------------------------------------------------------


def test_wrong_unknown_and_shut_look_the_same_to_whoever_asks(alice):
    wrong, strange = (said(people.browser(), make(alice.words))[:3] for make in (wrong_secret, unknown))
    right_but_shut = said(people.browser(), shut(alice))[:3]

    assert wrong == strange == right_but_shut
    assert "That did not open a case" in wrong[1]


def test_wrong_and_unknown_ask_the_database_the_same_questions(alice):
    shapes = []
    for make in (wrong_secret, unknown):
        asked = said(people.browser(), make(alice.words))[3]
        shapes.append([re.sub(r"\W.*", "", query["sql"]) for query in asked.captured_queries])
    assert len(shapes[0]) >= 3
    assert shapes[0] == shapes[1]


def test_a_hundred_browsers_that_try_one_pair_of_words_get_five_tries_between_them(alice, argon2_calls):
    for _ in range(100):
        people.browser().post(OPEN, typed(wrong_secret(alice.words)))
    row = Attempt.objects.exclude(shut_until=None).get()  # the other counts cases

    assert (row.count, row.shut_until is not None) == (limits.TRIES, True)
    assert people.browser().post(OPEN, typed(alice.words)).status_code == 200


def test_guessing_for_a_year_finds_a_case_less_often_than_once_in_ten_billion():
    tries_a_day = limits.TRIES * A_DAY / limits.WINDOW
    secret_bits = (words.WORDS - 2) * math.log2(len(words.LISTED))

    assert tries_a_day <= 960
    assert tries_a_day * 365 / 2**secret_bits < 1e-10


def test_what_a_mistyped_word_is_told_comes_from_the_public_list_alone(alice):
    mine, counted = alice.words, Attempt.objects.count()
    for chosen in ([*mine[:6], "qqqqqq"], ["abacus", "zoom", *mine[2:6], "qqqqqq"], mine[:6], unknown(mine)[:6]):
        assert "That did not open a case" not in said(people.browser(), chosen)[1]
    assert Attempt.objects.count() == counted


def test_whether_a_deleted_case_was_ever_there_is_not_told(alice):
    alice.post("delete")
    assert said(people.browser(), alice.words)[:3] == said(people.browser(), unknown(alice.words))[:3]


def test_old_words_that_have_ended_look_and_cost_like_unknown_ones(alice, argon2_calls):
    """Reaped or not: the row that ended is asked for, and is not there."""
    OwnerWrap.objects.filter(case=alice.case).update(ends_at=timezone.now() - timedelta(seconds=1))
    seen = []
    for chosen in (alice.words, unknown(alice.words)):
        argon2_calls.clear()
        status, page, headers, asked = said(people.browser(), chosen)
        shape = [re.sub(r"\W.*", "", query["sql"]) for query in asked.captured_queries]
        seen.append((status, page, headers, shape, len(argon2_calls)))
    assert seen[0] == seen[1]
    assert (seen[0][0], seen[0][-1]) == (200, 1)


# --- ids ------------------------------------------------------------------------------------------------------

# A code of guidance is no secret; an offer is made to every worker who takes cases.
TOLD = test_access.OPEN_TO_ALL | test_access.A_NEW_CHALLENGE


def test_an_id_of_someone_else_costs_what_an_id_of_nobody_costs(world):
    """The same questions to the database, so the same time, whether or not the thing exists."""
    different = []
    for address in addresses.everywhere():
        if address.path(world.ids) == address.path(world.nobody) or address.name in TOLD:
            continue
        for kind in ("stranger", "locked", "other owner", "no share", "share ended"):
            counts = [_asked(world.people[kind], address.path(ids)) for ids in (world.ids, world.nobody)]
            if counts[0] != counts[1]:
                different.append(f"{address.name} by {kind}: {counts}")
    assert different == []


def _asked(person, path):
    with CaptureQueriesContext(connection) as asked:
        answer, _ = test_access.answer(person, "get", path)
    assert answer.status_code != 200 or answer["Content-Type"].startswith("text/html")
    return len(asked)


def test_ids_are_random_and_never_counted():
    counted = {route for route in addresses.routes() if "<int:" in route}
    within = {
        "<uuid:item_id>/m/<int:number>/",
        "second-factor/keys/<int:pk>/remove/",
    }  # the number counts in one owner's
    assert all(any(route.endswith(one) for one in within) for route in counted)


# --- workers --------------------------------------------------------------------------------------------------


def test_a_code_of_an_invitation_has_more_to_guess_than_a_day_allows():
    code = invitations.create(username="hana", display_name="Hana", is_supervisor=False, at=timezone.now())
    symbols = len(code.replace("-", "")) - 2  # two check for typing mistakes

    assert symbols * 5 >= 128
    assert timedelta(hours=24) >= invitations.LASTS


def test_signing_in_says_the_same_of_a_name_that_exists_and_of_one_that_does_not():
    people.worker("hana")
    pages = []
    for name in ("hana", "nobody-here"):
        answer = people.browser().post(reverse("account_login"), {"login": name, "x_password": "wrong-wrong-wrong"})
        page = test_access.TOKENS.sub("", answer.content.decode())
        pages.append((answer.status_code, page.replace(name, "")))
    assert pages[0] == pages[1]
