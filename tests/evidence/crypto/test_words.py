from __future__ import annotations

import hmac
import itertools
import secrets
import unicodedata
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.crypto import words
from evidence.crypto.contexts import context
from evidence.crypto.keys import BadKey
from evidence.crypto.words import (
    LISTED,
    BadCode,
    BadCodeCheck,
    BadCodeLength,
    BadCodeSymbol,
    TooLong,
    WordListChanged,
    locator,
    mend,
    new_recovery_code,
    new_words,
    normalise,
    normalise_recovery,
    recovery_locator,
    recovery_secret,
    spelling,
)
from tests.evidence.crypto.material import PEPPER, steady

HERS = ["crane", "drop-down", "yo-yo", "felt-tip", "t-shirt", "umpire", "zoom"]
CODE = "0123456789ABCDEFGHJKMNPQRS7J"
OTHER_PEPPER = PEPPER[::-1]
listed = st.lists(st.sampled_from(LISTED), min_size=1, max_size=7)


def test_the_list_is_the_eff_long_list():
    assert len(LISTED) == len(set(LISTED)) == 6**5
    assert LISTED[0] == "abacus"
    assert LISTED[-1] == "zoom"
    assert max(map(len, LISTED)) == 9


def test_another_word_list_is_refused(monkeypatch, tmp_path):
    (tmp_path / "wordlists").mkdir()
    (tmp_path / "wordlists" / "wordlist_en_eff.txt").write_text("11111\tabacus\n")
    monkeypatch.setattr(words, "files", {"diceware": tmp_path}.__getitem__)
    with pytest.raises(WordListChanged):
        words._eff_long_list()


def test_the_list_is_read_from_the_package_that_ships_it():
    assert words._eff_long_list() == LISTED


def test_new_words_are_seven_listed_words_and_never_the_same():
    drawn = {new_words() for _ in range(50)}
    assert len(drawn) == 50
    assert all(len(seven) == 7 and set(seven) <= set(LISTED) for seven in drawn)


def test_every_word_is_drawn_by_itself_from_the_system_s_source(monkeypatch):
    offered = []
    monkeypatch.setattr(secrets, "choice", lambda pool: offered.append(pool) or pool[0])
    assert new_words() == ("abacus",) * 7
    assert offered == [LISTED] * 7


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("crane drop-down yo-yo felt-tip t-shirt umpire zoom", id="as printed"),
        pytest.param("  Crane DROP-DOWN Yo-Yo felt-tip T-Shirt umpire ZOOM \n", id="case and space around"),
        pytest.param("crane\ndrop-down\r\nyo-yo\tfelt-tip\nt-shirt\numpire\nzoom", id="line breaks and tabs"),
        pytest.param("crane,drop-down;yo-yo. felt-tip/t-shirt:umpire|zoom!", id="punctuation"),
        pytest.param("crane-drop-down-yo-yo-felt-tip-t-shirt-umpire-zoom", id="hyphens all through"),
        pytest.param("crane drop down yo yo felt tip t shirt umpire zoom", id="spaces for hyphens"),
        pytest.param("crane drop - down yo- yo felt -tip t\u2013shirt umpire \u2014 zoom", id="dashes of all kinds"),
        pytest.param(
            "crane drop\u2011down yo\u2212yo felt\u2010tip t\ufe63shirt umpire zoom",
            id="hyphens that look alike",
        ),
        pytest.param("1. crane 2. drop-down 3) yo-yo 4 felt-tip \u2464 t-shirt 6. umpire 7: zoom", id="numbered"),
        pytest.param("crane\u00a0drop-down\u3000yo-yo felt-tip t-shirt umpire zoom", id="other spaces"),
        pytest.param("\ufeffcra\u00adne drop-down yo-yo fe\u200dlt-tip t-shirt umpire zoom", id="invisible"),
        pytest.param(
            "\uff43\uff52\uff41\uff4e\uff45 drop-down yo-yo felt-tip t-shirt umpire \uff5a\uff4f\uff4f\uff4d",
            id="full width",
        ),
        pytest.param(
            "crane drop-down yo-yo felt-tip t-shirt umpire \U0001d433\U0001d428\U0001d428\U0001d426",
            id="letters that look bold",
        ),
        pytest.param(
            "\u201ccrane\u201d 'drop-down' (yo-yo) *felt-tip* _t-shirt_ umpire \u2022 zoom",
            id="quotes and bullets",
        ),
    ],
)
def test_words_are_understood_however_they_are_typed(typed):
    assert normalise(typed) == HERS


