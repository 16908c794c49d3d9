"""The forms about how long a case is kept: to shorten it, to keep it for the police, and a reminder of its day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from evidence.forms import OFF, choice
from evidence.retention import Choice

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DAY = "day"  # the choice of a day of one's own
# Titles that tell nothing, for a calendar that others may read. The place in the list is what the form sends.
TITLES: tuple[StrOrPromise, ...] = (_("Call back"), _("Appointment"), _("Library book"), _("Water the plants"))


def _day(label: StrOrPromise, hint: StrOrPromise, *, required: bool) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        required=required,
        widget=forms.DateInput({**OFF, "type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day."), "invalid": _("Write the day like 2026-11-20.")},
    )


class _WithDay(forms.Form):
    """A day between tomorrow and the last one that may be chosen."""

    def __init__(self, today: date, last: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today, self._last = today, last

    def clean_d1(self) -> date | None:
        day: date | None = self.cleaned_data["d1"]
        if day is not None and not self._today < day <= self._last:
            last = date_format(self._last, "j F Y")
            raise forms.ValidationError(gettext("Choose a day from tomorrow to %(last)s.") % {"last": last})
        return day


class KeepForm(_WithDay):
    """So many months after it was last opened, or to a day."""

    a = choice(_("Delete my case by itself"), [], missing=_("Choose how long your case is kept."))
    d1 = _day(_("The day"), _("Only if you chose a day of your own."), required=False)

    def __init__(self, offered: list[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = [(str(count), _after(count)) for count in offered]
        own = (DAY, gettext("On a day of my own, even if I open it before"))
        cast("forms.ChoiceField", self.fields["a"]).choices = [*months, own]

    def clean(self) -> None:
        own = self.cleaned_data.get("a") == DAY
        if own and self.cleaned_data.get("d1") is None and "d1" not in self.errors:
            self.add_error("d1", gettext("Choose a day."))

    def choice(self) -> Choice:
        if self.cleaned_data["a"] == DAY:
            return Choice(until=self.cleaned_data["d1"].isoformat())
        return Choice(months=int(self.cleaned_data["a"]))


def _after(months: int) -> str:
    text = ngettext("%(count)d month after I last opened it", "%(count)d months after I last opened it", months)
    return text % {"count": months}


class PoliceForm(_WithDay):
    """To which day a case is kept at least, because it was reported."""

    d1 = _day(_("Keep it at least until"), _("A trial can take years to come."), required=True)

    def choice(self) -> Choice:
        return Choice(until=self.cleaned_data["d1"].isoformat(), police=True)


class DayReminderForm(forms.Form):
    """Under which title, and at which hour."""

    a = choice(
        _("Title in the calendar"),
        [(str(place), title) for place, title in enumerate(TITLES)],
        missing=_("Choose a title."),
    )
    c = forms.TypedChoiceField(
        label=_("At what time?"),
        help_text=_("UK time. Choose a time when you are alone."),
        coerce=int,
        choices=[(str(hour), f"{hour:02}:00") for hour in range(7, 23)],
        initial="11",
        widget=forms.Select(OFF),
        error_messages={"required": _("Choose a time.")},
    )

    def __init__(self, given: Any = None) -> None:
        super().__init__(given, auto_id="r-%s")  # it stands beside another form

    def title(self) -> str:
        return str(TITLES[int(self.cleaned_data["a"])])
