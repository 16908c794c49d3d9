from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.urls import reverse

from guidance import checks, content, languages, overlay, proofs
from guidance.answers import Answers
from guidance.files import ContentBroken
from tests.guidance.browsing import BASE, PEOPLE
from tests.guidance.carrying import give
from tests.guidance.translating import folder_of, put, record_file

DATES = 'sources = ["S01"]\nchecked_on = 2026-11-20\nreview_by = 2027-02-20\n'
CONTACT = """
[[contacts]]
id = "{id}"
code = "{code}"
name = "{name}"
one_line = "We talk with you here."
phone = "01632 960960"
nations = ["england", "wales", "scotland", "ni"]
roles = ["support"]
{more}
"""


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


@pytest.fixture
def serve(monkeypatch, own):
    """This process serves the content with the operator's folder over it, from now on."""

    def start():
        monkeypatch.setattr(content, "OWN", [own])
        content.load.cache_clear()
        languages.load.cache_clear()
        return content.load()

    yield start
    monkeypatch.undo()
    content.load.cache_clear()
    languages.load.cache_clear()


def contact(own_id="OWN-1", code="q7zx", name="Safe Harbour", more="always = true"):
    return CONTACT.format(id=own_id, code=code, name=name, more=more) + DATES


def step_file(step, body="Our own words.\n", **changes):
    """The step of ours as an operator rewrites it: the same front matter, another text."""
    head = {
        **{key: getattr(step.head, key) for key in ("id", "code", "kind", "action", "severity", "minutes")},
        **{key: list(getattr(step.head, key)) for key in ("kinds", "ends", "collects", "contacts")},
        "title": step.head.title,
        "why": step.head.why,
        **changes,
    }
    lines = [f"{key} = {value!r}" for key, value in head.items() if value is not None]
    return "+++\n" + "\n".join(lines) + f"\n{DATES}+++\n{body}"


def broken(own):
    with pytest.raises(ContentBroken) as caught:
        content.read(content.FOLDER, own)
    return caught.value.problems


# --- contacts and names -----------------------------------------------------------------------------------


def test_an_empty_folder_changes_nothing(loaded, own):
    read = content.read(content.FOLDER, own)
    assert (read.contacts, read.steps, read.branding) == (loaded.contacts, loaded.steps, loaded.branding)
    assert read.own == frozenset()


def test_a_contact_of_the_operator_is_added(client, own, serve):
    put(own, "contacts.toml", contact())
    loaded = serve()
    assert loaded.own == {"OWN-1"}
    cards = "".join(client.get(f"/help/?p={page}").content.decode() for page in range(1, 20))
    assert "Safe Harbour" in cards
    assert "tel:01632960960" in cards
    assert "Samaritans" in cards


def test_a_contact_of_the_same_id_takes_the_place_of_ours(loaded, own):
    code = loaded.contacts["SV-RPH"].code
    put(own, "contacts.toml", contact("SV-RPH", code, "Our own helpline"))
    read = content.read(content.FOLDER, own)
    assert read.contacts["SV-RPH"].name == "Our own helpline"
    assert len(read.contacts) == len(loaded.contacts)
    assert list(proofs.findings(read)) == []


@pytest.mark.parametrize("name", ["SV-999", "SV-SAM", "SV-SHOUT", "SV-CL"])
def test_a_contact_for_a_crisis_is_locked(loaded, own, name):
    put(own, "contacts.toml", contact(name, loaded.contacts[name].code, "Ours"))
    with pytest.raises(ContentBroken, match=f"{name}: this contact is for a crisis: it is locked"):
        content.read(content.FOLDER, own)


def test_the_hours_of_the_operators_contacts_are_not_held_to_ours(loaded, own):
    week = 'hours = [{days = ["sat"], opens = "10:00", closes = "11:00"}]'
    put(own, "contacts.toml", contact() + contact("SV-STK", loaded.contacts["SV-STK"].code, "Ours", week))
    assert list(proofs.findings(content.read(content.FOLDER, own))) == []


def test_the_names_of_the_operator_stand_on_every_page(client, own, serve):
    put(own, "branding.toml", 'site_name = "Harbour"\norganisation = "Harbour Trust"\nabout = "Run by Harbour."\n')
    serve()
    for address in ("/", "/help/", "/privacy/", "/nothing-here/"):
        text = client.get(address).content.decode()
        assert re.search(r"<title>.*Harbour</title>", text)
        assert "Run by Harbour." in text
    assert "Harbour Trust" in client.get("/privacy/").content.decode()


def test_names_left_out_are_those_of_the_settings(client, own, serve, settings):
    put(own, "branding.toml", 'about = "Run by Harbour."\n')
    serve()
    assert f"· {settings.SITE_NAME}</title>" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("branding.toml", f'site_name = "{"x" * 41}"', "branding.toml: site_name"),
        ("branding.toml", 'logo = "x.png"', "branding.toml: logo"),
        ("branding.toml", "= 1", "branding.toml"),
        ("contacts.toml", "[[contacts]]\nid = 'OWN-1'", "contacts.toml OWN-1"),
        ("contacts.toml", contact() + contact(), "contacts.toml OWN-1: stands twice"),
        ("contacts.toml", contact(more='always = true\nhours = "all day"'), "contacts.toml OWN-1: hours"),
        ("en/steps/new.md", "no front matter", "steps/new.md"),
    ],
)
def test_what_can_not_be_read_is_named(own, name, text, says):
    put(own, name, text)
    assert any(says in problem for problem in broken(own))


