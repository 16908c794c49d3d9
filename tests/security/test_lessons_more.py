"""One test for each published finding in systems like this one: F-26 to F-44, but for what is in the repository."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, models, transaction
from django.urls import reverse

from evidence import vault
from evidence.crypto import envelopes, fields, words, wraps
from evidence.crypto.contexts import context
from evidence.crypto.errors import SealBroken
from evidence.helpline.models import Worker
from evidence.models import (
    Case,
    CustodyBody,
    CustodyEntry,
    Grant,
    Hold,
    Item,
    Message,
    OfferWrap,
    OwnerWrap,
    Pack,
    SealedFile,
    Upload,
)
from tests.journeys.site import ROOT
from tests.security import addresses, people, rows, searching, test_access, test_csrf, test_settings
from tests.security.searching import ROOMS, importing, matching

pytestmark = pytest.mark.django_db
FETCHING = {"urllib.request", "http.client", "requests", "httpx", "aiohttp", "socket", "urllib3", "ftplib", "smtplib"}
# Numbers in addresses: conversations within one file, and a worker's own security keys, both found through their owner.
PACK_TIMES = dict.fromkeys(("asked_at", "beat_at", "ends_at"), datetime(2026, 3, 2, tzinfo=UTC))
COUNTED = {"t6zx/<uuid:item_id>/m/<int:number>/", "helpline/second-factor/keys/<int:pk>/remove/"}


@pytest.fixture
def alice():
    alice = people.owner()
    people.open_the_gate(alice)
    return alice


@pytest.fixture
def hana():
    return people.worker("hana")


def test_lesson_F26_a_picture_that_is_too_big_is_refused_in_plain_words_and_loses_no_other(alice, settings):
    settings.PICTURE_MAX_BYTES = 1_000_000
    big, small = people.png() + bytes(2_000_000), people.png("red")
    sent = [SimpleUploadedFile("a.png", big), SimpleUploadedFile("b.png", small)]
    page = alice.post("upload", {"y": "on", "t1": "", "f": sent}).content.decode()
    assert "Saved 1 of 2" in page
    assert "too big" in page


def test_lesson_F27_the_server_fetches_no_address_and_ids_are_random(alice):
    assert importing(FETCHING, *ROOMS) == set()
    for model in (Case, Item, Message, Pack, SealedFile, Grant, Hold, Upload, Worker):
        assert isinstance(model._meta.pk, models.UUIDField), model
        assert model._meta.pk.default is uuid.uuid4
    assert uuid.UUID(people.keep_an_address(alice, "http://127.0.0.1:1/")).version == 4
    counted = {route for route in addresses.routes() if re.search(r"<int:|<str:", route)}
    assert {route.rpartition("case/")[2] for route in counted} == COUNTED


def test_lesson_F28_what_is_typed_is_escaped_everywhere(alice, hana):
    bad = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    item = people.keep_an_address(alice, bad)
    grant = people.share(alice, bad)
    hana.accept(grant)
    hana.browser.post(reverse("helpline:messages", args=[grant]), {"text": bad})
    alice.post("details", {"t1": bad, "t2": bad})
    pages = [alice.browser.get(f"/case/{page}/") for page in ("k4bs", "e7nt", "j2fy", "c9mv", "x7ku", "v9sj", "o5ep")]
    pages += [alice.browser.get(f"/case/t6zx/{item}/"), alice.browser.get(f"/case/t6zx/{item}/a/")]
    pages += [hana.browser.get(reverse(f"helpline:{name}", args=[grant])) for name in ("case", "messages")]
    pages += [hana.browser.get(reverse("helpline:item", args=[grant, item]))]
    for page in pages:
        assert page.status_code == 200
        assert b"<script>alert" not in page.content
        assert b"<img src=x" not in page.content
    templates = [path for path in (ROOT / "templates").rglob("*.html") if "pack" not in path.parts]
    assert not [path.name for path in templates if re.search(r"\|\s*safe(seq)?\b|autoescape off", path.read_text())]
    # the drawing of `when` escapes each word itself; `forms` and `wording` put escaped words into what they write
    assert set(matching(r"mark_safe|SafeString|SafeData|__html__", *ROOMS)) == {"when.py", "forms.py", "wording.py"}


def test_lesson_F29_every_form_needs_its_token(alice):
    browser, _ = test_csrf.checked(alice.browser)
    before = rows.stored(clocks=False)
    for name in ("lock", "delete", "details", "talk", "share", "words-change", "upload"):
        assert browser.post(reverse(f"evidence:{name}"), {"t1": "x"}).status_code == 403
    assert rows.changed(before, rows.stored(clocks=False)) == set()
    assert set(test_csrf.BAD) >= {"no token", "a foreign token", "an origin that is hidden"}
    assert matching(r"^@csrf_exempt", *ROOMS) == ["uploading.py"]  # it checks the token itself, before any file


def test_lesson_F30_what_must_happen_once_is_a_constraint(alice, hana):
    offer = people.share(alice)
    hana.accept(offer)
    assert hana.browser.post(reverse("helpline:offer-accept", args=[offer])).status_code == 404
    second = Grant.objects.get(pk=offer)
    second.pk = uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save(force_insert=True)
    packs = [Pack(case=alice.case, key_version=1, key_wrap=b"", **PACK_TIMES) for _ in range(2)]
    packs[0].save(force_insert=True)
    entry, body = CustodyEntry.objects.first(), CustodyBody.objects.first()
    wrap = OwnerWrap.objects.first()
    wrap.locator = b"another"  # a second way in of the same kind
    twice = [packs[1], entry, body, wrap]
    for row in twice:
        row.pk = uuid.uuid4() if row is packs[1] else None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


def test_lesson_F32_a_sealed_thing_opens_only_in_its_own_place(alice):
    one, two = (people.keep_an_address(alice, f"https://{n}.example/") for n in "ab")
    first, second = Item.objects.get(pk=one), Item.objects.get(pk=two)
    first.facts, first.key_wrap = second.facts, second.key_wrap
    opened = people.opened(alice)
    with pytest.raises(SealBroken):
        vault.key_of(opened, first, first.pk)


def test_lesson_F33_a_copy_of_the_database_holds_no_words(alice):
    fresh = people.Owner(people.browser())
    fresh.post("make")
    page = fresh.browser.get(reverse("evidence:words")).content.decode()  # the words wait to be entered again
    fresh.words, fresh.code = re.findall(r"<li>([a-z-]+)</li>", page)[:7], re.search(r'class="copy">([^<]+)', page)[1]
    stored = searching.everything_stored().lower()
    for person in (alice, fresh):
        assert len(person.words) == 7
        for between in (" ", "-", "", ",", '", "', '","'):
            assert between.join(person.words).encode() not in stored
        assert person.code.lower().encode() not in stored
        assert people.opened(person).secret not in stored
        assert people.opened(person).owner_seed not in stored


def test_lesson_F34_no_second_copy_of_a_key_is_kept(alice):
    people.worker("hana")
    assert OwnerWrap.objects.filter(case=alice.case).count() == 2
    assert OfferWrap.objects.count() == Grant.objects.count() == 0
    alice.case.refresh_from_db()
    one = envelopes.seal_to(bytes(alice.case.owner_public), bytes(32), context("case-secret"))
    assert len(alice.case.secret_wrap) == len(one)  # no second envelope stands beside the owner's
    assert {len(wrap.blob) for wrap in OwnerWrap.objects.all()} == {
        len(fields.seal(bytes(32), bytes(32), context("x")))
    }
    assert not [name for name in test_settings.names_read() if re.search("ESCROW|MASTER|RECOVERY", name)]


# Columns of cases that can hold text in the clear: each is one of a few words, or random.
CLEAR = {
    "Case.status",
    "OwnerWrap.kind",
    "Pack.status",
    "SealedFile.name",
    "Grant.status",
}


def test_lesson_F35_every_column_that_can_hold_text_is_on_a_list():
    from django.apps import apps

    text = (models.CharField, models.TextField, models.JSONField, models.FileField, models.GenericIPAddressField)
    held = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("evidence").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, text)
    }
    assert held == CLEAR
    staff = apps.get_app_config("helpline").get_models()
    held = {f"{model.__name__}.{f.name}" for model in staff for f in model._meta.get_fields() if isinstance(f, text)}
    # typed by who runs the site, or a hash
    assert held == {"Worker.username", "Worker.display_name", "Worker.password", "SignIn.stored_key"}


@pytest.mark.parametrize("memory", [0, 512, 8 * 1024, 19 * 1024 - 1])
def test_lesson_F36_a_derivation_has_a_floor(memory):
    for memory_kib, iterations in ((memory, 3), (64 * 1024, 1)):
        with pytest.raises(wraps.CostRefused):
            wraps.Cost(memory_kib, iterations)
    assert (settings.ARGON2_MEMORY_KIB, settings.ARGON2_ITERATIONS) >= (64 * 1024, 3)
    assert set(test_settings.WEAK) >= {"missing", "short", "a placeholder"}


@pytest.mark.parametrize("to", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/case/"])
def test_lesson_F37_a_redirect_stays_on_this_site(hana, to):
    opened = hana.browser.post(reverse("helpline:desk"), {"x_password": people.PASSWORD, "then": to})
    assert opened["Location"] == reverse("helpline:queue")
    left = people.browser()
    login = {"login": "hana", "x_password": people.PASSWORD, "next": to}
    assert "elsewhere" not in left.post(reverse("account_login"), login).get("Location", "")


def test_lesson_F38_nothing_is_done_before_the_check(world):
    own = {"item_id", "grant", "grant_id", "pack_id", "upload_id", "number"}
    ids = {name: value for name, value in world.ids.items() if name.split(" ")[-1] in own}  # all of them alice's
    strangers = [world.people[name] for name in ("other owner", "no share", "share ended", "stranger")]
    before, asked = rows.stored(clocks=False), 0
    for address in addresses.everywhere():
        if address.parts and set(address.parts) <= own:
            for person in strangers:
                person.post(address.path(ids), {"t5": "https://x.example/", "d3": "unknown", "text": "x"})
                person.get(address.path(ids))
            asked += 1
    assert asked >= 25
    assert rows.changed(before, rows.stored(clocks=False)) == set()


def test_lesson_F39_the_words_of_the_log_are_sealed(alice, hana):
    people.keep_a_picture(alice, people.png())
    people.share(alice)
    stored = searching.everything_stored()
    for word in (b"item-added", b"share-offered", b"case-opened", b"gate-answered", b"Chrome on Android"):
        assert word not in stored


@pytest.mark.parametrize("name", ["case", "messages", "item", "item-picture", "hand-back", "item-reveal"])
def test_lesson_F41_lists_and_messages_pass_the_same_check_as_the_case(alice, hana, name):
    item = people.keep_a_picture(alice, people.png())
    grant = people.share(alice)
    hana.accept(grant)
    path = reverse(f"helpline:{name}", args=[grant, item] if name.startswith("item") else [grant])
    assert hana.browser.post(path).status_code != 404 or hana.browser.get(path).status_code != 404 or "picture" in name
    alice.post("share-end", {}, grant)

    assert {hana.browser.get(path).status_code, hana.browser.post(path).status_code} <= {404, 405}
    row = test_access.TABLE[f"helpline:{name}"]
    assert row["no share"] == row["share ended"]


def test_lesson_F42_a_thing_is_found_only_through_its_own_case(alice, hana, monkeypatch):
    mallory = people.owner()
    people.open_the_gate(mallory)
    item = people.keep_an_address(alice, "https://a.example/")
    other = people.keep_an_address(mallory, "https://b.example/")
    grant = people.share(mallory)
    hana.accept(grant)
    assert hana.browser.get(reverse("helpline:item", args=[grant, other])).status_code == 200
    assert hana.browser.get(reverse("helpline:item", args=[grant, item])).status_code == 404
    assert mallory.browser.get(reverse("evidence:item", args=[item])).status_code == 404
    pack, upload = people.ready_pack(alice, monkeypatch), people.begin_an_upload(alice)
    assert alice.browser.get(reverse("evidence:pack-state", args=[pack])).status_code != 404
    assert mallory.browser.get(reverse("evidence:pack-state", args=[pack])).status_code == 404
    for name in ("pack-report", "pack-bundle"):
        assert mallory.post(name, {}, pack).status_code == 404
        assert alice.post(name, {}, pack).status_code == 200
    piece = {"path": reverse("evidence:upload-piece", args=[upload]), "data": b"x", "content_type": "application/x"}
    assert mallory.browser.put(**piece).status_code in {404, 405}
    assert mallory.browser.post(**piece).status_code in {404, 405}


def test_lesson_F43_no_page_makes_a_worker_and_factors_change_only_after_the_password(hana):
    assert not [route for route in addresses.routes() if re.search(r"admin|sign-?up|register|invite|install", route)]
    made_up = {"x_code": words.new_recovery_code(), "x_new": people.PASSWORD, "x_again": people.PASSWORD}
    assert people.browser().post(reverse("helpline:first-time"), made_up).status_code == 200
    assert Worker.objects.get() == hana.worker
    session = hana.browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    for name in ("mfa_deactivate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
        answer = hana.browser.post(reverse(name))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/helpline/again/")


def test_lesson_F44_signing_in_has_limits(hana):
    mallory, wrong = people.browser(), {"login": "hana", "x_password": "wrong-wrong-wrong"}
    pages = [mallory.post(reverse("account_login"), wrong).content for _ in range(11)]
    assert [b"too many tries" in page for page in pages] == [False] * 10 + [True]
    right = {**wrong, "x_password": people.PASSWORD}
    assert b"too many tries" in mallory.post(reverse("account_login"), right).content
