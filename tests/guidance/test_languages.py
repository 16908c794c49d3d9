from __future__ import annotations

import dataclasses
import datetime
import io
import shutil

import pytest
from django.core.management import call_command

from guidance import checks, languages
from guidance.languages import ENGLISH, record_words, stamp, step_words, translated
from tests.guidance.mutants import with_step
from tests.guidance.translating import MARKED, folder_of, put, record_file, step_file

RECORDS = {"contacts": "SV-RPH", "platforms": "P-IG", "laws": "L-SC-01"}


@pytest.fixture
def welsh(tmp_path):
    return folder_of(tmp_path)


def with_words(loaded, name, **changes):
    """The content whose English page says something else now."""
    step = loaded.steps[name]
    body = changes.pop("body", step.body)
    changed = with_step(loaded, name, **changes)
    steps = {**changed.steps, name: dataclasses.replace(changed.steps[name], body=body)}
    return dataclasses.replace(changed, steps=steps)


def with_record(loaded, kind, record_id, **changes):
    records = getattr(loaded, kind)
    return dataclasses.replace(loaded, **{kind: {**records, record_id: records[record_id].model_copy(update=changes)}})


# --- pages ------------------------------------------------------------------------------------------------


def test_a_fresh_translation_is_shown(loaded, welsh):
    english = loaded.steps["ages"]
    put(welsh, "steps/ages.md", step_file(english))
    spoken = translated(loaded, welsh)
    step = spoken.content.steps["ages"]
    assert (step.head.title, step.head.why) == (MARKED + english.head.title, MARKED + english.head.why)
    assert step.head.choices["my_age"]["adult"].label == MARKED + english.head.choices["my_age"]["adult"].label
    assert MARKED.strip() in step.wording.pieces({})[0].html
    assert step.head.language == "cy"
    assert spoken.content.by_code[english.head.code] is step
    assert "step ages" not in (*spoken.stale, *spoken.missing)
    assert spoken.problems == ()


def test_a_translation_changes_words_and_nothing_else(loaded, welsh):
    put(welsh, "steps/bank.md", step_file(loaded.steps["bank"]))
    spoken = translated(loaded, welsh).content
    kept = spoken.steps["bank"].head.model_dump(exclude={"title", "why", "choices", "language"})
    assert kept == loaded.steps["bank"].head.model_dump(exclude={"title", "why", "choices", "language"})
    assert (spoken.flow, spoken.facts, spoken.hash) == (loaded.flow, loaded.facts, loaded.hash)


@pytest.mark.parametrize(
    "change",
    [{"title": "Other words"}, {"why": "Other words."}, {"body": "Other words.\n"}, {"choices": {}}],
    ids=lambda change: next(iter(change)),
)
def test_a_page_whose_english_has_changed_is_shown_in_english_and_listed(loaded, welsh, change):
    put(welsh, "steps/ages.md", step_file(loaded.steps["ages"]))
    changed = with_words(loaded, "ages", **change)
    spoken = translated(changed, welsh)
    assert spoken.content.steps["ages"] is changed.steps["ages"]
    assert spoken.content.steps["ages"].head.language == ENGLISH
    assert "step ages" in spoken.stale
    assert "step ages" not in spoken.missing
    assert spoken.problems == ()


def test_a_review_makes_no_translation_stale(loaded, welsh):
    put(welsh, "steps/bank.md", step_file(loaded.steps["bank"]))
    day = datetime.date(2030, 1, 1)
    changes = {"checked_on": day, "review_by": day, "sources": ("S01",), "needs_editor": False, "minutes": 99}
    spoken = translated(with_step(loaded, "bank", **changes), welsh)
    assert spoken.stale == ()
    assert spoken.content.steps["bank"].head.language == "cy"
    assert spoken.content.steps["bank"].head.checked_on == day


