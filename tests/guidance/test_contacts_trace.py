"""Every record, number and address in the content stands in the reference: none was invented or mistyped."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from guidance import content
from guidance.records import Contact
from tests.guidance import reference_tokens
from tests.guidance.reference_tokens import addresses, digits, emails, normal, numbers

REFERENCE = tomllib.loads(reference_tokens.LIST.read_text(encoding="utf-8"))
IDS = frozenset(REFERENCE["ids"])
NUMBERS = frozenset(REFERENCE["numbers"])
EMAILS = frozenset(REFERENCE["emails"])
ADDRESSES = frozenset(REFERENCE["addresses"])
HOSTS = frozenset(address.partition("/")[0] for address in ADDRESSES)
FOLDERS = (
    [(Path(os.environ["REFERENCE"]), Path(os.environ["SEEDS"]))] if {"REFERENCE", "SEEDS"} <= {*os.environ} else []
)
# Records that the reference has inside another one.
INSIDE = {"SV-LIFE": "SV-111", "SV-SARCS": "SV-SARC", "SV-ROWAN": "SV-SARC", "SV-BRID": "SV-FORD"}
# Platforms that the reference sends to the form of another.
SAME_FORM = {"P-IG": "P-FB", "P-THR": "P-FB", "P-TEAMS": "P-BING"}
# Records that the reference has as notes below a heading: no service, or one without a number or an address.
NO_CONTACT = frozenset(
    ("SV-NYP", "SV-MCF", "SV-DEAF", "SV-CA", "SV-CICA", "SV-REIMB", "SV-CIFAS", "SV-RO", "SV-PSD", "SV-EC")
)
ANY_HOST = re.compile(  # with any ending, not only those that the reference has
    r"(?<![\w@.-])(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?![\w-])((?:/[^\s;,()\"'>\]*`]*)?)", re.IGNORECASE
)
OF_AN_ACT = re.compile(r"\b(sections?|articles?|order|act) \d+\w*( (and|to) \d+\w*)?|\b\d{4}/\d+", re.IGNORECASE)
MARK = re.compile(r"\{\{.*?\}\}")
FILES = sorted(content.FOLDER.rglob("*.md"))
FIGURES = frozenset(REFERENCE["figures"])  # the years, sections and amounts in its law
OURS = frozenset(("OWN", "MEM"))
# Cards for a topic on which the reference has nothing in this nation: they state no law, they say whom to ask.
GAPS = frozenset(("L-NI-ANON", "L-NI-TIME"))


def origin(name: str) -> str:
    """The reference's record of a contact: SV-US4b is a part of SV-US4."""
    return INSIDE.get(name, re.sub(r"(?<=\d)[b-z]$", "", name))


def invented(text: str) -> list[str]:
    """The numbers, mails and addresses in a text that the reference has not."""
    strange = [*(numbers(OF_AN_ACT.sub(" ", text)) - NUMBERS), *(emails(text) - EMAILS)]
    bare = reference_tokens.EMAIL.sub(" ", text)
    return [
        *strange,
        *(one for one in (normal(host + path) for host, path in ANY_HOST.findall(bare)) if not known(one)),
    ]


def known(address: str) -> bool:
    """The address itself, or the front page of a host that the reference has, or of the body that runs that host."""
    host, _, path = address.partition("/")
    front = host in HOSTS or any(one.endswith("." + host) for one in HOSTS)
    return address in ADDRESSES or address in addresses(address) & ADDRESSES or (not path and front)


def texts(record: object) -> Iterator[str]:
    for name, value in vars(record).items():
        if name not in ("id", "code", "sources", "checked_on", "review_by") and isinstance(value, str):
            yield value


if len(FOLDERS) == 2:

    def test_the_list_is_what_the_reference_holds():
        assert reference_tokens.tokens(*FOLDERS) == reference_tokens.LIST.read_text(encoding="utf-8")


def test_every_service_of_the_reference_is_a_contact_or_cannot_be_one(loaded):
    wanted = {name for name in IDS if name.startswith("SV-")}
    have = {origin(name) for name in loaded.contacts}
    assert have <= wanted
    assert wanted - have - set(loaded.contacts) == NO_CONTACT


def test_every_record_has_an_id_of_the_reference(loaded):
    assert set(loaded.platforms) <= IDS
    assert {name for name in loaded.platforms if not name.startswith("P-")} == set()
    laws = set(loaded.laws) - GAPS
    assert [name for name in laws if not any(name == one or name.startswith(one + "-") for one in IDS)] == []
    assert set(loaded.sources) - OURS <= IDS


