from __future__ import annotations

import datetime
import re

import pytest

from guidance import content
from guidance.files import ContentBroken
from guidance.graph import parse_flow

WRONG = "## What can go wrong"  # every task has it
MONDAYS = '{days = ["mon"], opens = "10:00", closes = "11:00"}'


def broken(tree):
    with pytest.raises(ContentBroken) as caught:
        content.read(tree)
    return "\n".join(caught.value.problems)


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_content_that_ships_has_no_problem(loaded):
    assert loaded.flow.start == "before"
    situations = {f"T{number}" for number in range(1, 26)} | {"NOT-SURE", "NOT-SURE-U18"}
    assert {plan.situation for plan in loaded.flow.plans} == situations
    assert len(loaded.flow.plans) == len(situations)


def test_it_is_read_once_per_process():
    assert content.load() is content.load()


def test_every_problem_is_reported_at_once(tree):
    edit(tree / "facts.toml", 'unsure = "unsure"', 'unsure = "perhaps"')
    edit(tree / "contacts.toml", "one_line = ", "need_editor = ")
    (tree / "en/steps/bank.md").write_text("no front matter")
    (tree / "laws.toml").write_text("= broken")
    said = broken(tree)
    for part in ("facts.toml danger", "need_editor", "steps/bank.md", "laws.toml"):
        assert part in said


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("flow.toml", 'start = "before"', 'start = "nowhere"', "which is no screen"),
        ("flow.toml", 'go = "crisis"', 'go = "nowhere"', "goes to nowhere"),
        ("flow.toml", '"find-copies",', '"nowhere",', "names the step nowhere"),
        ("flow.toml", 'paid_when = "hour"', 'paid_when = "second"', "paid_when is never second"),
        ("flow.toml", "{ not = { blocked", "{ not = { hidden", "no fact is named hidden"),
        ("flow.toml", 'asks = ["live", "place"]', 'asks = ["nothing", "place"]', "no fact is named nothing"),
        ("flow.toml", 'asks = ["live", "place"]', 'asks = ["what", "place"]', "live is asked 0 times"),
        ("flow.toml", 'next = [{ else = "who" }]', "next = []", "flow.toml"),
        ("flow.toml", '  { else = "other-person" },', "", "exactly the last"),
        ("flow.toml", 'id = "crisis"', 'id = "danger"', "stands twice"),
        ("flow.toml", 'else = true', "when = { is = 'young' }", "exactly the last of the plans"),
        ("flow.toml", 'else = true\n', "", "when, or else = true"),
        ("flow.toml", '{ step = "block", when', '{ step = "block", where', "a task is a step"),
        ("flow.toml", 'go = "crisis" }', 'go = "crisis", or = "not" }', "an edge has when and go"),
        ("flow.toml", 'outcome = "outcome-t6"', 'outcome = "nowhere"', "names the step nowhere"),
        ("flow.toml", 'on = ["hash-adult"]', 'on = ["nowhere"]', "names the step nowhere"),
        ("en/steps/bank.md", 'id = "bank"', 'id = "banks"', "its id is banks"),
        ("en/steps/bank.md", "sources = [", 'sources = ["S999", ', "no source S999"),
        ("en/steps/bank.md", "sources = [", "sources = [[", "steps/bank.md"),
        ("en/steps/bank.md", 'kind = "task"', 'kind = "advice"', "it is in a plan"),
        ("en/steps/bank.md", "minutes = ", "# ", "a task has an action"),
        ("en/steps/bank.md", "contacts = [", 'contacts = ["SV-NO", ', "no contact SV-NO"),
        ("en/steps/bank.md", WRONG, "{{ if x=y }}a{{ end }}\n\n" + WRONG, "no fact is named x"),
        ("en/steps/bank.md", WRONG, "{{ contact:SV-NO }}\n\n" + WRONG, "no contact SV-NO"),
        ("en/steps/bank.md", WRONG, "{{ law:none }}\n\n" + WRONG, "no law none"),
        ("en/steps/live.md", "[choices.live.gone]", "[choices.live.vanished]", "live lacks ['gone']"),
        ("en/steps/live.md", "[choices.live.", "[choices.dead.", "its choices are for"),
        ("contacts.toml", 'roles = ["', 'roles = ["nobody", "', "contacts.toml"),
        ("contacts.toml", "sources = [", 'sources = ["S999", ', "no source S999"),
        ("contacts.toml", "always = true", f"always = true\nhours = [{MONDAYS}]", "not both"),
        ("contacts.toml", 'phone = "999"', "", "has a phone"),
        ("platforms.toml", "hash = [", 'hash = ["SV-NO", ', "no contact SV-NO"),
        ("platforms.toml", 'id = "P-IG"', 'id = "P-FB"', "stands twice"),
    ],
)  # fmt: skip
def test_each_fault_is_named(tree, file, old, new, said):
    edit(tree / file, old, new)
    assert said in broken(tree)


def test_a_code_used_twice_is_named(tree):
    code = re.search(r'code = "(\w+)"', (tree / "en/steps/block.md").read_text())[1]
    bank = tree / "en/steps/bank.md"
    bank.write_text(re.sub(r'code = "\w+"', f'code = "{code}"', bank.read_text(), count=1))
    assert f"the code {code} stands 2 times" in broken(tree)


def test_a_journey_that_names_nothing_real_is_refused(tree):
    (tree / "journeys/x.toml").write_text(
        'name = "x"\nsituation = "T99"\nanswers = {what = "nothing", sky = "blue"}\nmust_show = ["nowhere"]\n'
    )
    said = broken(tree)
    for part in ("no situation T99", "no step nowhere", "what is never nothing", "sky is never blue"):
        assert part in said


def test_the_hash_follows_every_byte_of_every_file(tree):
    before = content.fingerprint(tree)
    edit(tree / "sources.toml", "S01", "S01")
    assert content.fingerprint(tree) == before
    (tree / "en/steps/bank.md").write_bytes((tree / "en/steps/bank.md").read_bytes() + b"\n")
    after = content.fingerprint(tree)
    assert after != before
    (tree / "en/steps/bank.md").rename(tree / "en/steps/bunk.md")
    assert content.fingerprint(tree) not in (before, after)


def test_what_is_due_can_be_listed(loaded):
    assert content.to_review(loaded, lambda record: record.review_by < datetime.date(2000, 1, 1)) == []
    everything = content.to_review(loaded, lambda record: True)
    assert {name.split()[0] for name in everything} == {"step", "contact", "platform", "law"}
    assert len(everything) == sum(map(len, (loaded.steps, loaded.contacts, loaded.platforms, loaded.laws)))


def test_a_phone_number_is_dialled_by_its_digits(loaded):
    assert loaded.contacts["SV-SAM"].dial == "116123"


def test_a_dead_end_can_not_be_written(graph):
    for screen in graph["screens"]:
        screen["next"] = [edge for edge in screen["next"] if "else" not in edge]
        with pytest.raises(ContentBroken):
            parse_flow({**graph, "screens": [screen]})
