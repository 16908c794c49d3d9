from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from guidance import drawing
from guidance.conditions import ALWAYS, parse


def test_docs_flow_is_what_the_content_says(loaded):
    stands = (Path(settings.BASE_DIR) / "docs" / "flow.md").read_text(encoding="utf-8")
    assert stands == drawing.page(loaded), "run: manage.py draw_flow"


def test_conditions_are_written_in_words():
    raw = {"all": [{"a": ["y", "x"]}, {"any": [{"b": "1"}, {"not": {"c": "2"}}]}]}
    assert drawing.in_words(parse(raw)) == "a = x | y and (b = 1 or not (c = 2))"
    assert drawing.in_words(ALWAYS) == ""


def test_every_screen_edge_and_plan_is_drawn(loaded):
    text = drawing.mermaid(loaded)
    assert text.startswith("flowchart TD\n")
    for screen in loaded.flow.screens.values():
        assert loaded.steps[screen.id].head.title.replace('"', "#quot;") in text
    assert text.count("-->") == sum(len(one.next) for one in loaded.flow.screens.values()) + len(loaded.flow.plans)


def test_the_picture_is_whole_and_has_no_script_or_style(loaded):
    picture = drawing.svg(loaded)
    root = ET.fromstring(picture)  # noqa: S314 - drawn by the line above
    boxes = [one for one in root if one.tag.endswith("rect")]
    assert len(boxes) == len(loaded.flow.screens) + len(loaded.flow.plans)
    assert "style" not in picture
    assert "script" not in picture
    width, height = (int(one) for one in root.attrib["viewBox"].split()[2:])
    for box in boxes:
        assert int(box.attrib["x"]) + int(box.attrib["width"]) <= width
        assert int(box.attrib["y"]) + int(box.attrib["height"]) <= height


def test_the_picture_says_of_every_way_when_it_is_taken(loaded):
    root = ET.fromstring(drawing.svg(loaded))  # noqa: S314 - drawn by the line above
    lines = [one for one in root if one.tag.endswith("}g")]
    said = [line.find("{*}title").text for line in lines]
    ways = [(row.id, way) for row in drawing.screens(loaded) for way in row.ways]
    assert len(lines) == len({(screen, way.to) for screen, way in ways})
    assert all(any((way.when or "everyone else") in text for text in said) for _, way in ways)


def test_two_ways_to_the_same_place_share_a_line_that_has_both_numbers(loaded):
    screens = dict(loaded.flow.screens)
    ages = screens["ages"]
    edges = (ages.next[0], ages.next[1].model_copy(update={"go": ages.next[0].go}), *ages.next[2:])
    screens["ages"] = ages.model_copy(update={"next": edges})
    picture = drawing.svg(replace(loaded, flow=loaded.flow.model_copy(update={"screens": screens})))
    first, second = (drawing.in_words(edge.when) for edge in edges[:2])
    assert f"<title>{first}; or: {second}</title>" in picture
    assert ">1, 2</text>" in picture


def test_no_box_of_the_picture_touches_another(loaded):
    root = ET.fromstring(drawing.svg(loaded))  # noqa: S314 - drawn by the line above
    boxes = [[int(one.attrib[name]) for name in ("x", "y", "width", "height")] for one in root if "rect" in one.tag]
    for at, (x, y, width, height) in enumerate(boxes):
        for left, top, wide, high in boxes[:at]:
            assert x >= left + wide or left >= x + width or y >= top + high or top >= y + height


def test_names_are_cut_to_the_room_that_a_box_has(loaded):
    root = ET.fromstring(drawing.svg(loaded))  # noqa: S314 - drawn by the line above
    for link in (one for one in root if one.tag.endswith("}a")):
        lines = [one.text for one in link.findall(".//{*}tspan")]
        assert 1 <= len(lines) <= 4
        assert all(len(line) <= drawing.PLANS.width // drawing.LETTER for line in lines)


def test_the_tables_hold_every_screen_question_and_list(loaded):
    flow, rows = loaded.flow, drawing.screens(loaded)
    assert [row.id for row in rows] == [*flow.screens, *flow.later]
    for row in rows[: len(flow.screens)]:
        assert [way.to for way in row.ways] == [edge.go for edge in flow.screens[row.id].next]
        assert row.ways[-1].when == ""
    assert [row.on for row in rows[len(flow.screens) :]] == [one.on for one in flow.later.values()]
    for row, plan in zip(drawing.plans(loaded), flow.plans, strict=True):
        assert row.when == drawing.in_words(plan.when)
        assert [step for step, _, _ in row.tasks] == [task.step for task in plan.tasks]
        assert [action for action, _ in row.never] == list(plan.never)


def test_the_command_writes_both(loaded, tmp_path):
    paths = tmp_path / "paths.md"  # without it the command writes into docs/
    call_command("draw_flow", to=tmp_path / "flow.md", paths=paths, svg=tmp_path / "flow.svg")
    assert (tmp_path / "flow.md").read_text() == drawing.page(loaded)
    assert (tmp_path / "flow.svg").read_text() == drawing.svg(loaded)
    (tmp_path / "flow.svg").unlink()
    call_command("draw_flow", to=tmp_path / "again.md", paths=paths)
    assert (tmp_path / "again.md").exists()
    assert not (tmp_path / "flow.svg").exists()


def test_the_booklet_holds_every_page_and_variant(loaded, tmp_path):
    call_command("review_booklet", tmp_path / "booklet.html")
    text = (tmp_path / "booklet.html").read_text()
    for step in loaded.steps.values():
        assert f"{step.head.id} · {step.head.code}" in text
    assert "nation = scotland" in text
    assert "Police Scotland takes every kind of report" in text
    assert all(f"contact {one.id}" in text for one in loaded.contacts.values() if one.needs_editor)