def test_a_code_that_is_taken_is_named(loaded, own):
    put(own, "contacts.toml", contact(code=loaded.steps["bank"].head.code))
    assert broken(own) == (f"the code {loaded.steps['bank'].head.code} stands 2 times",)


def test_a_folder_that_is_not_there_is_named(own):
    assert broken(own / "gone") == (f"OWN_CONTENT: there is no folder {own / 'gone'}",)


# --- steps ------------------------------------------------------------------------------------------------


def test_a_step_that_is_not_locked_says_what_the_operator_says(client, loaded, own, serve):
    put(own, "en/steps/complain.md", step_file(loaded.steps["complain"], title="Ask us to complain"))
    read = serve()
    assert list(proofs.findings(read)) == []
    give(client, Answers({**BASE, **PEOPLE["T1"]}))
    text = client.get(reverse("guidance:step", args=[loaded.steps["complain"].head.code])).content.decode()
    assert "Our own words." in text
    assert "Ask us to complain" in text


@pytest.mark.parametrize("name", ["bank", "dont-pay", "crisis", "report-remove", "outcome-t1"])
def test_a_step_marked_safety_is_locked(loaded, own, name):
    put(own, f"en/steps/{name}.md", step_file(loaded.steps[name]))
    locked = f"own steps/{name}.md: this step is marked safety: it is locked and can't be replaced"
    assert locked in broken(own)


@pytest.mark.parametrize(
    "change",
    [
        {"code": "q7zx"},
        {"kind": "advice"},
        {"action": "A26"},
        {"kinds": ["complain", "pay-never"]},
        {"ends": ["OUT-BANK"]},
        {"collects": ["when"]},
        {"severity": "safety"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_replaced_step_does_what_ours_did(loaded, own, change):
    put(own, "en/steps/complain.md", step_file(loaded.steps["complain"], **change))
    assert f"own steps/complain.md: its {next(iter(change))} must stay what it is" in broken(own)


def test_a_page_of_advice_can_be_added(client, loaded, own, serve):
    head = {"id": "rooms", "code": "q7zx", "kind": "advice", "action": "", "kinds": [], "ends": [], "collects": []}
    put(own, "en/steps/rooms.md", step_file(loaded.steps["the-law"], **head, title="Our rooms"))
    assert list(proofs.findings(serve())) == []
    assert "Our rooms" in client.get(reverse("guidance:step", args=["q7zx"])).content.decode()


@pytest.mark.parametrize("kind", ["task", "question", "outcome"])
def test_any_other_new_page_is_refused(loaded, own, kind):
    put(own, "en/steps/rooms.md", step_file(loaded.steps["complain"], id="rooms", code="q7zx", kind=kind))
    assert "own steps/rooms.md: a step of your own is a page of advice" in broken(own)


def test_the_words_of_an_operator_are_checked_like_ours(loaded, own):
    text = step_file(
        loaded.steps["complain"], "{{ contact:SV-NO }}\n\n{{ if sky=blue }}x{{ end }}\n", contacts=["SV-NO"]
    )
    put(own, "en/steps/complain.md", text)
    said = "\n".join(broken(own))
    assert "no contact SV-NO" in said
    assert "no fact is named sky" in said


# --- what is served ---------------------------------------------------------------------------------------


def test_the_check_says_what_is_wrong_with_the_operators_folder(loaded, own, serve):
    put(own, "en/steps/bank.md", step_file(loaded.steps["bank"]))
    with pytest.raises(ContentBroken):
        serve()
    found = checks.guidance_is_safe()
    assert {one.id for one in found} == {"guidance.E001"}
    assert any("it is locked" in one.msg for one in found)


def test_the_proofs_run_over_what_the_operator_made_of_it(loaded, own, serve, monkeypatch):
    """Without the lock, contacts that sleep at night would leave nobody on the page of a crisis."""
    monkeypatch.setattr(overlay, "LOCKED", frozenset())
    asleep = 'hours = [{days = ["mon"], opens = "10:00", closes = "11:00"}]'
    named = [loaded.contacts[one] for one in loaded.steps["crisis"].head.contacts]
    put(own, "contacts.toml", "".join(contact(one.id, one.code, one.name, asleep) for one in named))
    serve()
    found = [one for one in checks.guidance_is_safe() if one.level >= 40]
    assert {one.id for one in found} == {"guidance.E002"}
    assert any("the crisis page lacks someone who answers" in one.msg for one in found)


def test_a_changed_folder_of_the_operator_is_proved_again(own):
    before = content.read(content.FOLDER, own).hash
    put(own, "contacts.toml", contact())
    assert content.read(content.FOLDER, own).hash != before
    assert content.read(content.FOLDER).hash != content.read(content.FOLDER, own).hash


def test_a_translation_of_what_the_operator_replaced_is_stale(loaded, own, tmp_path):
    welsh = folder_of(tmp_path)
    put(welsh, "contacts.toml", record_file("contacts", loaded.contacts["SV-RPH"]))
    assert "contact SV-RPH" not in languages.translated(loaded, welsh).stale
    put(own, "contacts.toml", contact("SV-RPH", loaded.contacts["SV-RPH"].code, "Our own helpline"))
    spoken = languages.translated(content.read(content.FOLDER, own), welsh)
    assert "contact SV-RPH" in spoken.stale
    assert spoken.content.contacts["SV-RPH"].name == "Our own helpline"


def test_the_setting_names_the_folder(settings, own, monkeypatch):
    monkeypatch.setattr(content, "OWN", [])
    for value, wanted in ((own, [own]), (None, [])):
        settings.OWN_CONTENT = value
        apps.get_app_config("guidance").ready()
        assert wanted == content.OWN
