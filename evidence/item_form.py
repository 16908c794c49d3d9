"""The form of one item: its title, what is claimed about it, and when it happened."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evidence import index, items
from evidence.forms import OFF, choice, line, text
from evidence.index import When
from evidence.items import Telling

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_FIELDS: dict[str, forms.Field] = {
    "t5": line(_("Web address"), hint=_("Copy it from the top of the page, or use “Copy link”."), most=2000),
    "t4": line(_("Account"), hint=_("The name that starts with @, a phone number, or an email address.")),
    "t6": line(
        _("Number of the account"),
        hint=_("Some sites give each account a number that stays the same. Leave it empty if you do not know."),
    ),
    "t7": text(
        _("Names that it showed"),
        rows=3,
        hint=_("The names that people saw, also older ones. One on each line, with the day if you know it."),
    ),
    "t3": line(_("Where"), hint=_("The app or site, for example Instagram.")),
    "t8": line(_("How you saved it"), hint=_("For example: screenshot on my phone.")),
    "t9": text(
        _("Words that can be read in it"),
        hint=_("Copy the important words. It helps people who can't see the picture."),
    ),
    "t2": text(_("What happened"), hint=_("In your own words. Short is fine.")),
    "t10": line(_("Is it still there?"), hint=_("For example: yes on 20 November. Or: gone since 18 November.")),
    "t11": line(_("How much"), hint=_("The number as it was written, for example 250.")),
    "t12": line(_("In which money"), hint=_("For example: pounds, euros, bitcoin, gift cards.")),
    "t13": line(_("How"), hint=_("For example: bank transfer, PayPal, gift card codes, cryptocurrency.")),
    "t14": line(
        _("To whom"), hint=_("The account with its sort code, the wallet, the email address or the name."), most=500
    ),
    "t15": line(_("Reference"), hint=_("What stood beside it, or the number of the transfer."), most=500),
    "t16": line(_("Until when they want it"), hint=_("For example: tonight, or 20 November at 18:00.")),
    "t17": line(_("Phone number or email address"), hint=_("All of it, with the country code or the part after @.")),
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
    "t11": "amount",
    "t12": "currency",
    "t13": "way",
    "t14": "target",
    "t15": "reference",
    "t16": "deadline",
    "t17": "reach",
}
_SHOWN = ("t1", "t2", "t3", "t4", "t5", "t8", "t9")
_STORED = ("t1", "t2", "t3", "t4", "t5", "t8")
_MONEY = ("t11", "t12", "t13", "t14", "t15", "t3", "t4", "t2")
_WORDS = ("t1", "t2", "t3", "t4")
_ORDER = {
    **dict.fromkeys((index.PICTURE, index.FILM, index.SOUND), _SHOWN),
    **dict.fromkeys((index.DOCUMENT, index.MAIL, index.CHAT), _STORED),
    **dict.fromkeys((index.NOTE, index.EVENT, index.MESSAGE), _WORDS),
    index.ADDRESS: ("t5", "t10", "t1", "t3", "t4", "t2"),
    index.ACCOUNT: ("t4", "t3", "t6", "t5", "t7", "t2"),
    index.CONTACT: ("t17", "t3", "t4", "t2"),
    index.DEMAND: ("t2", *_MONEY[:5], "t16", "t3", "t4"),
    index.PAYMENT: _MONEY,
}
_NEEDED = {
    index.ADDRESS: "t5",
    index.ACCOUNT: "t4",
    index.CONTACT: "t17",
    index.DEMAND: "t2",
    index.PAYMENT: "t11",
    index.NOTE: "t2",
    index.EVENT: "t1",
}
_LABELS = {
    (index.DEMAND, "t2"): _("What they asked for"),
    (index.PAYMENT, "t2"): _("Anything else about it"),
    (index.CONTACT, "t2"): _("How you know it"),
    (index.CONTACT, "t4"): _("The account that it belongs to"),
    (index.MESSAGE, "t4"): _("Who sent it"),
}
_TITLES = ("address", "account", "reach")


class ItemForm(forms.Form):
    """One item of one kind: its title, what is claimed, and when it happened."""

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name in _ORDER[kind]:
            self.fields[name] = line(_("A short title")) if name == "t1" else _copy(_FIELDS[name])
            if label := _LABELS.get((kind, name)):
                self.fields[name].label = label
        if needed := _NEEDED.get(kind):
            self.fields[needed].required = True
        self.fields["k"] = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
        self.fields["d1"] = forms.DateField(
            label=_("Day"),
            required=False,
            widget=forms.DateInput({**OFF, "type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": _("Write the day like 2026-11-20, or leave it empty.")},
        )
        self.fields["d2"] = forms.TimeField(
            label=_("Time"),
            required=False,
            widget=forms.TimeInput({**OFF, "type": "time"}, format="%H:%M"),
            error_messages={"invalid": _("Write the time like 21:30, or leave it empty.")},
        )
        self.fields["d3"] = choice(
            _("How sure are you of the time?"),
            [("exact", _("It is exact")), ("about", _("It is about right")), ("unknown", _("I do not know when"))],
            missing=_("Choose how sure you are."),
        )
        self.fields["d4"] = line(
            _("How do you know the time?"), hint=_("For example: the clock on the screen, or I remember it.")
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("d3") in {"exact", "about"} and not data.get("d1") and "d1" not in self.errors:
            self.add_error("d1", _("Add the day, or choose that you do not know when."))
        return data

    def telling(self) -> Telling:
        """What the person said, as the act takes it."""
        data = self.cleaned_data
        claims = {claim: data.get(name, "") for name, claim in _CLAIM.items() if name in self.fields}
        return Telling(_title(data.get("t1", ""), claims)[:200], _when(data), claims)

    @property
    def once(self) -> str:
        """What tells two sendings of one form from two forms."""
        return str(self.cleaned_data.get("k", ""))


def _copy(field: forms.Field) -> forms.Field:
    return copy.deepcopy(field)


def _title(given: str, claims: dict[str, str]) -> str:
    """The given title, or what stands for the thing itself: an address, an account, a sum, the first words."""
    sum_of_money = f"{claims.get('amount', '')} {claims.get('currency', '')}".strip()
    named = next((claims[name] for name in _TITLES if claims.get(name)), "")
    return given or sum_of_money or named or _first_words(claims.get("what", ""))


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


_MORE = ("t17", "t11", "t12", "t13", "t14", "t15", "t16", "t6", "t7")


def said_more(claims: dict[str, str]) -> list[tuple[StrOrPromise, str]]:
    """What only some kinds have, each with the label of its field."""
    given = ((_FIELDS[name].label, claims.get(_CLAIM[name], "")) for name in _MORE)
    return [(label or "", value) for label, value in given if value]
