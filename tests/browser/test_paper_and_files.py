"""What a person takes away from guidance: one sheet of paper, a calendar file, a list kept in a case."""

from __future__ import annotations

import io

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from evidence import cases, progress, unlocking
from evidence.custody import OWNER
from guidance import content, engine
from guidance.answers import Answers
from tests.browser import looking
from tests.conftest import confirm

NARROW = {"viewport": {"width": 360, "height": 740}, "is_mobile": True}
MARGIN = dict.fromkeys(("top", "right", "bottom", "left"), "15mm")
TEN, REMINDERS = "/guide/x4gm/", "/guide/b5yn/"


def faults(page):
    """What axe finds, and whether the page scrolls sideways."""
    return looking.faults(page) + ["sideways"] * looking.sideways(page)


def sheets(page):
    with pikepdf.open(io.BytesIO(page.pdf(format="A4", margin=MARGIN))) as paper:
        return len(paper.pages)


@pytest.mark.parametrize("choice", ["phone", "dark"])
def test_no_page_has_a_fault(windows, choice):
    dark = {"color_scheme": "dark"} if choice == "dark" else {}
    page = windows.open(**NARROW, **dark)
    for address in (TEN, REMINDERS):
        page.goto(address)
        assert faults(page) == []
    page.fill("input[name=t1]", "Ring Hana")
    page.click("main form button")
    assert page.input_value("input[name=t1]") == "Ring Hana"
    assert page.locator(".error-summary").is_visible()
    assert faults(page) == []


def test_the_next_ten_minutes_fit_on_one_sheet_for_every_situation(windows):
    loaded, page = content.load(), windows.open(**NARROW)
    page.goto(TEN)
    told = {"nobody": sheets(page)}
    for one in {journey.situation: journey for journey in loaded.journeys}.values():
        if isinstance(engine.replay(loaded, one.answers), engine.Plan):
            looking.answered(page, windows.served, one.answers)
            page.goto(TEN)
            told[one.situation] = sheets(page)
    assert len(told) > 20
    assert {situation: count for situation, count in told.items() if count != 1} == {}


def test_the_sheet_names_no_site_and_no_way_out(windows):
    page = windows.open(**NARROW)
    page.goto(TEN)
    page.emulate_media(media="print")
    words = page.locator("body").inner_text()
    assert "116 123" in words
    assert not [told for told in ("Leave this site", "Next Steps", "My case", "Privacy", "Print it") if told in words]


def test_without_scripts_the_calendar_file_arrives_as_a_download(windows):
    page = windows.open(**NARROW, java_script_enabled=False, accept_downloads=True)
    page.goto(REMINDERS)
    page.check("input[name=a][value='3']", force=True)
    page.select_option("select[name=c]", "20")
    with page.expect_download() as arriving:
        page.click("main form button")
    file = arriving.value
    assert file.suggested_filename == "reminder.ics"
    found = Calendar.from_ical(file.path().read_bytes()).walk("VEVENT")
    assert [str(one["summary"]) for one in found] == ["Library book"] * 3
    assert page.url.endswith(REMINDERS)


def test_a_case_shows_the_list_that_it_keeps_and_gives_it_back(windows, db):
    loaded, at = content.load(), timezone.now()
    facts = next(one.answers for one in loaded.journeys if one.situation == "T4")
    session = cases.make(device="", at=at)
    confirm(session, at)
    progress.keep(session.opened, Answers(facts), by=OWNER, at=at)
    page = windows.open(**NARROW)
    looking.give(page, windows.served, lambda response: unlocking.give(response, session))
    page.goto(reverse("evidence:home"))
    assert faults(page) == []
    page.get_by_role("button", name="Bring my list back").click()
    assert page.url.endswith(reverse("guidance:plan"))
    page.goto(reverse("evidence:home"))
    assert page.get_by_role("button", name="Keep my list in this case").is_visible()
    assert faults(page) == []
