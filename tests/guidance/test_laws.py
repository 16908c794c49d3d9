"""The law cards: every entry of the reference has one, each nation has its own, and none of them promises."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from guidance import pages
from guidance.conditions import atoms

REFERENCE = (
    [f"L-UK-{number:02}" for number in range(1, 10)]
    + [f"L-EW-{number:02}" for number in range(1, 20)]
    + [f"L-SC-{number:02}" for number in range(1, 10)]
    + [f"L-NI-{number:02}" for number in range(1, 10)]
    + [f"L-{country}-01" for country in ("US", "IE", "AU", "CA", "NZ", "EU", "IN")]
)
UK = ("england", "wales", "scotland", "ni")
EVERYWHERE = (
    "takedown", "report", "platforms", "intimate", "threat", "fake", "voyeurism", "flash", "blackmail", "child",
    "harassment", "messages", "computer", "anonymity", "time", "copyright", "data",
)  # fmt: skip
PAGES = ("the-law", "your-rights")
# What the reference says of some nations only: the page asks for these cards nowhere else.
SOME = {
    "what-counts": {"england", "wales"},
    "devices": {"england", "wales"},
    "civil": {"england", "wales"},
    "history": {"england", "wales"},
    "police": {"wales", "scotland", "ni"},
    "abroad": {"abroad"},
}
PROMISES = re.compile(
    r"\b(guarantee\w*|always|certainly|definitely|promise\w*|proof|prove[sn]?|too late|will (be|get|go|come|find|stop)"
    r"|victims?|suspects?|perpetrators?|offenders?|revenge(?! Porn Helpline))\b"
    r"|\b(this|it|that|sharing|blackmail) is (a crime|illegal|against the law)\b",
    re.IGNORECASE,
)
CRIMES = ("intimate", "threat", "fake", "voyeurism", "flash", "harassment", "messages", "computer")
PENALTY = re.compile(r"\b(prison|jail|sentence)\b", re.IGNORECASE)


def words(law):
    return f"{law.fact} {law.limits}"


def sentences(text):
    return re.split(r"(?<=[.!?:])\s+", text)


def test_the_reference_has_53_entries_and_each_has_a_card(loaded):
    assert len(REFERENCE) == 53
    assert [one for one in REFERENCE if one not in loaded.laws] == []


def test_a_card_that_the_reference_does_not_number_belongs_to_an_entry(loaded):
    extra = set(loaded.laws) - set(REFERENCE)

    assert {one for one in extra if not one.startswith(tuple(REFERENCE))} == {"L-NI-ANON", "L-NI-TIME"}


@pytest.mark.parametrize("nation", UK)
@pytest.mark.parametrize("topic", EVERYWHERE)
def test_each_nation_has_its_own_card(loaded, topic, nation):
    cards = pages.laws_for(loaded, topic, nation)

    assert cards
    assert all(nation in law.nations for law in cards)


def test_every_topic_is_told_for_the_nations_of_the_reference(loaded):
    told = {}
    for law in loaded.laws.values():
        told.setdefault(law.topic, set()).update(law.nations)

    assert told == {**{topic: set(UK) for topic in EVERYWHERE}, **SOME}


def test_a_card_stands_under_the_nation_of_its_id(loaded):
    nations = {"UK": set(UK), "EW": {"england", "wales"}, "SC": {"scotland"}, "NI": {"ni"}}
    for law in loaded.laws.values():
        owner = nations.get(law.id.split("-")[1], {"abroad"})
        assert set(law.nations) <= owner, law.id


def test_the_three_laws_of_blackmail_are_three(loaded):
    named = {nation: pages.laws_for(loaded, "blackmail", nation)[0].name for nation in UK}

    assert named["england"] == named["wales"]
    assert "Theft Act 1968" in named["england"]
    assert "Theft Act (Northern Ireland) 1969" in named["ni"]
    assert "Theft" not in named["scotland"]


def test_no_card_promises_or_says_what_only_a_court_can(loaded):
    assert {law.id: found[0] for law in loaded.laws.values() if (found := PROMISES.search(words(law)))} == {}


@pytest.mark.parametrize(
    "said",
    [
        "The police will find them.",
        "Your name is guaranteed to stay out of the news.",
        "After a year you are too late.",
        "This is a crime.",
        "The suspect can be named.",
        "A letter always works.",
    ],
)
def test_a_promise_would_be_seen(said):
    assert PROMISES.search(said)


def test_what_may_be_a_crime_can_be_reported(loaded):
    silent = [
        law.id
        for law in loaded.laws.values()
        if law.topic in CRIMES and "report" not in words(law)
    ]  # fmt: skip

    assert silent == []
    claims = r"(?<!may )(?<!can )\bbe a crime|\bis a crime|\bare crimes"
    assert [law.id for law in loaded.laws.values() if re.search(claims, words(law))] == []


def test_no_card_frightens_with_a_penalty(loaded):
    assert [law.id for law in loaded.laws.values() if PENALTY.search(words(law))] == []


def test_a_card_that_nobody_has_checked_says_what_is_uncertain(loaded):
    assert [law.id for law in loaded.laws.values() if law.needs_editor and not law.limits] == []


def test_what_is_remembered_or_copied_waits_for_an_editor(loaded):
    sure = [law for law in loaded.laws.values() if not law.needs_editor]

    assert {law.confidence for law in sure} == {"official"}
    assert all("MEM" not in law.sources for law in sure)


def test_the_new_taking_offences_stay_uncertain(loaded):
    law = loaded.laws["L-EW-06"]

    assert law.needs_editor
    assert law.in_force.startswith("not certain")
    assert "not certain" in law.limits
    assert "Ask the police" in law.limits


def test_the_gap_in_northern_ireland_is_said_kindly_and_leads_on(loaded):
    law = loaded.laws["L-NI-02"]

    assert "can report" in law.fact
    assert "not your fault" in law.limits
    assert "may be no law" in law.limits


@pytest.mark.parametrize("nation", UK)
def test_time_never_sends_anyone_away(loaded, nation):
    (law,) = pages.laws_for(loaded, "time", nation)

    assert law.fact == "Report as soon as you feel able. Older things can still be reported."
    assert law.needs_editor


@pytest.mark.parametrize("nation", UK)
def test_no_card_on_children_asks_for_a_copy(loaded, nation):
    (law,) = pages.laws_for(loaded, "child", nation)

    assert "Do not copy it, even to show what happened." in law.fact
    assert not re.search(r"(?i)screenshot|keep (it|the picture)|save (it|the picture)|upload|send it", words(law))


def test_cards_are_short_and_plain(loaded):
    for law in loaded.laws.values():
        told = sentences(law.fact)
        assert len(told) <= 4, law.id
        assert all(len(one.split()) <= 25 for one in sentences(words(law))), law.id


def asked(loaded, page, facts):
    """The topics whose cards the page draws for these answers."""
    return [piece.id for piece in loaded.steps[page].wording.pieces(facts) if piece.kind == "law"]


@pytest.mark.parametrize("nation", [*UK, "abroad"])
def test_the_pages_draw_only_cards_of_the_nation(loaded, nation):
    topics = [topic for page in PAGES for topic in asked(loaded, page, {"nation": nation}) if topic != "takedown"]
    drawn = [law for topic in topics for law in pages.laws_for(loaded, topic, nation)]
    assert drawn
    assert all(nation in law.nations for law in drawn)


@pytest.mark.parametrize("nation", [*UK, "abroad"])
def test_the_two_pages_draw_every_card_of_each_nation_once(loaded, nation):
    topics = [topic for page in PAGES for topic in asked(loaded, page, {"nation": nation})]
    drawn = Counter(law.id for topic in topics for law in pages.laws_for(loaded, topic, nation))
    local = {law.id for law in loaded.laws.values() if nation in law.nations and law.topic != "report"}
    assert local <= set(drawn)
    assert set(drawn.values()) == {1}


@pytest.mark.parametrize("facts", [{}, {"nation": "unsure"}], ids=["nobody has said", "not sure"])
def test_before_the_nation_is_known_neither_page_is_a_wall(loaded, facts):
    assert {page: asked(loaded, page, facts) for page in PAGES} == {"the-law": [], "your-rights": ["takedown"]}


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_ask_for_the_nation_and_for_nothing_else(loaded, page):
    assert {atom.fact for when in loaded.steps[page].wording.conditions() for atom in atoms(when)} == {"nation"}
    assert page in loaded.flow.later["nation"].on


def linked(text):
    """The codes of the pages that a text leads to."""
    return set(re.findall(r"\]\(/guide/(\w{4})/\)", text))


def test_each_page_leads_to_the_other_and_tasks_lead_to_both(loaded):
    law, rights = (loaded.steps[page].head.code for page in PAGES)
    ways = {name: linked(step.body) for name, step in loaded.steps.items()}
    assert rights in ways["the-law"]
    assert law in ways["your-rights"]
    assert {law, rights} <= ways["legal-options"]
    assert law in ways["police"]
    assert rights in ways["complain"]


def test_a_text_leads_only_to_pages_that_anybody_may_open(loaded):
    ways = {code: name for name, step in loaded.steps.items() for code in linked(step.body)}
    assert [name for code, name in ways.items() if loaded.by_code[code].head.kind != "advice"] == []


def test_every_day_in_force_is_the_one_of_the_reference(loaded):
    days = {
        "L-UK-01": "2026-06-29",
        "L-EW-01": "2024-01-31",
        "L-EW-02": "2024-01-31",
        "L-EW-04": "2024-01-31",
        "L-EW-05": "2026-02-06",
        "L-SC-01": "2017-07-03",
        "L-NI-01-T": "2023-11-27",
    }

    assert {one: loaded.laws[one].in_force for one in days} == days
