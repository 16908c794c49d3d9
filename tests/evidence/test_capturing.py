"""What may still be useful: facts that help, nothing that asks for more than words where a picture must not be kept."""

from __future__ import annotations

import re
import uuid

import pytest
import textstat

from evidence import capturing, index, items
from evidence.capturing import DETAILS, FILES, GROUPS
from evidence.index import Gate, Index, Line, When
from guidance import content

ADULTS = Gate(shown="adults", now="adult", whose="mine", answered_at="2026-03-01")
CLOSED = [
    Gate(shown="under18", now="adult", whose="mine", answered_at="2026-03-01"),
    Gate(shown="unsure", now="adult", whose="mine", answered_at="2026-03-01"),
    Gate(shown="adults", now="under18", whose="mine", answered_at="2026-03-01"),
    Gate(shown="adults", now="unsure", whose="mine", answered_at="2026-03-01"),
    Gate(shown="adults", now="adult", whose="other", answered_at="2026-03-01"),
    Gate(shown="adults", now="adult", whose="mine", answered_at="2026-03-01", locked_at="2026-03-02"),
    Gate(locked_at="2026-03-02"),
]
# What no line of the helper may ask anyone to do. Each is looked for in every sentence that is not a "do not".
NEVER = re.compile(
    r"\b(write to|reply|answer (them|him|her)|contact (them|the other)|ask (them|the other)|call (them|him|her)"
    r"|message (them|the other)|unblock|follow (them|him|her|the)|befriend|friend request"
    r"|log ?in (again|as)|go back|look (at|again)"
    r"|open (it|the picture) again|watch|view (it|the|them)|pay|delete|block)\b",
    re.IGNORECASE,
)
OF_A_PICTURE = re.compile(
    r"\b(picture|photo|image|screen|screenshot|film|video|recording|scan|copy of|save|download|upload|file|voice note"
    r"|receipt)",
    re.IGNORECASE,
)
JUDGING = re.compile(r"%|\bscore|\bmissing|incomplete|you (must|need to|should|have to)|required|proof|evidence", re.I)


def things():
    return [thing for group in GROUPS for thing in (*group.things, *group.files)]


def words():
    return [str(one) for group in GROUPS for one in (group.title, group.note)] + [str(one.words) for one in things()]


def line(kind, **more):
    return Line(uuid.uuid4(), 1, kind, "x", more.pop("when", When()), **more)


def there(*lines, words_only=False, **more):
    whole = Index(lines=list(lines), gate=ADULTS, **more)
    return {str(one.words) for _, found in capturing.groups(whole, words_only=words_only) for one in found if one.there}


# --- what it never asks ----------------------------------------------------------------------------------------------


def test_nothing_asks_to_reach_the_other_person_or_to_look_at_a_picture_again():
    assert [one for one in words() if NEVER.search(one)] == []


def test_the_list_of_what_is_never_asked_sees_it():
    for asked in ("Unblock them to see it", "Look at the picture again", "Follow the account", "Ask them for the name"):
        assert NEVER.search(asked)


def test_nothing_is_scored_and_nothing_is_required():
    assert [one for one in words() if JUDGING.search(one)] == []


@pytest.mark.parametrize("gate", CLOSED)
def test_where_the_gate_is_closed_words_alone_are_named(gate):
    assert capturing.words_alone(gate, {})
    found = [one for _, group in capturing.groups(Index(gate=gate), words_only=True) for one in group]
    assert found
    assert {one.form for one in found} <= {*index.TYPED, DETAILS}
    assert [str(one.words) for one in found if OF_A_PICTURE.search(str(one.words))] == []


def test_files_are_named_where_they_may_come_in(settings):
    assert not capturing.words_alone(ADULTS, {"shown_age": "under18"})  # said in the case itself: that counts
    assert not capturing.words_alone(Gate(), {"shown_age": "adults", "my_age": "adult"})
    found = [one for _, group in capturing.groups(Index(gate=ADULTS), words_only=False) for one in group]
    assert FILES in {one.form for one in found}
    settings.UPLOADS_ALLOWED = False
    assert capturing.words_alone(ADULTS, {})
    assert capturing.words_alone(Gate(), {})


