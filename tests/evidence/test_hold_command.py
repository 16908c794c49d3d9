"""What the operator types for a written order, and for a locked case that may be erased."""

from __future__ import annotations

import builtins
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from evidence import cases, gate, holds, retention
from evidence.custody import OWNER
from evidence.holds import Order
from evidence.models import Case, Hold
from tests.conftest import acts

pytestmark = pytest.mark.django_db
ORDER = Order("Leeds Crown Court", "T2026/1", "2026-03-01", "2028-03-01")
ANSWERS = [ORDER.authority, ORDER.reference, ORDER.dated, ORDER.until]


@pytest.fixture
def typed(monkeypatch):
    """`typed(...)` answers the questions to come; the list holds what was asked."""
    asked, waiting = [], []

    def answer(question):
        asked.append(question)
        return waiting.pop(0)

    monkeypatch.setattr(builtins, "input", answer)
    return lambda *answers: waiting.extend(answers) or asked


def run(*arguments):
    out = StringIO()
    call_command("hold", *arguments, stdout=out)
    return out.getvalue()


def placed(owner, typed, *answers):
    typed(*(answers or ANSWERS))
    return run(cases.reference(owner.case))


def test_an_order_is_asked_for_and_recorded(alice, typed):
    asked = typed()
    said = placed(alice, typed)
    assert [re.split(r"[:(]", question)[0].strip() for question in asked] == [
        "Who ordered it",
        "Their reference",
        "Date of the order",
        "Until which day",
    ]
    assert said == f"{cases.reference(alice.case)} is kept until you end this order with --end.\n"
    (view,) = holds.shown(alice.opened)
    assert (view.order, view.placed_on) == (ORDER, timezone.now().date())


def test_the_reference_is_forgiven_its_case_and_names_one_case(alice, mallory, typed):
    typed(*ANSWERS)
    run(f" {cases.reference(mallory.case).lower()} ")
    assert (retention.is_ordered(alice.case), retention.is_ordered(mallory.case)) == (False, True)


def test_an_order_may_stand_until_it_is_lifted(alice, typed):
    placed(alice, typed, *ANSWERS[:3], "")
    assert holds.shown(alice.opened)[0].order.until == ""


@pytest.mark.parametrize("answers", [[""], ["A court", " "], ["A court", "1", "yesterday"], ["A court", "1", ""]])
def test_an_order_that_is_not_filled_in_is_not_recorded(alice, typed, answers):
    with pytest.raises(CommandError, match="Nothing was recorded"):
        placed(alice, typed, *answers)
    assert not Hold.objects.exists()


def test_an_unknown_reference_is_told(alice):
    with pytest.raises(CommandError, match="no case with this reference"):
        run("AAAAA-AAAAA")


def test_an_erased_case_is_told(alice, typed):
    cases.erase_now(alice.words, at=timezone.now())
    with pytest.raises(CommandError, match="This case was erased"):
        placed(alice, typed)


def test_an_order_ends_when_the_operator_says_so(alice, typed):
    placed(alice, typed)
    assert run(cases.reference(alice.case), "--end") == "Ended. No order stands any more.\n"
    assert not retention.is_ordered(alice.case)
    assert acts(alice.opened)[-2:] == ["hold-placed", "hold-ended"]


def test_of_two_orders_one_has_to_be_named(alice, typed):
    for _ in range(2):
        placed(alice, typed)
    out = StringIO()
    with pytest.raises(CommandError, match="More than one order stands"):
        call_command("hold", cases.reference(alice.case), "--end", stdout=out)
    day = timezone.now().date()
    assert out.getvalue() == f"1: recorded on {day}\n2: recorded on {day}\n"
    assert run(cases.reference(alice.case), "--end", "2") == "Ended. 1 still stands.\n"
    assert holds.standing(alice.case).count() == 1


def test_where_no_order_stands_none_ends(alice):
    with pytest.raises(CommandError, match="No such order stands"):
        run(cases.reference(alice.case), "--end")


def test_the_list_names_nothing_but_numbers_and_days(alice, typed):
    placed(alice, typed)
    said = run(cases.reference(alice.case), "--list")
    assert re.fullmatch(r"1: recorded on \d{4}-\d\d-\d\d\n", said)


def test_a_locked_case_is_released_by_name_of_who_said_so(alice, at, open_gate, keep_picture, typed):
    keep_picture(alice.opened)
    gate.lock(alice.opened, by=OWNER, at=at)
    typed("The safeguarding lead, 3 March 2026")
    assert "It stays locked." in run(cases.reference(alice.case), "--release")
    assert not Case.objects.get(pk=alice.case.pk).held
    assert Case.objects.get(pk=alice.case.pk).erase_on >= timezone.now().date() + timedelta(days=30)


def test_a_release_without_a_name_releases_nothing(alice, at, open_gate, keep_picture, typed):
    keep_picture(alice.opened)
    gate.lock(alice.opened, by=OWNER, at=at)
    typed("")
    with pytest.raises(CommandError, match="has to be filled in"):
        run(cases.reference(alice.case), "--release")
    assert Case.objects.get(pk=alice.case.pk).held


def test_there_is_nothing_to_release_in_a_case_without_locked_files(alice, typed):
    typed("The lead")
    with pytest.raises(CommandError, match="No locked file"):
        run(cases.reference(alice.case), "--release")
