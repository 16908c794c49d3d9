"""What a person takes away from guidance: one sheet of paper, a calendar file, a list kept in a case."""

from __future__ import annotations

import io

import pikepdf
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from evidence import cases, progress, unlocking
from evidence.custody import OWNER
from guidance import content, engine
from guidance.answers import Answers
from tests.browser.looking import PHONE, Look, Scale, answered, give, opens, presses
from tests.conftest import confirm

MARGIN = dict.fromkeys(("top", "right", "bottom", "left"), "15mm")
TEN, REMINDERS = "/guide/x4gm/", "/guide/b5yn/"


def sheets(page):
    with pikepdf.open(io.BytesIO(page.pdf(format="A4", margin=MARGIN))) as paper:
        return len(paper.pages)


def test_no_page_has_a_fault(windows):
    page, look = windows.open(**PHONE), Look()
    scale = Scale().watch(page)
    for address in (TEN, REMINDERS):
        opens(page, address)
        look.at(page, scale, name=address, dark=True)
    page.fill("input[name=t1]", "Ring Hana")
    presses(page, "main form button")
    assert page.input_value("input[name=t1]") == "Ring Hana"
    assert page.locator(".error-summary").is_visible()
    look.at(page, scale, name="a reminder without a day", dark=True)
    assert look == Look()


def test_the_next_ten_minutes_fit_on_one_sheet_for_every_situation(windows):
    loaded, page = content.load(), windows.open(**PHONE)
    opens(page, TEN)
    told = {"nobody": sheets(page)}
    for one in {journey.situation: journey for journey in loaded.journeys}.values():
        if isinstance(engine.replay(loaded, one.answers), engine.Plan):
            answered(page, windows.served, one.answers)
            opens(page, TEN)
            told[one.situation] = sheets(page)
    assert len(told) > 20
    assert {situation: count for situation, count in told.items() if count != 1} == {}


def test_the_sheet_names_no_site_and_no_way_out(windows):
    page = windows.open(**PHONE)
    opens(page, TEN)
    page.emulate_media(media="print")
    words = page.locator("body").inner_text()
    assert "116 123" in words
    assert not [told for told in ("Leave this site", "Next Steps", "My case", "Privacy", "Print it") if told in words]


def test_without_scripts_the_calendar_file_arrives_as_a_download(windows):
    page = windows.open(**PHONE, java_script_enabled=False, accept_downloads=True)
    opens(page, REMINDERS)
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
    page, look = windows.open(**PHONE), Look()
    scale = Scale().watch(page)
    give(page, windows.served, lambda response: unlocking.give(response, session))
    opens(page, reverse("evidence:home"))
    look.at(page, scale, name="a list to bring back")
    presses(page, page.get_by_role("button", name="Bring my list back"))
    assert page.url.endswith(reverse("guidance:plan"))
    opens(page, reverse("evidence:home"))
    assert page.get_by_role("button", name="Keep my list in this case").is_visible()
    look.at(page, scale, name="a list to keep")
    assert look == Look()
