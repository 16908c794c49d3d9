"""`docs/fields.md` says of every form what each field takes and which fields are judged together, as the code has it.

`python -m tests.test_fields` prints the part of the page that is read from the forms.
"""

from __future__ import annotations

import datetime
import importlib
import inspect
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django import forms
from django.utils import translation

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abuse_help.settings")
    django.setup()

from evidence import index, item_form
from evidence import keeping_form as keeping
from evidence.helpline import guide_form
from evidence.views import places
from guidance import content

PAGE = Path(__file__).parent.parent / "docs" / "fields.md"
DAY = datetime.date(2026, 3, 2)
NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
ROOMS = (
    "guidance.forms",
    "evidence.forms",
    "evidence.item_form",
    "evidence.keeping_form",
    "evidence.cover_form",
    "evidence.views.chats",
    "evidence.views.places",
    "evidence.helpline.forms",
    "evidence.helpline.guide_form",
    "evidence.helpline.key_forms",
)


def classes() -> dict[str, type[forms.BaseForm]]:
    """Every form of ours by its name, those that only others build on aside."""
    found = {}
    for room in ROOMS:
        for name, one in vars(importlib.import_module(room)).items():
            if inspect.isclass(one) and issubclass(one, forms.BaseForm) and one.__module__ == room and name[0] != "_":
                found[f"{room}.{name}"] = one
    return found


def _question() -> forms.BaseForm:
    loaded = content.load()
    screen = max(loaded.flow.screens.values(), key=lambda one: len(one.asks))
    return importlib.import_module("guidance.forms").QuestionForm(screen, loaded)


def _caller() -> forms.BaseForm:
    return importlib.import_module("guidance.forms").CallerForm(content.load(), {})


def _item() -> forms.BaseForm:
    """Every field that an item of any kind has."""
    whole = item_form.ItemForm(index.NOTE)
    for kind in item_form._ORDER:
        for name, field in item_form.ItemForm(kind).fields.items():
            whole.fields.setdefault(name, field)
    return whole


# Forms that need to know something: how one of each is made here.
MADE: dict[str, Callable[[], forms.BaseForm]] = {
    "guidance.forms.QuestionForm": _question,
    "guidance.forms.CallerForm": _caller,
    "guidance.forms.ReminderForm": lambda: importlib.import_module("guidance.forms").ReminderForm(NOON),
    "evidence.forms.ConfirmForm": lambda: importlib.import_module("evidence.forms").ConfirmForm([2, 4]),
    "evidence.forms.ShareForm": lambda: importlib.import_module("evidence.forms").ShareForm(DAY),
    "evidence.item_form.ItemForm": _item,
    "evidence.keeping_form.KeepForm": lambda: keeping.KeepForm([1, 3, 6, 12], DAY, DAY.replace(year=2027)),
    "evidence.keeping_form.PoliceForm": lambda: keeping.PoliceForm(DAY, DAY.replace(year=2033)),
    "evidence.helpline.guide_form.GuideForm": lambda: guide_form.GuideForm(content.load(), now=NOON),
}
FROM_A_LIBRARY = {  # they need a session; what they add to the library's is said by hand
    "evidence.helpline.forms.SignInForm",
    "evidence.helpline.forms.PasswordAgain",
    "evidence.helpline.forms.SecondFactorForm",
    "evidence.helpline.forms.SecondFactorAgainForm",
    "evidence.helpline.forms.AppForm",
    "evidence.helpline.key_forms.AddKeyForm",
    "evidence.helpline.key_forms.KeyForm",
    "evidence.helpline.key_forms.KeyAgainForm",
}


def table(name: str, form: type[forms.BaseForm]) -> str:
    with translation.override("en-gb"):
        made = MADE[name]() if name in MADE else form()
        rows = [_row(field, made.fields[field]) for field in made.fields]
    head = f"### `{name}`\n\n{(form.__doc__ or '').strip().splitlines()[0]}\n\n"
    if not rows:
        return head + "It has no fields of its own: it reads the lists that were sent."
    return f"{head}| field | kind | needed | takes |\n|---|---|---|---|\n" + "\n".join(rows)


def _row(name: str, field: forms.Field) -> str:
    kind = next(one.__name__ for one in type(field).__mro__ if one.__module__ == "django.forms.fields")
    return f"| `{name}` | {kind.removesuffix('Field')} | {'yes' if field.required else 'no'} | {_takes(field)} |"


def _takes(field: forms.Field) -> str:
    if isinstance(field, forms.ChoiceField):
        given = [str(value) for value, _ in field.choices if value != ""]
        return ", ".join(f"`{value}`" for value in given) if len(given) < 20 else f"one of {len(given)}"
    pattern: Any = getattr(field, "regex", None)
    if pattern is not None:
        return f"`{pattern.pattern}`"
    bounds = [f"at least {field.min_value:,}"] if getattr(field, "min_value", None) is not None else []
    bounds += [f"at most {field.max_value:,}"] if getattr(field, "max_value", None) is not None else []
    most = getattr(field, "max_length", None)
    bounds += [f"{most:,} letters" if most else "any length"] if type(field) is forms.CharField else []
    return ", ".join(bounds) or {"BooleanField": "ticked or not", "DateField": "a day", "TimeField": "a time"}.get(
        type(field).__name__, "-"
    )


def drawn() -> str:
    every = {name: form for name, form in classes().items() if name not in FROM_A_LIBRARY}
    return "\n\n".join(table(name, form) for name, form in every.items()) + "\n"


# --- the tests ----------------------------------------------------------------------------------------------


def test_the_page_says_of_every_field_what_the_form_takes(db):
    assert PAGE.read_text().partition("\n## Every field\n\n")[2] == drawn()


def test_every_form_of_the_code_stands_in_a_room_that_is_read():
    root = PAGE.parent.parent
    files = [path for room in ("guidance", "evidence") for path in (root / room).rglob("*.py")]
    made = {
        ".".join(path.relative_to(root).with_suffix("").parts)
        for path in files
        if re.search(r"^class \w+\((?:\w+\.)?(?:\w*Form|_WithDay)\b", path.read_text(), re.MULTILINE)
    }
    assert made == set(ROOMS)


def test_every_rule_of_fields_together_is_told():
    told = PAGE.read_text().partition("\n## Rules for fields together\n")[2].partition("\n## ")[0]
    rules = {
        f"{one.__qualname__}.{name}"
        for form in classes().values()
        for one in form.__mro__
        for name in vars(one)
        if one.__module__ in ROOMS and re.fullmatch(r"clean(_\w+)?", name)
    }
    assert len(rules) > 8
    assert [rule for rule in sorted(rules) if f"`{rule}`" not in told] == []
    assert [rule for rule in re.findall(r"`(\w+\.clean\w*)`", told) if rule not in rules] == []


def test_what_comes_from_a_library_is_told_too():
    assert set(classes()) >= FROM_A_LIBRARY
    assert [name for name in FROM_A_LIBRARY if f"`{name}`" not in PAGE.read_text()] == []


def test_a_field_that_changed_would_be_seen():
    form = places.PlaceForm()
    form.fields["h"] = forms.CharField(max_length=3)
    assert _row("h", form.fields["h"]) != _row("h", places.PlaceForm().fields["h"])


if __name__ == "__main__":
    print(drawn(), end="")  # noqa: T201
