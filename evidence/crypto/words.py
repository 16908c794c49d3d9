"""Makes and forgives what a person keeps on paper: seven words and a recovery code."""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.resources import files

from evidence.crypto.contexts import context
from evidence.crypto.keys import checked_pepper

WORDS = 7
LOCATING_WORDS = 2
MOST_CHARACTERS = 200

CODE_SYMBOLS = 26
CHECK_SYMBOLS = 2
LOCATING_SYMBOLS = 5

_LETTERS = "abcdefghijklmnopqrstuvwxyz-"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("OIL", "011")
# The largest prime that two symbols can hold: every wrong symbol and every swap of two is noticed.
_CHECK_PRIME = 1_021
_EFF_SHA256 = "abae49761b88f3f1ba31ef944bea1f61b795a3cd7e1cfb7d276ed45bf77967ba"


class TooLong(ValueError):
    """More characters were typed than any right answer has; nothing was done with them (finding F-20)."""


class BadCode(ValueError):
    """What was typed can't be a recovery code, so there is a typing error in it."""


class BadCodeLength(BadCode):
    """There are not 28 symbols: some are missing or typed twice."""


class BadCodeSymbol(BadCode):
    """There is a symbol that no recovery code has."""


class BadCodeCheck(BadCode):
    """The check symbols do not fit the rest: something was mistyped or swapped."""


class WordListChanged(RuntimeError):
    """The installed word list is not the EFF long list that words were drawn from so far."""


def _eff_long_list() -> tuple[str, ...]:
    """The 7,776 words of the EFF long list as the `diceware` package ships it: dice throw, tab, word."""
    text = (files("diceware") / "wordlists" / "wordlist_en_eff.txt").read_text(encoding="ascii")
    words = tuple(line.split()[1] for line in text.splitlines())
    if sha256("\n".join(words).encode()).hexdigest() != _EFF_SHA256:
        raise WordListChanged
    return words


LISTED = _eff_long_list()
_LISTED = frozenset(LISTED)
_HYPHENED = frozenset(tuple(word.split("-")) for word in LISTED if "-" in word)


def new_words() -> tuple[str, ...]:
    """Seven words, each drawn by itself: two locate the case (25.8 bits), five are the secret (64.6 bits)."""
    return tuple(secrets.choice(LISTED) for _ in range(WORDS))


def normalise(text: str) -> list[str]:
    """The words in what was typed: NFKC, case folded, cut at spaces, line breaks and punctuation.

    Hyphens cut too, but the four listed words with a hyphen stay one word, also where a space was typed
    for it. The numbers of a list and invisible characters vanish.
    Raises TooLong above 200 characters, before any work and after unfolding.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _short(text)).casefold())
    spaced = "".join(_kept(char) for char in _short(folded))
    return list(_with_hyphens([word for word in spaced.split() if not word.isnumeric()]))


def mend(words: Sequence[str]) -> list[str]:
    """Each word that is not listed is replaced where exactly one listed word is one typing error away.

    One error is one letter missing, added, wrong, or two neighbours swapped (Damerau-Levenshtein distance 1).
    """
    return [_mended(word) for word in words]


def locator(pepper: bytes, words: Sequence[str]) -> bytes:
    """32 bytes to find a case by: HMAC-SHA-256 over the first two words, keyed with the server's pepper.

    Without the pepper the stored value tells nothing about the words. Raises BadKey.
    """
    spelled = spelling(words[:LOCATING_WORDS])
    return hmac.digest(checked_pepper(pepper), context("words-locator", spelled), "sha256")


def spelling(words: Sequence[str]) -> str:
    """Words as they are hashed: one space between, no hyphens, since the list has both `yo-yo` and `yoyo`."""
    return " ".join(word.replace("-", "") for word in words)


def new_recovery_code() -> str:
    """130 random bits as 26 Crockford symbols and 2 check symbols, in seven groups of four.

    The 28 symbols, read as one number in base 32, divide by 1,021.
    """
    number = secrets.randbits(5 * CODE_SYMBOLS) << (5 * CHECK_SYMBOLS)
    number += -number % _CHECK_PRIME
    places = range(CODE_SYMBOLS + CHECK_SYMBOLS - 1, -1, -1)
    symbols = "".join(_CROCKFORD[number >> (5 * place) & 31] for place in places)
    return "-".join(symbols[at : at + 4] for at in range(0, len(symbols), 4))


def normalise_recovery(text: str) -> str:
    """The 28 symbols of a recovery code as typed: any case, spaces and dashes, O for 0, I or L for 1.

    Raises TooLong above 200 characters, and BadCodeSymbol, BadCodeLength or BadCodeCheck (all BadCode).
    """
    typed = unicodedata.normalize("NFKC", _short(text)).upper().translate(_LOOKALIKES)
    code = "".join(char for char in typed if not _ignored_in_code(char))
    if set(code) - set(_CROCKFORD):
        raise BadCodeSymbol
    if len(code) != CODE_SYMBOLS + CHECK_SYMBOLS:
        raise BadCodeLength
    if sum(_CROCKFORD.index(char) * 32**place for place, char in enumerate(reversed(code))) % _CHECK_PRIME:
        raise BadCodeCheck
    return code


def recovery_locator(pepper: bytes, code: str) -> bytes:
    """32 bytes to find a case by: HMAC-SHA-256 over the code's first 5 symbols. Raises BadCode and BadKey.

    What locates is no part of the secret: whoever steals the pepper can undo a locator by trying all of
    its 25 bits, and must learn nothing of the other 21 symbols. Those are 105 bits, out of reach without
    a slow derivation.
    """
    located = normalise_recovery(code)[:LOCATING_SYMBOLS]
    return hmac.digest(checked_pepper(pepper), context("code-locator", located), "sha256")


def recovery_secret(code: str) -> bytes:
    """The 21 symbols (105 bits) of a code that neither locate nor check, in ASCII; raises BadCode."""
    return normalise_recovery(code)[LOCATING_SYMBOLS:CODE_SYMBOLS].encode()


def _short(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise TooLong
    return text


def _kept(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    return char if category[0] in "LMN" else " "


def _with_hyphens(words: Sequence[str]) -> Iterator[str]:
    """No first half of a hyphened word is a listed word itself, so two neighbours can't be one by chance."""
    at = 0
    while at < len(words):
        pair = tuple(words[at : at + 2])
        whole = pair if pair in _HYPHENED else pair[:1]
        yield "-".join(whole)
        at += len(whole)


def _mended(word: str) -> str:
    if word in _LISTED or len(word) > _LONGEST + 1:
        return word
    near = _LISTED.intersection(_one_error_away(word))
    return min(near) if len(near) == 1 else word


_LONGEST = max(map(len, LISTED))


def _one_error_away(word: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for letter in _LETTERS:
            yield before + letter + after
            yield before + letter + after[1:]


def _ignored_in_code(char: str) -> bool:
    """Spaces, line breaks, dashes and invisible characters; the minus sign is a dash on some keyboards."""
    category = unicodedata.category(char)
    return char == "\u2212" or category[0] == "Z" or category in {"Cc", "Cf", "Pd"}
