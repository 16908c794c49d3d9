"""New keys after a share has ended: the old secret opens nothing new, and everybody who may goes on."""

from __future__ import annotations

import pytest

from evidence import details, index, items, messages, packs, pictures, rotation, sharing, unlocking, vault
from evidence.crypto import envelopes, keys
from evidence.crypto.errors import SealBroken
from evidence.custody import OWNER
from evidence.freezing_items import Choices
from evidence.models import Case, Grant, Item, OfferWrap, OpenSession, Pack
from evidence.vault import Opened, Shut
from tests.conftest import PIXELS, acts, note, share
from tests.evidence.test_unlocking import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def grant(alice, hana, sam, at):
    return sharing.accept(worker=hana.worker, offer_id=share(alice.opened, at).pk, seed=hana.seed, at=at)


def old_secret(alice):
    """What a worker may have noted down: the secret, and every row of then."""
    return Opened(Case.objects.get(pk=alice.case.pk), alice.opened.secret)


def test_everything_still_opens_for_its_owner(alice, hana, grant, at, open_gate, keep_picture):
    picture, words = keep_picture(alice.opened), note(alice.opened, at)
    messages.write(alice.opened, text="Can you help?", by=OWNER, at=at)
    details.save(alice.opened, {"place": "Leeds"}, by=OWNER, at=at)
    session = rotation.rotate(alice.session, at=at)
    opened = session.opened
    assert (opened.case.secret_version, opened.case.rotate_due) == (2, False)
    assert opened.secret != alice.opened.secret
    assert [line.id for line in items.listed(opened)] == [picture.id, words.id]
    assert b"".join(pictures.original(opened, picture.id, by=OWNER, at=at)[1]) == PIXELS
    assert messages.thread(opened, by=OWNER, at=at)[0].text == "Can you help?"
    assert details.read(opened)["place"] == "Leeds"
    assert sharing.shares(opened)[0].purpose == "Help me take it down"
    assert "keys-changed" in acts(opened)
    assert vault.open_secret(opened.owner_seed, opened.case.secret_wrap, opened.case, "owner") == opened.secret
    assert bytes(opened.case.case_public) == vault.case_public(opened.secret, opened.case.pk, 2)


def test_a_worker_who_keeps_the_case_goes_on_with_the_new_secret(alice, hana, grant, at):
    line = note(alice.opened, at)
    session = rotation.rotate(alice.session, at=at)
    opened = sharing.open_case(worker=hana.worker, grant_id=grant.pk, seed=hana.seed, at=at)
    assert opened.secret == session.opened.secret
    assert items.peek(opened, line.id)


def test_an_offer_goes_on_with_the_new_secret(alice, hana, sam, at):
    offer = share(alice.opened, at)
    session = rotation.rotate(alice.session, at=at)
    sharing.accept(worker=sam.worker, offer_id=offer.pk, seed=sam.seed, at=at)
    opened = sharing.open_case(worker=sam.worker, grant_id=offer.pk, seed=sam.seed, at=at)
    assert opened.secret == session.opened.secret


def test_the_old_secret_opens_nothing_that_comes_after(alice, hana, grant, at):
    before = note(alice.opened, at)
    old = old_secret(alice)
    sharing.end(alice.opened, grant.pk, by=OWNER, at=at)
    session = rotation.rotate(alice.session, at=at)
    after = note(session.opened, at, title="What happened then")
    now = Opened(Case.objects.get(), old.secret)
    for opened in (old, now):
        for row in Item.objects.all():
            with pytest.raises((Shut, SealBroken)):
                vault.key_of(opened, row, row.pk)
    with pytest.raises(SealBroken):
        index.read(now)
    Item.objects.update(key_version=1)
    for line in (before, after):
        with pytest.raises(SealBroken):
            vault.key_of(old, Item.objects.get(pk=line.id), line.id)
    assert Grant.objects.get().secret_wrap is None


def test_what_is_dropped_for_the_old_public_key_is_shut(alice, at):
    key, old = keys.new_key(), old_secret(alice)
    session = rotation.rotate(alice.session, at=at)
    row = Item(key_version=2, key_wrap=vault.drop_key(key, case=session.opened.case, about="x"))
    with pytest.raises(SealBroken):
        vault.key_of(Opened(session.opened.case, old.secret), row, "x")
    assert vault.key_of(session.opened, row, "x") == key


def test_this_browser_goes_on_and_the_others_end(alice, at):
    second = unlocking.begin(alice.opened, at=at)
    session = rotation.rotate(alice.session, at=at)
    assert [bytes(row.row_id) for row in OpenSession.objects.all()] == [alice.session.row_id]
    assert unlocking.current(browser(second), at=at) is None
    again = unlocking.current(browser(alice.session), at=at)
    assert (again.opened.secret, again.opened.owner_seed) == (session.opened.secret, alice.opened.owner_seed)


def test_her_times_stay_so_that_new_keys_do_not_prolong_her_session(alice, at, settings):
    rotation.rotate(alice.session, at=at + settings.CASE_IDLE / 2)
    row = OpenSession.objects.get()
    assert (row.born_at, row.seen_at) == (at, at)


@pytest.mark.parametrize(
    "change",
    [{"public_key": envelopes.public_of(keys.new_key())}, {"key_signature": bytes(64)}],
    ids=["another key", "no signature"],
)
def test_the_new_secret_goes_to_no_key_that_this_site_did_not_sign(alice, hana, grant, at, change):
    type(hana.worker).objects.filter(pk=hana.worker.pk).update(**change)
    session = rotation.rotate(alice.session, at=at)
    row = Grant.objects.get()
    assert (row.status, row.secret_wrap) == ("ended", None)
    assert acts(session.opened)[-1] == "share-ended"


def test_nor_does_an_offer(alice, hana, sam, at):
    share(alice.opened, at)
    type(hana.worker).objects.filter(pk=hana.worker.pk).update(key_signature=bytes(64))
    rotation.rotate(alice.session, at=at)
    assert [wrap.worker_id for wrap in OfferWrap.objects.all()] == [sam.worker.pk]


def test_a_pack_in_making_is_stopped_and_a_ready_one_still_opens(alice, at):
    first = packs.ask(alice.opened, Choices(), by=OWNER, at=at)
    Pack.objects.filter(pk=first.pk).update(status="ready")
    key = vault.key_of(alice.opened, first, first.pk)
    second = packs.ask(alice.opened, Choices(), by=OWNER, at=at)
    session = rotation.rotate(alice.session, at=at)
    assert Pack.objects.get(pk=second.pk).status == "stopped"
    ready = Pack.objects.get(pk=first.pk)
    assert (ready.status, vault.key_of(session.opened, ready, ready.pk)) == ("ready", key)


def test_the_words_on_the_card_still_open_it(alice, at):
    from evidence import cases

    session = rotation.rotate(alice.session, at=at)
    assert cases.open_with(alice.words, device="", at=at).opened.secret == session.opened.secret


def test_again_and_again(alice, at):
    line, session = note(alice.opened, at), alice.session
    for _ in range(3):
        session = rotation.rotate(session, at=at)
    assert session.opened.case.secret_version == 4
    assert items.peek(session.opened, line.id)