@pytest.mark.parametrize(
    "facts",
    [{"shown_age": "under18"}, {"shown_age": "unsure"}, *({"my_age": age} for age in ("u13", "13to17", "unsure"))],
)
def test_what_guidance_was_told_counts_until_the_case_was(facts):
    assert capturing.words_alone(Gate(), facts)


def test_the_ages_that_it_listens_to_are_those_that_guidance_asks():
    facts = content.load().facts
    for name, values in capturing.YOUNG.items():
        assert values < set(facts[name].values)
        assert set(facts[name].values) - values == {"adults" if name == "shown_age" else "adult"}


# --- what is there ----------------------------------------------------------------------------------------------------


def test_in_an_empty_case_nothing_is_marked():
    assert there() == set()


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        (line(index.ACCOUNT), "The account: its name, and the app or site"),
        (line(index.NOTE, account="@a"), "The account: its name, and the app or site"),
        (line(index.ADDRESS), "The web address of their profile, and of each post"),
        (line(index.NOTE, when=When("2026-03-01", "about")), "Days and times, as well as you know them"),
        (line(index.CONTACT), "Each phone number and email address that they used"),
        (line(index.PICTURE), "Screenshots with the account, the day and the time"),
        (line(index.CHAT), "The whole chat in order, with your own messages"),
        (line(index.DEMAND), "What they want: how much, how, to whom, until when"),
        (line(index.PAYMENT), "Each payment: how much, when, how and its number"),
        (line(index.SOUND), "Voice notes and calls that you have"),
    ],
)
def test_what_the_index_shows_is_marked(kept, expected):
    assert there(kept) == {expected}
    assert there(line(kept.kind, state="removed", account=kept.account, when=kept.when)) == set()


@pytest.mark.parametrize("kind", [index.DOCUMENT, index.MAIL, index.MESSAGE, index.FILM, index.NOTE, index.EVENT])
def test_what_may_be_about_anything_marks_nothing(kind):
    assert there(line(kind)) == set()


@pytest.mark.parametrize("name", ["reports", "prepared_for"])
def test_a_report_that_was_noted_is_marked(name):
    expected = {"The number that they gave you, the day, and a name"}
    assert there(details={name: "101, log 12"}) == expected
    assert there(details={name: ""}) == set()


def test_every_thing_leads_to_a_form_that_there_is():
    assert {one.form for one in things()} <= {*index.TYPED, FILES, DETAILS}
    assert set(items.CLAIMS) >= {one.form for one in things()} - {FILES, DETAILS}


def test_it_is_read_at_eleven():
    text = " ".join(f"{one}." for one in words() if one)
    assert textstat.flesch_kincaid_grade(text) <= 6
    assert [one for one in words() if len(one.split()) > 25] == []


# --- what vanishes first ----------------------------------------------------------------------------------------------


def test_what_vanishes_by_itself_comes_first_and_each_place_once():
    lines = [
        line(index.NOTE, where=where) for where in ("Facebook", "Tinder", "snapchat", "Snapchat ", "Corner shop", "")
    ]
    assert [one.name for one in capturing.places(lines, "en-gb")] == ["Snapchat", "Tinder", "Facebook"]


def test_places_are_told_in_words_of_the_language():
    lines = [line(index.NOTE, where="Snapchat")]
    english, welsh = (capturing.places(lines, code)[0] for code in ("en-gb", "cy"))
    assert (english.id, english.language) == (welsh.id, "en-gb")
    assert welsh.language == "cy"


@pytest.mark.parametrize("platform", content.load().platforms.values(), ids=lambda one: one.id)
def test_no_platform_asks_to_reach_the_other_person_or_to_keep_a_picture(platform):
    for said in (platform.capture_first or "").splitlines():
        assert not NEVER.search(said), said
