"""The two ways into a case, seven words and a recovery code: make, show, confirm, and find a case by them."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, ngettext

from evidence import custody, kept_ways, limits, unlocking
from evidence.crypto import words, wraps
from evidence.crypto.contexts import context
from evidence.crypto.errors import SealBroken
from evidence.custody import OWNER, SYSTEM, Act
from evidence.models import Case, OwnerWrap
from evidence.turns import turn
from evidence.unlocking import Session
from evidence.vault import Opened

NOBODY = uuid.UUID(int=0)


class NotOpened(Exception):
    """Wrong, unknown or shut: one answer for all three."""


class WordsMistyped(Exception):
    """What was typed can't be seven words or a code; says what to look at. Tells nothing about any case."""


class NotConfirmed(Exception):
    """The words typed again are not the ones that were shown."""


@dataclass(frozen=True)
class WaysIn:
    """Seven words and a recovery code, just made: shown, then forgotten here."""

    words: tuple[str, ...] = field(repr=False)
    code: str = field(repr=False)


def new_ways() -> dict[str, object]:
    """New words and a new code, drawn again while their locating part finds another case."""
    while True:
        chosen, code = words.new_words(), words.new_recovery_code()
        taken = [words.locator(settings.PEPPER, chosen), words.recovery_locator(settings.PEPPER, code)]
        if not OwnerWrap.objects.filter(locator__in=taken).exists():
            return {"words": list(chosen), "code": code, "ask": _two_places()}


def _two_places() -> list[int]:
    """The two words to be typed again: never the first two (they only find the case), always two different ones."""
    places = [2, 3, 4, 5, 6]
    first = places.pop(secrets.randbelow(5))
    return sorted([first, places[secrets.randbelow(4)]])


def change(session: Session) -> None:
    """Make new words and a new code without the old ones at hand, which then go on serving for a while.

    Until the new ones are confirmed nothing changes.
    """
    unlocking.show(session, new_ways())


def change_knowing(session: Session, typed: str, *, at: datetime) -> None:
    """The same by somebody who types words or a code of this case: those end as soon as the new ones are confirmed.

    WordsMistyped, NotOpened, turns.Busy.
    """
    found = find(typed, at=at)
    if found.case.pk != session.opened.case.pk:
        raise NotOpened
    unlocking.show(session, {**new_ways(), "known": found.number})


def old_will_serve(session: Session) -> bool:
    """Whether the words that wait were made without the old ones at hand."""
    return (unlocking.shown(session) or {}).get("known") is None


def waiting(session: Session) -> tuple[WaysIn, list[int]] | None:
    """The words and code waiting to be confirmed, and which two words (0 to 6) will be asked."""
    value = unlocking.shown(session)
    return (WaysIn(tuple(value["words"]), value["code"]), value["ask"]) if value else None


@dataclass(frozen=True)
class TypedAgain:
    """Two of the words and the last group of the code, as the person typed them."""

    first: str = field(repr=False)
    second: str = field(repr=False)
    code_end: str = field(repr=False)


def confirm(session: Session, typed: TypedAgain, *, at: datetime) -> None:
    """From here the new words and code open the case; the old ones end, now or in a while (`kept_ways`).

    Every other open session ends: whoever had the old words is out. NotConfirmed changes nothing.
    """
    shown = waiting(session)
    if shown is None:
        raise NotConfirmed
    ways, ask = shown
    want = (ways.words[ask[0]], ways.words[ask[1]], ways.code[-4:].upper())
    if (_plain(typed.first), _plain(typed.second), _plain(typed.code_end).upper()[-4:]) != want:
        raise NotConfirmed
    with turn("derivation"):
        _set_ways(session.opened, ways, (unlocking.shown(session) or {}).get("known"), at=at)
    unlocking.show(session, None)
    unlocking.end_others(session)


def _plain(text: str) -> str:
    return "".join(text.casefold().split())


@transaction.atomic
def _set_ways(opened: Opened, ways: WaysIn, known: int | None, *, at: datetime) -> None:
    case = Case.objects.select_for_update().get(pk=opened.case.pk)
    wraps_now = [_words_wrap(opened, ways.words), _code_wrap(opened, ways.code)]
    number, until = kept_ways.make_way(case, known, at=at)
    for wrap in wraps_now:
        wrap.number = number
    OwnerWrap.objects.bulk_create(wraps_now)
    act = Act("words-changed")
    if case.status == Case.Status.NEW:
        case.status, act = Case.Status.OPEN, Act("words-confirmed")
        case.save(update_fields=["status"])
    elif until is not None:
        act = Act("words-added", detail={"until": kept_ways.said(until)})
    custody.record(case, act, by=OWNER, at=at, secret=opened.secret)


def _seed_context(case_id: uuid.UUID, kind: str) -> bytes:
    return context("owner-seed", case_id, kind)


def _words_wrap(opened: Opened, chosen: tuple[str, ...]) -> OwnerWrap:
    assert opened.owner_seed is not None  # noqa: S101  only an owner's session gets here
    wrap = wraps.wrap_under_words(
        chosen,
        opened.owner_seed,
        pepper=settings.PEPPER,
        ctx=_seed_context(opened.case.pk, "words"),
        cost=_cost(),
    )
    return OwnerWrap(
        case=opened.case,
        kind=OwnerWrap.Kind.WORDS,
        locator=words.locator(settings.PEPPER, chosen),
        salt=wrap.salt,
        memory_kib=wrap.cost.memory_kib,
        iterations=wrap.cost.iterations,
        blob=wrap.blob,
    )


