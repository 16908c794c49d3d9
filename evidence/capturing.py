"""What may still be useful in a case: the kinds of things, which of them are there, and what vanishes first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from evidence import gate, index, platforms
from evidence.index import Gate, Index, Line
from guidance.records import Platform

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DETAILS = "details"  # leads to the lines for the police
FILES = "files"  # leads to the form for files
YOUNG = {"shown_age": {"under18", "unsure"}, "my_age": {"u13", "13to17", "unsure"}}
SOONEST = {"timed": 0, "lose": 1, "keep": 2}
Test = Callable[[Index], bool]


@dataclass(frozen=True)
class Thing:
    """One thing in words, the form that it is added with, and how the index tells that it is there (None: it can't)."""

    words: StrOrPromise
    form: str
    there: Test | None = None


@dataclass(frozen=True)
class Group:
    """What is usually useful in one kind of situation. `files` are named only where this case takes files."""

    title: StrOrPromise
    things: tuple[Thing, ...]
    files: tuple[Thing, ...] = ()
    note: StrOrPromise = ""


@dataclass(frozen=True)
class Useful:
    """A thing as it is shown: with `there` where the case has something of it."""

    words: StrOrPromise
    form: str
    there: bool


def _has(*kinds: str) -> Test:
    return lambda whole: any(line.kind in kinds for line in whole.kept())


def _has_account(whole: Index) -> bool:
    return any(line.kind == index.ACCOUNT or line.account for line in whole.kept())


def _has_time(whole: Index) -> bool:
    return any(line.when.known != "unknown" and line.when.at for line in whole.kept())


def _has_report(whole: Index) -> bool:
    return bool(whole.details.get("reports") or whole.details.get("prepared_for"))


# Facts: what helplines and police ask for (domain facts EV-02, EV-10, EV-11, EV-12).
GROUPS = (
    Group(
        _("Whatever happened"),
        (
            Thing(_("The account: its name, and the app or site"), index.ACCOUNT, _has_account),
            Thing(_("The web address of their profile, and of each post"), index.ADDRESS, _has(index.ADDRESS)),
            Thing(_("Days and times, as well as you know them"), index.EVENT, _has_time),
            Thing(_("Each phone number and email address that they used"), index.CONTACT, _has(index.CONTACT)),
        ),
        (
            Thing(_("Screenshots with the account, the day and the time"), FILES, _has(index.PICTURE)),
            Thing(_("The whole chat in order, with your own messages"), FILES, _has(index.CHAT)),
        ),
    ),
    Group(
        _("If someone threatens you or wants something"),
        (
            Thing(_("What they want: how much, how, to whom, until when"), index.DEMAND, _has(index.DEMAND)),
            Thing(_("The threat, in their words"), index.NOTE),
        ),
        (Thing(_("Voice notes and calls that you have"), FILES, _has(index.SOUND)),),
    ),
    Group(
        _("If money was paid"),
        (Thing(_("Each payment: how much, when, how and its number"), index.PAYMENT, _has(index.PAYMENT)),),
        (Thing(_("The line from your bank, the receipt or the gift card"), FILES),),
        _("You are not to blame. Tell your bank soon, even if the payment was long ago."),
    ),
    Group(
        _("If it is online, or others have it"),
        (
            Thing(_("Who told you, and which people or groups got it"), index.NOTE),
            Thing(_("What you asked a site to remove, and each answer"), index.NOTE),
            Thing(_("If it is fake: that it was made or changed with a computer"), index.NOTE),
        ),
    ),
    Group(
        _("If someone got into your accounts"),
        (Thing(_("Which account, when, and how you noticed"), index.EVENT),),
        (Thing(_("Emails about a new sign-in or a changed password"), FILES),),
    ),
    Group(
        _("If you told the police or a service"),
        (Thing(_("The number that they gave you, the day, and a name"), DETAILS, _has_report),),
    ),
)


def words_alone(said: Gate, facts: Mapping[str, str]) -> bool:
    """No file is named: the gate is closed, the site may take none, or an answer to guidance says that it would close.

    An open gate was answered in the case itself, so it counts for more than what guidance was told.
    """
    if said.answered or said.locked or not settings.UPLOADS_ALLOWED:
        return not gate.pictures_allowed(said)
    return any(facts.get(fact) in values for fact, values in YOUNG.items())


def groups(whole: Index, *, words_only: bool) -> Iterator[tuple[Group, list[Useful]]]:
    """Each group with its things, what is there marked."""
    for group in GROUPS:
        things = group.things if words_only else group.things + group.files
        shown = (Useful(one.words, one.form, bool(one.there and one.there(whole))) for one in things)
        yield group, list(shown)


def places(lines: Iterable[Line], language: str) -> list[Platform]:
    """The platforms that the case names, in words of this language: first those where things vanish by themselves."""
    named = dict.fromkeys(line.where for line in lines if line.where.strip())
    found = {one.id: one for where in named if (one := platforms.find(where, language))}
    return sorted(found.values(), key=lambda one: SOONEST[one.evidence])
