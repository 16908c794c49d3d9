"""The forms of guidance: names and values tell nothing, so that a browser remembers nothing readable."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guidance.answers import Mark
from guidance.content import Content
from guidance.records import Choice, Later, Screen

NAMES = ("a", "b", "c")  # a page asks at most that many facts
LEGENDS = {
    "shown_age": _("Everyone in the picture, on the day it was made"),
    "my_age": _("You, now"),
    "who_is_it": _("Who they are"),
    "watched": _("This phone and your accounts"),
}


class QuestionForm(forms.Form):
    """One screen: a field for each fact, whose values are the places of the answers in facts.toml."""

    def __init__(self, question: Screen | Later, content: Content, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks = question.asks
        self.values = [content.facts[fact].values for fact in question.asks]
        head = content.steps[question.id].head
        for name, fact in zip(NAMES, question.asks, strict=False):
            label = LEGENDS.get(fact, head.title) if len(question.asks) > 1 else head.title
            self.fields[name] = _field(label, head.choices.get(fact, {}), content.facts[fact].values)

    def facts(self) -> dict[str, str]:
        """The answers, as fact to value."""
        given = zip(NAMES, self.asks, self.values, strict=False)
        return {fact: values[int(self.cleaned_data[name])] for name, fact, values in given}

    @staticmethod
    def initial_for(question: Screen | Later, content: Content, facts: Any) -> dict[str, str]:
        """The answers given before, as field name to choice."""
        given = [(name, fact) for name, fact in zip(NAMES, question.asks, strict=False) if fact in facts]
        values = {fact: content.facts[fact].values for fact in question.asks}
        return {name: str(values[fact].index(facts[fact])) for name, fact in given if facts[fact] in values[fact]}


def _field(label: Any, choices: dict[str, Choice], values: tuple[str, ...]) -> forms.ChoiceField:
    shown = [(str(place), _worded(choices[value])) for place, value in enumerate(values) if value in choices]
    return forms.ChoiceField(
        label=label,
        choices=shown,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one. You can choose the last one if you do not know.")},
    )


def _worded(choice: Choice) -> SafeString | str:
    if not choice.hint:
        return choice.label
    return format_html('{} <span class="hint">{}</span>', choice.label, choice.hint)


class MarkForm(forms.Form):
    """Done, later or not for me, for one step of the list."""

    t = forms.RegexField(r"^[a-z][a-z0-9]{3}$", widget=forms.HiddenInput)
    m = forms.TypedChoiceField(coerce=int, choices=[(str(int(mark)), mark.name) for mark in Mark])


class CallerForm(forms.Form):
    """Where someone lives and how old they are, to list who can help."""

    a = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, widget=forms.Select)
    b = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, widget=forms.Select)

    def __init__(self, content: Content, facts: Any, data: Any = None) -> None:
        self.asks = {"a": "nation", "b": "my_age"}
        self.values = {name: content.facts[fact].values for name, fact in self.asks.items()}
        given = {
            name: self.values[name].index(facts[fact])
            for name, fact in self.asks.items()
            if facts.get(fact) in self.values[name]
        }
        super().__init__(data, initial=given)
        labels = {"a": gettext("Where do you live?"), "b": gettext("How old are you now?")}
        for name, fact in self.asks.items():
            field = self.fields[name]
            field.label = labels[name]
            field.widget.attrs["autocomplete"] = "off"
            assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - tells mypy what stands above
            field.choices = [("", gettext("Choose")), *_numbered(content, fact)]

    def facts(self) -> dict[str, str]:
        """The answers given, as fact to value; what was left open is left out."""
        data = self.cleaned_data
        return {fact: self.values[name][data[name]] for name, fact in self.asks.items() if data[name] is not None}


def _numbered(content: Content, fact: str) -> list[tuple[int, str]]:
    """A fact's answers, worded as the step that asks it words them."""
    questions: list[Screen | Later] = [*content.flow.screens.values(), *content.flow.later.values()]
    choices = next(content.steps[one.id].head.choices[fact] for one in questions if fact in one.asks)
    return [(place, choices[value].label) for place, value in enumerate(content.facts[fact].values)]
