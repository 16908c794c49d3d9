from __future__ import annotations

import datetime
import shutil

import pytest

from guidance import checks, content, proofs


@pytest.fixture
def served(tree, monkeypatch):
    """The content that this process serves is a copy that the test may break."""
    monkeypatch.setattr(content, "FOLDER", tree)
    content.load.cache_clear()
    yield tree
    content.load.cache_clear()


def test_content_that_is_safe_passes(served):
    assert [message for message in checks.guidance_is_safe() if message.level >= 40] == []


def test_content_that_can_not_be_read_is_an_error(served):
    (served / "en/steps/bank.md").unlink()
    shutil.rmtree(served / "journeys")
    found = checks.guidance_is_safe()
    assert {message.id for message in found} == {"guidance.E001"}
    assert any("bank" in message.msg for message in found)


def test_a_failed_proof_is_an_error(served):
    flow = served / "flow.toml"
    flow.write_text(flow.read_text().replace('  "dont-pay",\n', "", 1))
    found = checks.guidance_is_safe()
    assert {message.id for message in found} == {"guidance.E002"}
    assert any("not paying comes first" in message.msg for message in found)


def test_a_review_date_that_has_passed_is_a_warning_on_the_day_after(loaded):
    due = min(step.head.review_by for step in loaded.steps.values())
    early = list(checks.overdue(loaded, due))
    late = list(checks.overdue(loaded, due + datetime.timedelta(days=1)))
    assert not any("step" in message.msg for message in early)
    assert late
    assert {message.id for message in late} == {"guidance.W001"}


def test_django_runs_it():
    from django.core.checks.registry import registry

    assert checks.guidance_is_safe in registry.get_checks()


def test_the_check_uses_the_proof(served, monkeypatch):
    monkeypatch.setattr(proofs, "prove", lambda _: (proofs.Finding("loop", "who"),))
    assert [message.msg for message in checks.guidance_is_safe()][:1] == ["loop: who"]
