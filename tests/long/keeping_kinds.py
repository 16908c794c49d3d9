"""Files of every family, and what can be done with them, as steps in the life of a case."""

from __future__ import annotations

import io
import json
import uuid
import zipfile

import pytest
from django.conf import settings
from django.db.models import Sum
from django.http import HttpResponse
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from evidence import (
    adding_only,
    arriving,
    chats,
    coverings,
    gate,
    holds,
    index,
    likeness,
    pictures,
    places,
    resuming,
    retention,
    taking_out,
    timeline,
    vault,
)
from evidence.arriving import Arriving
from evidence.intake.boxes import Box
from evidence.items import Telling
from evidence.models import AddPass, Item, Pack, SealedFile
from evidence.resuming import Announced, Piece
from evidence.retention import Choice
from tests.conftest import PIXELS
from tests.evidence.intake.exports import building
from tests.long.living import PLACE, WORDS, Life
from tests.long.readers import PLACE as READ

BYTES = {
    index.PICTURE: PIXELS,
    index.FILM: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"a film" * 50,
    index.SOUND: b"OggS\0\x02" + bytes(20) + b"\x01\x1eOpusHead" + b"a sound" * 50,
    index.DOCUMENT: b"%PDF-1.7\n" + b"a letter" * 50,
    index.MAIL: b"From: max@example.org\r\nTo: alice@example.org\r\nSubject: hi\r\n\r\nPay or else\r\n",
    index.CHAT: building.iphone().encode(),
}
KIND = st.sampled_from(sorted(BYTES))
MARK = st.sampled_from(["", "a", "b"])  # few, so that the same file comes again
HAVE_PLACES = (index.PICTURE, index.FILM, index.SOUND)
AN_ORDER = holds.Order("A court", "ref 12", "2026-02-01")