@pytest.mark.parametrize("typed", ["", "   ", "\n", "- . , 1 2 3", "\u200d"], ids=ascii)
def test_nothing_typed_is_no_words(typed):
    assert normalise(typed) == []


def test_a_letter_with_a_mark_and_a_digit_in_a_word_stay_in_it():
    assert normalise("café e\u0301t\u00e9 b0at q\u0323\u0323") == ["café", "été", "b0at", "q\u0323\u0323"]
    assert normalise("stra\u00dfe") == ["strasse"]


def test_what_was_folded_is_composed_again():
    """Folding case can leave a letter and its mark apart."""
    folded = unicodedata.normalize("NFKC", "\u1e9e\u0345\u0391\u0345".casefold())
    assert normalise("\u1e9e\u0345\u0391\u0345") == [folded]


def test_no_half_of_a_hyphened_word_makes_two_words_one_by_chance():
    hyphened = [word for word in LISTED if "-" in word]
    assert hyphened == ["drop-down", "felt-tip", "t-shirt", "yo-yo"]
    assert not {word.split("-")[0] for word in hyphened} & set(LISTED)
    assert normalise("shirt t down drop tip") == ["shirt", "t", "down", "drop", "tip"]


@steady
@given(listed, st.sampled_from([" ", "-", "\n", ", ", " - ", "  ", "."]))
def test_any_listed_words_come_back_with_any_separator(chosen, separator):
    assert normalise(separator.join(chosen).upper()) == chosen


def test_200_characters_are_read_and_one_more_is_not():
    assert normalise("a" * 200) == ["a" * 200]
    with pytest.raises(TooLong):
        normalise("a" * 201)
    with pytest.raises(TooLong):
        normalise_recovery("0" * 201)


def test_too_much_is_refused_before_any_work(monkeypatch):
    monkeypatch.setattr(words, "unicodedata", SimpleNamespace(normalize=lambda *_: pytest.fail("worked")))
    for refuse in (normalise, normalise_recovery):
        with pytest.raises(TooLong):
            refuse("\ufdfa" * 201)


