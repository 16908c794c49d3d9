"""The forms of guidance: names and values tell nothing, so that a browser remembers nothing readable."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from guidance import calendars
from guidance.answers import Mark
from guidance.content import Content
from guidance.records import Choice, Later, Screen, StepHead

NAMES = ("a", "b", "c")  # a page asks at most that many facts
LEGENDS = {
    "shown_age": _("Everyone in the picture, on the day it was made"),
    "my_age": _("You, now"),
    "who_is_it": _("Who they are"),
    "watched": _("This phone and your accounts"),
}

# Titles that anybody may read in a calendar.
TITLES = (
    _("Call back"),
    _("Appointment"),
    _("Bin day"),
    _("Library book"),
    _("Water the plants"),
    _("Pay the bill"),
)
OWN = "9"  # the choice of one's own words
AHEAD = {2: _("In two days"), 7: _("In one week"), 28: _("In four weeks")}


def _on_one_line(typed: str) -> None:
    """A title has no line breaks and no control characters: they could become lines of the file."""
    if any(unicodedata.category(letter) in {"Cc", "Zl", "Zp"} for letter in typed):
        raise forms.ValidationError(_("Use letters, numbers and spaces, on one line."))


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


class ReminderForm(forms.Form):
    """When to look again, and under which title: never guessed, because others may read it in a calendar."""

    a = forms.ChoiceField(
        label=_("Title in the calendar"),
        choices=[*((str(place), title) for place, title in enumerate(TITLES)), (OWN, _("My own words"))],
        initial="0",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a title.")},
    )
    t1 = forms.CharField(
        label=_("My own words"),
        help_text=_("At most 40 letters. Write nothing that others must not read."),
        required=False,
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"max_length": _("Use at most 40 letters.")},
        validators=[_on_one_line],
    )
    b = forms.TypedMultipleChoiceField(
        label=_("When?"),
        coerce=int,
        initial=[str(day) for day in calendars.DAYS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose one day or more.")},
    )
    c = forms.TypedChoiceField(
        label=_("At what time?"),
        help_text=_("UK time. Choose a time when you are alone."),
        coerce=int,
        choices=[(str(hour), f"{hour:02}:00") for hour in range(7, 23)],
        initial="11",
        widget=forms.Select({"autocomplete": "off"}),
        error_messages={"required": _("Choose a time.")},
    )

    def __init__(self, at: datetime, *args: Any) -> None:
        super().__init__(*args)
        self.at = at
        days = zip(calendars.DAYS, calendars.moments(calendars.DAYS, 12, at=at), strict=True)
        choices = [(str(day), f"{AHEAD[day]} ({date_format(moment, 'l j F')})") for day, moment in days]
        cast("forms.TypedMultipleChoiceField", self.fields["b"]).choices = choices

    def clean(self) -> None:
        own, chosen = self.cleaned_data.get("t1"), self.cleaned_data.get("a")
        if chosen == OWN and own == "":
            self.add_error("t1", gettext("Write a title, or choose one above."))
        if chosen is not None and chosen != OWN and own:
            self.add_error("a", gettext("Choose “My own words”, or empty the box with your words."))

    def title(self) -> str:
        chosen = self.cleaned_data["a"]
        return str(self.cleaned_data["t1"] if chosen == OWN else TITLES[int(chosen)])

    def moments(self) -> tuple[datetime, ...]:
        """The instants chosen, in UTC."""
        return calendars.moments(sorted(self.cleaned_data["b"]), self.cleaned_data["c"], at=self.at)


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
            if _asking(content, fact).language != get_language():
                field.widget.attrs |= {"lang": "en-GB", "dir": "ltr"}

    def facts(self) -> dict[str, str]:
        """The answers given, as fact to value; what was left open is left out."""
        data = self.cleaned_data
        return {fact: self.values[name][data[name]] for name, fact in self.asks.items() if data[name] is not None}


def _numbered(content: Content, fact: str) -> list[tuple[int, str]]:
    """A fact's answers, worded as the step that asks it words them."""
    choices = _asking(content, fact).choices[fact]
    return [(place, choices[value].label) for place, value in enumerate(content.facts[fact].values)]


def _asking(content: Content, fact: str) -> StepHead:
    """The page that asks for this fact."""
    questions: list[Screen | Later] = [*content.flow.screens.values(), *content.flow.later.values()]
    return next(content.steps[one.id].head for one in questions if fact in one.asks)
