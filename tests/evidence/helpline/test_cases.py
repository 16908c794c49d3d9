"""A shared case on the worker's side: taken, read, answered, handed back; and what the owner sees of it."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from evidence import cases, custody, gate, items, messages, sharing
from evidence.arriving import Arriving
from evidence.custody import OWNER
from evidence.helpline import wording
from evidence.index import ACCOUNT, NOTE, Gate, Line, When
from evidence.items import Telling
from evidence.vault import Opened
from tests.evidence.helpline.conftest import Person

pytestmark = pytest.mark.django_db
PURPOSE = "Please help me to get it taken down."


@pytest.fixture
def alice(hana: Person) -> Opened:
    """Alice's case with one note, on her side."""
    opened = cases.make(device="phone", at=hana.clock.now()).opened
    type(opened.case).objects.filter(pk=opened.case.pk).update(status="open")
    opened.case.refresh_from_db()
    return opened


def note(alice: Opened, hana: Person, title: str = "He wrote to my sister") -> Line:
    telling = Telling(title, When("2026-03-01T21:40", "about"), {"what": "<b>He asked for money</b>", "where": "Snap"})
    return items.add(alice, NOTE, telling, by=OWNER, at=hana.clock.now())


def share(alice: Opened, hana: Person) -> Any:
    until = (hana.clock.now() + timedelta(days=14)).date()
    return sharing.share(alice, purpose=PURPOSE, until=until, by=OWNER, at=hana.clock.now())


def acts(alice: Opened) -> list[str]:
    return [entry.act.what for entry in custody.recent(alice, 60) if entry.by.role == "worker"]


@pytest.fixture
def grant(alice: Opened, hana: Person) -> Any:
    """Alice's case, taken by hana at her open desk."""
    hana.open_desk()
    offer = share(alice, hana)
    hana.post("helpline:offer-accept", offer.pk)
    return offer.pk


def test_the_queue_shows_a_reference_and_nothing_of_the_case(alice: Opened, hana: Person) -> None:
    note(alice, hana)
    share(alice, hana)
    hana.open_desk()
    page = hana.get("helpline:queue").content.decode()
    assert cases.reference(alice.case) in page
    assert "sister" not in page
    assert PURPOSE not in page
    assert acts(alice) == []


def test_a_taken_case_leaves_the_queue_of_colleagues(alice: Opened, hana: Person, sam: Person) -> None:
    offer = share(alice, hana)
    hana.open_desk()
    sam.open_desk()
    assert hana.post("helpline:offer-accept", offer.pk).status_code == 302
    assert sam.post("helpline:offer-accept", offer.pk).status_code == 404
    assert sam.get("helpline:case", offer.pk).status_code == 404
    assert cases.reference(alice.case) not in sam.get("helpline:queue").content.decode()
    assert cases.reference(alice.case) in hana.get("helpline:queue").content.decode()


