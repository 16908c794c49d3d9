from __future__ import annotations

import base64

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance import answers, content
from guidance.answers import Answers, Mark

LOADED = content.load()
LONGEST = {name: max(fact.values, key=len) for name, fact in LOADED.facts.items()}
EVERY_MARK = {step.head.code: Mark.NOT_FOR_ME for step in LOADED.steps.values()}


def cookie(given):
    response = HttpResponse()
    answers.put(response, given)
    return response.cookies[answers.cookie_name()]


def request_with(value):
    request = RequestFactory().get("/")
    request.COOKIES[answers.cookie_name()] = value
    return request


def round_trip(given):
    return answers.get(request_with(cookie(given).value))


def test_a_new_visitor_has_answered_nothing():
    assert answers.get(RequestFactory().get("/")) == Answers()


def test_what_is_put_is_what_is_got():
    given = Answers().answered({"what": "money"}).answered({"nation": "ni"}).marked("k7m2", Mark.LATER)
    assert round_trip(given) == given


def test_a_mark_can_be_taken_away():
    given = Answers().marked("k7m2", Mark.DONE).marked("k7m2", Mark.NONE)
    assert round_trip(given).marks == {}


def test_it_is_one_size_and_fits_with_every_answer_and_mark():
    few, all_of_it = cookie(Answers({"a": "b"})), cookie(Answers(LONGEST, EVERY_MARK))
    assert len(few.OutputString()) == len(all_of_it.OutputString()) < 3500
    assert round_trip(Answers(LONGEST, EVERY_MARK)) == Answers(LONGEST, EVERY_MARK)


def test_it_is_one_size_with_more_than_it_can_hold():
    many = {f"{place:04d}": Mark.DONE for place in range(9999)}
    assert len(cookie(Answers(LONGEST, many)).value) == len(cookie(Answers()).value)
    kept = round_trip(Answers(LONGEST, many))
    assert kept.facts == LONGEST
    assert len(kept.marks) > 300
    assert round_trip(Answers({"a": "x" * 5000})) == Answers()


def test_it_ends_with_the_browser_and_scripts_can_not_read_it(settings):
    morsel = cookie(Answers({"what": "money"}))
    assert (morsel["max-age"], morsel["expires"], morsel["domain"]) == ("", "", "")
    assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "Strict", "/")


def test_in_production_it_is_bound_to_the_host(settings):
    settings.COOKIE_PREFIX, settings.CSRF_COOKIE_SECURE = "__Host-", True
    morsel = cookie(Answers())
    assert (morsel.key, morsel["secure"]) == ("__Host-a", True)


def test_forgetting_takes_it_away():
    response = HttpResponse()
    answers.forget(response)
    morsel = response.cookies[answers.cookie_name()]
    assert (morsel.value, morsel["max-age"]) == ("", 0)


def test_nothing_of_it_can_be_read_without_the_key(settings):
    sealed = cookie(Answers({"what": "sent_private"}, {"k7m2": Mark.DONE})).value
    assert b"sent_private" not in base64.urlsafe_b64decode(sealed + "==")
    settings.ANSWERS_KEY = bytes(32)
    assert answers.get(request_with(sealed)) == Answers()


def test_the_same_answers_look_different_each_time():
    assert cookie(Answers({"what": "money"})).value != cookie(Answers({"what": "money"})).value


def test_any_changed_byte_empties_it():
    blob = base64.urlsafe_b64decode(cookie(Answers({"what": "money"})).value + "==")
    for place in (0, 1, 24, 25, 56, 57, 100, len(blob) - 17, len(blob) - 1):
        changed = blob[:place] + bytes([blob[place] ^ 1]) + blob[place + 1 :]
        assert answers.get(request_with(base64.urlsafe_b64encode(changed).decode())) == Answers()


@pytest.mark.parametrize("value", ["", "x", "not base64 at all!", "é", "A" * 2828, "AQ", "A" * 90000])
def test_rubbish_is_silently_empty(value):
    assert answers.get(request_with(value)) == Answers()


@pytest.mark.parametrize(
    "plain",
    [b"", b"\x00", b"\x00\x02[]", b"\x00\x04null", b'\x00\x07{"a":1}', b"\x00\x03{,}", b"\x00\x02\xff\xff"],
)
def test_what_an_older_version_may_have_sealed_is_silently_empty(plain):
    sealed = base64.urlsafe_b64encode(answers._seal(plain)).decode()
    assert answers.get(request_with(sealed)) == Answers()


def test_what_was_not_padded_by_this_version_is_refused():
    with pytest.raises(ValueError, match="not padded"):
        answers._unseal(_sealed_raw(b"no padding" + bytes(54)))
    with pytest.raises(ValueError, match="not padded"):
        answers._unseal(_sealed_raw(b"\x80"))


def _sealed_raw(padded):
    from cryptography.cobblestone import Cobblestone256Encryptor
    from django.conf import settings as django_settings

    encryptor = Cobblestone256Encryptor(django_settings.ANSWERS_KEY, answers._context())
    return answers.VERSION + encryptor.update(padded) + encryptor.finalize()


CODES = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=4, max_size=4)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(
    facts=st.dictionaries(st.text("abc_", min_size=1, max_size=9), st.text(max_size=9), max_size=9),
    marks=st.dictionaries(CODES, st.sampled_from([Mark.DONE, Mark.LATER, Mark.NOT_FOR_ME])),
)
def test_any_answers_and_marks_come_back(facts, marks):
    assert round_trip(Answers(facts, marks)) == Answers(facts, marks)


def test_a_code_of_another_shape_is_not_kept():
    assert round_trip(Answers(marks={"UPPER": Mark.DONE, "ab-c": Mark.DONE, "k7m2": Mark.DONE})).marks == {
        "k7m2": Mark.DONE
    }


def test_the_seal_is_the_one_that_evidence_uses(settings):
    from evidence.crypto import contexts, fields

    ctx = contexts.context(answers.PURPOSE, 1)
    plain = b"what is sealed here opens there" * 3
    assert fields.unseal(settings.ANSWERS_KEY, answers._seal(plain), ctx) == plain
    assert answers._unseal(fields.seal(settings.ANSWERS_KEY, plain, ctx)) == plain
