"""The content in another language: what was translated from today's English, and English where it was not."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field

from guidance import content, files, wording
from guidance.content import Content, Step
from guidance.records import Checked, Choice, Record

ENGLISH = "en-gb"
FIELDS = {  # what is translated of each record; its numbers, hours and addresses are the same everywhere
    "contacts": ("one_line", "cost", "who", "note"),
    "platforms": ("report_path", "blackmail_path", "capture_first", "vanishes", "needs", "expected", "note"),
    "laws": ("name", "fact", "limits"),
}
NUMBER = re.compile(r"\d{2,}")
R = TypeVar("R", bound=Checked)


class Language(Record):
    """A language that the site offers, under its own name for itself.

    `reviewed`: a native reader has approved it. `complete`: all of guidance is in it, not the interface alone.
    """

    name: str
    reviewed: bool = False
    complete: bool = False


IN_ENGLISH = Language(name="English", reviewed=True, complete=True)


class TranslatedStep(Record):
    """The front matter of a translated page. `translates` is the stamp of the English that it was made from."""

    translates: str
    title: str = Field(min_length=1)
    why: str = ""
    choices: dict[str, dict[str, Choice]] = {}


@dataclass(frozen=True, eq=False)
class Spoken:
    """The content as a person of this language reads it. Names are "step bank", "contact SV-999"."""

    content: Content
    code: str = ENGLISH
    language: Language = IN_ENGLISH
    stale: tuple[str, ...] = ()  # translated, but the English has changed since
    missing: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@lru_cache(maxsize=8)
def load(code: str) -> Spoken:
    """The content in the language with this code; English where there is no folder for it."""
    english, folder = content.load(), content.FOLDER / code
    return translated(english, folder) if code != ENGLISH and folder.is_dir() else Spoken(english)


def stamp(words: Mapping[str, Any]) -> str:
    """Sixteen hex digits of SHA-256 over the words: what a translation names as its source."""
    plain = json.dumps(words, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def step_words(step: Step) -> dict[str, Any]:
    """What is translated of a page; its dates and sources are not, so that a review makes nothing stale."""
    choices = {
        fact: {value: [one.label, one.hint] for value, one in given.items()}
        for fact, given in step.head.choices.items()
    }
    return {"title": step.head.title, "why": step.head.why, "choices": choices, "body": step.body.strip()}


def record_words(kind: str, record: Any) -> dict[str, str]:
    """What is translated of a contact, a platform or a law; empty fields are left out."""
    found = {name: getattr(record, name, "") for name in FIELDS[kind]}
    return {name: words for name, words in found.items() if words}


# --- reading a folder of translations -----------------------------------------------------------------------


@dataclass
class _Reading:
    folder: Path
    code: str
    stale: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def translated(english: Content, folder: Path) -> Spoken:
    """English with every fresh and faultless translation of `folder` in its place."""
    reading = _Reading(folder, folder.name)
    about = files.toml(folder / "language.toml", reading.problems)
    language = files.record(Language, about, f"{folder.name}/language.toml", reading.problems)
    steps = {name: _step(reading, step) for name, step in english.steps.items()}
    platforms = _records(reading, "platforms", english.platforms)
    spoken = replace(
        english,
        steps=steps,
        by_code={step.head.code: step for step in steps.values()},
        contacts=_records(reading, "contacts", english.contacts),
        platforms=platforms,
        platform_by_code={one.code: one for one in platforms.values()},
        laws=_records(reading, "laws", english.laws),
    )
    lists = (tuple(reading.stale), tuple(reading.missing), tuple(reading.problems))
    return Spoken(spoken, folder.name, language or Language(name=folder.name), *lists)


class _LeftInEnglish(Exception):
    """Why this page or record is not taken over: it is missing, stale or faulty."""

    def __init__(self, kept: list[str], sentence: str) -> None:
        super().__init__(sentence)
        kept.append(sentence)


def _step(reading: _Reading, step: Step) -> Step:
    try:
        return _translated_step(reading, step)
    except _LeftInEnglish:
        return step


def _translated_step(reading: _Reading, step: Step) -> Step:
    name, path = f"step {step.head.id}", reading.folder / "steps" / f"{step.head.id}.md"
    if not path.exists():
        raise _LeftInEnglish(reading.missing, name)
    try:
        raw, body = files.page(path)
        head, words = TranslatedStep.model_validate(raw), wording.read(body)
    except ValueError as error:
        raise _LeftInEnglish(reading.problems, f"{reading.code}/steps/{path.name}: {error}") from error
    if head.translates != stamp(step_words(step)):
        raise _LeftInEnglish(reading.stale, name)
    if faults := ", ".join(_step_faults(step, head, body)):
        raise _LeftInEnglish(reading.problems, f"{reading.code}/steps/{path.name}: {faults}")
    changed = {"title": head.title, "why": head.why, "choices": head.choices, "language": reading.code}
    return Step(step.head.model_copy(update=changed), words, body)


def _step_faults(step: Step, head: TranslatedStep, body: str) -> Iterator[str]:
    if _marks(body) != _marks(step.body):
        yield "its marks are not those of the English, in the same order"
    if {fact: set(given) for fact, given in head.choices.items()} != {
        fact: set(given) for fact, given in step.head.choices.items()
    }:
        yield "its choices are not those of the English"
    if _numbers(body) != _numbers(step.body):
        yield "its numbers are not those of the English"
    if body.count("\n## ") != step.body.count("\n## "):
        yield "it has other headings than the English"


def _marks(body: str) -> list[str]:
    return wording.MARK.findall(body)


def _numbers(text: str) -> frozenset[str]:
    """Which there are: a translation may say one twice where English says "it"."""
    return frozenset(NUMBER.findall(wording.MARK.sub("", text)))


def _records(reading: _Reading, kind: str, english: Mapping[str, R]) -> dict[str, R]:
    path = reading.folder / f"{kind}.toml"
    given = files.toml(path, reading.problems) if path.exists() else {}
    unknown = [f"{reading.code}/{kind}.toml: {name} translates nothing" for name in given if name not in english]
    reading.problems += unknown
    return {name: _record(reading, kind, record, given.get(name)) for name, record in english.items()}


def _record(reading: _Reading, kind: str, record: R, given: Any) -> R:
    try:
        return record.model_copy(update={**_translated_words(reading, kind, record, given), "language": reading.code})
    except _LeftInEnglish:
        return record


def _translated_words(reading: _Reading, kind: str, record: R, given: Any) -> dict[str, str]:
    words = record_words(kind, record)
    name = f"{kind[:-1]} {getattr(record, 'id', '')}"
    if not isinstance(given, dict):
        if words:
            raise _LeftInEnglish(reading.missing, name)
        return {}
    if given.get("translates") != stamp(words):
        raise _LeftInEnglish(reading.stale, name)
    own = {key: str(value) for key, value in given.items() if key != "translates"}
    if set(own) != set(words) or _all_numbers(own) != _all_numbers(words):
        place = f"{reading.code}/{kind}.toml {name}"
        raise _LeftInEnglish(reading.problems, f"{place}: its fields or its numbers are not those of the English")
    return own


def _all_numbers(words: Mapping[str, str]) -> frozenset[str]:
    return _numbers(" ".join(words.values()))


def stamps(english: Content, wanted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Name and stamp of everything that can be translated and is `wanted`, for translators."""
    for name, step in english.steps.items():
        if wanted(f"step {name}"):
            yield f"step {name}", stamp(step_words(step))
    groups: dict[str, Mapping[str, Any]] = {
        "contacts": english.contacts,
        "platforms": english.platforms,
        "laws": english.laws,
    }
    for kind, records in groups.items():
        for name, record in records.items():
            if wanted(f"{kind[:-1]} {name}") and (words := record_words(kind, record)):
                yield f"{kind[:-1]} {name}", stamp(words)
