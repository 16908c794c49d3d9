"""The two ways in: made, confirmed, changed; a box that forgives and one answer for whatever does not open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from evidence import cases, custody, items, rotation, ways
from evidence.crypto import words
from evidence.models import (
    Case,
    OpenSession,
    OwnerWrap,
)
from tests.conftest import acts, confirm

pytestmark = pytest.mark.django_db
PHONE = "Chrome on Android"
MINUTE = timedelta(minutes=1)


def opens(text, at):
    return cases.open_with(text, device=PHONE, at=at)


def near_miss(text):
    """The card's words with one letter missing where that still means one listed word only."""
    typed = text.split()
    for place, word in enumerate(typed):
        for cut in range(len(word)):
            wrong = word[:cut] + word[cut + 1 :]
            if wrong not in words.LISTED and words.mend([wrong]) == [word]:
                return " ".join([*typed[:place], wrong, *typed[place + 1 :]])
    pytest.skip("no word of this card has a near miss")


def other_secret(card):
    """Seven listed words that find the same case and do not open it."""
    head = card.split()[:2]
    rest = [word for word in words.LISTED[:40] if word not in card and "-" not in word][:5]
    return " ".join([*head, *rest])


# --- making -----------------------------------------------------------------------------------------


def test_a_new_case_has_no_way_in_until_its_words_are_entered_again(db, at):
    session = cases.make(device=PHONE, at=at)
    made, _ = ways.waiting(session)
    assert not OwnerWrap.objects.exists()
    for text in (" ".join(made.words), made.code):
        with pytest.raises(ways.NotOpened):
            opens(text, at)
    confirm(session, at)
    assert session.opened.case.status == Case.Status.OPEN
    assert opens(" ".join(made.words), at).opened.secret == session.opened.secret


def test_the_words_that_wait_are_forgotten_once_they_are_confirmed(alice):
    assert ways.waiting(alice.session) is None
    assert OpenSession.objects.get().shown is None


@pytest.mark.parametrize("wrong", ["first", "second", "code_end"])
def test_one_wrong_word_or_the_wrong_end_of_the_code_confirms_nothing(db, at, wrong):
    session = cases.make(device=PHONE, at=at)
    made, ask = ways.waiting(session)
    typed = {"first": made.words[ask[0]], "second": made.words[ask[1]], "code_end": made.code[-4:], wrong: "zzzz"}
    with pytest.raises(ways.NotConfirmed):
        ways.confirm(session, ways.TypedAgain(**typed), at=at)
    assert not OwnerWrap.objects.exists()
    assert Case.objects.get().status == Case.Status.NEW
    assert ways.waiting(session)[0] == made


def test_confirming_forgives_case_spaces_and_the_whole_code(db, at):
    session = cases.make(device=PHONE, at=at)
    made, ask = ways.waiting(session)
    first, second = made.words[ask[0]].upper(), f"  {made.words[ask[1]]} "
    ways.confirm(session, ways.TypedAgain(first, second, made.code.lower()), at=at)
    assert OwnerWrap.objects.count() == 2


def test_nothing_to_confirm_is_not_confirmed(alice, at):
    with pytest.raises(ways.NotConfirmed):
        ways.confirm(alice.session, ways.TypedAgain("", "", ""), at=at)


def test_the_two_words_asked_for_are_never_the_two_that_only_find_the_case():
    asked = [ways._two_places() for _ in range(200)]
    assert all(2 <= first < second <= 6 for first, second in asked)
    assert len({tuple(pair) for pair in asked}) == 10


def test_new_words_never_find_a_case_that_is_there_already(alice, monkeypatch):
    mine, other = tuple(alice.words.split()), words.new_words()
    drawn = iter([mine, other])
    monkeypatch.setattr(words, "new_words", lambda: next(drawn))
    assert ways.new_ways()["words"] == list(other)


# --- opening ----------------------------------------------------------------------------------------


def test_the_words_open_the_case_and_so_does_the_code(alice, at):
    for text in (alice.words, alice.code):
        session = opens(text, at)
        assert (session.opened.secret, session.opened.owner_seed) == (
            alice.opened.secret,
            alice.opened.owner_seed,
        )
    assert acts(alice.opened)[-2:] == ["case-opened", "case-opened"]


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda text: "\n ".join(text.split()),
        lambda text: "  " + text.replace(" ", ",  "),
        lambda text: " ".join(f"{n}. {word}" for n, word in enumerate(text.split(), 1)),
        near_miss,
    ],
    ids=["capitals", "lines", "commas", "numbered", "near miss"],
)
def test_the_box_forgives_how_the_words_are_typed(alice, at, change):
    assert opens(change(alice.words), at).opened.secret == alice.opened.secret


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", " "), lambda c: c.replace("0", "o")])
def test_the_box_forgives_how_the_code_is_typed(alice, at, change):
    assert opens(change(alice.code), at).opened.secret == alice.opened.secret


