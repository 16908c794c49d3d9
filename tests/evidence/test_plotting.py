"""The drawing of a timeline: everything is in it once, nothing is in it that a page may not hold."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import plotting
from evidence.index import NOTE, Line, When
from evidence.plotting import MOST_MARKS, MOST_ROWS, QUIET, WIDTH, Said

DAYS = st.one_of(st.dates(), st.dates(date(2026, 1, 1), date(2026, 3, 1)))
WHENS = st.builds(When, at=st.one_of(st.just(""), DAYS.map(str)), known=st.sampled_from(["exact", "about", "unknown"]))
SVG = "{http://www.w3.org/2000/svg}"


def lines_of(whens):
    return [Line(uuid.uuid4(), number, NOTE, "x", when) for number, when in enumerate(whens, 1)]


def on(*days, known="exact"):
    return lines_of([When(day, known) for day in days])


def said(drawn, words="14 Nov 2026"):
    return Said(
        title="In order",
        facts="12 things.",
        rows=[words] * len(drawn.rows),
        breaks=[f"{row.quiet} days" if row.quiet >= QUIET else "" for row in drawn.rows],
        unknown="Not known",
        legend=("exact", "about", "unknown"),
    )


def draw(lines, **more):
    drawn = plotting.plot(lines)
    return plotting.svg(drawn, said(drawn), **more)


@given(st.lists(WHENS, max_size=80).map(lines_of))
def test_everything_is_in_the_plot_once_and_the_plot_is_never_longer_than_a_page(lines):
    drawn = plotting.plot(lines)
    known = [line for line in lines if line.when.at and line.when.known != "unknown"]
    assert len(drawn.rows) <= MOST_ROWS
    assert sum(row.exact for row in drawn.rows) == sum(line.when.known == "exact" for line in known)
    assert sum(row.about for row in drawn.rows) == sum(line.when.known == "about" for line in known)
    assert drawn.unknown == len(lines) - len(known)


@given(st.lists(DAYS, min_size=1, max_size=80))
def test_rows_follow_each_other_and_hold_their_days(days):
    drawn = plotting.plot(on(*map(str, days)))
    assert all(one.last < two.first for one, two in pairwise(drawn.rows))
    for day in days:
        assert sum(row.first <= day <= row.last for row in drawn.rows) == 1


@given(st.sets(DAYS, min_size=2, max_size=MOST_ROWS))
def test_the_empty_days_before_a_row_are_those_without_anything(days):
    drawn = plotting.plot(on(*map(str, days)))
    assert drawn.unit == "day"
    assert [row.quiet for row in drawn.rows] == [0, *((two - one).days - 1 for one, two in pairwise(sorted(days)))]


@pytest.mark.parametrize(
    ("step", "many", "unit"), [(1, 20, "day"), (1, 21, "week"), (7, 21, "month"), (31, 30, "years"), (366, 60, "years")]
)
def test_more_days_than_rows_are_drawn_as_longer_stretches(step, many, unit):
    drawn = plotting.plot(on(*(str(date(2026, 1, 5) + timedelta(days=step * n)) for n in range(many))))
    assert drawn.unit == unit
    assert sum(row.total for row in drawn.rows) == many


def test_the_first_and_the_last_day_that_there_can_be_are_drawn():
    every = on("0001-01-01", "9999-12-31", *(f"{year:04}-06-15" for year in range(100, 9999, 150)))
    drawn = plotting.plot(every)
    assert drawn.rows[0].first == date.min
    assert drawn.rows[-1].last == date.max
    assert sum(row.total for row in drawn.rows) == len(every)
    late = plotting.plot(on(*(str(date.max - timedelta(days=2 * n)) for n in range(MOST_ROWS + 1))))
    assert late.rows[-1].last == date.max


# --- the drawing ------------------------------------------------------------------------------------------------------


@given(st.lists(WHENS, max_size=60).map(lines_of), st.booleans())
def test_every_drawing_is_sound_svg_inside_its_frame_without_style_script_or_link(lines, rtl):
    text = draw(lines, rtl=rtl)
    root = ElementTree.fromstring(text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314  our own
    height = float(root.get("viewBox").split()[3])
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg",
        "title",
        "desc",
        "text",
        "path",
        "rect",
    }
    for element in root.iter():
        assert not {"style", "href", "onload"} & set(element.keys())
        assert 0 <= float(element.get("x", 0)) <= WIDTH
        assert 0 <= float(element.get("y", 0)) <= height
        assert float(element.get("x", 0)) + float(element.get("width", 0)) <= 1.5 * WIDTH
    assert "url(" not in text


def test_words_can_not_become_marks():
    drawn = plotting.plot(on("2026-11-14"))
    hostile = Said('"><script>', "</desc><b>", ["<i>&"], ["<a>"], "<u>", ("<p>", "<q>", "<s>"))
    text = plotting.svg(drawn, hostile)
    assert not re.search(r"<(script|b|i|a|u|p|q|s)>", text)
    assert "&lt;script&gt;" in text


def test_what_is_known_differs_by_shape_and_not_by_colour():
    few = lines_of([When("2026-11-14", "exact"), When("2026-11-14", "about"), When()])
    many = few * (MOST_MARKS + 1)
    for lines in (few, many):
        text = draw(lines)
        marks = set(re.findall(r"<(?:path|rect) [^>]*>", text))
        shapes = {re.sub(r'(x|y|width)="[^"]*"|M[\d.]+ \d+', "", mark) for mark in marks}
        assert len(shapes - {shape for shape in shapes if "V" in shape}) == 3
        assert set(re.findall(r'(?:fill|stroke)="([^"]*)"', text)) == {"currentColor", "none"}


def test_each_thing_has_a_mark_until_they_are_too_many_for_the_line():
    marks = draw(on(*["2026-11-14"] * MOST_MARKS))
    bars = draw(on(*["2026-11-14"] * (MOST_MARKS + 1)))
    assert marks.count("a4 4 0 1 0 8 0") == MOST_MARKS + 1  # and the one that explains
    assert "<rect" not in marks
    assert bars.count("<rect") == 2
    assert f">{MOST_MARKS + 1}</text>" in bars


def test_a_longer_break_is_drawn_and_said_and_a_short_one_is_not():
    assert draw(on("2026-11-01", "2026-11-09")).count('stroke-dasharray="1 5"') == 1
    assert ">7 days</text>" in draw(on("2026-11-01", "2026-11-09"))
    assert "1 5" not in draw(on("2026-11-01", "2026-11-08"))


def test_the_legend_names_what_is_there_and_nothing_else():
    text = draw(on("2026-11-14"))
    assert ">exact</text>" in text
    assert ">about</text>" not in text
    assert "Not known" not in text
    assert ">unknown</text>" in draw(lines_of([When()]))


def test_it_is_turned_round_for_those_who_read_from_right_to_left():
    left, right = draw(on("2026-11-14")), draw(on("2026-11-14"), rtl=True)
    assert 'direction="rtl"' in right
    assert 'direction="rtl"' not in left
    xs = [[float(x) for x in re.findall(r'<text x="([\d.]+)"', text)] for text in (left, right)]
    assert [WIDTH - x for x in xs[0]] == xs[1]


def test_a_thousand_things_are_drawn_in_four_kilobytes():
    days = [str(date(2026, 1, 1) + timedelta(days=n * 7 % 300)) for n in range(1000)]
    assert len(draw(on(*days, known="about"))) < 4096


def test_two_drawings_on_one_page_have_names_of_their_own():
    text = draw(on("2026-11-14"), name="second")
    assert 'aria-labelledby="second-t"' in text
    assert '<title id="second-t">In order</title>' in text
