"""The life of a case as a machine of random steps: what it should hold is written down beside it and compared."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from evidence import cases, custody, gate, index, items, messages, rotation, sharing, vault, ways
from evidence.custody import OWNER
from evidence.index import Gate
from evidence.items import Telling
from tests.conftest import confirm, new_owner, new_staff, share

TYPED = (index.ADDRESS, index.ACCOUNT, index.NOTE, index.EVENT)
WORDS = st.text(max_size=12)
PLACE = st.integers(0, 999)
MINUTES = st.sampled_from([0, 1, 11, 60 * 24, 60 * 24 * 4])
taken = Counter()


class Life(RuleBasedStateMachine):
    """What a case should hold, beside the case: every step does both, every look compares them."""

    given_at = None

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.at = Life.given_at
        self.owner = new_owner(self.at)
        self.session = self.owner.session
        self.staff = [new_staff("hana", self.at), new_staff("sam", self.at)]
        self.holds, self.gone, self.earlier, self.said = {}, set(), {}, []
        self.gate, self.grant, self.holder, self.entries = Gate(), None, None, 0
        self.numbers = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @property
    def opened(self):
        return self.session.opened

    @property
    def who(self):
        return {"by": OWNER, "at": self.at}

    def _one(self, place):
        return list(self.holds)[place % len(self.holds)]

    # --- keeping ------------------------------------------------------------------------------------------

    @rule(kind=st.sampled_from(TYPED), title=WORDS, what=WORDS)
    def add(self, kind, title, what):
        line = items.add(self.opened, kind, Telling(title, claims={"what": what}), **self.who)
        self.holds[line.id], self.numbers[line.id] = (title, what), line.number

    @precondition(lambda self: self.holds)
    @rule(place=PLACE, title=WORDS, what=WORDS)
    def edit(self, place, title, what):
        one = self._one(place)
        items.edit(self.opened, one, Telling(title, claims={"what": what}), **self.who)
        self.earlier.setdefault(one, []).append(self.holds[one])
        self.holds[one] = (title, what)

    @precondition(lambda self: self.holds)
    @rule(place=PLACE)
    def undo(self, place):
        one = self._one(place)
        items.undo_edit(self.opened, one, **self.who)
        if self.earlier.get(one):
            self.holds[one] = self.earlier[one].pop()

    @precondition(lambda self: self.holds)
    @rule(place=PLACE)
    def remove(self, place):
        one = self._one(place)
        items.remove(self.opened, one, **self.who)
        self.gone.add(one)

    @precondition(lambda self: self.gone)
    @rule(place=PLACE)
    def bring_back(self, place):
        one = sorted(self.gone)[place % len(self.gone)]
        items.bring_back(self.opened, one, **self.who)
        self.gone.discard(one)

    # --- the gate -----------------------------------------------------------------------------------------

    @rule(shown=st.sampled_from(["adults", *gate.SHOWN]), whose=st.sampled_from(["mine", *gate.WHOSE]))
    def answer_the_gate(self, shown, whose):
        said = Gate(shown=shown, now="adult", whose=whose)
        if self.gate.locked or (self.gate.answered and not self.gate.open):
            with pytest.raises(gate.AnsweredBefore):
                gate.answer(self.opened, said, **self.who)
        else:
            self.gate = gate.answer(self.opened, said, **self.who)

    @precondition(lambda self: len(self.holds) > 5)
    @rule(really=st.integers(0, 3))
    def lock_the_pictures(self, really):
        if really == 0:
            gate.lock(self.opened, **self.who)
            self.gate = index.read(self.opened).gate
            assert self.gate.locked

    # --- sharing ------------------------------------------------------------------------------------------

    def _over(self):
        """What a day that is over does to a share; returns whether one stands."""
        sharing.end_expired(at=self.at)
        if self.grant is not None and not sharing.Grant.objects.filter(pk=self.grant).exclude(status="ended").exists():
            self.grant = self.holder = None
        return self.grant is not None

    @rule(days=st.integers(1, 9))
    def offer(self, days):
        if self._over():
            with pytest.raises(sharing.SharedAlready):
                share(self.opened, self.at, days=days)
        else:
            self.grant = share(self.opened, self.at, days=days).pk

    @precondition(lambda self: self.grant)
    @rule(place=PLACE)
    def accept(self, place):
        worker = self.staff[place % 2]
        terms = {"worker": worker.worker, "offer_id": self.grant, "seed": worker.seed, "at": self.at}
        if self._over() and self.holder is None:
            sharing.accept(**terms)
            self.holder = worker
        else:
            with pytest.raises(sharing.NotShared):
                sharing.accept(**terms)

    @precondition(lambda self: self.grant)
    @rule()
    def end(self):
        sharing.end(self.opened, self.grant, **self.who)
        self.grant = self.holder = None
        self._rotate()

    @precondition(lambda self: self.holder)
    @rule()
    def hand_back(self):
        if self._over():
            sharing.hand_back(worker=self.holder.worker, grant_id=self.grant, at=self.at)
            self.grant = self.holder = None

    @rule(text=WORDS)
    def write(self, text):
        messages.write(self.opened, text=text, **self.who)
        self.said.append(text)

    @precondition(lambda self: self.holder)
    @rule(text=WORDS)
    def answer(self, text):
        if self._over():
            worker = self.holder.worker
            theirs = sharing.open_case(worker=worker, grant_id=self.grant, seed=self.holder.seed, at=self.at)
            messages.write(theirs, text=text, by=sharing.worker_actor(worker), at=self.at)
            self.said.append(text)

    # --- time and doors -----------------------------------------------------------------------------------

    @rule(minutes=MINUTES)
    def wait(self, minutes):
        self.at += timedelta(minutes=minutes)
        self._over()

    @rule()
    def rotate(self):
        self._rotate()

    def _rotate(self):
        before = self.opened
        self.session = rotation.rotate(self.session, at=self.at)
        assert self.opened.secret != before.secret
        with pytest.raises(vault.Shut):  # what the old secret opened, it opens no more
            custody.record(before.case, custody.Act("item-viewed"), secret=before.secret, **self.who)

    @rule()
    def lock_and_open_again(self):
        cases.lock(self.session, at=self.at)
        self.session = cases.open_with(self.owner.words, device="", at=self.at)
        if self.opened.case.rotate_due:
            self._rotate()

    @rule()
    def open_by_the_code_and_shut_elsewhere(self):
        other = cases.open_with(self.owner.code, device="", at=self.at)
        assert cases.end_other_sessions(other, at=self.at) >= 1
        self.session = other

    @rule()
    def change_the_words(self):
        old = self.owner.words
        ways.change_knowing(self.session, old, at=self.at)
        made = confirm(self.session, self.at)
        self.owner.words, self.owner.code = " ".join(made.words), made.code
        self.at += timedelta(minutes=1)
        with pytest.raises(ways.NotOpened):
            cases.open_with(old, device="", at=self.at)

    @rule()
    def change_the_words_without_the_old_ones(self):
        old = self.owner.words
        ways.change(self.session)
        made = confirm(self.session, self.at)
        self.owner.words, self.owner.code = " ".join(made.words), made.code
        self.at += timedelta(minutes=1)
        cases.lock(cases.open_with(old, device="", at=self.at), at=self.at)
        self.at += timedelta(hours=72)
        with pytest.raises(ways.NotOpened):
            cases.open_with(old, device="", at=self.at)
        self._over()

    @precondition(lambda self: len(self.holds) > 3)
    @rule()
    def delete_and_bring_back_the_case(self):
        cases.hide(self.session, at=self.at)
        self.grant = self.holder = None
        with pytest.raises(ways.NotOpened):
            cases.open_with(self.owner.words, device="", at=self.at)
        self.at += timedelta(hours=71)
        assert not cases.due_for_erasure(at=self.at).exists()
        self.session = cases.bring_back(self.owner.words, device="", at=self.at)
        if self.opened.case.rotate_due:
            self._rotate()

    # --- what always holds --------------------------------------------------------------------------------

    @invariant()
    def the_log_holds_together_and_only_grows(self):
        taken["looks"] += 1
        entries = custody.everything(self.opened)
        assert custody.head_of(self.opened.case) == (len(entries), entries[-1].head)
        assert len(entries) >= self.entries
        self.entries = len(entries)

    @invariant()
    def numbers_are_unique_and_stay(self):
        lines = index.read(self.opened).lines
        assert {line.id: line.number for line in lines} == self.numbers
        assert sorted(self.numbers.values()) == list(range(1, len(lines) + 1))

    @invariant()
    def what_was_acknowledged_can_be_read(self):
        assert self._told(self.opened) == self.holds
        assert {line.id for line in items.removed(self.opened)} == self.gone
        shown = [one.text for one in messages.thread(self.opened, **self.who)]
        assert sorted(shown) == sorted(self.said)
        assert index.read(self.opened).gate == self.gate

    @invariant()
    def only_who_holds_a_live_share_reads(self):
        self._over()
        for worker in self.staff:
            terms = {"worker": worker.worker, "seed": worker.seed, "at": self.at}
            for grant in sharing.Grant.objects.values_list("pk", flat=True):
                if worker is self.holder and grant == self.grant:
                    assert self._told(sharing.open_case(grant_id=grant, **terms)) == self.holds
                else:
                    with pytest.raises(sharing.NotShared):
                        sharing.open_case(grant_id=grant, **terms)

    @staticmethod
    def _told(opened):
        views = (items.view(opened, line) for line in index.read(opened).lines)
        return {view.line.id: (view.line.title, view.claims["what"]) for view in views}
