"""What can't be written into the log does not happen: held for every act that there is."""

from __future__ import annotations

import ast
import io
import uuid
import wave
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpResponse

import evidence
from evidence import (
    adding_only,
    cases,
    chats,
    coverings,
    custody,
    details,
    gate,
    holds,
    items,
    kept_ways,
    messages,
    packs,
    pictures,
    places,
    playing,
    progress,
    retention,
    rotation,
    sharing,
    taking_out,
    unlocking,
    ways,
)
from evidence.arriving import Arriving
from evidence.crypto import wraps
from evidence.custody import OWNER, SYSTEM
from evidence.freezing_items import Choices
from evidence.index import Gate
from evidence.intake.boxes import Box
from evidence.intake.reading import Asked
from evidence.items import Telling
from evidence.models import AddPass, Attempt, Case, OwnerWrap, Pack
from evidence.pack import build
from evidence.retention import Choice
from guidance.answers import Answers
from tests.conftest import PIXELS, Owner, Staff, note, share
from tests.evidence.intake import make
from tests.evidence.intake.exports import building

pytestmark = pytest.mark.django_db


class LogIsFull(Exception):
    """The log could not be written."""


@dataclass
class Scene:
    """Alice's case with one of everything, and what an act may need."""

    alice: Owner
    hana: Staff
    at: Any
    keep_picture: Any
    picture: Any = None
    sound: Any = None
    note: Any = None
    grant: Any = None
    pack: Any = None
    chat: Any = None

    @property
    def opened(self):
        return self.alice.opened

    @property
    def who(self):
        return {"by": OWNER, "at": self.at}

    def offer(self):
        self.grant = share(self.opened, self.at).pk

    def accepted(self):
        self.offer()
        sharing.accept(worker=self.hana.worker, offer_id=self.grant, seed=self.hana.seed, at=self.at)

    def ready(self):
        self.pack = packs.ask(self.opened, Choices(), **self.who)
        key = packs.vault.key_of(self.opened, self.pack, self.pack.pk)
        build._finish(self.pack, [build._seal(self.pack, key, "report", "x.pdf", "application/pdf", iter([b"x"]))])


@pytest.fixture
def scene(alice, hana, at, open_gate, keep_picture):
    made = Scene(alice, hana, at, keep_picture)
    made.picture, made.note = keep_picture(alice.opened).id, note(alice.opened, at).id
    items.edit(alice.opened, made.note, Telling("Edited"), by=OWNER, at=at)
    return made


def nothing(scene):
    pass


def typed_again(scene):
    made, ask = ways.waiting(scene.alice.session)
    return ways.TypedAgain(made.words[ask[0]], made.words[ask[1]], made.code)


def unfinished(scene):
    """A pack in making, and the rows that its end would write."""
    scene.pack = packs.ask(scene.opened, Choices(), **scene.who)


def expired(scene):
    return sharing.end_expired(at=scene.at + timedelta(days=30))


def terms_of_worker(scene):
    return {"worker": scene.hana.worker, "seed": scene.hana.seed, "at": scene.at}


BOX = Box(100, 100, 300, 200)
A_LIST = Answers({"what": "money"})
UNDER18 = Gate(shown="under18", now="adult", whose="mine")


def an_original(scene):
    """A picture that can really be decoded."""
    scene.picture = scene.keep_picture(scene.opened, make.saved(make.screenshot((90, 160)), "PNG")).id


def hidden_parts(scene):
    an_original(scene)
    coverings.keep(scene.opened, scene.picture, [BOX], **scene.who)


def a_place(scene):
    places.look(scene.opened, scene.picture, helpline=False, **scene.who)


def may_add(scene):
    adding_only.allow(scene.opened, HttpResponse(), by=OWNER, at=scene.at)


