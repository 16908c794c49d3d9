"""Every word of a page that a person reads goes through a translator: none stands bare in a template."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType

FOLDER = settings.BASE_DIR / "templates"
ENGLISH_ONLY = {"pack", "helpline", "account", "mfa"}  # what police read, and what staff read
ATTRIBUTES = {"guidance/_tongue.html", "guidance/_ours.html"}  # pieces of a tag, no text
NO_WORDS = ("SHA-256",)  # the same in every language
READ_OUT = {"alt", "aria-label", "aria-description", "aria-valuetext", "label", "placeholder", "title"}
NOT_SHOWN = {
    "data-to",
    "data-home",
    "data-begin",
    "data-piece",
    "data-lpignore",
}  # any other data- attribute is for a script to show
LETTER = re.compile(r"[^\W\d_]")
GIVEN = re.compile(r"""\w+=(["'])(?P<words>.*?)\1""")  # press="Save", but not press=_("Save")
MADE_HERE = re.compile(r"""\|(?:pluralize|yesno)|\|default(?:_if_none)?:(["'])(?!/)[^"']*[^\W\d_]""")


class Bare(HTMLParser):
    """Collects the text and the spoken attributes of a page."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_data(self, data):
        if not self.cdata_elem:  # a style or a script
            self._look(data)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in READ_OUT or (name.startswith("data-") and name not in NOT_SHOWN):
                self._look(value or "")

    def _look(self, text):
        for same in NO_WORDS:
            text = text.replace(same, "")
        if LETTER.search(text):
            self.found.append(" ".join(text.split()))


def bare_words(source):
    """What stands in this template without a translator: text, spoken attributes, words given to a partial."""
    html, found, translated = [], [], False
    for token in Lexer(source).tokenize():
        name = token.contents.split(maxsplit=1)[0] if token.token_type == TokenType.BLOCK else ""
        if name in {"blocktranslate", "endblocktranslate"}:
            translated = name == "blocktranslate"
        elif token.token_type == TokenType.TEXT and not translated:
            html.append(token.contents)
        elif token.token_type == TokenType.VAR and MADE_HERE.search(token.contents):
            found.append(token.contents)
        elif name in {"include", "with"}:
            found += [given["words"] for given in GIVEN.finditer(token.contents) if LETTER.search(given["words"])]
    page = Bare()
    page.feed("".join(html))
    page.close()
    return found + page.found


def templates():
    paths = sorted(path.relative_to(FOLDER) for path in FOLDER.rglob("*.html"))
    return [str(path) for path in paths if path.parts[0] not in ENGLISH_ONLY and str(path) not in ATTRIBUTES]


@pytest.mark.parametrize("name", templates())
def test_no_word_of_a_template_stands_outside_a_translator(name):
    assert bare_words((FOLDER / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>{% if a %}Hello{% endif %} {{ b }}</p>", ["Hello"]),
        ("{% block title %}Add{% endblock %}", ["Add"]),
        ('<img alt="{% if a %}{{ a }}{% else %}A picture{% endif %}">', ["A picture"]),
        ('<p data-saved="Saved" data-home="/case/"></p>', ["Saved"]),
        ('{% include "evidence/_form.html" with press="Save" %}', ["Save"]),
        ("{{ count }} item{{ count|pluralize }}", ["count|pluralize", "item"]),
        ("{{ name|default:'nobody' }}", ["name|default:'nobody'"]),
        ("{% blocktranslate %}Kept{% endblocktranslate %} since {{ day }}", ["since"]),
        ("<p>Dŵr</p>", ["Dŵr"]),
    ],
)
def test_a_bare_word_is_found_wherever_it_stands(source, found):
    assert bare_words(source) == found


@pytest.mark.parametrize(
    "source",
    [
        '<p class="hint">{% translate "Hello" %} · {{ a }} ({{ b }} %)</p>',
        '{% include "evidence/_form.html" with press=_("Save") kind=line.kind %}',
        "{% blocktranslate count n=rows|length %}{{ n }} item{% plural %}{{ n }} items{% endblocktranslate %}",
        '<a href="{{ help|default:\'/help/\' }}" rel="noreferrer">{{ help }}</a>',
        "{# a note #}{% comment %}{% endcomment %}<dt>SHA-256</dt>",
        '<a aria-label="{% translate \'Pages\' %}" id="pager"></a>',
    ],
)
def test_what_is_translated_is_left_alone(source):
    assert bare_words(source) == []