def _code_wrap(opened: Opened, code: str) -> OwnerWrap:
    assert opened.owner_seed is not None  # noqa: S101
    plain = words.normalise_recovery(code)
    blob = wraps.wrap_under_code(plain, opened.owner_seed, ctx=_seed_context(opened.case.pk, "code"))
    return OwnerWrap(
        case=opened.case,
        kind=OwnerWrap.Kind.CODE,
        locator=words.recovery_locator(settings.PEPPER, plain),
        salt=b"",
        memory_kib=0,
        iterations=0,
        blob=blob,
    )


# --- finding a case -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """The case that a text opens, its owner seed, how many tries had failed, and a dearer wrap where one is due.

    `number` is that of the words or code; `ending` says that newer ones have taken their place.
    """

    case: Case
    seed: bytes = field(repr=False)
    failed: int
    cheap: OwnerWrap | None = None
    dearer: wraps.WordsWrap | None = None
    number: int = 1
    ending: bool = False


def find(text: str, *, at: datetime) -> Found:
    """What this text opens. WordsMistyped, NotOpened, turns.Busy."""
    try:
        typed = tuple(words.mend(words.normalise(text)))
    except words.TooLong as error:
        raise WordsMistyped(gettext("That is too long. Type only your seven words, or only your code.")) from error
    if len(typed) == words.WORDS and set(typed) <= set(words.LISTED):
        return _find_by_words(typed, at=at)
    try:
        return _find_by_code(words.normalise_recovery(text), at=at)
    except words.BadCode as error:
        raise WordsMistyped(_what_to_look_at(text, typed)) from error


def _what_to_look_at(text: str, typed: tuple[str, ...]) -> str:
    """Help that anybody may have: it comes from the public list of words, not from any case."""
    if any(char.isdigit() for char in text):
        return gettext("That code has a typing mistake. A code has 28 letters and numbers. Check it against your card.")
    strange = [word for word in typed if word not in words.LISTED]
    if strange:
        return gettext("Check the spelling of: %(words)s.") % {"words": ", ".join(strange[:7])}
    return ngettext(
        "That is %(count)d word. You need all seven, in order.",
        "That is %(count)d words. You need all seven, in order.",
        len(typed),
    ) % {"count": len(typed)}


def _find_by_words(typed: tuple[str, ...], *, at: datetime) -> Found:
    locator = words.locator(settings.PEPPER, typed)
    with turn("derivation"):
        shut = _spend("words", locator, at=at)
        row = kept_ways.serving(at=at).select_related("case").filter(kind="words", locator=locator).first()
        if row is None or shut:
            wraps.spend_one_derivation(pepper=settings.PEPPER, cost=_cost())
            raise NotOpened
        try:
            wrap = wraps.WordsWrap(bytes(row.salt), wraps.Cost(row.memory_kib, row.iterations), bytes(row.blob))
            ctx = _seed_context(row.case_id, "words")
            seed = wraps.unwrap_with_words(typed, wrap, pepper=settings.PEPPER, ctx=ctx)
        except SealBroken as error:
            raise NotOpened from error
        dearer = _dearer(typed, row, wrap.cost, seed)
    failed = limits.clear("words", locator)
    return Found(row.case, seed, failed, row, dearer, row.number, row.ends_at is not None)


def _cost() -> wraps.Cost:
    return wraps.Cost(settings.ARGON2_MEMORY_KIB, settings.ARGON2_ITERATIONS)


def _dearer(typed: tuple[str, ...], row: OwnerWrap, kept: wraps.Cost, seed: bytes) -> wraps.WordsWrap | None:
    """The wrap made anew where it is cheaper than the site asks for now: only here are the words at hand."""
    if not _cost().is_above(kept):
        return None
    ctx, cost = _seed_context(row.case_id, "words"), _cost().at_least(kept)
    return wraps.wrap_under_words(typed, seed, pepper=settings.PEPPER, ctx=ctx, cost=cost)


@transaction.atomic
def renew(found: Found, opened: Opened, *, at: datetime) -> None:
    """Put the dearer wrap, if there is one, in the place of the cheap one; the caller holds the case's row.

    Where the words were changed meanwhile, the new ones stay.
    """
    if found.cheap is None or found.dearer is None:
        return
    wrap = found.dearer
    kept = OwnerWrap.objects.filter(pk=found.cheap.pk)
    if kept.update(salt=wrap.salt, memory_kib=wrap.cost.memory_kib, iterations=wrap.cost.iterations, blob=wrap.blob):
        custody.record(opened.case, Act("wrap-renewed"), by=SYSTEM, at=at, secret=opened.secret)


def _find_by_code(plain: str, *, at: datetime) -> Found:
    locator = words.recovery_locator(settings.PEPPER, plain)
    shut = _spend("code", locator, at=at)
    row = kept_ways.serving(at=at).filter(kind="code", locator=locator).first()
    if row is None or shut:
        wraps.spend_one_code(plain, ctx=_seed_context(NOBODY, "code"))
        raise NotOpened
    try:
        ctx = _seed_context(row.case_id, "code")
        seed = wraps.unwrap_with_code(plain, bytes(row.blob), ctx=ctx)
    except SealBroken as error:
        raise NotOpened from error
    failed = limits.clear("code", locator)
    return Found(row.case, seed, failed, number=row.number, ending=row.ends_at is not None)


def _spend(purpose: str, locator: bytes, *, at: datetime) -> bool:
    """Count this try; True where it is shut."""
    try:
        limits.spend(purpose, locator, at=at)
    except limits.ShutForNow:
        return True
    return False