class LifeOfAllKinds(Life):
    """A case into which everything comes that a case can hold."""

    def __init__(self):
        super().__init__()
        self.files, self.covered, self.placed = {}, set(), set()  # id: its bytes
        self.choice, self.orders, self.waiting, self.sent = Choice(), 0, {}, 0

    def _some(self, place, *kinds):
        """A file of these kinds that is there, or None."""
        lines = index.read(self.opened).kept()
        there = [line for line in lines if line.kind in kinds]
        return there[place % len(there)] if there else None

    def _came(self, line, title, data):
        self.files[line.id] = data
        self.holds[line.id], self.numbers[line.id] = (title, ""), line.number

    # --- files ------------------------------------------------------------------------------------------------

    @rule(kind=KIND, mark=MARK, title=WORDS)
    def add_a_file(self, kind, mark, title):
        data, coming = BYTES[kind] + mark.encode(), Arriving(self.opened, "a file")
        try:
            coming.write(data)
            if not self.gate.open:
                with pytest.raises(gate.NoPictures):
                    coming.keep(Telling(title), **self.who)
                return
            line = coming.keep(Telling(title), **self.who)
        finally:
            coming.drop()
        assert line.kind == kind
        self._came(line, title, data)

    @rule(kind=KIND, title=WORDS, whole=st.booleans())
    def send_a_file_in_pieces(self, kind, title, whole):
        self.sent += 1
        data = BYTES[kind] + str(self.sent).encode()
        told = Announced("a file", len(data), self.sent, f"k:{self.sent}", title)
        if not self.gate.open:
            with pytest.raises(gate.NoPictures):
                resuming.begin(self.opened, told, at=self.at)
            return
        try:
            here = resuming.begin(self.opened, told, at=self.at)
        except resuming.TooManyUploads:
            resuming.prune(at=self.at + resuming.LASTS * 2)  # those that were left half way
            return
        half = len(data) // 2
        here = self._piece(here, data[:half])
        with pytest.raises(resuming.WrongPlace):
            Piece(self.opened, here, 0, 5)
        with pytest.raises(resuming.CutShort):
            resuming.finish(self.opened, here.id, **self.who)
        if whole:
            here = self._piece(here, data[half:])
            self._came(resuming.finish(self.opened, here.id, **self.who), title, data)
            assert resuming.finish(self.opened, here.id, **self.who) is None

    def _piece(self, here, data):
        piece = Piece(self.opened, here, here.at, len(data))
        try:
            piece.write(data)
            return piece.keep(at=self.at)
        finally:
            piece.drop()

    @precondition(lambda self: self.files)
    @rule(place=PLACE)
    def download(self, place):
        line = self._some(place, *index.FILES)
        if line and self.gate.open:
            got = b"".join(pictures.original(self.opened, line.id, **self.who)[1])
            assert got == self.files[line.id]
        elif line:
            with pytest.raises(gate.NoPictures):
                pictures.original(self.opened, line.id, **self.who)

    @precondition(lambda self: self.gate.open)
    @rule(place=PLACE, one=st.integers(1, 6), other=st.integers(1, 9))
    def pick_messages(self, place, one, other):
        known, line = set(self.holds), self._some(place, index.CHAT)
        if line is None:
            return
        kept = chats.pick(self.opened, chats.export(self.opened, line.id), (1, (one, other)), **self.who)
        for picked in (line for line in kept if line.id not in known):
            self.holds[picked.id], self.numbers[picked.id] = (picked.title, ""), picked.number
        assert chats.pick(self.opened, chats.export(self.opened, line.id), (1, (one, other)), **self.who)

    @precondition(lambda self: self.files)
    @rule(place=PLACE, left=st.integers(0, 500))
    def hide_a_part(self, place, left):
        line = self._some(place, index.PICTURE)
        if line and self.gate.open:
            coverings.keep(self.opened, line.id, [Box(left, 100, 300, 200)], **self.who)
            self.covered.add(line.id)
        elif line:
            with pytest.raises(gate.NoPictures):
                coverings.keep(self.opened, line.id, [Box(left, 100, 300, 200)], **self.who)

    @precondition(lambda self: self.covered and self.gate.open)
    @rule(place=PLACE)
    def show_the_whole_again(self, place):
        line = self._some(place, index.PICTURE)
        if line and line.covered:
            coverings.drop(self.opened, line.id, **self.who)
            self.covered.discard(line.id)

    @precondition(lambda self: self.files)
    @rule(place=PLACE, keeps=st.booleans())
    def read_the_place(self, place, keeps):
        line = self._some(place, *HAVE_PLACES)
        if line is None:
            return
        if not self.gate.open:
            with pytest.raises(gate.NoPictures):
                places.look(self.opened, line.id, helpline=False, **self.who)
        elif keeps:
            assert places.look(self.opened, line.id, helpline=False, **self.who).fields == READ
            self.placed.add(line.id)
        else:
            places.take_out(self.opened, line.id, **self.who)
            self.placed.discard(line.id)

    # --- the whole case -----------------------------------------------------------------------------------------

    @rule(months=st.sampled_from([0, *retention.SHORTER]), for_police=st.booleans())
    def choose_how_long(self, months, for_police):
        until = retention.last_day(police=True, at=self.at).isoformat() if for_police else ""
        self.choice = Choice(0 if for_police else months, until, for_police)
        retention.choose(self.opened, self.choice, **self.who)

    @rule(ends=st.booleans())
    def an_order_comes_or_ends(self, ends):
        if not ends:
            holds.place(self.opened.case, AN_ORDER, at=self.at)
            self.orders += 1
        elif self.orders:
            holds.end(self.opened.case, self.orders, at=self.at)
            self.orders -= 1
        else:
            with pytest.raises(holds.NoSuchHold):
                holds.end(self.opened.case, 1, at=self.at)

    @precondition(lambda self: not self.gate.locked)
    @rule()
    def a_pack_is_ready(self):
        times, pk, case = dict.fromkeys(("asked_at", "beat_at", "ends_at"), self.at), uuid.uuid4(), self.opened.case
        wrap = vault.wrap_key(vault.keys.new_key(), secret=self.opened.secret, case=case, about=pk)
        key = {"key_version": case.secret_version, "key_wrap": wrap}
        Pack.objects.create(id=pk, case=case, status=Pack.Status.READY, **key, **times)

    @rule()
    def allow_adding(self):
        adding_only.allow(self.opened, HttpResponse(), **self.who)

    @rule(text=WORDS)
    def add_while_it_is_shut(self, text):
        mine = AddPass.objects.filter(case=self.opened.case).order_by("ends_at", "row_id").last()
        if mine is None:
            return
        if mine.left and mine.ends_at > self.at:
            self.waiting[adding_only.add(mine, Telling("", claims={"what": text}), at=self.at)] = text
        else:
            with pytest.raises(adding_only.NoPass):
                adding_only.add(mine, Telling("", claims={"what": text}), at=self.at)

    @rule()
    def take_in_what_waits(self):
        assert adding_only.take_in(self.opened) == len(self.waiting)
        for line in index.read(self.opened).lines:
            if line.id in self.waiting:
                text = self.waiting.pop(line.id)
                title = text.strip().splitlines()[0][:80] if text.strip() else ""
                self.holds[line.id], self.numbers[line.id] = (title, text), line.number
        assert not self.waiting

    @rule()
    def take_everything_out(self):
        archive = zipfile.ZipFile(io.BytesIO(b"".join(taking_out.take(self.opened, **self.who))))
        told = json.loads(archive.read(taking_out.JSON))
        assert {uuid.UUID(str(item["id"])) for item in told["items"]} == set(self.holds)
        files = [archive.read(name) for name in archive.namelist() if name.startswith(taking_out.FILES)]
        assert all(data in files for data in self.files.values()) if self.gate.open else files == []

    @rule(place=PLACE)
    def look_for_the_same(self, place):
        line = self._some(place, *index.FILES)
        if line is None:
            return
        whole = index.read(self.opened)
        same = {one.id for one in likeness.like(line, whole).same}
        twins = {one for one, data in self.files.items() if data == self.files[line.id]} - self.gone - {line.id}
        assert same == (twins if self.gate.open else set())

    @rule()
    def look_at_the_timeline(self):
        shown = [line.id for day in timeline.days(index.read(self.opened).kept()) for line in day.lines]
        assert sorted(shown) == sorted(set(self.holds) - self.gone)

    # --- what always holds --------------------------------------------------------------------------------------

    @invariant()
    def the_index_says_what_the_rows_are(self):
        case, lines = self.opened.case, index.read(self.opened).lines
        assert set(Item.objects.filter(case=case).values_list("pk", flat=True)) == set(self.holds) | set(self.waiting)
        assert {line.id: line.size for line in lines if line.size} == {
            one: len(data) for one, data in self.files.items()
        }
        assert {line.id for line in lines if line.covered} == self.covered
        assert {line.id for line in lines if line.placed} == self.placed

    @invariant()
    def every_file_is_stored_and_counted(self):
        rows = SealedFile.objects.filter(case=self.opened.case)
        assert all(vault.store().size(row.name) == row.stored_size for row in rows)
        kept = rows.filter(upload__isnull=True).aggregate(all=Sum("stored_size"))["all"] or 0
        assert arriving.room_left(self.opened) == settings.CASE_MAX_BYTES - kept
        assert kept > sum(map(len, self.files.values())) or not self.files

    @invariant()
    def pictures_are_seen_only_through_an_open_gate(self):
        for line in index.read(self.opened).kept():
            if line.kind in index.SEEN and self.gate.open:
                assert pictures.cover(self.opened, line.id)
            elif line.kind in index.FILES and not self.gate.open:
                with pytest.raises(gate.NoPictures):
                    pictures.with_file(self.opened, line.id)

    @invariant()
    def a_lock_freezes_what_was_made_before(self):
        if self.gate.locked:
            stand = (Pack.Status.READY, Pack.Status.MAKING)
            assert not Pack.objects.filter(case=self.opened.case, status__in=stand).exists()
            assert self.opened.case.held

    @invariant()
    def the_choice_and_the_orders_stand(self):
        assert retention.chosen(self.opened) == self.choice
        assert sum(view.stands for view in holds.shown(self.opened)) == self.orders
        assert retention.is_ordered(self.opened.case) == bool(self.orders)
