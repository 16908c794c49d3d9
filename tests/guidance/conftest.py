from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import pytest
from django.test import Client

from guidance import content, drawn, engine, languages, paths, proofs, wording
from guidance.views import visit


@pytest.fixture(scope="session", autouse=True)
def rendered_once():
    """Content is read some hundred times here, and few texts differ: each is rendered once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wording, "read", lru_cache(maxsize=None)(wording.read))
        yield


@pytest.fixture(scope="session")
def loaded():
    return content.load()


@pytest.fixture(scope="session")
def walk(loaded):
    """The walk along every path of the content that ships."""
    return proofs.walked(loaded)


@dataclass(frozen=True)
class Led:
    """Somebody's answers, and the list that they lead to: the plan's id, the steps, the kinds of each, all kinds."""

    facts: Mapping[str, str]
    plan: str
    tasks: tuple[str, ...]
    kinds: tuple[frozenset[str], ...]
    shown: frozenset[str]

    def where(self, *kinds):
        """The place of the first step of one of these kinds, or None."""
        return next((place for place, one in enumerate(self.kinds) if one & set(kinds)), None)


@pytest.fixture(scope="session")
def everyone(loaded, walk):
    """One person for each path and each way to answer what is asked later, as far as anything tells them apart."""
    kinds = {name: frozenset(step.head.kinds) for name, step in loaded.steps.items()}
    of_a_list = {tasks: tuple(kinds[task] for task in tasks) for _plan, tasks in walk.lists}
    shown = {tasks: frozenset().union(*own) for tasks, own in of_a_list.items()}
    lists = ((facts, plan.id, engine.tasks_for(plan, facts)) for facts, plan in every_answer(walk))
    return [Led(facts, plan, tasks, of_a_list[tasks], shown[tasks]) for facts, plan, tasks in lists]


def every_answer(walk):
    for facts, _path, _weight in paths.leaves(walk):
        for chosen in walk.choosing:
            plan = engine.plan_for(walk.content.flow, {**facts, **chosen})
            yield from (({**facts, **chosen, **later}, plan) for later in walk.crossings[plan.id])


@pytest.fixture(autouse=True)
def empty_shelf():
    """No test is answered with a page that another one drew."""
    drawn.SHELF.clear()


@pytest.fixture
def clock(monkeypatch):
    """Sets the moment that every view of guidance reads: `clock(2026, 12, 25, 3, 0)`, in UTC."""

    def at(*when):
        fixed = type("Fixed", (datetime,), {"now": classmethod(lambda _cls, _zone=None: datetime(*when, tzinfo=UTC))})
        monkeypatch.setattr(visit, "datetime", fixed)

    return at


@pytest.fixture
def tree(tmp_path):
    """A copy of the content that a test may break."""
    shutil.copytree(content.FOLDER, tmp_path / "content")
    return tmp_path / "content"


@pytest.fixture
def served(tree, monkeypatch):
    """The content that this process serves is a copy that the test may break."""
    monkeypatch.setattr(content, "FOLDER", tree)
    content.load.cache_clear()
    languages.load.cache_clear()
    yield tree
    content.load.cache_clear()
    languages.load.cache_clear()


@pytest.fixture
def graph():
    """The raw flow.toml, to be changed by a test."""
    return tomllib.loads((content.FOLDER / "flow.toml").read_text(encoding="utf-8"))


@pytest.fixture
def alice():
    """A browser without scripts that checks form tokens."""
    return Client(enforce_csrf_checks=True)
