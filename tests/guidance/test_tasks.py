"""Every task page: what to do, why, how long, what can go wrong, and someone who answers at 03:00."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.urls import reverse

from guidance import directory, engine, pages
from guidance.answers import Answers
from guidance.conditions import atoms
from tests.guidance.browsing import BASE, PEOPLE
from tests.guidance.carrying import give

NIGHT = datetime(2026, 12, 25, 3, 0, tzinfo=directory.LONDON)


def tasks(loaded):
    return [step for step in loaded.steps.values() if step.head.kind == "task"]


def test_every_task_says_what_to_do_why_and_how_long(loaded):
    for step in tasks(loaded):
        head = step.head
        assert re.fullmatch(r"A([0-2]\d|3[0-5])", head.action), head.id
        assert head.title.strip(), head.id
        assert head.why.endswith("."), head.id
        assert 1 <= head.minutes <= 60, head.id


def test_every_task_says_what_can_go_wrong(loaded):
    for step in tasks(loaded):
        said = re.search(r"^## What can go wrong\n\n?(.+?)(?=^## |\Z)", step.body, re.MULTILINE | re.DOTALL)
        assert said, step.head.id
        assert len(said[1].split()) > 10, step.head.id


def lists(loaded, walk):
    """The tasks of each list, and the answers of somebody who sees it."""
    for (_plan, shown), (_count, facts) in walk.lists.items():
        yield shown, {**facts, "situation": engine.plan_for(loaded.flow, facts).situation}


def variants(loaded, everyone):
    """Each task with each set of answers that its words tell apart."""
    situations = {plan.id: plan.situation for plan in loaded.flow.plans}
    reads = {name: sorted(facts_of(step)) for name, step in loaded.steps.items()}
    found = {}
    for one in everyone:
        known = {**one.facts, "situation": situations[one.plan]}
        for task in one.tasks:
            found[task, tuple(known.get(fact) for fact in reads[task])] = known
    return [(task, known) for (task, _), known in found.items()]


def facts_of(step):
    return {atom.fact for condition in step.wording.conditions() for atom in atoms(condition)}


def test_everybody_who_sees_a_task_reads_what_to_do_first_and_what_can_go_wrong(loaded, everyone):
    wrong, seen = set(), variants(loaded, everyone)
    assert len(seen) > 200
    for task, known in seen:
        text = "".join(piece.html for piece in loaded.steps[task].wording.pieces(known))
        if not text.startswith("<p><strong>"):
            wrong.add(f"{task} does not begin with what to do in bold, for {known['situation']}")
        if "<h2>What can go wrong</h2>" not in text:
            wrong.add(f"{task} does not say what can go wrong, for {known['situation']}")
    assert wrong == set()


def test_every_task_shows_everybody_someone_who_answers_at_three_in_the_night(loaded, walk):
    for shown, known in lists(loaded, walk):
        door = pages.door(loaded, known, at=NIGHT)
        for task in shown:
            step = loaded.steps[task]
            cards = [piece.listed for piece in pages.body(loaded, step, known, at=NIGHT) if piece.listed]
            cards += [*pages.contacts(loaded, step, known, at=NIGHT), *door]
            assert any(reached(one, known) for one in cards), (task, known)


def reached(one, facts):
    """A person answers now; from abroad, a page of day and night leads to one."""
    abroad = facts.get("nation") == "abroad" and "crisis" in one.contact.roles and bool(one.contact.web)
    return one.open and (one.contact.answers or abroad)


@pytest.mark.parametrize("name", ["T1", "T7", "T14", "T18", "T24"])
def test_a_task_page_shows_all_of_it(client, loaded, clock, name):
    clock(2026, 12, 25, 3, 0)
    facts = {**BASE, **PEOPLE[name]}
    give(client, Answers(facts))
    position = engine.replay(loaded, facts)
    for number, task in enumerate(position.tasks, 1):
        head = loaded.steps[task].head
        text = client.get(reverse("guidance:step", args=[head.code])).content.decode()
        assert f"Step {number} of {len(position.tasks)}" in text
        assert f"about {head.minutes} minute" in text
        assert head.title in text
        assert head.why.replace("'", "&#x27;") in text
        assert "<h2>What can go wrong</h2>" in text
        assert re.search(r'href="tel:(116123|999|08001111)"', text), task
        for mark in "123":
            assert f'name="m" value="{mark}"' in text
