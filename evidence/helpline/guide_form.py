"""What a worker chooses to see a page of guidance: the page, the answers, the language and the moment."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from guidance import drawing, preview
from guidance.content import Content
from guidance.directory import LONDON
from guidance.drawing import ScreenRow

YEARS = range(2020, 2051)  # hours and bank holidays are known well enough for these
ANSWER = "f_"


class GuideForm(forms.Form):
    """Everything may be left open: then the first page, now, in English. A button named "go" names the page too."""

    page = forms.ChoiceField(label=_("Page"), required=False)
    persona = forms.ChoiceField(
        label=_("Start from the answers of"), required=False, help_text=_("Answers that you choose count more.")
    )
    language = forms.ChoiceField(label=_("Language"), required=False, choices=settings.LANGUAGES)
    day = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("This is not a day. Write it like 2026-12-25, or leave it empty for today.")},
    )
    clock = forms.TimeField(
        label=_("Time in the UK"),
        required=False,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("This is not a time. Write it like 03:00, or leave it empty for now.")},
    )

    def __init__(self, loaded: Content, data: QueryDict | None = None, *, now: datetime) -> None:
        self.loaded, self.now = loaded, now.astimezone(LONDON).replace(second=0, microsecond=0)
        super().__init__(_with_page(data), initial={"day": self.now.date(), "clock": self.now.time()})
        journeys = [(journey.name, journey.name) for journey in loaded.journeys]
        _choose(self, "page", [("", _("The page that these answers lead to")), *preview.choices(loaded)])
        _choose(self, "persona", [("", _("Nobody")), *journeys])
        for row in drawing.screens(loaded):
            for fact in row.asks:
                self.fields[ANSWER + fact] = _answer(loaded, row, fact)

    def nation(self) -> forms.BoundField:
        """Asked beside the moment, since both decide who answers."""
        return self[f"{ANSWER}nation"]

    def answers(self) -> list[forms.BoundField]:
        """All other answers, in the order in which they are asked."""
        return [self[name] for name in self.fields if name.startswith(ANSWER) and name != f"{ANSWER}nation"]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"] or self.now.date()
        if day.year not in YEARS:
            raise forms.ValidationError(_("Choose a day from 2020 to 2050. Bank holidays are known for these years."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "day" in data and "clock" in data:
            wall = datetime.combine(data["day"], data["clock"] or self.now.time())
            data["at"] = wall.replace(tzinfo=LONDON)
            if data["at"].astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != wall:
                self.add_error("clock", _("The clocks go forward then, so this time does not exist. Choose another."))
        return data

    def asked(self) -> preview.Asked:
        """What the form asks for, once it is valid."""
        data = self.cleaned_data
        persona = next((one.answers for one in self.loaded.journeys if one.name == data["persona"]), {})
        given = {fact: data[ANSWER + fact] for fact in self.loaded.facts if data[ANSWER + fact]}
        return preview.Asked(data["page"], {**persona, **given}, data["language"] or settings.LANGUAGE_CODE, data["at"])


def _with_page(data: QueryDict | None) -> QueryDict | None:
    """The page of the button that was pressed, in the place of the one that was chosen."""
    if data is None or "go" not in data:
        return data
    changed = data.copy()
    changed["page"] = data.get("go", "")
    return changed


def _choose(form: forms.Form, name: str, choices: list[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells mypy what stands above
    field.choices = choices


def _answer(loaded: Content, row: ScreenRow, fact: str) -> forms.ChoiceField:
    """A fact's answers as the page that asks it words them; a press on "go on" has no words."""
    words = {value: choice.label for value, choice in loaded.steps[row.id].head.choices.get(fact, {}).items()}
    values = [(value, f"{value}: {words[value]}" if value in words else value) for value in loaded.facts[fact].values]
    return forms.ChoiceField(label=f"{row.title} ({fact})", required=False, choices=[("", _("Not answered")), *values])
