"""Writes translations of pages and records as a translator does, word for word marked, so that a test can break one."""

from __future__ import annotations

import json

from guidance import languages

MARKED = "Cymraeg: "


def step_file(step, *, body=None, choices=None, **changes):
    """The text of a translated page: its own words carry a mark in front, the rest is as in the English."""
    own = {fact: {value: one.label for value, one in given.items()} for fact, given in step.head.choices.items()}
    head = {
        "translates": languages.stamp(languages.step_words(step)),
        "title": MARKED + step.head.title,
        "why": MARKED + step.head.why,
        **changes,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in head.items()]
    for fact, given in (own if choices is None else choices).items():
        for value, label in given.items():
            lines += [f"[choices.{fact}.{value}]", f"label = {json.dumps(MARKED + label)}"]
    return "+++\n" + "\n".join(lines) + "\n+++\n" + (f"{MARKED}\n\n{step.body}" if body is None else body)


def record_file(kind, *records, **changes):
    """The text of a file with these records translated; `changes` holds for all of them."""
    return "\n".join(_record(kind, record, changes) for record in records)


def _record(kind, record, changes):
    words = languages.record_words(kind, record)
    own = {"translates": languages.stamp(words), **{key: MARKED + value for key, value in words.items()}, **changes}
    lines = [f"{key} = {json.dumps(value)}" for key, value in own.items() if value is not None]
    return f"[{record.id}]\n" + "\n".join(lines) + "\n"


def put(folder, name, text):
    """Write the file `name` into a folder of a language, which is made where there is none."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def folder_of(place, code="cy", **about):
    """An empty folder of a language below `place`."""
    folder = place / code
    said = {"name": "Cymraeg", "reviewed": True, "complete": True, **about}
    put(folder, "language.toml", "\n".join(f"{key} = {json.dumps(value)}" for key, value in said.items()))
    return folder
