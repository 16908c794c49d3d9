"""What every view of guidance knows of a request: the language, the answers, where they lead, the minute."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language

from guidance import answers, drawn, engine, languages, pages
from guidance.answers import Answers
from guidance.content import Content

Position = engine.Question | engine.Outcome | engine.Plan


@dataclass(frozen=True)
class Visit:
    """One request for a page of guidance. `at` is the whole minute: hours open and close on whole minutes."""

    request: HttpRequest
    given: Answers
    loaded: Content
    at: datetime

    @cached_property
    def position(self) -> Position:
        return engine.replay(self.loaded, self.given.facts)

    @cached_property
    def said(self) -> dict[str, str]:
        """Every answer that the content knows, on the path or not: who may see what must never miss one."""
        return engine.valid(self.loaded, self.given.facts)

    @cached_property
    def facts(self) -> dict[str, str]:
        """The answers in force, and those to questions that pages of advice ask without a list."""
        later = self.loaded.flow.later_facts
        known = {fact: value for fact, value in self.said.items() if fact in later}
        return {**known, **self.position.facts}

    @property
    def key(self) -> Hashable:
        """Everything that a page of this visit can depend on."""
        given = (tuple(sorted(self.given.facts.items())), tuple(sorted(self.given.marks.items())))
        return (get_language(), self.loaded.hash, self.at, given)

    def page(self, name: str, make: Callable[[], dict[str, Any]], *, about: Hashable = ()) -> HttpResponse:
        """The page for everybody with these answers; `about` says which one of its name it is."""
        return drawn.page(self.request, name, (about, self.key), lambda: {**self._common(), **make()})

    def once(self, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """The page with what this person typed."""
        return drawn.once(self.request, name, {**self._common(), **context}, status=status)

    def _common(self) -> dict[str, Any]:
        return {
            "door": pages.door(self.loaded, self.said, at=self.at),
            "crisis": engine.in_crisis(self.said),
            "nations": pages.NATIONS,
        }


def visit(request: HttpRequest) -> Visit:
    """The visit of this request, in the person's language."""
    spoken = languages.load(get_language() or languages.ENGLISH)
    at = datetime.now(UTC).replace(second=0, microsecond=0)
    return Visit(request, answers.get(request), spoken.content, at)


def step_url(code: str) -> str:
    return reverse("guidance:step", args=[code])
