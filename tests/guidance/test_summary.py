from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from guidance import engine, summary
from tests.guidance.changing import plan_of, task_of
from tests.guidance.mutants import with_graph

DOCS = Path(settings.BASE_DIR) / "docs"
LINE = re.compile(r"- ([\d,]+) paths: (.+)\n  - (.+)")


def test_docs_paths_is_what_the_content_leads_to(loaded):
    stands = (DOCS / "paths.md").read_text(encoding="utf-8")
    assert stands == summary.page(loaded), "run: manage.py draw_flow"


def test_the_command_writes_it(loaded, tmp_path):
    call_command("draw_flow", to=tmp_path / "flow.md", paths=tmp_path / "paths.md")
    assert (tmp_path / "paths.md").read_text(encoding="utf-8") == summary.page(loaded)


def test_every_list_stands_there_once_with_its_count(loaded, walk):
    page = summary.page(loaded)
    lines = LINE.findall(page)
    assert f"{walk.paths:,} paths through the questions lead to {len(walk.lists):,} different lists." in page
    assert len(lines) == len(walk.lists)
    assert sum(int(count.replace(",", "")) for count, *_ in lines) == sum(count for count, _ in walk.lists.values())
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == [plan.id for plan in loaded.flow.plans]


def test_the_answers_beside_a_list_lead_to_it(loaded):
    """Read the page as a reviewer does: the usual list of each plan is written in full."""
    for section in summary.page(loaded).split("\n## ")[1:]:
        _count, usual, said = LINE.search(section).groups()
        answers = dict(pair.split(" ") for pair in said.split(", ")) | {"ready": "yes", "go_on": "yes"}
        plan = engine.replay(loaded, answers)
        assert (plan.record.id, " ".join(plan.tasks)) == (section.partition("\n")[0], usual)


def test_a_changed_list_changes_its_line_and_no_other(loaded, graph):
    before = summary.page(loaded).splitlines()
    tasks = plan_of(graph, "t6")["tasks"]
    tasks[:] = [task for task in tasks if task_of(task) != "tell-someone"]
    after = summary.page(with_graph(loaded, graph)).splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed
    assert all("tell-someone" in old and "tell-someone" not in new for old, new in changed)


def test_a_list_in_another_order_is_written_in_full():
    assert summary._difference(("a", "b", "c"), ("a", "x", "c")) == "with x, without b"
    assert summary._difference(("a", "b", "c"), ("b", "a", "c")) == "in another order: b a c"
    assert summary._difference(("a", "b"), ("a", "b", "c")) == "with c"
