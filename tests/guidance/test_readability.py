"""What people read in English is for a reading age of 11: Flesch-Kincaid grade 6, sentences of 25 words at most."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import textstat
from django.conf import settings

from guidance import content
from guidance.languages import FIELDS, record_words
from guidance.wording import MARK

LOADED = content.load()
GRADE = 6.0  # school year; a reading age is five more
LONGEST = 25  # words of a sentence
EXCEPTIONS: frozenset[str] = frozenset()  # pages and records that may be harder, each with a reason beside it: none
ADDRESS = re.compile(r"https?://\S+|\b[\w.-]+\.(?:com|org|uk|gov|net|ie|eu|au|nz|ca|me|tv)\b(?:/\S*)?")
SIGNS = re.compile(r"[*_`\[\]]")
START = re.compile(r"^[\s>#*\-\d.]+")
END = re.compile(r"(?<=[.!?:])[\"\u201d\u2019)]*\s+")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
SHOWN = re.compile(r"{% translate ([\"'])(.*?)\1|{% blocktranslate[^%]*%}(.*?){% endblocktranslate", re.DOTALL)


def lines(*texts):
    """Each line as plain words that end like a sentence, without marks, signs and addresses."""
    for text in texts:
        plain = ADDRESS.sub("the page", LINK.sub(r"\1", MARK.sub("", text)))
        for line in plain.splitlines():
            words = SIGNS.sub("", START.sub("", line)).strip()
            if words:
                yield words if words[-1] in ".!?:" else f"{words}."


def of_a_step(step):
    choices = [one for given in step.head.choices.values() for one in given.values()]
    words = (text for one in choices for text in (one.label, one.hint))
    return list(lines(step.head.title, step.head.why, *words, step.body))


def of_records(kind):
    wanted = set(FIELDS[kind]) - {"name"}  # the name of a law is what it is
    for record in getattr(LOADED, kind).values():
        words = {name: text for name, text in record_words(kind, record).items() if name in wanted}
        yield record.id, list(lines(*words.values()))


def grade(found):
    return textstat.flesch_kincaid_grade(" ".join(found).replace(":.", "."))


def too_long(found):
    sentences = [sentence for line in found for sentence in END.split(line)]
    return [sentence for sentence in sentences if len(sentence.split()) > LONGEST]


@pytest.mark.parametrize("name", sorted(set(LOADED.steps) - EXCEPTIONS))
def test_every_page_can_be_read_at_eleven(name):
    found = of_a_step(LOADED.steps[name])
    assert found
    assert too_long(found) == []
    assert grade(found) <= GRADE


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_contacts_platforms_and_laws_can_be_read_at_eleven(kind):
    records = [(name, found) for name, found in of_records(kind) if name not in EXCEPTIONS]
    assert {name: too_long(found) for name, found in records if too_long(found)} == {}
    assert grade([line for _name, found in records for line in found]) <= GRADE


def of_templates():
    for path in sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html")):
        if path.parent.name in ("guidance", "templates", "errors"):
            found = SHOWN.findall(path.read_text(encoding="utf-8"))
            texts = [one for _, short, long in found for one in (short, *re.split(r"{% plural %}", long))]
            yield path.name, list(lines(*(re.sub(r"{{.*?}}", "it", " ".join(text.split())) for text in texts)))


def test_what_the_pages_say_around_it_can_be_read_at_eleven():
    pages = dict(of_templates())
    assert len(pages) > 30
    assert {name: too_long(found) for name, found in pages.items() if too_long(found)} == {}
    whole = {name: found for name, found in pages.items() if not name.startswith("_") and len(found) > 3}
    hard = {name: grade(found) for name, found in whole.items() if grade(found) > GRADE}
    assert hard == {}


def test_nothing_is_excepted():
    assert frozenset() == EXCEPTIONS


def test_what_is_hard_to_read_is_found():
    hard = "Notwithstanding considerable jurisdictional heterogeneity, notification obligations necessitate escalation."
    assert grade([hard]) > GRADE
    assert too_long([" ".join(["word"] * 26) + "."]) != []
    assert too_long([" ".join(["word"] * 25) + "."]) == []
    assert too_long(["Stop here. " + " ".join(["word"] * 25) + "."]) == []
    assert list(lines("## Do this\n\n- **Go** to [it](https://a.example/b).\n{{ if a=b }}\nCall 999\n{{ end }}")) == [
        *("Do this.", "Go to it.", "Call 999."),
    ]
