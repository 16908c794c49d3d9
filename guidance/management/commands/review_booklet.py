"""`manage.py review_booklet FILE`: every page of guidance in every variant, as one HTML for editors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from guidance import directory, pages
from guidance.conditions import atoms
from guidance.content import Content, Step
from guidance.drawing import in_words
from guidance.records import PlanRecord


class Command(BaseCommand):
    help = "Write every page of guidance, in every variant, into one printable HTML file."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("to", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        call_command("content_review", booklet=options["to"], stdout=StringIO())


def booklet(loaded: Content, *, at: datetime) -> dict[str, Any]:
    """What the booklet draws: the lists of all plans, each page in its variants, and every record that pages draw."""
    return {
        "at": at,
        "hash": loaded.hash,
        "plans": [booklet_plan(loaded, plan) for plan in loaded.flow.plans],
        "steps": [booklet_page(loaded, step, at=at) for step in loaded.steps.values()],
        "contacts": [directory.listing(contact, at=at) for contact in loaded.contacts.values()],
        "platforms": loaded.platforms.values(),
        "laws": loaded.laws.values(),
        "nations": pages.NATIONS,
    }


def booklet_plan(loaded: Content, plan: PlanRecord) -> dict[str, Any]:
    """The list of one situation: each task, and who sees it where not everybody does."""
    tasks = [(loaded.steps[task.step].head, in_words(task.when)) for task in plan.tasks]
    return {"plan": plan, "when": in_words(plan.when), "tasks": tasks}


def booklet_page(loaded: Content, step: Step, *, at: datetime) -> dict[str, Any]:
    """A step with each different wording once, and the answers that first lead to it."""
    variants: dict[str, dict[str, Any]] = {}
    for facts in _variants(step):
        body = pages.body(loaded, step, facts, at=at)
        key = repr([(piece.html, piece.listed and piece.listed.contact.id, piece.laws) for piece in body])
        variants.setdefault(key, {"facts": facts, "body": body})
    return {
        "head": step.head,
        "variants": list(variants.values()),
        "contacts": pages.contacts(loaded, step, {}, at=at),
    }


def _variants(step: Step) -> Iterator[dict[str, str]]:
    """Nothing answered; then each value that the step's conditions tell apart, one fact at a time."""
    compared = {
        (atom.fact, value) for when in step.wording.conditions() for atom in atoms(when) for value in atom.values
    }
    yield {}
    yield from ({fact: value} for fact, value in sorted(compared))
