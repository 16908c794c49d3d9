from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from guidance.management.commands.content_review import Check, checks, due, lines

TODAY = date(2026, 11, 20)
CHECKS = checks()


def names(found):
    return [one.name for one in found]


def with_contact(loaded, name, **changes):
    changed = loaded.contacts[name].model_copy(update=changes)
    return replace(loaded, contacts={**loaded.contacts, name: changed})


def test_every_check_of_the_reference_is_there_in_its_order_and_names_records_that_exist(loaded):
    assert [check.name for check in CHECKS] == [f"VER-{number:02}" for number in range(1, 21)]
    assert [check.rank for check in CHECKS] == [*range(1, 21)]
    every = {*loaded.steps, *loaded.contacts, *loaded.platforms, *loaded.laws}
    for check in CHECKS:
        for record in check.records:
            assert any(check.model_copy(update={"records": (record,)}).names(one) for one in every), record


def test_only_checks_for_whoever_runs_the_site_name_no_record():
    assert [check.name for check in CHECKS if not check.records] == ["VER-14", "VER-15"]


def test_a_check_names_the_parts_of_a_record_and_what_a_star_stands_for():
    check = Check(rank=1, name="X", open="the page", records=("L-UK-01", "P-*"))
    assert check.names("L-UK-01")
    assert check.names("L-UK-01-R")
    assert check.names("P-FB")
    assert not check.names("L-UK-011")
    assert not check.names("L-UK-02")
    assert not check.names("SV-P-1")


def test_everything_that_waits_for_an_editor_is_listed_once(loaded):
    found = due(loaded, CHECKS, on=TODAY)
    waiting = {
        one for kind in (loaded.contacts, loaded.platforms, loaded.laws) for one in kind if kind[one].needs_editor
    }
    waiting |= {name for name, step in loaded.steps.items() if step.head.needs_editor}
    assert len(names(found)) == len(set(names(found)))
    assert set(names(found)) == waiting
    assert not any(one.overdue for one in found)


def test_the_worst_stand_first(loaded):
    found = due(loaded, CHECKS, on=TODAY)
    groups = [one.group for one in found]
    assert groups == sorted(groups)
    assert set(groups) == {0, 1, 2, 3, 4}
    ranks = [one.check.rank for one in found if one.check]
    assert ranks == sorted(ranks)
    assert found[0].check.name == "VER-01"
    assert {one.kind for one in found if one.group == 1} == {"step"}
    assert all(loaded.steps[one.name].head.severity == "safety" for one in found if one.group == 1)
    assert names(found).index("SV-SHOUT") < names(found).index("SV-VSS")


def test_what_is_past_its_date_stands_before_all_else_even_when_nothing_else_is_wrong(loaded):
    old = with_contact(loaded, "SV-SUK", needs_editor=False, review_by=date(2026, 11, 19))
    first, second, *_ = due(old, CHECKS, on=TODAY)
    assert (first.name, first.overdue) == ("SV-SUK", True)
    assert second.check.name == "VER-01"


@pytest.mark.parametrize(("on", "there"), [(date(2026, 11, 20), False), (date(2026, 11, 21), True)])
def test_on_its_last_day_a_record_is_not_overdue(loaded, on, there):
    last = with_contact(loaded, "SV-SUK", needs_editor=False, review_by=date(2026, 11, 20))
    assert ("SV-SUK" in names(due(last, CHECKS, on=on))) is there


def test_a_line_says_which_file_what_to_open_and_how_sure_it_is(loaded):
    by_name = {one.name: one for one in due(loaded, CHECKS, on=TODAY)}
    assert by_name["SV-RPH"].file == "contacts.toml"
    assert by_name["SV-RPH"].open == loaded.contacts["SV-RPH"].web
    assert by_name["SV-RPH"].confidence == loaded.contacts["SV-RPH"].confidence
    assert by_name["bank"].file == "en/steps/bank.md"
    assert by_name["L-EW-05"].open == ", ".join(loaded.laws["L-EW-05"].sources)
    text = "\n".join(lines([by_name["SV-RPH"]], CHECKS))
    assert "contact SV-RPH (contacts.toml) [repository] by 2027-02-20; open https://revengepornhelpline.org.uk/" in text
    assert text.index("VER-04: open") < text.index("SV-RPH")


def test_a_page_is_as_sure_as_its_weakest_source(loaded):
    step = loaded.steps["bank"]

    def sure(*sources):
        head = step.head.model_copy(update={"sources": sources, "needs_editor": True})
        changed = replace(loaded, steps={**loaded.steps, "bank": replace(step, head=head)})
        return next(one.confidence for one in due(changed, CHECKS, on=TODAY) if one.name == "bank")

    assert sure("S72", "S34", "MEM") == "memory"
    assert sure("S72", "S34", "EV-16") == "secondary"
    assert sure("S72") == "official"
    assert sure("EV-16") == "reference"


def test_a_check_without_records_stands_at_its_rank(loaded):
    text = list(lines(due(loaded, CHECKS, on=TODAY), CHECKS))
    heads = [line.split(":")[0] for line in text if line.startswith("VER-")]
    assert heads == sorted(heads)
    assert {"VER-14", "VER-15"} <= set(heads)
    assert [line.split(":")[0] for line in lines([], CHECKS)] == ["VER-14", "VER-15"]


def test_the_command_lists_and_writes_one_booklet_to_print(loaded, tmp_path):
    out, file = StringIO(), tmp_path / "booklet.html"
    call_command("content_review", booklet=file, on=TODAY, stdout=out)
    assert out.getvalue().startswith("VER-01: open ")
    assert "OVERDUE" not in out.getvalue()
    page = file.read_text(encoding="utf-8")
    assert page.count("<html") == 1
    assert "@media print" in page
    for step in loaded.steps.values():
        assert f"{step.head.id} · {step.head.code}" in page
    for plan in loaded.flow.plans:
        assert f"<h3>{plan.situation}</h3>" in page
    for contact in loaded.contacts.values():
        assert not contact.phone or f'href="tel:{contact.dial}"' in page
    assert all(f"({name})" in page for name in loaded.platforms)
    assert all(f"<h3>{name}</h3>" in page for name in loaded.laws)


def test_another_day_shows_what_will_be_past_its_date(loaded):
    out = StringIO()
    call_command("content_review", on=date(2027, 2, 21), stdout=out)
    first = out.getvalue().splitlines()[1]
    assert "OVERDUE since 2027-02-20" in first