def test_what_is_not_translated_is_listed_and_shown_in_english(loaded, welsh):
    spoken = translated(loaded, welsh)
    assert {f"step {name}" for name in loaded.steps} < set(spoken.missing)
    assert spoken.content.steps == loaded.steps
    assert (spoken.stale, spoken.problems) == ((), ())


def changed_body(old, new, count=1):
    return lambda step: step_file(step, body=step.body.replace(old, new, count))


FAULTS = {
    "a mark is gone": (changed_body("{{ contact:SV-159 }}", ""), "its marks"),
    "a mark is another": (changed_body("{{ contact:SV-159 }}", "{{ contact:SV-999 }}"), "its marks"),
    "a condition is another": (changed_body("paid_when=", "situation="), "its marks"),
    "a number is another": (changed_body("159", "158", -1), "numbers"),
    "a number is gone": (changed_body("159", "", -1), "numbers"),
    "a heading is gone": (changed_body("## What can go wrong\n", ""), "headings"),
    "a choice too many": (lambda step: step_file(step, choices={"what": {"paid": "x"}}), "its choices"),
    "no title": (lambda step: step_file(step, title=""), "title"),
    "a strange key": (lambda step: step_file(step, minutes=1), "minutes"),
    "no front matter": (lambda _step: "only words", "steps/bank.md"),
    "broken front matter": (lambda _step: "+++\n= \n+++\nwords", "steps/bank.md"),
    "an unclosed mark": (lambda step: step_file(step, body="{{ if what=paid }} words"), "no {{ end }}"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_translation_is_a_problem_and_english_is_shown(loaded, welsh, fault):
    make, says = FAULTS[fault]
    text = make(loaded.steps["bank"])
    assert text != step_file(loaded.steps["bank"], body=loaded.steps["bank"].body)  # the fault is there
    put(welsh, "steps/bank.md", text)
    spoken = translated(loaded, welsh)
    assert len(spoken.problems) == 1
    assert "cy/steps/bank.md" in spoken.problems[0]
    assert says in spoken.problems[0]
    assert spoken.content.steps["bank"] is loaded.steps["bank"]


def test_a_choice_that_lacks_is_a_problem(loaded, welsh):
    step = loaded.steps["ages"]
    put(welsh, "steps/ages.md", step_file(step, choices={"shown_age": {"adults": "a", "under18": "b"}}))
    assert "its choices are not those of the English" in translated(loaded, welsh).problems[0]


def test_a_number_of_one_digit_may_be_a_word():
    assert languages._numbers("In 48 hours, call 0800 1111 or 101, and press 2.") == {"48", "0800", "101", "1111"}
    assert languages._numbers("{{ contact:SV-101 }} call") == set()


# --- contacts, platforms and laws -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_is_translated_like_a_page(loaded, welsh, kind):
    name = RECORDS[kind]
    record = getattr(loaded, kind)[name]
    put(welsh, f"{kind}.toml", record_file(kind, record))
    spoken = translated(loaded, welsh)
    shown = getattr(spoken.content, kind)[name]
    for field, words in record_words(kind, record).items():
        assert getattr(shown, field) == MARKED + words
    assert shown.language == "cy"
    assert shown.model_dump(exclude={*languages.FIELDS[kind], "language"}) == record.model_dump(
        exclude={*languages.FIELDS[kind], "language"}
    )
    assert f"{kind[:-1]} {name}" not in spoken.missing
    assert spoken.problems == ()


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_whose_english_has_changed_is_shown_in_english_and_listed(loaded, welsh, kind):
    name, field = RECORDS[kind], languages.FIELDS[kind][0]
    put(welsh, f"{kind}.toml", record_file(kind, getattr(loaded, kind)[name]))
    changed = with_record(loaded, kind, name, **{field: "Other words."})
    spoken = translated(changed, welsh)
    assert getattr(spoken.content, kind)[name] is getattr(changed, kind)[name]
    assert f"{kind[:-1]} {name}" in spoken.stale
    day = with_record(loaded, kind, name, checked_on=datetime.date(2030, 1, 1), sources=("S01",))
    assert translated(day, welsh).stale == ()


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_with_other_fields_or_numbers_is_a_problem(loaded, welsh, kind):
    name, field = RECORDS[kind], languages.FIELDS[kind][0]
    record = getattr(loaded, kind)[name]
    for change in ({field: None}, {"phone": "116123"}, {field: "Call 0800 999 999."}):
        put(welsh, f"{kind}.toml", record_file(kind, record, **change))
        spoken = translated(loaded, welsh)
        assert [one for one in spoken.problems if f"cy/{kind}.toml {kind[:-1]} {name}" in one], change
        assert getattr(spoken.content, kind)[name] is record


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_that_does_not_exist_is_a_problem(loaded, welsh, kind):
    text = record_file(kind, getattr(loaded, kind)[RECORDS[kind]]).replace(RECORDS[kind], "X-1")
    put(welsh, f"{kind}.toml", text)
    spoken = translated(loaded, welsh)
    assert spoken.problems == (f"cy/{kind}.toml: X-1 translates nothing",)
    assert f"{kind[:-1]} {RECORDS[kind]}" in spoken.missing


def test_a_record_without_words_needs_no_translation(loaded, welsh):
    bare = dict.fromkeys(languages.FIELDS["contacts"], "")
    spoken = translated(with_record(loaded, "contacts", "SV-999", **bare), welsh)
    assert "contact SV-999" not in spoken.missing
    assert "contact SV-RPH" in spoken.missing


# --- a language as a whole --------------------------------------------------------------------------------


def test_a_language_without_a_name_is_a_problem(loaded, welsh):
    for text, says in (("", "name"), ('name = "x"\nreview = true', "review"), ("= 1", "language.toml")):
        put(welsh, "language.toml", text)
        spoken = translated(loaded, welsh)
        assert any(says in one for one in spoken.problems), text
        assert not spoken.language.reviewed


def test_a_language_without_a_folder_is_english(served):
    assert languages.load("fr").code == ENGLISH
    assert languages.load("fr").content is languages.load(ENGLISH).content
    assert languages.load(ENGLISH).missing == ()


def test_the_check_refuses_a_faulty_translation_and_warns_of_what_is_left(served):
    welsh = folder_of(served)
    put(welsh, "steps/bank.md", "only words")
    put(welsh, "contacts.toml", "")
    found = [one for one in checks.translations() if "cy/steps/bank.md" in one.msg or "Cymraeg" in one.msg]
    assert [(one.id, one.level) for one in found] == [("guidance.E003", 40), ("guidance.W002", 30)]


def test_a_language_that_is_not_meant_to_be_complete_is_not_warned_of(served):
    shutil.rmtree(served / "cy")
    for complete in (True, False):
        folder_of(served, complete=complete)
        languages.load.cache_clear()
        assert bool([one for one in checks.translations() if "Cymraeg" in one.msg]) == complete


def test_translations_that_ship_have_no_fault(loaded):
    for code in ("cy", "ar"):
        assert languages.load(code).problems == ()


def test_a_translator_is_told_what_lacks_and_the_stamp_of_each_text(loaded):
    lists, stamps = io.StringIO(), io.StringIO()
    call_command("translations", "cy", stdout=lists)
    assert [line.split(":")[0] for line in lists.getvalue().splitlines() if line[0] != " "] == [
        *("missing", "stale", "problems"),
    ]
    call_command("translations", "cy", stamps="step bank", stdout=stamps)
    assert stamps.getvalue() == f"{stamp(step_words(loaded.steps['bank']))}  step bank\n"
    every = dict(languages.stamps(loaded, lambda _name: True))
    assert every["contact SV-RPH"] == stamp(record_words("contacts", loaded.contacts["SV-RPH"]))
    assert len(every) > sum(map(len, (loaded.steps, loaded.contacts, loaded.platforms)))
