"""Ten people without scripts on a small phone: from the start page, through every question, to the last step."""

from __future__ import annotations

import pytest

from guidance import content, engine
from tests.browser.conftest import PHONE
from tests.browser.looking import presses
from tests.journeys import walking

PEOPLE = {
    "T1": "Beth",
    "T4": "George",
    "T5": "Jack",
    "T6": "Mia",
    "T8": "Pete",
    "T9": "Sol",
    "T16": "Vera",
    "T18": "Will",
    "T21": "Cllr Ade",
    "T25": "Bruno",
}
# what is asked beside a task; none of these answers takes a task off a list
BESIDE = {"nation": "england", "blocked": "no", "device": "iphone", "copy": "yes", "police": "yes"}
OPEN_QUESTION = "details:has(summary:has-text('Answer this to see what fits you'))"


@pytest.fixture(params=PEOPLE.items(), ids=PEOPLE)
def persona(request):
    return next(one for one in content.load().journeys if (one.situation, one.name.split(",")[0]) == request.param)


def test_a_persona_gets_through_every_page_without_scripts(windows, persona):
    page = windows.open(**PHONE, java_script_enabled=False)
    asked = answers_every_question(page, persona.answers)
    answers_what_the_list_asks(page, persona.answers)
    tasks = gets_the_right_list(page, persona)
    changes_the_last_answer_and_takes_it_back(page, persona.answers, tasks)
    assert opens_every_step(page, {**BESIDE, **persona.answers}, tasks).isdisjoint(asked)
    marks_the_first_steps(page)
    assert walking.steps_of(page) == tasks


def answers_every_question(page, answers):
    """Up to the list, with one look back; returns the facts that were asked, each once."""
    page.goto("/")
    assert "Do not pay" in page.inner_text("main")
    walking.follow(page, "Find my next step")
    walking.press(page, "Go on to the questions")
    asked = []
    while question := walking.asked_on(page):
        assert page.inner_text("h1")
        assert walking.fits(page)
        asked += question.asks
        walking.answer(page, answers)
        if len(asked) == 2:
            looks_back(page, question, answers)
    assert len(asked) == len(set(asked)) <= len(answers)
    return set(asked)


def looks_back(page, question, answers):
    """The question before, with the answer that was given; then on again."""
    walking.follow(page, "Back")
    assert walking.asked_on(page) == question
    assert are_checked(page, question, answers)
    walking.press(page, "Continue")


def are_checked(page, question, answers):
    fields = walking.fields_of(question)
    return all(
        page.is_checked(f"[name={name}][value='{walking.place_of(fact, answers[fact])}']") for name, fact in fields
    )


def answers_what_the_list_asks(page, answers):
    """Where somebody lives changes the list for those who live abroad."""
    if "nation" in answers:
        answers_beside(page, page.locator(OPEN_QUESTION).first, answers)
        assert page.url.endswith(walking.LIST)


def answers_beside(page, details, answers):
    """Open a question that stands beside a task, and answer it; returns its fact."""
    loaded = content.load()
    code = details.locator("input[name=q]").get_attribute("value")
    (fact,) = loaded.flow.later[loaded.by_code[code].head.id].asks
    details.locator("summary").click()
    details.locator(f"[name=a][value='{walking.place_of(fact, answers[fact])}'] + label").click()
    presses(page, details.get_by_role("button"))
    return fact


def gets_the_right_list(page, persona):
    tasks = walking.steps_of(page)
    assert tasks == list(engine.replay(content.load(), persona.answers).tasks)
    assert set(persona.must_show) <= set(tasks)
    assert set(persona.must_never_show).isdisjoint(tasks)
    assert [one for one in tasks if one in persona.order] == list(persona.order)
    assert walking.fits(page)
    return tasks


def changes_the_last_answer_and_takes_it_back(page, answers, tasks):
    """Another answer, and whatever it asks; then the first one again, and the first list."""
    walking.follow(page, "Back")
    question = walking.asked_on(page)
    assert are_checked(page, question, answers)
    fact = question.asks[-1]
    other = next(one for one in content.load().facts[fact].values if one != answers[fact])
    answers_to_the_end(page, {**answers, fact: other})
    page.click("summary:has-text('Change an answer')")
    walking.follow(page, content.load().steps[question.id].head.title)
    answers_to_the_end(page, answers)
    assert walking.steps_of(page) == tasks


def answers_to_the_end(page, answers):
    """Up to the list; what a persona was never asked, they are not sure of."""
    while walking.asked_on(page):
        walking.answer(page, {**unsure(), **answers})


def unsure():
    return {name: fact.unsure for name, fact in content.load().facts.items()}


def opens_every_step(page, answers, tasks):
    """From the first step to the last, answering what stands beside each; returns the facts that were asked there."""
    walking.follow(page, "Open the first step")
    asked = []
    for number, task in enumerate(tasks, 1):
        head = content.load().steps[task].head
        assert page.title().startswith(f"Step {number} ")
        assert page.url.endswith(f"/guide/{head.code}/")
        assert page.inner_text("h1") == head.title
        assert walking.fits(page)
        while page.locator(OPEN_QUESTION).count():
            asked.append(answers_beside(page, page.locator(OPEN_QUESTION).first, answers))
            assert len(asked) == len(set(asked))
            assert page.url.endswith(f"/guide/{head.code}/")
        if number < len(tasks):
            presses(page, "nav a[rel=next]")
    assert page.locator("nav a[rel=next]").count() == 0
    walking.follow(page, "Back to the list")
    return set(asked)


def marks_the_first_steps(page):
    """Done, later, not for me; and one mark taken away."""
    for place, mark in enumerate(("Done", "Later", "Not for me")):
        opens_and_presses(page, place, mark)
    assert [tag.strip() for tag in page.locator("li.task .tag").all_inner_texts()] == ["Done", "Later", "Not for me"]
    assert "1 of " in page.inner_text("main")
    opens_and_presses(page, 1, "Take the mark away")
    assert page.locator("li.task .tag").all_inner_texts() == ["Done", "Not for me"]


def opens_and_presses(page, place, mark):
    presses(page, page.locator("li.task a").nth(place))
    walking.press(page, mark)
    assert walking.LIST in page.url


def test_someone_who_thinks_of_suicide_sees_numbers_first_and_may_go_on(windows):
    page = windows.open(**PHONE, java_script_enabled=False)
    page.goto("/")
    walking.follow(page, "Find my next step")
    walking.press(page, "Go on to the questions")
    walking.answer(page, {"danger": "suicide"})
    assert page.inner_text("h1") == content.load().steps["crisis"].head.title
    assert page.locator("main a[href='tel:116123']").first.bounding_box()["y"] < PHONE["viewport"]["height"]
    walking.press(page, "Go on to the questions")
    assert walking.asked_on(page).asks == ("who",)
    assert page.locator(".warning a[href='tel:116123']").is_visible()