def test_what_unfolds_to_too_much_is_refused_too():
    with pytest.raises(TooLong):
        normalise("\ufdfa" * 200)


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        pytest.param("abacs", "abacus", id="a letter missing"),
        pytest.param("bacus", "abacus", id="the first letter missing"),
        pytest.param("abacu", "abacus", id="the last letter missing"),
        pytest.param("abaccus", "abacus", id="a letter doubled"),
        pytest.param("aabacus", "abacus", id="a letter before"),
        pytest.param("abacuss", "abacus", id="a letter after"),
        pytest.param("abscus", "abacus", id="a letter wrong"),
        pytest.param("xbacus", "abacus", id="the first letter wrong"),
        pytest.param("abacuz", "abacus", id="the last letter wrong"),
        pytest.param("baacus", "abacus", id="the first two swapped"),
        pytest.param("abcaus", "abacus", id="two swapped"),
        pytest.param("abacsu", "abacus", id="the last two swapped"),
        pytest.param("dropdown", "drop-down", id="a hyphen missing"),
        pytest.param("tshirt", "tshirt", id="near to shirt and to t-shirt"),
        pytest.param("ab4cus", "abacus", id="a digit for a letter"),
        pytest.param("abaccuss", "abaccuss", id="two errors"),
        pytest.param("ab\u00e4cuss", "ab\u00e4cuss", id="two errors, one a mark"),
        pytest.param("abac\u00fcs", "abacus", id="a mark"),
        pytest.param("abca", "abca", id="far from all"),
        pytest.param("acrobatabc", "acrobatabc", id="ten letters, far from all"),
        pytest.param("ablazeabacus", "ablazeabacus", id="two words run together"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_near_miss_is_mended_where_only_one_word_is_near(typed, mended):
    assert mend([typed]) == [mended]


def test_the_longest_words_are_mended_too():
    longest = max(LISTED, key=len)
    assert mend([longest + "s", longest[:-1]]) == [longest, longest]


def test_a_near_miss_between_two_words_is_left_alone():
    assert {word for word in LISTED if distance("xrown", word) == 1} >= {"crown", "drown"}
    assert mend(["xrown"]) == ["xrown"]


def test_a_listed_word_is_never_changed():
    assert mend(list(LISTED)) == list(LISTED)
    assert mend(["yoyo", "yo-yo"]) == ["yoyo", "yo-yo"]


def distance(one: str, other: str) -> int:
    """Damerau-Levenshtein (neighbours swapped count one), by the textbook table."""
    rows = [[max(i, j) if not (i and j) else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i, j in itertools.product(range(1, len(one) + 1), range(1, len(other) + 1)):
        rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (one[i - 1] != other[j - 1]))
        if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
            rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@steady.__class__(parent=steady, max_examples=12)
@given(st.sampled_from(LISTED), st.integers(0, 8), st.sampled_from("abcxyz-"), st.integers(0, 2))
def test_mending_agrees_with_the_textbook_distance(word, at, letter, kind):
    at = min(at, len(word) - 1)
    typed = word[:at] + ("", letter, letter + word[at])[kind] + word[at + 1 :]
    near = [other for other in LISTED if abs(len(other) - len(typed)) < 2 and distance(typed, other) == 1]
    expected = typed if typed in LISTED or len(near) != 1 else near[0]
    assert mend([typed]) == [expected]


def test_words_are_located_by_the_first_two_alone():
    assert locator(PEPPER, HERS) == locator(PEPPER, HERS[:2]) == locator(PEPPER, [*HERS[:2], "other"])
    assert locator(PEPPER, HERS) == hmac.digest(PEPPER, context("words-locator", "crane dropdown"), "sha256")


@pytest.mark.parametrize(
    "others", [["crane"], ["drop-down", "crane"], ["crane", "yo-yo"], ["cranedrop", "down"], []], ids=repr
)
def test_other_words_locate_another_case(others):
    assert locator(PEPPER, others) != locator(PEPPER, HERS)


def test_a_locator_tells_nothing_without_the_pepper():
    assert locator(OTHER_PEPPER, HERS) != locator(PEPPER, HERS)
    assert recovery_locator(OTHER_PEPPER, CODE) != recovery_locator(PEPPER, CODE)
    for short in (b"", PEPPER[:31]):
        with pytest.raises(BadKey):
            locator(short, HERS)
        with pytest.raises(BadKey):
            recovery_locator(short, CODE)


def test_a_hyphen_never_decides():
    assert spelling(HERS) == "crane dropdown yoyo felttip tshirt umpire zoom"
    assert locator(PEPPER, ["yoyo", "tshirt"]) == locator(PEPPER, ["yo-yo", "t-shirt"])


def test_a_new_code_is_seven_groups_of_four_that_check_out():
    codes = {new_recovery_code() for _ in range(50)}
    assert len(codes) == 50
    for code in codes:
        groups = code.split("-")
        assert [len(group) for group in groups] == [4] * 7
        assert normalise_recovery(code) == "".join(groups)


@pytest.mark.parametrize("number", [0, 1, 31, 2**130 - 1, 2**129 + 12_345])
def test_a_code_is_130_random_bits_and_two_check_symbols(monkeypatch, number):
    asked = []
    monkeypatch.setattr(secrets, "randbits", lambda bits: asked.append(bits) or number)
    code = new_recovery_code().replace("-", "")
    assert asked == [130]
    value = sum("0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(char) << 5 * at for at, char in enumerate(code[::-1]))
    assert value >> 10 == number
    assert value % 1_021 == 0


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("0123-4567-89AB-CDEF-GHJK-MNPQ-RS7J", id="as printed"),
        pytest.param("0123 4567 89ab cdef ghjk mnpq rs7j", id="spaces and lower case"),
        pytest.param("o1z3-4567-89ab-cdef-ghjk-mnpq-rs7j".replace("z", "2"), id="letter o for zero"),
        pytest.param("OI23-4567-89AB-CDEF-GHJK-MNPQ-RS7J", id="letter i for one"),
        pytest.param("Ol23-4567-89AB-CDEF-GHJK-MNPQ-RS7J", id="letter l for one"),
        pytest.param(" 0123\u20134567\u201489AB\u2212CDEF\u00a0GHJK\nMNPQ\tRS7J\u200b", id="other dashes and spaces"),
        pytest.param("\uff10\uff11\uff12\uff13-4567-89AB-CDEF-GHJK-MNPQ-RS7J", id="full width"),
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed):
    assert normalise_recovery(typed) == CODE


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        pytest.param("", BadCodeLength, id="nothing"),
        pytest.param(CODE[:-1], BadCodeLength, id="one short"),
        pytest.param("0" + CODE, BadCodeLength, id="one long"),
        pytest.param(CODE[:26], BadCodeLength, id="without its check"),
        pytest.param("U" + CODE[1:], BadCodeSymbol, id="the letter u"),
        pytest.param("é" + CODE[1:], BadCodeSymbol, id="another letter"),
        pytest.param(CODE[:4] + "." + CODE[4:], BadCodeSymbol, id="a full stop"),
        pytest.param(CODE[:-1] + "H", BadCodeCheck, id="a wrong check symbol"),
    ],
)
def test_a_code_with_a_typing_error_is_told_apart(typed, refusal):
    with pytest.raises(refusal) as refused:
        normalise_recovery(typed)
    assert isinstance(refused.value, BadCode)


