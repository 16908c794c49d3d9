"""The owner's forms: neutral field names, no autofill, no spell check, errors that say what to do."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms

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


class NoteForm(forms.Form):
    """One note from a device on which the case is shut."""

    t2 = text("Your note", required=True, rows=6)


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
