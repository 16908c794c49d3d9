from __future__ import annotations

import datetime
import re
import shutil
import subprocess
import sys

from django.conf import settings

from guidance import checks, proofs
from tests.guidance.translating import folder_of, put


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
    found = [message for message in checks.guidance_is_safe() if message.level >= checks.checks.ERROR]
    assert {message.id for message in found} == {"guidance.E002"}
    assert any("not paying comes first" in message.msg for message in found)


def test_a_review_date_that_has_passed_is_a_warning_on_the_day_after(loaded):
    due = min(step.head.review_by for step in loaded.steps.values())
    early = list(checks.overdue(loaded, due))
    late = list(checks.overdue(loaded, due + datetime.timedelta(days=1)))
    assert not any("step" in message.msg for message in early)
    assert late
    assert {message.id for message in late} == {"guidance.W001"}


def test_what_is_due_and_what_is_not_translated_is_said_with_the_rest(served):
    step = served / "en/steps/breathe.md"
    step.write_text(re.sub(r"review_by = \S+", "review_by = 2001-01-01", step.read_text()))
    put(folder_of(served), "steps/breathe.md", "only words")
    (served / "cy/steps/block.md").unlink(missing_ok=True)
    found = {message.id: message.msg for message in checks.guidance_is_safe()}
    assert found["guidance.W001"] == "step breathe is past its review date"
    assert "steps/breathe.md" in found["guidance.E003"]
    assert "Cymraeg" in found["guidance.W002"]


def test_django_runs_it():
    from django.core.checks.registry import registry

    assert checks.guidance_is_safe in registry.get_checks()


def test_the_check_uses_the_proof(served, monkeypatch):
    monkeypatch.setattr(proofs, "prove", lambda _: (proofs.Finding("loop", "who"),))
    assert [message.msg for message in checks.guidance_is_safe()][:1] == ["loop: who"]


def test_the_check_says_nothing_but_what_is_due():
    """As a person runs it, with every warning of Python an error."""
    command = [sys.executable, "-W", "error", "manage.py", "check"]
    found = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    said = re.findall(r"^\?: \(([\w.]+)\)", found.stdout + found.stderr, re.MULTILINE)
    assert set(said) <= {"guidance.W001", "guidance.W002"}
    if not said:
        assert found.stdout.startswith("System check identified no issues")
        assert found.stderr == ""
