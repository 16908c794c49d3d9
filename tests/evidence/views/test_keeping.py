"""How long a case is kept, page by page: its day is said, a choice is taken, and deleting says first what it does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from evidence import cases, gate, holds, retention
from evidence.custody import OWNER
from evidence.models import Case
from evidence.retention import Choice
from tests.security import people

pytestmark = pytest.mark.django_db
ORDER = holds.Order("Leeds Crown Court", "T2026/1", "2026-03-01", "2028-03-01")
WARNING = "Ask the person named in it, or a lawyer, first."


@pytest.fixture
def page(alice, read):
    """What one of her pages says."""

    def page(name, *args):
        answer = alice.browser.get(reverse(f"evidence:{name}", args=args))
        assert answer.status_code == 200
        return read(answer)

    return page


def day_of(person):
    return date_format(Case.objects.get(pk=person.case.pk).erase_on, "j F Y")


def status(person):
    return Case.objects.get(pk=person.case.pk).status


def ordered(person):
    return holds.place(person.case, ORDER, at=timezone.now())


def locked(person):
    """As after the lock of a picture."""
    people.open_the_gate(person)
    people.keep_a_picture(person, people.png())
    gate.lock(people.opened(person), by=OWNER, at=timezone.now())


# --- the day is said ----------------------------------------------------------------------------------------


def test_the_day_stands_on_the_words_the_card_the_home_page_and_the_settings(db, read):
    browser = people.browser()
    browser.post(reverse("evidence:make"))
    day = date_format(Case.objects.get().erase_on, "j F Y")
    words = read(browser.get(reverse("evidence:words")))
    assert f"deleted by itself on <strong>{day}</strong>" in words
    card = re.search(r'<p class="card-day">(.*?)</p>', words)[1]
    assert card == f"Use before: {day}"


def test_the_card_prints_a_day_and_nothing_that_says_what_it_is_for(db, read):
    browser = people.browser()
    browser.post(reverse("evidence:make"))
    words = read(browser.get(reverse("evidence:words")))
    panel = re.search(r'<div class="panel">(.*?)</div>', words, re.DOTALL)[1]
    printed = re.sub(r'<span class="screen-only">.*?</span>', "", panel)
    said = re.sub(r"<li>[a-z-]+</li>|<[^>]+>", "", printed)
    assert re.sub(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){6}", "", said).split()[:2] == ["Use", "before:"]


def test_her_pages_say_the_day_and_that_it_moves(alice, page):
    for name in ("home", "safety", "keeping"):
        shown = page(name)
        assert f"deleted by itself on <strong>{day_of(alice)}</strong>" in shown
        assert "Each time you open it, that day moves." in shown


def test_new_words_show_the_day_of_the_case(alice, page):
    retention.choose(people.opened(alice), Choice(months=3), by=OWNER, at=timezone.now())
    alice.post("words-change", {"c": "lost"})
    assert f"Use before: {day_of(alice)}" in page("words")


# --- choosing -----------------------------------------------------------------------------------------------


def test_she_chooses_three_months(alice, page):
    answer = alice.post("keeping", {"a": "3"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("evidence:keeping"))
    assert Case.objects.get(pk=alice.case.pk).erase_on == retention.after(timezone.localdate(), 3)
    assert re.search(r'value="3"[^>]* checked', page("keeping"))


def test_she_chooses_a_day_of_her_own(alice, page):
    day = timezone.localdate() + timedelta(days=40)
    alice.post("keeping", {"a": "day", "d1": day.isoformat()})
    assert Case.objects.get(pk=alice.case.pk).erase_on == day
    assert "even if you open it before" in page("home")
    assert f'value="{day.isoformat()}"' in page("keeping")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"a": ""}, "Choose how long your case is kept."),
        ({"a": "2"}, "Select a valid choice"),
        ({"a": "day"}, "Choose a day."),
        ({"a": "day", "d1": "soon"}, "Write the day like 2026-11-20."),
        ({"a": "day", "d1": "2020-01-01"}, "Choose a day from tomorrow to"),
        ({"a": "day", "d1": "2999-01-01"}, "Choose a day from tomorrow to"),
    ],
)
def test_what_can_not_be_is_told_and_changes_nothing(alice, read, typed, says):
    before = day_of(alice)
    answer = alice.post("keeping", typed)
    assert answer.status_code == 200
    assert says in read(answer)
    assert day_of(alice) == before


def test_she_keeps_it_for_the_police(alice, page):
    until = retention.last_day(police=True, at=timezone.now())
    assert f'value="{until.isoformat()}"' in page("keeping-longer")  # the furthest day stands there already
    alice.post("keeping-longer", {"d1": until.isoformat()})
    assert "You keep this case for the police." in page("home")
    assert day_of(alice) == date_format(until, "j F Y")


def test_a_day_beyond_the_operators_years_is_told(alice, read, settings):
    settings.RETENTION_MAX_YEARS = 2
    beyond = retention.last_day(police=True, at=timezone.now()) + timedelta(days=1)
    assert "Choose a day from tomorrow to" in read(alice.post("keeping-longer", {"d1": beyond.isoformat()}))


# --- the calendar file ----------------------------------------------------------------------------------------


def test_the_calendar_file_has_two_plain_entries_before_the_day_and_nothing_else(alice):
    answer = alice.post("keeping-calendar", {"a": "2", "c": "9"})
    assert answer["Content-Disposition"] == 'attachment; filename="reminder.ics"'
    text = answer.content.decode()
    day = Case.objects.get(pk=alice.case.pk).erase_on
    for before in (30, 7):
        assert f"DTSTART:{day - timedelta(days=before):%Y%m%d}T" in text
    assert text.count("BEGIN:VEVENT") == 2
    assert set(re.findall(r"^SUMMARY:(.*?)\r?$", text, re.MULTILINE)) == {"Library book"}
    assert not re.search(r"http|case|delete|words|picture|127\.0|testserver", text, re.IGNORECASE)


def test_reminders_that_would_be_past_are_left_out(alice):
    day = timezone.localdate() + timedelta(days=20)
    alice.post("keeping", {"a": "day", "d1": day.isoformat()})
    text = alice.post("keeping-calendar", {"a": "0", "c": "9"}).content.decode()
    assert text.count("BEGIN:VEVENT") == 1


def test_where_no_reminder_is_left_none_is_offered(alice, page):
    day = timezone.localdate() + timedelta(days=5)
    alice.post("keeping", {"a": "day", "d1": day.isoformat()})
    assert "Get the file" not in page("keeping")


def test_a_title_is_asked_for(alice, read):
    answer = alice.post("keeping-calendar", {"c": "9"})
    assert answer.status_code == 422
    assert "Choose a title." in read(answer)


def test_the_two_forms_of_the_page_share_no_id(page):
    ids = re.findall(r'\bid="([^"]+)"', page("keeping"))
    assert len(ids) == len(set(ids))


# --- written orders -------------------------------------------------------------------------------------------


def test_at_every_opening_the_order_is_shown_with_its_words(alice, read):
    ordered(alice)
    browser = alice.open_elsewhere()
    assert "There is a written order to keep this case." in read(browser.get(reverse("evidence:home")))
    words = read(browser.get(reverse("evidence:orders")))
    for said in ("This order stands", ORDER.authority, ORDER.reference, "1 March 2026", "1 March 2028"):
        assert said in words


def test_an_order_without_an_end_says_so_and_one_that_ended_is_still_read(alice, page):
    holds.place(alice.case, holds.Order("A court", "1", "2026-03-01"), at=timezone.now())
    assert "until it is lifted" in page("orders")
    holds.end(alice.case, 1, at=timezone.now())
    assert "This order has ended" in page("orders")
    assert "There is a written order" not in page("home")


def test_without_an_order_the_page_says_so(page):
    assert "There is no order." in page("orders")
    assert "There is a written order" not in page("home")


def test_an_order_stops_the_day_and_the_pages_say_it(alice, page):
    ordered(alice)
    for name in ("home", "safety", "keeping"):
        assert "it is not deleted by itself" in page(name)
        assert day_of(alice) not in page(name)


def test_she_locks_a_case_that_is_kept_by_order(alice):
    ordered(alice)
    alice.post("lock")
    assert alice.browser.get(reverse("evidence:home")).status_code == 302


# --- deleting says first what it does -----------------------------------------------------------------------------


def test_without_anything_that_keeps_it_deleting_says_72_hours(alice, page, read):
    shown = page("delete")
    assert "After that it is gone for good." in shown
    for said in (WARNING, "You keep this case for the police", "Files here are locked"):
        assert said not in shown
    assert "For 72 hours your words or your code bring it back." in read(alice.post("delete"))


def test_kept_for_the_police_deleting_says_what_it_may_do_and_lets_her(alice, page):
    alice.post("keeping-longer", {"d1": (timezone.localdate() + timedelta(days=900)).isoformat()})
    shown = page("delete")
    assert "You keep this case for the police. If you delete it" in shown
    assert "It stays your choice." in shown
    alice.post("delete")
    assert status(alice) == Case.Status.HIDDEN


def test_with_an_order_deleting_says_so_first_and_hides_at_once(alice, page, read):
    ordered(alice)
    shown = page("delete")
    for said in (WARNING, ORDER.authority, ORDER.reference, "It is erased when the order has ended, not before."):
        assert said in shown
    assert "After that it is gone for good." not in shown
    answer = read(alice.post("delete"))
    assert "It is not erased yet" in answer
    assert "Until it is erased, your words or your code bring it back." in answer
    assert status(alice) == Case.Status.HIDDEN


def test_with_locked_files_deleting_says_so_first_by_the_protocol(alice, page, settings):
    locked(alice)
    assert "Nothing of the case is erased until the people who run this site may erase it." in page("delete")
    settings.LOCKED_PROTOCOL = "erase"
    shown = page("delete")
    assert "Files here are locked" not in shown
    assert "After that it is gone for good." in shown


@pytest.mark.parametrize("protocol", ["keep", "erase"])
def test_erase_for_good_says_first_that_an_order_or_a_lock_may_keep_it(read, settings, protocol):
    settings.LOCKED_PROTOCOL = protocol
    shown = read(people.browser().get(reverse("evidence:bring-back")))
    assert "Does a written order of the police or a court keep the case" in shown
    assert ("files in it locked" in shown) == (protocol == "keep")
    assert "Did you report to the police?" in shown


@pytest.mark.parametrize("keeps", [ordered, locked])
def test_erase_for_good_of_a_case_that_is_kept_hides_it_and_does_not_say_it_is_erased(alice, read, keeps):
    keeps(alice)
    typed = {"x_1": " ".join(alice.words), "c": "erase"}
    answer = read(people.browser().post(reverse("evidence:bring-back"), typed))
    assert "It is erased" not in answer.replace("It is erased as soon as", "")
    assert "It is not erased yet" in answer
    assert status(alice) == Case.Status.HIDDEN
    assert alice.browser.get(reverse("evidence:home")).status_code == 302


def test_a_case_that_timed_out_comes_back_by_the_same_page(alice, read):
    Case.objects.update(erase_on=timezone.localdate())
    assert cases.time_out(alice.case, at=timezone.now())
    browser = people.browser()
    answer = browser.post(reverse("evidence:bring-back"), {"x_1": " ".join(alice.words), "c": "back"})
    assert answer.status_code == 302
    log = read(browser.get(reverse("evidence:log")))
    assert "Nobody opened the case until its day, so it was deleted" in log