def test_the_queue_comes_in_pages_of_25(hana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    at = hana.clock.now()
    offers = [sharing.Offer(hana.worker.pk, f"REF-{number:02}", at.date(), at) for number in range(30)]
    monkeypatch.setattr(sharing, "offers_for", lambda *_, **__: offers)
    hana.open_desk()
    first, second = (
        hana.get("helpline:queue").content.decode(),
        hana.get("helpline:queue", p=2).content.decode(),
    )
    assert ("REF-24" in first, "REF-25" in first, "REF-25" in second) == (True, False, True)


def test_a_worker_reads_why_and_what(alice: Opened, hana: Person, grant: Any) -> None:
    line = note(alice, hana)
    page = hana.get("helpline:case", grant).content.decode()
    assert PURPOSE in page
    assert "He wrote to my sister" in page
    item = hana.get("helpline:item", grant, line.id).content.decode()
    assert "&lt;b&gt;He asked for money&lt;/b&gt;" in item
    assert "about 1 March 2026, 21:40" in item
    assert "What this site saw" not in item


def test_an_address_in_a_case_is_never_a_link(alice: Opened, hana: Person, grant: Any) -> None:
    telling = Telling("Account", When(), {"where": "Snap", "address": "https://bad.example/x"})
    line = items.add(alice, ACCOUNT, telling, by=OWNER, at=hana.clock.now())
    page = hana.get("helpline:item", grant, line.id).content.decode()
    assert "https://bad.example/x" in page
    assert 'href="https://bad.example' not in page


def test_the_owner_sees_what_was_opened_once_in_ten_minutes(alice: Opened, hana: Person, grant: Any) -> None:
    line = note(alice, hana)
    for _ in range(3):
        hana.get("helpline:item", grant, line.id)
    assert sorted(acts(alice)) == ["case-viewed", "item-viewed", "share-accepted"]
    hana.clock.pass_(minutes=11)
    hana.get("helpline:item", grant, line.id)
    assert acts(alice).count("item-viewed") == 2


def test_what_the_owner_removed_is_not_there(alice: Opened, hana: Person, grant: Any) -> None:
    line = note(alice, hana)
    items.remove(alice, line.id, by=OWNER, at=hana.clock.now())
    assert "sister" not in hana.get("helpline:case", grant).content.decode()
    assert hana.get("helpline:item", grant, line.id).status_code == 404
    assert "item-viewed" not in acts(alice)


def test_worker_and_owner_write_to_each_other(alice: Opened, hana: Person, grant: Any) -> None:
    answer = hana.post("helpline:messages", grant, text="You did the right thing.")
    assert answer.status_code == 302
    messages.write(alice, text="Thank you <3", by=OWNER, at=hana.clock.now() + timedelta(minutes=1))
    page = hana.get("helpline:messages", grant).content.decode()
    assert page.index("You did the right thing.") < page.index("Thank you &lt;3")
    assert messages.thread(alice, by=OWNER, at=hana.clock.now())[0].name == "Hana"


def test_a_message_that_can_not_be_sent_is_kept_on_the_page(hana: Person, grant: Any) -> None:
    long = "Dear you. " * 600
    page = hana.post("helpline:messages", grant, text=long)
    assert (page.status_code, long in page.content.decode()) == (200, True)
    assert b"error-summary" in hana.post("helpline:messages", grant, text="").content


def test_a_case_that_was_handed_back_is_shut_at_once(alice: Opened, hana: Person, grant: Any) -> None:
    assert b"Hand this case back?" in hana.get("helpline:hand-back", grant).content
    assert hana.get("helpline:case", grant).status_code == 200
    assert hana.post("helpline:hand-back", grant).status_code == 302
    assert hana.get("helpline:case", grant).status_code == 404
    assert hana.get("helpline:messages", grant).status_code == 404
    assert sharing.shares(alice)[0].status == "ended"


def test_a_share_that_its_owner_ends_is_shut_at_once(alice: Opened, hana: Person, grant: Any) -> None:
    line = note(alice, hana)
    sharing.end(alice, grant, by=OWNER, at=hana.clock.now())
    assert hana.get("helpline:case", grant).status_code == 404
    assert hana.get("helpline:item", grant, line.id).status_code == 404
    assert hana.post("helpline:messages", grant, text="hello").status_code == 404


def test_a_reset_ends_every_grant(alice: Opened, hana: Person, grant: Any) -> None:
    from evidence.helpline import invitations

    invitations.reset(worker=hana.worker, lost_second_factor=False, by=custody.SYSTEM, at=hana.clock.now())
    assert sharing.grants_of(hana.worker, at=hana.clock.now()) == []
    assert sharing.shares(alice)[0].status == "ended"


def png() -> bytes:
    out = BytesIO()
    Image.effect_noise((64, 48), 90).convert("RGB").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def picture(alice: Opened, hana: Person) -> Line:
    answers = Gate(shown="adults", now="adult", whose="mine")
    gate.answer(alice, answers, by=OWNER, at=hana.clock.now())
    arriving = Arriving(alice, "IMG_0001.png")
    arriving.write(png())
    return arriving.keep(Telling("Screenshot"), by=OWNER, at=hana.clock.now())


def test_a_picture_is_hidden_until_a_worker_asks_for_it(alice: Opened, hana: Person, grant: Any, picture: Line) -> None:
    page = hana.get("helpline:item", grant, picture.id).content.decode()
    assert "The picture is hidden" in page
    assert "<img" not in page
    assert "SHA-256" in page
    assert hana.get("helpline:item-picture", grant, picture.id).status_code == 404
    assert hana.get("helpline:item-reveal", grant, picture.id).status_code == 405
    assert "picture-viewed" not in acts(alice)


def test_a_picture_that_was_asked_for_is_a_copy_shown_for_ten_minutes_and_recorded(
    alice: Opened, hana: Person, grant: Any, picture: Line
) -> None:
    assert hana.post("helpline:item-reveal", grant, picture.id).status_code == 302
    assert acts(alice).count("picture-viewed") == 1
    assert "<img" in hana.get("helpline:item", grant, picture.id).content.decode()
    answer = hana.get("helpline:item-picture", grant, picture.id)
    assert (answer["Content-Type"], answer.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    hana.clock.pass_(minutes=11)
    assert hana.get("helpline:item-picture", grant, picture.id).status_code == 404


def test_a_locked_picture_is_not_there(alice: Opened, hana: Person, grant: Any, picture: Line) -> None:
    hana.post("helpline:item-reveal", grant, picture.id)
    gate.lock(alice, by=OWNER, at=hana.clock.now())
    assert hana.get("helpline:item-picture", grant, picture.id).status_code == 404
    assert hana.post("helpline:item-reveal", grant, picture.id).status_code == 404
    assert "locked" in hana.get("helpline:item", grant, picture.id).content.decode()


@pytest.mark.parametrize(
    ("claimed", "shown"),
    [
        (When(), "Time not known"),
        (When("2026-03-01", "exact"), "1 March 2026"),
        (When("2026-03-01T21:40", "exact"), "1 March 2026, 21:40"),
        (When("2026-03-01T21:40", "about"), "about 1 March 2026, 21:40"),
    ],
)
def test_times_read_as_people_write_them(claimed: When, shown: str) -> None:
    assert wording.when(claimed) == shown


def test_a_note_has_no_picture(alice: Opened, hana: Person, grant: Any) -> None:
    line = note(alice, hana)
    assert hana.post("helpline:item-reveal", grant, line.id).status_code == 404
    assert hana.get("helpline:item-picture", grant, line.id).status_code == 404


def test_one_grant_opens_no_item_of_another_case(hana: Person, grant: Any) -> None:
    other = cases.make(device="phone", at=hana.clock.now()).opened
    line = note(other, hana)
    assert hana.get("helpline:item", grant, line.id).status_code == 404
