"""The owner's forms: neutral field names, no autofill, no spell check, errors that say what to do."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any

from django import forms

from evidence import index, items
from evidence.index import When
from evidence.items import Telling

OFF = {"autocomplete": "off"}
CODE = {
    "autocomplete": "off",
    "autocorrect": "off",
    "autocapitalize": "none",
    "spellcheck": "false",
    "data-lpignore": "true",
}


def line(label: str, *, required: bool = False, hint: str = "", most: int = 200) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        help_text=hint,
        max_length=most,
        widget=forms.TextInput(OFF),
        error_messages={
            "required": f"Fill in: {label.lower()}",
            "max_length": f"Use at most {most} letters for: {label.lower()}",
        },
    )


def text(label: str, *, required: bool = False, hint: str = "", rows: int = 4, most: int = 20_000) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        help_text=hint,
        max_length=most,
        widget=forms.Textarea({**OFF, "rows": rows}),
        error_messages={
            "required": f"Write something in: {label.lower()}",
            "max_length": f"Use at most {most:,} letters.",
        },
    )


def choice(label: str, options: list[tuple[str, str]], *, missing: str, hint: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=options,
        widget=forms.RadioSelect,
        help_text=hint,
        error_messages={"required": missing},
    )


# --- the ways in ----------------------------------------------------------------------------------


class OpenForm(forms.Form):
    """One box for seven words or a recovery code; `h` carries text that waits, sealed."""

    x_1 = forms.CharField(
        label="Your seven words, or your code",
        help_text="Any spacing and any capitals are fine.",
        max_length=1000,
        widget=forms.Textarea({**CODE, "rows": 3, "class": "code-box"}),
        error_messages={
            "required": "Type your seven words, or your code.",
            "max_length": "That is too long.",
        },
    )
    h = forms.CharField(required=False, widget=forms.HiddenInput)


class BringBackForm(OpenForm):
    """The same box, and what is to happen to a case that was deleted."""

    c = choice(
        "What do you want to do?",
        [("back", "Bring my case back"), ("erase", "Erase it for good, now")],
        missing="Choose what to do with the case.",
    )


class LookForm(forms.Form):
    """Could someone look at this phone or these accounts?"""

    a = choice(
        "Could someone look at this phone, or into your accounts?",
        [("no", "No"), ("yes", "Yes, someone could"), ("unsure", "I am not sure")],
        missing="Choose one. “I am not sure” is a good answer.",
    )


class ConfirmForm(forms.Form):
    """Two of the words and the end of the code, typed again."""

    def __init__(self, ask: list[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, place in zip(("x_1", "x_2"), ask, strict=True):
            self.fields[name] = self._box(f"Word {place + 1}")
        self.fields["x_3"] = self._box("The last four letters or numbers of your code")

    @staticmethod
    def _box(label: str) -> forms.CharField:
        return forms.CharField(
            label=label,
            max_length=60,
            widget=forms.TextInput(CODE),
            error_messages={"required": f"Type: {label.lower()}"},
        )


# --- the gate -------------------------------------------------------------------------------------


class GateForm(forms.Form):
    """The three answers before the first picture."""

    a = choice(
        "How old was everyone in the sexual pictures, when they were made?",
        [
            ("adults", "Everyone was 18 or over"),
            ("under18", "Someone was under 18"),
            ("unsure", "I am not sure"),
        ],
        missing="Choose an age. “I am not sure” is a good answer.",
        hint="Think of everyone. Pictures that the other person sent you count too.",
    )
    b = choice(
        "How old are you now?",
        [("adult", "18 or over"), ("under18", "Under 18"), ("unsure", "I would rather not say")],
        missing="Choose your age now.",
    )
    c = choice(
        "Whose pictures are they?",
        [
            ("mine", "They are of me"),
            ("agreed", "They are of someone who asked me to do this and knows about it"),
            ("other", "They are of someone else"),
        ],
        missing="Choose whose pictures they are.",
    )


class UploadForm(forms.Form):
    """What goes with pictures: said again each time. The files themselves are read by the view, as a stream."""

    y = forms.BooleanField(
        label="Everyone in these pictures was 18 or over.",
        error_messages={"required": "Tick the box if everyone was 18 or over. If not, do not add them here."},
    )
    t1 = line("What do they show?", hint="A few words, for example: the first message. You can leave it empty.")


# --- items ----------------------------------------------------------------------------------------

_FIELDS: dict[str, forms.Field] = {
    "t5": line("Web address", hint="Copy it from the top of the page, or use “Copy link”.", most=2000),
    "t4": line("Account", hint="The name that starts with @, a phone number, or an email address."),
    "t6": line(
        "Number of the account",
        hint="Some sites give each account a number that stays the same. Leave it empty if you do not know.",
    ),
    "t7": line("Names that it showed", hint="The names that people saw, also older ones."),
    "t3": line("Where", hint="The app or site, for example Instagram."),
    "t8": line("How you saved it", hint="For example: screenshot on my phone."),
    "t9": text(
        "Words that can be read in it",
        hint="Copy the important words. It helps people who can't see the picture.",
    ),
    "t2": text("What happened", hint="In your own words. Short is fine."),
    "t10": line("Is it still there?", hint="For example: yes on 20 November. Or: gone since 18 November."),
}
_CLAIM = {
    "t2": "what",
    "t3": "where",
    "t4": "account",
    "t5": "address",
    "t6": "number",
    "t7": "names",
    "t8": "captured",
    "t9": "words",
    "t10": "state",
}
_ORDER = {
    index.PICTURE: ("t1", "t2", "t3", "t4", "t5", "t8", "t9"),
    index.ADDRESS: ("t5", "t10", "t1", "t3", "t4", "t2"),
    index.ACCOUNT: ("t4", "t3", "t6", "t5", "t7", "t2"),
    index.NOTE: ("t1", "t2", "t3", "t4"),
    index.EVENT: ("t1", "t2", "t3", "t4"),
}
_NEEDED = {index.ADDRESS: "t5", index.ACCOUNT: "t4", index.NOTE: "t2", index.EVENT: "t1"}


class ItemForm(forms.Form):
    """One item of one kind: its title, what is claimed, and when it happened."""

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name in _ORDER[kind]:
            self.fields[name] = line("A short title") if name == "t1" else _copy(_FIELDS[name])
        if needed := _NEEDED.get(kind):
            self.fields[needed].required = True
        self.fields["d1"] = forms.DateField(
            label="Day",
            required=False,
            widget=forms.DateInput({**OFF, "type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": "Write the day like 2026-11-20, or leave it empty."},
        )
        self.fields["d2"] = forms.TimeField(
            label="Time",
            required=False,
            widget=forms.TimeInput({**OFF, "type": "time"}, format="%H:%M"),
            error_messages={"invalid": "Write the time like 21:30, or leave it empty."},
        )
        self.fields["d3"] = choice(
            "How sure are you of the time?",
            [("exact", "It is exact"), ("about", "It is about right"), ("unknown", "I do not know when")],
            missing="Choose how sure you are.",
        )
        self.fields["d4"] = line(
            "How do you know the time?", hint="For example: the clock on the screen, or I remember it."
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("d3") in {"exact", "about"} and not data.get("d1") and "d1" not in self.errors:
            self.add_error("d1", "Add the day, or choose that you do not know when.")
        return data

    def telling(self) -> Telling:
        """What the person said, as the act takes it."""
        data = self.cleaned_data
        claims = {claim: data.get(name, "") for name, claim in _CLAIM.items() if name in self.fields}
        title = data.get("t1") or claims.get("address") or claims.get("account") or _first_words(claims.get("what", ""))
        return Telling(title[:200], _when(data), claims)


def _copy(field: forms.Field) -> forms.Field:
    return copy.deepcopy(field)


def _first_words(what: str) -> str:
    return what.strip().splitlines()[0][:80] if what.strip() else ""


def _when(data: dict[str, Any]) -> When:
    if data["d3"] == "unknown" or not data.get("d1"):
        return When(basis=data.get("d4", ""))
    at = data["d1"].isoformat()
    if data.get("d2"):
        at += f"T{data['d2'].strftime('%H:%M')}"
    return When(at, data["d3"], data.get("d4", ""))


def initial_of(view: items.ItemView) -> dict[str, str]:
    """The fields of ItemForm, filled from an item."""
    when = view.line.when
    values = {name: view.claims.get(claim, "") for name, claim in _CLAIM.items()}
    return {
        **values,
        "t1": view.line.title,
        "d1": when.at[:10],
        "d2": when.at[11:16],
        "d3": when.known,
        "d4": when.basis,
    }


# --- sharing, messages, the pack ------------------------------------------------------------------


class ShareForm(forms.Form):
    """Why the helpline may read the case, and until when."""

    t1 = text("What would you like help with?", required=True, rows=3, most=1000)
    d1 = forms.DateField(
        label="Until which day may they read it?",
        help_text="You can end it earlier, at any time.",
        widget=forms.DateInput({**OFF, "type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a day.", "invalid": "Write the day like 2026-11-20."},
    )

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self.fields["d1"].initial = today + timedelta(days=30)

    def clean_d1(self) -> date:
        day: date = self.cleaned_data["d1"]
        if not self._today <= day <= self._today + timedelta(days=365):
            raise forms.ValidationError("Choose a day from today to one year from now.")
        return day


class MessageForm(forms.Form):
    """One message to the helpline worker."""

    t1 = text("Your message", required=True)


class DetailsForm(forms.Form):
    """What an officer needs beside the items; everything may stay empty."""

    t1 = text("What happened, in a few lines", rows=6, hint="The officer reads this first. Six lines are enough.")
    t2 = line("Your name", hint="Leave it empty if you want to say it yourself.")
    t3 = text(
        "How to reach you safely",
        rows=3,
        hint="When to call, no voicemail, who must not know, an interpreter, or other needs.",
    )
    t4 = text(
        "Risks right now, one on each line",
        rows=3,
        hint="For example: they know where I live. There is a deadline tonight.",
    )
    t5 = line("Where you were")
    t6 = line("Where the other person is, if you know")
    t7 = line("Was anything paid?", hint="How much, how, and when. Or: nothing.")
    t8 = text(
        "Who you have told already, one on each line",
        rows=3,
        hint="For example: West Yorkshire Police | 20 November | log 1234 | they will call back",
    )
    t9 = line("What you want the police to do", hint="For example: investigate. Or: I am not sure yet.")
    t10 = line("Your initials for the labels", hint="Two or three letters.", most=3)
    t12 = line("Police force and log number, if you have one")
    t11 = choice(
        "Where do you live?",
        [
            ("england", "England"),
            ("wales", "Wales"),
            ("scotland", "Scotland"),
            ("ni", "Northern Ireland"),
            ("", "Somewhere else, or I would rather not say"),
        ],
        missing="",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["t11"].required = False

    def clean_t10(self) -> str:
        initials: str = self.cleaned_data["t10"].strip().upper()
        if initials and not (initials.isascii() and initials.isalpha() and len(initials) >= 2):
            raise forms.ValidationError("Use two or three letters from A to Z.")
        return initials