def a_sound(scene):
    """A second of silence, as a voice note of her own."""
    silence = io.BytesIO()
    with wave.open(silence, "wb") as out:
        out.setparams((1, 1, 8_000, 0, "NONE", ""))
        out.writeframes(bytes(8_000))
    arriving = Arriving(scene.opened, "note.wav")
    arriving.write(silence.getvalue())
    scene.sound = arriving.keep(Telling("What he said"), **scene.who).id


def a_list(scene):
    progress.keep(scene.opened, A_LIST, **scene.who)


def a_year_later(scene):
    """Its day has come."""
    scene.at += timedelta(days=366)


def ordered(scene):
    holds.place(scene.alice.case, holds.Order("Leeds Crown Court", "T2026/1", "2026-03-01"), at=scene.at)


def words_taken_over(scene):
    """Somebody made new words in the open case; she opens it with the old ones."""
    ways.change(scene.alice.session)
    ways.confirm(scene.alice.session, typed_again(scene), at=scene.at)
    scene.alice.session = cases.open_with(scene.alice.words, device="", at=scene.at)


def cheap(scene):
    """What opening finds where the words' wrap is to be made anew."""
    row = OwnerWrap.objects.get(case=scene.alice.case, kind="words")
    return ways.Found(scene.alice.case, b"", 0, row, wraps.WordsWrap(bytes(16), wraps.Cost(), b"dearer"))


def a_chat(scene):
    arriving = Arriving(scene.opened, "chat")
    arriving.write(building.iphone().encode())
    scene.chat = chats.export(scene.opened, arriving.keep(Telling("Chat"), **scene.who).id)


