from __future__ import annotations

import xml.etree.ElementTree as ET
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


def test_the_command_writes_both(loaded, tmp_path):
    call_command("draw_flow", to=tmp_path / "flow.md", svg=tmp_path / "flow.svg")
    assert (tmp_path / "flow.md").read_text() == drawing.page(loaded)
    assert (tmp_path / "flow.svg").read_text() == drawing.svg(loaded)
    call_command("draw_flow", to=tmp_path / "again.md")
    assert (tmp_path / "again.md").exists()


def test_the_booklet_holds_every_page_and_variant(loaded, tmp_path):
    call_command("review_booklet", tmp_path / "booklet.html")
    text = (tmp_path / "booklet.html").read_text()
    for step in loaded.steps.values():
        assert f"{step.head.id} · {step.head.code}" in text
    assert "nation = scotland" in text
    assert "Police Scotland takes every kind of report" in text
    assert all(f"contact {one.id}" in text for one in loaded.contacts.values() if one.needs_editor)