def test_every_single_wrong_symbol_is_noticed():
    for at, other in itertools.product(range(28), "0123456789ABCDEFGHJKMNPQRSTVWXYZ"):
        if CODE[at] != other:
            with pytest.raises(BadCodeCheck):
                normalise_recovery(CODE[:at] + other + CODE[at + 1 :])


def test_every_swap_of_two_symbols_is_noticed():
    for one, other in itertools.combinations(range(28), 2):
        swapped = list(CODE)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        if swapped != list(CODE):
            with pytest.raises(BadCodeCheck):
                normalise_recovery("".join(swapped))


def test_a_code_is_located_by_its_first_five_symbols_and_the_rest_is_the_secret():
    assert recovery_locator(PEPPER, CODE) == hmac.digest(PEPPER, context("code-locator", "01234"), "sha256")
    assert recovery_locator(PEPPER, "o123 4567-89ab cdef ghjk mnpq rs7j") == recovery_locator(PEPPER, CODE)
    assert recovery_secret(CODE) == b"56789ABCDEFGHJKMNPQRS"
    assert len(recovery_secret(CODE)) * 5 == 105


def test_the_two_locators_never_meet():
    assert recovery_locator(PEPPER, CODE) != locator(PEPPER, ["01234"])


def test_a_code_that_can_not_be_one_locates_nothing():
    with pytest.raises(BadCodeLength):
        recovery_locator(PEPPER, CODE[:-1])
    with pytest.raises(BadCodeCheck):
        recovery_secret(CODE[:-1] + "H")


def test_the_list_is_read_from_the_package_once(monkeypatch):
    monkeypatch.setattr(words, "files", None)
    assert new_words()
    assert mend(["abacs"]) == ["abacus"]
