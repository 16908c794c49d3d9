"""A case with something of everything that a case can hold, and the copy of it opened again."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.http import HttpResponse

from evidence import (
    adding_only,
    details,
    holds,
    items,
    messages,
    progress,
    sharing,
    taking_out,
    vault,
)
from evidence.custody import OWNER
from evidence.index import When
from evidence.items import Telling
from evidence.models import Pack, Upload
from guidance import content
from guidance.answers import Answers, Mark
from tests.conftest import note, share


@pytest.fixture
def story(alice, hana, at, open_gate, keep_picture):
    """Alice's case with something of everything that a case can hold."""
    opened, who = alice.opened, {"by": OWNER, "at": at}
    keep_picture(opened)
    line = note(opened, at, title="An older title", what="said in a claim")
    items.edit(
        opened, line.id, Telling("He wrote to my sister", When("2026-03-01T21:40", "about"), {"what": "now"}), **who
    )
    items.remove(opened, note(opened, at, title="taken out again").id, **who)
    details.save(opened, {"happened": "They know where I work", "nation": "wales"}, **who)
    progress.keep(opened, Answers({"what": "money"}, {content.load().steps["danger"].head.code: Mark.DONE}), **who)
    grant = share(opened, at).pk
    worker = {"worker": hana.worker, "seed": hana.seed, "at": at}
    sharing.accept(offer_id=grant, **worker)
    messages.write(opened, text="Please help me", **who)
    theirs = sharing.open_case(grant_id=grant, **worker)
    messages.write(theirs, text="I am here", by=sharing.worker_actor(hana.worker), at=at + timedelta(minutes=1))
    holds.place(alice.case, holds.Order("A court", "ref 12", "2026-02-01"), at=at)
    adding_only.allow(opened, HttpResponse(), **who)
    return _unfinished(alice, at)


def _unfinished(alice, at):
    """A note that waits, a pack in the making and an upload that stands half way."""
    adding_only.add(adding_only.AddPass.objects.get(), Telling("", claims={"what": "left here"}), at=at)
    times = dict.fromkeys(("asked_at", "beat_at", "ends_at"), at)
    Pack.objects.create(case=alice.case, key_version=1, key_wrap=b"", **times)
    key, pk = vault.keys.new_key(), uuid.uuid4()
    wrap = vault.wrap_key(key, secret=alice.opened.secret, case=alice.case, about=pk)
    facts = vault.seal_facts(key, {"name": "half.mov", "at": 12}, case_id=alice.case.pk, about=pk)
    Upload.objects.create(id=pk, case=alice.case, key_version=1, key_wrap=wrap, facts=facts, seen_at=at)
    return alice


def taken(owner, at):
    archive = b"".join(taking_out.take(owner.opened, by=OWNER, at=at))
    return zipfile.ZipFile(io.BytesIO(archive))


def told(archive):
    return json.loads(archive.read("everything.json"))


def page_of(archive):
    return archive.read("index.html").decode()
