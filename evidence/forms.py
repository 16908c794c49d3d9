"""The owner's forms: neutral field names, no autofill, no spell check, errors that say what to do."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import keep_lazy_text
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

OFF = {"autocomplete": "off"}
CODE = {
    "autocomplete": "off",
    "autocorrect": "off",
    "autocapitalize": "none",
    "spellcheck": "false",
    "data-lpignore": "true",
}


@keep_lazy_text
def _lowered(label: StrOrPromise) -> str:
    return str(label).lower()


def _naming(label: StrOrPromise, sentence: StrOrPromise, **more: object) -> StrOrPromise:
    """The sentence with the label in its place, put together when it is shown."""
    return format_lazy(sentence, label=_lowered(label), **more)


def line(label: StrOrPromise, *, required: bool = False, hint: StrOrPromise = "", most: int = 200) -> forms.CharField:
    too_long = ngettext_lazy("Use at most {most} letter for: {label}", "Use at most {most} letters for: {label}", most)
    return forms.CharField(
        label=label,
        required=required,
        help_text=hint,
        max_length=most,
        widget=forms.TextInput(OFF),
        error_messages={
            "required": _naming(label, _("Fill in: {label}")),
            "max_length": _naming(label, too_long, most=most),
        },
    )


def text(
    label: StrOrPromise, *, required: bool = False, hint: StrOrPromise = "", rows: int = 4, most: int = 20_000
) -> forms.CharField:
    too_long = ngettext_lazy("Use at most {most} letter.", "Use at most {most} letters.", most)
    return forms.CharField(
        label=label,
        required=required,
        help_text=hint,
        max_length=most,
        widget=forms.Textarea({**OFF, "rows": rows}),
        error_messages={
            "required": _naming(label, _("Write something in: {label}")),
            "max_length": format_lazy(too_long, most=f"{most:,}"),
        },
    )


def choice(
    label: StrOrPromise,
    options: list[tuple[str, StrOrPromise]],
    *,
    missing: StrOrPromise,
    hint: StrOrPromise = "",
) -> forms.ChoiceField:
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
        label=_("Your seven words, or your code"),
        help_text=_("Any spacing and any capitals are fine."),
        max_length=1000,
        widget=forms.Textarea({**CODE, "rows": 3, "class": "code-box"}),
        error_messages={
            "required": _("Type your seven words, or your code."),
            "max_length": _("That is too long."),
        },
    )
    h = forms.CharField(required=False, widget=forms.HiddenInput)


class BringBackForm(OpenForm):
    """The same box, and what is to happen to a case that was deleted."""

    c = choice(
        _("What do you want to do?"),
        [("back", _("Bring my case back")), ("erase", _("Erase it for good, now"))],
        missing=_("Choose what to do with the case."),
    )


class LookForm(forms.Form):
    """Could someone look at this phone or these accounts?"""

    a = choice(
        _("Could someone look at this phone, or into your accounts?"),
        [("no", _("No")), ("yes", _("Yes, someone could")), ("unsure", _("I am not sure"))],
        missing=_("Choose one. “I am not sure” is a good answer."),
    )


class ConfirmForm(forms.Form):
    """Two of the words and the end of the code, typed again."""

    def __init__(self, ask: list[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, place in zip(("x_1", "x_2"), ask, strict=True):
            self.fields[name] = self._box(gettext("Word %(number)d") % {"number": place + 1})
        self.fields["x_3"] = self._box(gettext("The last four letters or numbers of your code"))

    @staticmethod
    def _box(label: str) -> forms.CharField:
        return forms.CharField(
            label=label,
            max_length=60,
            widget=forms.TextInput(CODE),
            error_messages={"required": _naming(label, gettext("Type: {label}"))},
        )


# --- the gate -------------------------------------------------------------------------------------


class GateForm(forms.Form):
    """The three answers before the first picture."""

    a = choice(
        _("How old was everyone in the sexual pictures, when they were made?"),
        [
            ("adults", _("Everyone was 18 or over")),
            ("under18", _("Someone was under 18")),
            ("unsure", _("I am not sure")),
        ],
        missing=_("Choose an age. “I am not sure” is a good answer."),
        hint=_("Think of everyone. Pictures that the other person sent you count too."),
    )
    b = choice(
        _("How old are you now?"),
        [("adult", _("18 or over")), ("under18", _("Under 18")), ("unsure", _("I would rather not say"))],
        missing=_("Choose your age now."),
    )
    c = choice(
        _("Whose pictures are they?"),
        [
            ("mine", _("They are of me")),
            ("agreed", _("They are of someone who asked me to do this and knows about it")),
            ("other", _("They are of someone else")),
        ],
        missing=_("Choose whose pictures they are."),
    )


class UploadForm(forms.Form):
    """What goes with files: said again each time. The files themselves are read by the view, as a stream.

    `k` and `n` tell two sendings of one file from two files: what the form was given, and the place of the file.
    """

    y = forms.BooleanField(
        label=_("Everyone shown in these files was 18 or over."),
        error_messages={"required": _("Tick the box if everyone was 18 or over. If not, do not add them here.")},
    )
    t1 = line(_("What do they show?"), hint=_("A few words, for example: the first message. You can leave it empty."))
    k = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    n = forms.IntegerField(required=False, min_value=0, max_value=10_000, widget=forms.HiddenInput)


class AnnounceForm(UploadForm):
    """The same, with the name, the size in bytes and the time of change of one large file that comes in pieces."""

    u = forms.CharField(max_length=5000)
    z = forms.IntegerField(min_value=1, max_value=2**53)
    v = forms.IntegerField(min_value=-(2**53), max_value=2**53)


# --- sharing, messages, the pack ------------------------------------------------------------------


class ShareForm(forms.Form):
    """Why the helpline may read the case, and until when."""

    t1 = text(_("What would you like help with?"), required=True, rows=3, most=1000)
    d1 = forms.DateField(
        label=_("Until which day may they read it?"),
        help_text=_("You can end it earlier, at any time."),
        widget=forms.DateInput({**OFF, "type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day."), "invalid": _("Write the day like 2026-11-20.")},
    )

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self.fields["d1"].initial = today + timedelta(days=30)

    def clean_d1(self) -> date:
        day: date = self.cleaned_data["d1"]
        if not self._today <= day <= self._today + timedelta(days=365):
            raise forms.ValidationError(gettext("Choose a day from today to one year from now."))
        return day


class MessageForm(forms.Form):
    """One message to the helpline worker. `k` tells two sendings of one form from two messages."""

    t1 = text(_("Your message"), required=True)
    k = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class NoteForm(forms.Form):
    """One note from a device on which the case is shut. `k` tells two sendings of one form from two notes."""

    t2 = text(_("Your note"), required=True, rows=6)
    k = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class DetailsForm(forms.Form):
    """What an officer needs beside the items; everything may stay empty."""

    t1 = text(_("What happened, in a few lines"), rows=6, hint=_("The officer reads this first. Six lines are enough."))
    t2 = line(_("Your name"), hint=_("Leave it empty if you want to say it yourself."))
    t3 = text(
        _("How to reach you safely"),
        rows=3,
        hint=_("When to call, no voicemail, who must not know, an interpreter, or other needs."),
    )
    t4 = text(
        _("Risks right now, one on each line"),
        rows=3,
        hint=_("For example: they know where I live. There is a deadline tonight."),
    )
    t5 = line(_("Where you were"))
    t6 = line(_("Where the other person is, if you know"))
    t7 = line(_("Was anything paid?"), hint=_("How much, how, and when. Or: nothing."))
    t8 = text(
        _("Who you have told already, one on each line"),
        rows=3,
        hint=_("For example: West Yorkshire Police | 20 November | log 1234 | they will call back"),
    )
    t9 = line(_("What you want the police to do"), hint=_("For example: investigate. Or: I am not sure yet."))
    t10 = line(_("Your initials for the labels"), hint=_("Two or three letters."), most=3)
    t12 = line(_("Police force and log number, if you have one"))
    t11 = choice(
        _("Where do you live?"),
        [
            ("england", _("England")),
            ("wales", _("Wales")),
            ("scotland", _("Scotland")),
            ("ni", _("Northern Ireland")),
            ("", _("Somewhere else, or I would rather not say")),
        ],
        missing="",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["t11"].required = False

    def clean_t10(self) -> str:
        initials: str = self.cleaned_data["t10"].strip().upper()
        if initials and not (initials.isascii() and initials.isalpha() and len(initials) >= 2):
            raise forms.ValidationError(gettext("Use two or three letters from A to Z."))
        return initials
