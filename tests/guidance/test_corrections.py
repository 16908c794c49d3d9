"""The seventeen statements of the seed documents that are wrong: none of them is said, and the right fact is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from guidance import content, pages
from tests.guidance.corrections import PATTERNS, RECORDS, SAID, TEMPLATES, WRONG, wrong


def text(*steps):
    return "\n".join((content.FOLDER / "en/steps" / f"{name}.md").read_text(encoding="utf-8") for name in steps)


def card(loaded, topic, nation):
    (law,) = pages.laws_for(loaded, topic, nation)
    return f"{law.name}. {law.fact} {law.limits}"


def tasks(loaded):
    return {plan.situation: [task.step for task in plan.tasks] for plan in loaded.flow.plans}


def ahead(order, first, then):
    """Whether `first` comes before `then` wherever a list has both."""
    return not {first, then} <= set(order) or order.index(first) < order.index(then)


# --- the watch itself ---------------------------------------------------------------------------------------


def test_there_is_a_watch_for_every_correction():
    assert sorted(WRONG) == [f"C-{number:02}" for number in range(1, 18)]
    assert {code for code, _ in SAID} == set(WRONG)


@pytest.mark.parametrize(("code", "pattern"), [(code, one) for code, found in PATTERNS.items() for one in found])
def test_no_pattern_is_dead(code, pattern):
    assert any(pattern.search(sentence) for named, sentence in SAID if named == code)


@pytest.mark.parametrize(
    ("order", "kept"),
    [
        (["save", "block"], True),
        (["block", "save"], False),
        (["save"], True),
        (["block"], True),
        (["save", "other", "block", "save"], True),
    ],
)
def test_an_order_the_wrong_way_round_is_seen(order, kept):
    assert ahead(order, "save", "block") is kept


@pytest.mark.parametrize(("code", "sentence"), SAID)
def test_the_wrong_statement_would_be_seen(tree, code, sentence):
    with (tree / "en/steps/block.md").open("a", encoding="utf-8") as file:
        file.write(f"\nOne thing more. {sentence} And go on.\n")

    assert ("block.md", sentence) in wrong(code, tree)


@pytest.mark.parametrize("where", ["en/steps/bank.md", "de/steps/bank.md", *RECORDS, "templates/help.html"])
def test_it_would_be_seen_in_every_kind_of_file(tree, where):
    shutil.copytree(TEMPLATES, tree / "templates")
    (tree / "de/steps").mkdir(parents=True)
    with (tree / where).open("a", encoding="utf-8") as file:
        file.write('\nnote = "Report it to Action Fraud."\n')

    assert [name for name, _ in wrong("C-16", tree, tree / "templates")] == [Path(where).name]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("C-08", "Do not block them first."),
        ("C-14", "Do not delete your account."),
        ("C-15", "With a textphone, use 18001 101, or 18000 in danger."),
        ("C-15", "You can text 999 if you signed up before."),
        ("C-16", "Report Fraud was formerly called Action Fraud."),
        ("C-16", "Report Fraud does not take reports from Scotland."),
        ("C-17", "Do not wait for the police."),
    ],
)
def test_the_right_statement_is_left_alone(tree, code, sentence):
    with (tree / "en/steps/block.md").open("a", encoding="utf-8") as file:
        file.write(f"\n{sentence}\n")

    assert wrong(code, tree) == []


# --- the corrections ----------------------------------------------------------------------------------------


def test_c01_blackmail_stands_under_the_law_of_each_nation(loaded):
    assert wrong("C-01") == []
    assert "Theft Act 1968, section 21" in card(loaded, "blackmail", "england")
    assert "Theft Act (Northern Ireland) 1969, section 20" in card(loaded, "blackmail", "ni")
    assert "extortion" in card(loaded, "blackmail", "scotland")


def test_c02_what_they_must_have_meant_differs_between_the_nations(loaded):
    assert wrong("C-02") == []
    assert "They do not have to mean to cause distress" in card(loaded, "intimate", "england")
    assert "or not have cared about it" in card(loaded, "intimate", "scotland")
    assert "asks if they meant to cause distress" in card(loaded, "intimate", "ni")


def test_c03_threats_have_their_own_law(loaded):
    assert wrong("C-03") == []
    assert "Sexual Offences Act 2003, section 66B(4)" in card(loaded, "threat", "wales")
    assert "(Scotland) Act 2016, section 2" in card(loaded, "threat", "scotland")
    assert "Justice Act (Northern Ireland) 2016, section 51" in card(loaded, "threat", "ni")
    assert loaded.laws["L-NI-01-T"].in_force == "2023-11-27"


def test_c04_fingerprints_are_for_adults_and_never_for_private_messages(loaded):
    assert wrong("C-04") == []
    assert loaded.contacts["SV-SNCII"].ages.min == 18
    private = ("P-WA", "P-MSG", "P-TG", "P-SIG")
    assert {loaded.platforms[one].hash for one in private} == {()}
    assert len([one for one in loaded.platforms.values() if "SV-SNCII" in one.hash]) > 3
    assert re.search("SV-SNCII|StopNCII", text("hash-adult"))


def test_c05_the_law_of_2015_is_history(loaded):
    assert wrong("C-05") == []
    history = loaded.laws["L-EW-18"]
    assert all(year in history.fact for year in ("2015", "2019", "2021", "2024", "2026"))
    assert "took the place" in history.fact
    assert history.nations == ("england", "wales")


def test_c06_reports_go_to_the_platform_the_host_and_the_search_engines(loaded):
    assert wrong("C-06") == []
    site = loaded.platforms["P-SITE"]
    assert "hosts the site" in site.report_path
    assert "Google and Bing" in site.report_path
    assert site.form == "https://lookup.icann.org/"
    assert "lookup.icann.org" in text("website-notice")
    assert "search engines" in text("website-notice")


def test_c07_the_human_rights_act_binds_public_bodies():
    assert wrong("C-07") == []
    assert re.search(r"Human Rights Act \w+ public bodies", text("your-rights"))


def test_c08_save_then_report_then_block(loaded):
    assert wrong("C-08") == []
    for situation, order in tasks(loaded).items():
        for saved in ("save-evidence", "save-text-only"):
            assert ahead(order, saved, "block"), situation
        for report in ("report-content", "report-account"):
            assert ahead(order, report, "block"), situation


def test_c09_no_law_wants_data_on_servers_in_the_uk():
    assert wrong("C-09") == []


def test_c10_whatsapp_is_from_13(loaded):
    assert wrong("C-10") == []
    assert "aged 13 and over" in loaded.platforms["P-WA"].note
    assert loaded.platforms["P-WA"].needs_editor


def test_c11_nobody_elses_registration_and_no_six_principles():
    assert wrong("C-11") == []


def test_c12_people_in_office_name_the_scheme(loaded):
    assert wrong("C-12") == []
    for name in ("Operation Ford", "Operation Bridger"):
        assert name in text("office")
        assert name in text("police")
    assert {"SV-FORD", "SV-BRID"} <= set(loaded.contacts)


def test_c13_dead_links_are_gone(loaded):
    assert wrong("C-13") == []
    assert loaded.platforms["P-X"].form.startswith("https://help.x.com/")


def test_c14_an_account_is_deactivated_and_not_deleted(loaded):
    assert wrong("C-14") == []
    for step in ("block", "privacy"):
        assert "deactivate" in text(step)
        assert re.search(r"Do not delete|do not delete", text(step))
    assert "do not delete it" in loaded.laws["L-SC-09"].limits


def test_c15_the_textphone_of_an_emergency_is_another(loaded):
    assert wrong("C-15") == []
    assert loaded.contacts["SV-18000"].phone == "18000"
    assert "18001 101" in loaded.contacts["SV-101"].note
    texting = loaded.contacts["SV-ESMS"]
    assert "register" in f"{texting.one_line} {texting.note} {texting.text}"


def test_c16_report_fraud_is_for_money_in_three_nations(loaded):
    assert wrong("C-16") == []
    fraud = loaded.contacts["SV-RF"]
    assert (fraud.phone, set(fraud.nations)) == ("0300 123 2040", {"england", "wales", "ni"})
    assert fraud.web == "https://www.reportfraud.police.uk/"
    assert re.search("blackmail that is happening now, call 101 or 999", f"{fraud.one_line} {fraud.note}")
    assert "Report Fraud does not take reports from Scotland" in loaded.laws["L-SC-09"].fact
    assert "It is not a fraud report" in loaded.laws["L-NI-08"].fact


def test_c17_a_report_to_the_site_waits_for_nobody(loaded):
    assert wrong("C-17") == []
    for situation in ("T1", "T2", "T4", "T15"):
        assert ahead(tasks(loaded)[situation], "report-content", "police"), situation
    assert "within 48 hours" in card(loaded, "takedown", "england")
