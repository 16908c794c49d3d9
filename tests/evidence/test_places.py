"""The place inside a file is read after a press alone, kept for its owner alone, and goes no further by itself."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from evidence import gate, index, items, places, rotation, vault
from evidence.crypto.errors import SealBroken
from evidence.custody import OWNER
from evidence.freezing import freeze
from evidence.freezing_items import Choices
from evidence.intake.places import NotReadNow, Place
from evidence.items import NoSuchItem, Telling
from evidence.models import Item
from evidence.pack.exhibits import exhibit
from evidence.vault import Opened
from tests.conftest import acts, note
from tests.evidence.taking import page_of, taken, told
from tests.security.people import png_with_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_gate")]
LONDON = "51.507222, -0.127500"
FIELDS = (("GPSLatitude, GPSLongitude", LONDON), ("GPSHPositioningError", "12.5"))
PACK = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def picture(alice, keep_picture):
    return keep_picture(alice.opened, png_with_place()).id


@pytest.fixture
def read(monkeypatch):
    """How often a place was read."""
    asked, real = [], places.read_place
    monkeypatch.setattr(places, "read_place", lambda *a: asked.append(a[1:]) or real(*a))
    return asked


def look(alice, picture, at, *, helpline=False):
    return places.look(alice.opened, picture, helpline=helpline, by=OWNER, at=at)


def kept(opened, picture):
    return places.kept(opened, items.peek(opened, picture), index.read(opened).gate)


def worker_of(alice):
    """The case as somebody reads it who has the case secret and is not its owner."""
    return Opened(alice.case, alice.opened.secret)


def facts_of(alice, picture):
    row = Item.objects.get(pk=picture)
    key = vault.key_of(alice.opened, row, row.pk)
    return vault.open_facts(key, row.facts, case_id=alice.case.pk, about=row.pk)


def test_nothing_is_read_before_the_press(alice, picture, at, read):
    assert items.read(alice.opened, picture, by=OWNER, at=at).observed["has_location"]
    places.file(alice.opened, picture)
    assert (read, kept(alice.opened, picture)) == ([], None)
    assert LONDON not in json.dumps(facts_of(alice, picture))


def test_the_press_keeps_what_the_file_says_and_who_had_it_read(alice, picture, at, read):
    look(alice, picture, at)
    found = kept(alice.opened, picture)
    assert (found.fields, found.degrees, found.role, found.helpline) == (FIELDS, LONDON, "owner", False)
    assert found.read_at == "2026-03-02T12:00:00+00:00"
    assert len(read) == 1
    assert acts(alice.opened)[-1] == "place-read"
    assert index.read(alice.opened).find(picture).placed


def test_it_stays_when_words_are_changed_and_with_new_keys(alice, picture, at):
    look(alice, picture, at)
    items.edit(alice.opened, picture, Telling("Other words"), by=OWNER, at=at)
    assert kept(rotation.rotate(alice.session, at=at).opened, picture).degrees == LONDON


def test_it_is_sealed_to_its_owner_so_that_a_worker_with_the_case_reads_nothing(alice, picture, at):
    look(alice, picture, at)
    assert LONDON not in json.dumps(facts_of(alice, picture))
    assert kept(worker_of(alice), picture) is None
    with pytest.raises(NoSuchItem):
        places.file(worker_of(alice), picture)


def test_it_is_sealed_to_its_own_item(alice, picture, keep_picture, at):
    look(alice, picture, at)
    fact = items.peek(alice.opened, picture).place
    other = keep_picture(alice.opened, png_with_place() + b"2").id
    with pytest.raises(SealBroken):
        places.plain(alice.opened, other, fact)


def test_a_worker_reads_it_where_its_owner_agreed(alice, picture, at):
    look(alice, picture, at, helpline=True)
    assert kept(worker_of(alice), picture) == kept(alice.opened, picture)
    assert kept(worker_of(alice), picture).fields == FIELDS


def test_it_can_be_taken_out_again_and_then_nothing_of_it_is_left(alice, picture, at):
    look(alice, picture, at, helpline=True)
    assert LONDON in json.dumps(facts_of(alice, picture))
    for _ in range(2):
        places.take_out(alice.opened, picture, by=OWNER, at=at)
    assert kept(alice.opened, picture) is None
    assert "place" not in facts_of(alice, picture)
    assert not index.read(alice.opened).find(picture).placed
    assert acts(alice.opened).count("place-taken-out") == 1


def test_that_none_was_found_is_kept_and_said(alice, keep_picture, at):
    picture = keep_picture(alice.opened).id  # its decoder says that there may be one
    assert look(alice, picture, at).fields == ()
    assert kept(alice.opened, picture).fields == ()
    assert not index.read(alice.opened).find(picture).placed


def test_what_could_not_be_read_just_now_changes_nothing(alice, picture, at, monkeypatch):
    def busy(*_):
        raise NotReadNow

    monkeypatch.setattr(places, "read_place", busy)
    before = acts(alice.opened)
    with pytest.raises(NotReadNow):
        look(alice, picture, at)
    assert (kept(alice.opened, picture), acts(alice.opened)) == (None, before)


def test_only_a_file_that_may_hold_a_place_is_read(alice, at, keep_picture, monkeypatch, read):
    with pytest.raises(NoSuchItem):
        look(alice, note(alice.opened, at).id, at)
    picture = keep_picture(alice.opened).id
    row, item = Item.objects.get(pk=picture), items.peek(alice.opened, picture)
    facts = {**facts_of(alice, picture), "observed": {**item.observed, "has_location": False}}
    row.facts = vault.seal_facts(item.key, facts, case_id=alice.case.pk, about=picture)
    row.save()
    with pytest.raises(NoSuchItem):
        look(alice, picture, at)
    assert read == []


# --- once the gate is shut --------------------------------------------------------------------------------


def test_a_lock_shuts_reading_and_what_was_read(alice, picture, at, read):
    look(alice, picture, at, helpline=True)
    gate.lock(alice.opened, by=OWNER, at=at)
    assert kept(alice.opened, picture) is None
    assert kept(worker_of(alice), picture) is None
    with pytest.raises(gate.NoPictures):
        look(alice, picture, at)
    with pytest.raises(gate.NoPictures):
        places.take_out(alice.opened, picture, by=OWNER, at=at)
    assert LONDON in json.dumps(facts_of(alice, picture))
    assert len(read) == 1
    assert LONDON not in taken(alice, at).read("everything.json").decode()


def test_a_lock_while_it_is_being_read_keeps_nothing(alice, picture, at, monkeypatch):
    def locked_meanwhile(*_):
        gate.lock(alice.opened, by=OWNER, at=at)
        return Place(FIELDS)

    monkeypatch.setattr(places, "read_place", locked_meanwhile)
    with pytest.raises(gate.NoPictures):
        look(alice, picture, at)
    assert "place" not in facts_of(alice, picture)
    assert acts(alice.opened)[-1] == "pictures-locked"


# --- where it goes ----------------------------------------------------------------------------------------


def frozen(alice, at, picture, **choices):
    snapshot = freeze(alice.opened, PACK, Choices(**{name: frozenset([picture]) for name in choices}), at=at)
    return snapshot, next(item for item in snapshot.items if item.id == str(picture))


def test_a_pack_has_it_only_where_it_was_chosen_for_that_pack(alice, picture, at):
    look(alice, picture, at, helpline=True)
    chosen = {"pictures": True, "originals": True, "locations": True}
    snapshot, item = frozen(alice, at, picture, **chosen)
    assert LONDON not in str(snapshot)
    assert "It is not in this report." in str(exhibit(snapshot, item, None).recorded)
    snapshot, item = frozen(alice, at, picture, places=True)
    assert item.observed.place == (("Latitude, longitude", LONDON), FIELDS[1])
    assert (item.include_picture, item.include_original, item.location_included) == (False, False, False)
    assert f"Latitude, longitude: {LONDON}" in str(exhibit(snapshot, item, None).recorded)


def test_a_pack_has_no_place_that_was_never_read_or_once_the_gate_is_shut(alice, picture, at):
    assert frozen(alice, at, picture, places=True)[1].observed.place == ()
    look(alice, picture, at)
    gate.lock(alice.opened, by=OWNER, at=at)
    assert frozen(alice, at, picture, places=True)[1].observed.place == ()


def test_the_copy_of_everything_has_it_in_plain_words(alice, picture, at):
    look(alice, picture, at)
    archive = taken(alice, at)
    place = told(archive)["items"][0]["place"]
    assert (place["degrees"], place["fields"][1]) == (LONDON, ["GPSHPositioningError", "12.5"])
    assert LONDON in page_of(archive)


def test_the_copy_that_people_look_at_holds_no_place():
    """As it is made on arrival: what a worker and the report show has no metadata at all."""
    from evidence.intake import pictures

    seen = pictures.examine([png_with_place()], limits=pictures.Limits())
    assert seen.has_location
    assert not Image.open(io.BytesIO(seen.view)).getexif()