# what records it: (what is there before, the act)
ACTS = {
    "cases.make": (nothing, lambda s: cases.make(device="", at=s.at)),
    "cases.open_with": (nothing, lambda s: cases.open_with(s.alice.words, device="", at=s.at)),
    "cases.lock": (nothing, lambda s: cases.lock(s.alice.session, at=s.at)),
    "cases.end_other_sessions": (
        lambda s: cases.open_with(s.alice.words, device="", at=s.at),
        lambda s: cases.end_other_sessions(s.alice.session, at=s.at),
    ),
    "cases.hide": (Scene.accepted, lambda s: cases.hide(s.alice.session, at=s.at)),
    "cases.bring_back": (
        lambda s: cases.hide(s.alice.session, at=s.at),
        lambda s: cases.bring_back(s.alice.words, device="", at=s.at),
    ),
    "cases.erase": (nothing, lambda s: cases.erase(Case.objects.get(pk=s.alice.case.pk), at=s.at)),
    "cases.time_out": (a_year_later, lambda s: cases.time_out(s.alice.case, at=s.at)),
    "cases.erase_now": (ordered, lambda s: cases.erase_now(s.alice.words, at=s.at)),
    "retention.choose": (nothing, lambda s: retention.choose(s.opened, Choice(months=3), **s.who)),
    "holds.place": (nothing, ordered),
    "holds.end": (ordered, lambda s: holds.end(s.alice.case, 1, at=s.at)),
    "gate.release": (
        lambda s: gate.lock(s.opened, **s.who),
        lambda s: gate.release(s.alice.case, told_by="The lead, 1 March", at=s.at),
    ),
    "ways.renew": (nothing, lambda s: ways.renew(cheap(s), s.opened, at=s.at)),
    "ways._set_ways": (
        lambda s: ways.change(s.alice.session),
        lambda s: ways.confirm(s.alice.session, typed_again(s), at=s.at),
    ),
    "kept_ways.undo": (words_taken_over, lambda s: kept_ways.undo(s.alice.session, at=s.at)),
    "gate.answer": (nothing, lambda s: gate.answer(s.opened, UNDER18, **s.who)),
    "gate.lock": (nothing, lambda s: gate.lock(s.opened, **s.who)),
    "items.add": (nothing, lambda s: note(s.opened, s.at)),
    "items.read": (nothing, lambda s: items.read(s.opened, s.note, **s.who)),
    "items.edit": (nothing, lambda s: items.edit(s.opened, s.note, Telling("Again"), **s.who)),
    "items.undo_edit": (nothing, lambda s: items.undo_edit(s.opened, s.note, **s.who)),
    "items._set_state": (nothing, lambda s: items.remove(s.opened, s.note, **s.who)),
    "arriving.Arriving._commit": (nothing, lambda s: s.keep_picture(s.opened, PIXELS + b"2")),
    "coverings._commit": (an_original, lambda s: coverings.keep(s.opened, s.picture, [BOX], **s.who)),
    "coverings.drop": (hidden_parts, lambda s: coverings.drop(s.opened, s.picture, **s.who)),
    "pictures.reveal": (nothing, lambda s: pictures.reveal(s.opened, s.picture, **s.who)),
    "playing.reveal": (a_sound, lambda s: playing.reveal(s.opened, s.sound, **s.who)),
    "pictures.original": (nothing, lambda s: pictures.original(s.opened, s.picture, **s.who)),
    "pictures.set_intimate": (
        nothing,
        lambda s: pictures.set_intimate(s.opened, s.picture, intimate=False, **s.who),
    ),
    "places._keep": (nothing, a_place),
    "places.take_out": (a_place, lambda s: places.take_out(s.opened, s.picture, **s.who)),
    "adding_only.allow": (nothing, lambda s: adding_only.allow(s.opened, HttpResponse(), **s.who)),
    "adding_only.end_all": (may_add, lambda s: adding_only.end_all(s.opened, **s.who)),
    "adding_only.add": (may_add, lambda s: adding_only.add(AddPass.objects.get(), Telling("Note"), at=s.at)),
    "chats.page": (a_chat, lambda s: chats.page(s.opened, s.chat, Asked(conversation=1), **s.who)),
    "chats.read_again": (a_chat, lambda s: chats.read_again(s.opened, s.chat.line.id, "", **s.who)),
    "chats.say_own": (a_chat, lambda s: chats.say_own(s.opened, s.chat.line.id, building.ALICE, **s.who)),
    "chats._keep": (a_chat, lambda s: chats.pick(s.opened, s.chat, (1, [2]), **s.who)),
    "details.save": (nothing, lambda s: details.save(s.opened, {"place": "Leeds"}, **s.who)),
    "progress.keep": (nothing, lambda s: progress.keep(s.opened, A_LIST, **s.who)),
    "progress.bring_back": (a_list, lambda s: progress.bring_back(s.opened, **s.who)),
    "progress.remove": (a_list, lambda s: progress.remove(s.opened, **s.who)),
    "taking_out.take": (nothing, lambda s: taking_out.take(s.opened, **s.who)),
    "messages.write": (nothing, lambda s: messages.write(s.opened, text="Hello", **s.who)),
    "messages.thread": (nothing, lambda s: messages.thread(s.opened, **s.who)),
    "sharing.share": (nothing, Scene.offer),
    "sharing.end": (Scene.accepted, lambda s: sharing.end(s.opened, s.grant, **s.who)),
    "sharing.end_expired": (Scene.accepted, expired),
    "sharing.accept": (Scene.offer, lambda s: sharing.accept(offer_id=s.grant, **terms_of_worker(s))),
    "sharing.open_case": (Scene.accepted, lambda s: sharing.open_case(grant_id=s.grant, **terms_of_worker(s))),
    "sharing.hand_back": (
        Scene.accepted,
        lambda s: sharing.hand_back(worker=s.hana.worker, grant_id=s.grant, at=s.at),
    ),
    "sharing.end_all_of": (
        Scene.accepted,
        lambda s: sharing.end_all_of(worker=s.hana.worker, by=SYSTEM, at=s.at),
    ),
    "rotation.rotate": (Scene.accepted, lambda s: rotation.rotate(s.alice.session, at=s.at)),
    "packs.ask": (nothing, lambda s: packs.ask(s.opened, Choices(), **s.who)),
    "packs.download": (Scene.ready, lambda s: packs.download(s.opened, s.pack.pk, "report", **s.who)),
    "pack.build._finish": (unfinished, lambda s: build._finish(s.pack, [])),
}


