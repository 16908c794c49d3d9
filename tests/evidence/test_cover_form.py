"""Numbers, drawn boxes and parts of the grid all become boxes; what can't is named and nothing typed is lost."""

from __future__ import annotations

import itertools

import pytest
from django.http import QueryDict

from evidence.cover_form import COLUMNS, ROWS, CoverForm
from evidence.intake.boxes import Box


def posted(**lists):
    data = QueryDict(mutable=True)
    for name, values in lists.items():
        data.setlist(name, values)
    return CoverForm(data)


def boxes(**lists):
    form = posted(**lists)
    assert form.is_valid(), form.errors
    return form.cleaned_data["boxes"]


def test_four_numbers_are_a_box():
    assert boxes(l=["10", "33,3"], t=["20", "0.1"], w=["30", "5"], h=["40", "99.9"]) == (
        Box(100, 200, 300, 400),
        Box(333, 1, 50, 999),
    )


def test_an_empty_row_is_no_box():
    assert boxes(l=["", "10"], t=["", "10"], w=["", "10"], h=[" ", "10"]) == (Box(100, 100, 100, 100),)


def test_parts_of_the_grid_side_by_side_become_one_box():
    assert boxes(c=["1-1", "1-2", "1-4", "12-8"]) == (
        Box(0, 0, 250, 84),
        Box(375, 0, 125, 84),
        Box(875, 916, 125, 84),
    )


def test_the_whole_grid_leaves_nothing_uncovered():
    every = boxes(c=[f"{row + 1}-{column + 1}" for row in range(ROWS) for column in range(COLUMNS)])
    assert {(box.left, box.width) for box in every} == {(0, 1000)}
    tops = sorted((box.top, box.top + box.height) for box in every)
    assert (tops[0][0], tops[-1][1]) == (0, 1000)
    assert all(before[1] >= after[0] for before, after in itertools.pairwise(tops))


def test_both_ways_can_be_used_at_once():
    assert len(boxes(c=["3-3"], l=["0"], t=["0"], w=["5"], h=["5"])) == 2


@pytest.mark.parametrize(
    "four",
    [
        ("10", "10", "10", ""),
        ("a", "1", "1", "1"),
        ("95", "0", "10", "10"),
        ("-1", "0", "5", "5"),
        ("nan", "0", "5", "5"),
        ("inf", "0", "5", "5"),
        ("0", "0", "0", "5"),
        ("1e9", "0", "5", "5"),
    ],
)
def test_what_is_no_box_is_named_and_comes_back(four):
    form = posted(**{name: [value] for name, value in zip("ltwh", four, strict=True)})
    assert not form.is_valid()
    assert "Write four numbers from 0 to 100" in str(form.non_field_errors())
    first = form.rows()[0]
    assert (first.left, first.top, first.width, first.height) == four


@pytest.mark.parametrize("lists", [{}, {"c": ["13-1", "0-0", "x", ""]}, {"l": [""], "t": [""], "w": [""], "h": [""]}])
def test_nothing_chosen_is_said(lists):
    form = posted(**lists)
    assert not form.is_valid()
    assert "Choose at least one part to hide." in str(form.errors)


def test_a_thousand_boxes_are_too_many_and_cost_little():
    form = posted(**{name: ["1"] * 100_000 for name in "ltwh"})
    assert not form.is_valid()
    assert "too many" in str(form.errors)
    assert len(form.rows()) == 101


def test_what_is_covered_now_stands_in_the_fields():
    form = CoverForm(boxes=[Box(333, 0, 50, 1000)])
    rows = form.rows()
    assert (rows[0].left, rows[0].top, rows[0].width, rows[0].height) == ("33.3", "0", "5", "100")
    assert [row.is_empty for row in rows] == [False, True]
    assert not any(cell.chosen for cells in form.cells() for cell in cells)


def test_a_chosen_part_is_chosen_still_after_a_mistake():
    form = posted(c=["2-3"], l=["x"], t=["1"], w=["1"], h=["1"])
    assert not form.is_valid()
    assert [cell.value for cells in form.cells() for cell in cells if cell.chosen] == ["2-3"]