def test_wrong_unknown_and_shut_give_one_answer_and_cost_one_derivation_each(alice, at, argon2_calls):
    unknown = " ".join([*words.LISTED[100:102], *alice.words.split()[2:]])
    for text in [unknown, *[other_secret(alice.words)] * 5, alice.words]:
        argon2_calls.clear()
        with pytest.raises(ways.NotOpened) as refused:
            opens(text, at)
        assert len(argon2_calls) == 1
        assert str(refused.value) == ""
        cost = argon2_calls[0]["cost"]
        assert (cost.memory_kib, cost.iterations) == (settings.ARGON2_MEMORY_KIB, settings.ARGON2_ITERATIONS)
    argon2_calls.clear()
    opens(alice.words, at + 16 * MINUTE)
    assert len(argon2_calls) == 1


def test_after_five_tries_the_case_is_shut_for_a_quarter_of_an_hour_even_for_the_right_words(alice, at):
    for _ in range(5):
        with pytest.raises(ways.NotOpened):
            opens(other_secret(alice.words), at)
    for later in (timedelta(), 14 * MINUTE, 15 * MINUTE - timedelta(seconds=1)):
        with pytest.raises(ways.NotOpened):
            opens(alice.words, at + later)
    assert opens(alice.words, at + 15 * MINUTE).opened.secret == alice.opened.secret


def test_the_fifth_try_may_still_be_the_right_one_and_clears_the_count(alice, at):
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(ways.NotOpened):
                opens(other_secret(alice.words), at)
        opens(alice.words, at)
    assert [e.act.detail["failed_tries"] for e in custody.everything(alice.opened) if e.act.what == "case-opened"] == [
        4,
        4,
    ]


def test_tries_with_a_code_shut_it_too(alice, at):
    mine = words.normalise_recovery(alice.code)
    wrong = next(code for code in codes_that_start_like(mine) if code != mine)
    for _ in range(5):
        with pytest.raises(ways.NotOpened):
            opens(wrong, at)
    with pytest.raises(ways.NotOpened):
        opens(alice.code, at)
    assert opens(alice.code, at + 15 * MINUTE)


def codes_that_start_like(code):
    """Well-formed codes that find the same case: the last symbols before the check are varied."""
    symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    for one in symbols:
        for two in symbols:
            for three in symbols:
                candidate = code[:25] + one + two + three
                try:
                    yield words.normalise_recovery(candidate)
                except words.BadCode:
                    continue


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("apple", "That is 1 word. You need all seven, in order."),
        ("abacus qqqqqq abdomen", "Check the spelling of: qqqqqq."),
        ("ABCD-1234", "That code has a typing mistake."),
        ("x" * 300, "That is too long."),
    ],
)
def test_a_typing_mistake_is_explained_without_counting_a_try(alice, at, text, says, argon2_calls):
    argon2_calls.clear()
    with pytest.raises(ways.WordsMistyped, match=says.replace(".", r"\.")):
        opens(text, at)
    assert argon2_calls == []


def test_a_stored_cost_out_of_bounds_opens_nothing(alice, at):
    OwnerWrap.objects.filter(kind="words").update(memory_kib=4_000_000)
    with pytest.raises(ways.NotOpened):
        opens(alice.words, at)


def test_a_wrap_moved_from_another_case_opens_nothing(alice, mallory, at):
    hers = OwnerWrap.objects.get(case=mallory.case, kind="words")
    OwnerWrap.objects.filter(case=alice.case, kind="words").update(
        salt=hers.salt, blob=hers.blob, memory_kib=hers.memory_kib, iterations=hers.iterations
    )
    with pytest.raises(ways.NotOpened):
        opens(" ".join([*alice.words.split()[:2], *mallory.words.split()[2:]]), at)


def test_opening_while_new_keys_are_made_gets_the_new_secret(alice, at, monkeypatch):
    found = ways.find

    def slow(text, *, at):
        answer = found(text, at=at)
        rotation.rotate(alice.session, at=at)
        return answer

    monkeypatch.setattr(ways, "find", slow)
    session = opens(alice.words, at)
    assert session.opened.case.secret_version == 2
    assert items.listed(session.opened) == []


# --- changing the words -----------------------------------------------------------------------------