def everything_stored():
    """Every row of the room but the counts of tries, which stand whatever happens."""
    models = [model for model in apps.get_app_config("evidence").get_models() if model is not Attempt]
    return {model.__name__: [comparable(row) for row in model.objects.order_by("pk").values()] for model in models}


def comparable(row):
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}


@pytest.mark.parametrize("name", sorted(ACTS))
def test_what_can_not_be_logged_does_not_happen(scene, monkeypatch, vault_folder, name):
    before, act = ACTS[name]
    before(scene)
    stored, files = everything_stored(), sorted(vault_folder.iterdir())
    monkeypatch.setattr(custody, "record", refuse)
    with pytest.raises(LogIsFull):
        act(scene)
    assert everything_stored() == stored
    assert sorted(vault_folder.iterdir()) == files


def refuse(*_args, **_more):
    raise LogIsFull


@pytest.mark.parametrize("name", sorted(set(ACTS) - {"cases.erase"}))
def test_every_act_leaves_an_entry(scene, monkeypatch, name):
    before, act = ACTS[name]
    before(scene)
    recorded, real = [], custody.record
    monkeypatch.setattr(custody, "record", lambda *a, **more: recorded.append(a[1].what) or real(*a, **more))
    act(scene)
    assert len(recorded) == 1


def test_every_function_that_records_stands_in_the_table():
    root = Path(evidence.__path__[0])
    found = {name for path in root.rglob("*.py") if "views" not in path.parts for name in recorders(root, path)}
    assert found - {"custody.view_once"} == set(ACTS)


def recorders(root, path):
    module = ".".join(path.relative_to(root).with_suffix("").parts)
    for scope, function in functions(ast.parse(path.read_text())):
        calls = {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
        own = {"record", "view_once"} if module == "custody" else set()
        if calls & ({"custody.record", "custody.view_once"} | own):
            yield ".".join([module, *scope, function.name])


def functions(tree, scope=()):
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from functions(node, (*scope, node.name))
        elif isinstance(node, ast.FunctionDef):
            yield scope, node


@pytest.mark.parametrize(
    ("name", "module", "step"),
    [
        ("items.add", items.index, "write"),
        ("items._set_state", items.index, "write"),
        ("gate.lock", items.index, "write"),
        ("progress.keep", items.index, "write"),
        ("progress.remove", items.index, "write"),
        ("rotation.rotate", items.index, "write"),
        ("cases.make", unlocking, "begin"),
        ("cases.open_with", unlocking, "begin"),
        ("cases.bring_back", unlocking, "begin"),
        ("cases.lock", unlocking, "end"),
        ("cases.hide", unlocking, "end_all"),
        ("cases.time_out", unlocking, "end_all"),
        ("cases.erase_now", unlocking, "end_all"),
        ("retention.choose", retention, "_set_day"),
        ("holds.end", retention, "give_time"),
        ("gate.release", retention, "give_time"),
        ("cases.erase", custody, "head_of"),
        ("packs.ask", packs.freezing, "freeze"),
    ],
)
def test_an_act_that_fails_half_way_leaves_no_entry_behind(scene, monkeypatch, name, module, step):
    before, act = ACTS[name]
    before(scene)
    stored = everything_stored()
    monkeypatch.setattr(module, step, refuse)
    with pytest.raises(LogIsFull):
        act(scene)
    assert everything_stored() == stored


def test_a_pack_that_is_not_there_any_more_is_not_finished(scene):
    scene.ready()
    Pack.objects.all().delete()
    with pytest.raises(build.Stopped):
        build._finish(Pack(pk=uuid.uuid4(), case=scene.alice.case), [])