def test_every_year_section_and_amount_in_a_law_stands_in_the_law_of_the_reference(loaded):
    for name, law in loaded.laws.items():
        said = reference_tokens.figures(f"{law.name} {law.in_force} {law.fact} {law.limits}")
        assert {one for one in said if len(one) > 2} <= FIGURES, name


def test_a_card_that_fills_a_gap_states_no_law(loaded):
    for name in GAPS:
        law = loaded.laws[name]
        assert law.needs_editor
        assert law.confidence == "memory"
        assert not re.search(r"\b(Act|Order|section|article)\b|\d", f"{law.name} {law.fact} {law.limits}")


def test_the_numbers_and_mails_of_a_contact_stand_in_its_own_record(loaded):
    for name, contact in loaded.contacts.items():
        assert strange(name, contact) == [], name


def strange(name: str, contact: Contact) -> list[str]:
    own = REFERENCE["records"][origin(name)]
    wrong = [one for one in (contact.phone, contact.text) if one and digits(one) not in own["numbers"]]
    return wrong + [contact.email] * bool(contact.email and contact.email.lower() not in own["emails"])


def test_the_address_of_a_contact_stands_in_the_reference(loaded):
    for name, contact in loaded.contacts.items():
        own = REFERENCE["records"][origin(name)]["addresses"]
        if contact.web and normal(contact.web) not in own:
            assert known(normal(contact.web)), name


def test_the_form_of_a_platform_stands_in_its_own_record(loaded):
    for name, platform in loaded.platforms.items():
        records = [REFERENCE["records"][one]["addresses"] for one in (name, SAME_FORM.get(name, name))]
        assert not platform.form or any(normal(platform.form) in one for one in records), name


def test_no_contact_platform_or_law_holds_a_number_or_address_of_its_own(loaded):
    for records in (loaded.contacts, loaded.platforms, loaded.laws):
        for name, record in records.items():
            assert [one for text in texts(record) for one in invented(text)] == [], name


def test_no_source_has_an_address_of_its_own(loaded):
    for name, source in loaded.sources.items():
        assert not source.url or known(normal(source.url)), name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_page_holds_a_number_or_address_of_its_own(path):
    head, body = path.read_text(encoding="utf-8").removeprefix("+++\n").split("\n+++\n", 1)
    said = tomllib.loads(head)
    choices = [choice for fact in said.get("choices", {}).values() for choice in fact.values()]
    words = [said["title"], said.get("why", ""), MARK.sub(" ", body)]
    words += [word for choice in choices for word in choice.values()]
    assert [one for text in words for one in invented(text)] == []


def long_numbers() -> list[str]:
    rows = tomllib.loads((content.FOLDER / "contacts.toml").read_text(encoding="utf-8"))["contacts"]
    return sorted({row["phone"] for row in rows if len(digits(row.get("phone", ""))) >= 7})


@pytest.mark.parametrize("phone", long_numbers())
def test_one_wrong_digit_is_found(phone):
    assert invented(f"Call {phone} now.") == []
    for place, digit in enumerate(phone):
        for other in "0123456789" if digit.isdigit() else "":
            wrong = phone[:place] + other + phone[place + 1 :]
            assert other == digit or invented(f"Call {wrong} now.") == [digits(wrong)]


@pytest.mark.parametrize(
    "text",
    [
        "Call 998.",
        "Text HELP to 85259.",
        "Call +44 20 7946 0000.",
        "Write to help@revengepornhelpline.org",
        "Write to somebody@childline.org.uk",
        "Open https://www.revengepornhelp.org.uk/",
        "Open stopnci.org now",
        "Open https://www.childline.org.uk/removal",
        "Open https://help.example/page",
    ],
)
def test_what_the_reference_has_not_is_found(text):
    assert invented(text)


@pytest.mark.parametrize(
    "text",
    [
        "The Theft Act 1968 says so, and the rule began on 29 June 2026.",
        "It takes 48 hours, from 10:30 to 16:00, at £85,000.",
        "Call 999 or 112. Textphone: 18001 101.",
        "Samaritans are 116 123, Shout is 85258.",
        "Open https://www.childline.org.uk/remove or stopncii.org.",
        "That is it, e.g. now. Yes.No",
    ],
)
def test_what_is_no_number_and_what_is_known_is_let_through(text):
    assert [one for one in invented(text) if one != "yes.no"] == []


def test_a_number_under_another_service_is_found(loaded):
    samaritans, childline = loaded.contacts["SV-SAM"], loaded.contacts["SV-CL"]
    swapped = samaritans.model_copy(update={"phone": childline.phone})
    assert invented(swapped.phone) == []
    assert strange("SV-SAM", swapped) == [childline.phone]
