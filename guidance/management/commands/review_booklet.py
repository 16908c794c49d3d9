"""`manage.py review_booklet FILE`: every page of guidance in every variant, as one HTML for editors."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.template.loader import render_to_string

from guidance import content, pages
from guidance.conditions import atoms
from guidance.content import Content, Step


class Command(BaseCommand):
    help = "Write every page of guidance, in every variant, into one printable HTML file."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("to", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        loaded, at = content.load(), datetime.now(UTC)
        context = {
            "steps": [booklet_page(loaded, step, at=at) for step in loaded.steps.values()],
            "unsure": content.to_review(loaded, lambda record: record.needs_editor),
            "due": content.to_review(loaded, lambda record: record.review_by < at.date()),
            "platforms": loaded.platforms.values(),
            "nations": pages.NATIONS,
        }
        options["to"].write_text(render_to_string("guidance/booklet.html", context), encoding="utf-8")


def booklet_page(loaded: Content, step: Step, *, at: datetime) -> dict[str, Any]:
    """A step with each different wording once, and the answers that first lead to it."""
    variants: dict[str, dict[str, Any]] = {}
    for facts in _variants(loaded, step):
        body = pages.body(loaded, step, facts, at=at)
        key = repr([(piece.html, piece.listed and piece.listed.contact.id) for piece in body])
        variants.setdefault(key, {"facts": facts, "body": body})
    return {
        "head": step.head,
        "variants": list(variants.values()),
        "contacts": pages.contacts(loaded, step, at=at),
        "checking": pages.checking(loaded, [step.head]),
    }


def _variants(loaded: Content, step: Step) -> list[dict[str, str]]:
    """Nothing answered; then each value that the step's conditions tell apart, one fact at a time."""
    compared = {
        (atom.fact, value) for when in step.wording.conditions() for atom in atoms(when) for value in atom.values
    }
    return [{}, *({fact: value} for fact, value in sorted(compared))]
