"""A browser that already carries a persona's answers, for what is about pages after the questions."""

from __future__ import annotations

from django.http import HttpResponse

from guidance import answers, engine
from guidance.answers import Answers


def carry(browser, loaded, situation, **marks):
    """Give the browser the answers of the first persona of a situation; returns the titles of their list."""
    facts = next(one.answers for one in loaded.journeys if one.situation == situation)
    give(
        browser, Answers(facts, {loaded.steps[step.replace("_", "-")].head.code: mark for step, mark in marks.items()})
    )
    return [loaded.steps[task].head.title for task in engine.replay(loaded, facts).tasks]


def give(browser, given):
    """Put answers into the browser's cookie, as the site does."""
    response = HttpResponse()
    answers.put(response, given)
    browser.cookies[answers.cookie_name()] = response.cookies[answers.cookie_name()].value