def test_the_old_ways_that_were_typed_serve_until_the_new_ones_are_confirmed_and_never_again(alice, at):
    ways.change_knowing(alice.session, alice.words, at=at)
    new, _ = ways.waiting(alice.session)
    for text in (alice.words, alice.code):
        assert opens(text, at)
    for text in (" ".join(new.words), new.code):
        with pytest.raises(ways.NotOpened):
            opens(text, at)
    confirm(alice.session, at)
    for text in (" ".join(new.words), new.code):
        assert opens(text, at).opened.secret == alice.opened.secret
    for text in (alice.words, alice.code):
        with pytest.raises(ways.NotOpened):
            opens(text, at)
    assert "words-changed" in acts(alice.opened)


# --- dearer derivations -----------------------------------------------------------------------------


def cost_of(owner):
    row = OwnerWrap.objects.get(case=owner.case, kind="words")
    return row.memory_kib, row.iterations


@pytest.mark.parametrize(
    ("memory", "iterations", "then"),
    [
        (128 * 1024, 3, (128 * 1024, 3)),
        (64 * 1024, 4, (64 * 1024, 4)),
        (128 * 1024, 4, (128 * 1024, 4)),
    ],
)
def test_the_words_wrap_is_made_anew_where_it_is_cheaper_than_the_settings(
    alice, at, settings, memory, iterations, then
):
    before = bytes(OwnerWrap.objects.get(case=alice.case, kind="words").blob)
    settings.ARGON2_MEMORY_KIB, settings.ARGON2_ITERATIONS = memory, iterations
    session = opens(alice.words, at)
    assert cost_of(alice) == then
    assert bytes(OwnerWrap.objects.get(case=alice.case, kind="words").blob) != before
    assert acts(session.opened)[-2:] == ["case-opened", "wrap-renewed"]
    for text in (alice.words, alice.code):
        assert opens(text, at).opened.owner_seed == alice.opened.owner_seed
    assert acts(session.opened).count("wrap-renewed") == 1


def test_a_wrap_never_gets_weaker(alice, at, settings):
    settings.ARGON2_MEMORY_KIB, settings.ARGON2_ITERATIONS = 128 * 1024, 3
    opens(alice.words, at)
    settings.ARGON2_MEMORY_KIB, settings.ARGON2_ITERATIONS = 64 * 1024, 4
    opens(alice.words, at)
    assert cost_of(alice) == (128 * 1024, 4)
    settings.ARGON2_ITERATIONS = 3
    opens(alice.words, at)
    assert cost_of(alice) == (128 * 1024, 4)


def test_the_code_renews_no_wrap_because_it_does_not_hold_the_words(alice, at, settings):
    before = cost_of(alice)
    settings.ARGON2_ITERATIONS = 4
    opens(alice.code, at)
    assert cost_of(alice) == before
    assert "wrap-renewed" not in acts(alice.opened)


def test_wrong_words_renew_nothing(alice, at, settings, argon2_calls):
    before = cost_of(alice)
    settings.ARGON2_ITERATIONS = 4
    argon2_calls.clear()
    with pytest.raises(ways.NotOpened):
        opens(other_secret(alice.words), at)
    assert (cost_of(alice), len(argon2_calls)) == (before, 1)


def test_bringing_back_renews_the_wrap_too(alice, at, settings):
    cases.hide(alice.session, at=at)
    settings.ARGON2_ITERATIONS = 4
    back = cases.bring_back(alice.words, device=PHONE, at=at)
    assert cost_of(alice)[1] == 4
    assert acts(back.opened)[-1] == "wrap-renewed"


def test_words_that_were_changed_meanwhile_are_not_overwritten_by_the_old_ones(alice, at, settings, monkeypatch):
    settings.ARGON2_ITERATIONS = 4
    found = ways.find

    def slow(text, *, at):
        answer = found(text, at=at)
        monkeypatch.setattr(ways, "find", found)
        ways.change_knowing(alice.session, alice.code, at=at)
        alice.new = " ".join(confirm(alice.session, at).words)
        return answer

    monkeypatch.setattr(ways, "find", slow)
    session = opens(alice.words, at)
    assert "wrap-renewed" not in acts(session.opened)
    assert opens(alice.new, at)
    with pytest.raises(ways.NotOpened):
        opens(alice.words, at)


def test_the_opening_does_not_stand_where_the_renewing_of_the_wrap_fails(alice, at, settings, monkeypatch):
    settings.ARGON2_ITERATIONS = 4
    before, sessions = cost_of(alice), OpenSession.objects.count()
    monkeypatch.setattr(ways, "renew", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        opens(alice.words, at)
    assert (cost_of(alice), OpenSession.objects.count()) == (before, sessions)
    assert "case-opened" not in acts(alice.opened)
