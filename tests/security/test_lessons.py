"""One test for each published finding in systems like this one: F-01 to F-22, but for what leaves the site."""

from __future__ import annotations

import io
import re
import tempfile
from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from evidence import custody, packs, pictures, reaping, turns, ways
from evidence.arriving import Arriving
from evidence.crypto import fields, streams, words
from evidence.crypto.contexts import context
from evidence.crypto.errors import SealBroken
from evidence.models import Case, Grant, OwnerWrap, SealedFile
from tests.journeys.site import ROOT
from tests.security import people, rows, searching, test_access

pytestmark = pytest.mark.django_db
KEY, CTX = bytes(range(32)), context("test", 1)


@pytest.fixture
def alice():
    alice = people.owner()
    people.open_the_gate(alice)
    return alice


def test_lesson_F01_no_upload_is_written_to_disk_before_it_is_sealed(monkeypatch, alice):
    def refuse(*_, **__):
        raise AssertionError("a temporary file")

    for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp", "SpooledTemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    big = SimpleUploadedFile("a.png", people.png() + bytes(4 * 1024**2))

    assert alice.browser.post("/help/", {"a": "", "f": SimpleUploadedFile("a.png", bytes(400_000))}).status_code < 500
    assert alice.post("upload", {"y": "on", "t1": "", "f": [big]}).status_code < 500
    assert settings.FILE_UPLOAD_HANDLERS == ["evidence.intake.handler.RefuseFiles"]


def test_lesson_F02_a_file_of_an_unfinished_upload_is_no_more(alice, vault_folder):
    opened = people.opened(alice)
    arriving = Arriving(opened, "a.png")
    arriving.write(people.png())
    arriving.drop()
    assert rows.stored()["files"] == {}
    lost = pictures.vault.Keeping(KEY, alice.case.pk)
    lost.complete()

    assert reaping.reap(older_than=timezone.now() - timedelta(hours=1)) == 0
    assert reaping.reap(older_than=timezone.now() + timedelta(hours=1)) == 1
    assert rows.stored()["files"] == {}


def test_lesson_F03_no_hash_of_an_original_is_stored_and_the_chain_is_salted(alice):
    import hashlib

    data = people.png()
    people.keep_a_picture(alice, data)
    stored, digest = searching.everything_stored(), hashlib.sha256(data)

    assert digest.digest() not in stored
    assert digest.hexdigest().encode() not in stored
    at, twins = timezone.now(), [people.owner().case for _ in range(2)]
    same = [custody.record(case, custody.Act("pictures-locked"), by=custody.SYSTEM, at=at) for case in twins]
    assert same[0].seq == same[1].seq
    assert same[0].commitment != same[1].commitment


def test_lesson_F04_a_file_is_never_reached_by_its_id_alone(alice):
    picture = people.keep_a_picture(alice, people.png())
    alice.post("picture-reveal", {}, picture)
    for name in ("picture-view", "picture-cover"):
        path = reverse(f"evidence:{name}", args=[picture])
        assert alice.browser.get(path).status_code == 200
        assert people.browser().get(path).status_code == 302
        assert people.owner().browser.get(path).status_code == 404


def test_lesson_F05_a_miss_costs_what_a_wrong_secret_costs(alice, argon2_calls):
    random = [
        path.name
        for path, text in searching.code("evidence", "guidance", "abuse_help").items()
        if "import random" in text
    ]
    assert random == []
    costs = []
    for typed in ([*alice.words[:6], "zoom"], ["abacus", "zoom", *alice.words[2:]]):
        before = len(argon2_calls)
        assert alice.browser.post("/case/d2xj/", {"x_1": " ".join(typed)}).status_code == 200
        costs.append(len(argon2_calls) - before)
    assert costs == [1, 1]


def test_lesson_F06_nothing_turns_sealing_off():
    from tests.security.test_settings import names_read

    assert not [name for name in names_read() if re.search("CRYPT|SEAL|PLAIN|CLEAR", name)]
    kinds = {
        "evidence.storage.FolderStorage",
        "evidence.objects.BucketStorage",
    }  # ciphertext is all that either is given
    assert {settings.STORAGES[name]["BACKEND"] for name in ("default", "sealed")} <= kinds


def test_lesson_F07_a_file_cut_at_any_chunk_boundary_is_refused():
    size = 3 * 16_384 + 5
    sealer = streams.Sealer(KEY, CTX)
    blob = sealer.update(bytes(size)) + sealer.finalize()
    for cut in range(0, len(blob), 1024):
        with pytest.raises(SealBroken):
            b"".join(streams.Reader(KEY, CTX, io.BytesIO(blob[:cut]), len(blob), size).chunks())
    for at in range(16_384, len(blob), 16_384):
        for cut in range(at - 64, at + 64):
            with pytest.raises(SealBroken):
                streams.Reader(KEY, CTX, io.BytesIO(blob[:cut]), cut, size)


@pytest.mark.parametrize("name", ["../../up.png", "/etc/cron.d/x.png", "a\x00b.png", "con.png", "x" * 4000 + ".png"])
def test_lesson_F08_no_name_becomes_part_of_a_path(alice, name, vault_folder):
    people.keep_a_picture(alice, people.png(), name)

    assert all(re.fullmatch(r"[0-9a-f]{32}", path.name) for path in vault_folder.rglob("*"))
    assert all(re.fullmatch(r"[0-9a-f]{32}", file.name) for file in SealedFile.objects.all())


@pytest.mark.parametrize("version", [0, 2, 0x7B, 255])
def test_lesson_F09_another_version_is_refused_and_never_guessed(version):
    sealed = fields.seal(KEY, b"text", CTX)
    with pytest.raises(SealBroken):
        fields.unseal(KEY, bytes([version]) + sealed[1:], CTX)


def test_lesson_F10_derivations_wait_for_a_place_and_nonsense_takes_none(alice, argon2_calls, monkeypatch):
    before = len(argon2_calls)
    alice.browser.post("/case/d2xj/", {"x_1": "not seven words"})
    assert len(argon2_calls) == before
    assert turns._places("derivation").most == settings.DERIVATIONS_AT_ONCE <= 4


def test_lesson_F11_no_key_goes_through_a_queue(alice, monkeypatch):
    needed = (ROOT / "requirements.txt").read_text().lower()
    assert not [
        name for name in ("celery", "rq", "dramatiq", "huey", "redis") if re.search(rf"^{name}==", needed, re.M)
    ]
    started = []
    monkeypatch.setattr(packs.subprocess, "Popen", lambda *a, **k: started.append((a, k)) or people._popen([])())
    packs._start(b"the order with its key")
    assert b"the order" not in repr(started).encode()


def test_lesson_F12_ways_in_are_proven_and_nobody_else_has_a_key():
    fresh = people.browser()
    fresh.post(reverse("evidence:make"))
    case = Case.objects.get()
    assert (case.status, OwnerWrap.objects.count()) == ("new", 0)
    assert fresh.get(reverse("evidence:home"))["Location"] == reverse("evidence:words")
    alice = people.owner()
    assert sorted(OwnerWrap.objects.filter(case=alice.case).values_list("kind", flat=True)) == ["code", "words"]
    assert Grant.objects.count() == 0


def test_lesson_F13_file_names_are_sealed(alice):
    people.keep_a_picture(alice, people.png(), "zq-my-name.png")
    assert b"zq-my-name" not in searching.everything_stored()


def test_lesson_F15_a_cookie_carries_a_random_half(alice):
    cookie = alice.browser.cookies["k"].value
    raw = urlsafe_b64decode(cookie + "=")
    assert len(raw) == 32
    assert not [word for word in alice.words if len(word) > 4 and word in alice.browser.cookies.output()]
    assert people.opened(alice).secret not in raw
    assert raw not in searching.everything_stored()


def test_lesson_F16_no_cache_keeps_a_secret():
    kept = searching.code("evidence/crypto").values()
    beside = [(ROOT / "evidence" / f"{name}.py").read_text() for name in ("ways", "vault", "unlocking", "cases")]
    assert not [text for text in (*kept, *beside) if re.search(r"@(functools\.)?(lru_)?cache", text)]


def test_lesson_F17_the_secret_of_a_second_factor_is_sealed_and_not_shown_again():
    hana = people.worker("hana")
    secret = hana.secret
    assert secret.encode() not in searching.everything_stored()
    names = ("mfa_index", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_reauthenticate", "helpline:app-picture")
    for name in names:
        assert secret not in hana.browser.get(reverse(name)).content.decode().replace(" ", "")


def test_lesson_F18_nothing_ends_or_changes_by_a_get(alice):
    hana, before = people.worker("hana"), rows.stored(clocks=False)
    for name in ("evidence:lock", "evidence:sessions-end", "evidence:adding-end", "evidence:pictures-lock"):
        assert alice.browser.get(reverse(name)).status_code == 405
    assert alice.browser.get(reverse("evidence:words-change")).status_code == 200  # it asks, and changes nothing
    for name in ("helpline:sign-out", "helpline:desk-close"):
        assert hana.browser.get(reverse(name)).status_code == 405
    assert rows.changed(before, rows.stored(clocks=False)) == set()
    assert hana.browser.get(reverse("helpline:queue")).status_code == 200
    assert test_access.EXIT == "exit"  # test_access holds every other GET to it


def test_lesson_F19_there_is_no_side_service():
    assert settings.CACHES["default"]["BACKEND"].endswith("DummyCache")
    assert settings.SESSION_ENGINE == "evidence.helpline.sessions"


def test_lesson_F20_what_is_typed_is_bounded_before_a_derivation_and_nothing_is_printed(alice, argon2_calls):
    before = len(argon2_calls)
    for length in (201, 1_001, 400_000):
        assert alice.browser.post("/case/d2xj/", {"x_1": "word " * (length // 5 + 1)}).status_code == 200
    assert len(argon2_calls) == before
    with pytest.raises(words.TooLong):
        words.normalise("a" * 10_000)
    told = [
        path.name for path, text in searching.code("evidence", "guidance", "abuse_help").items() if "\nprint(" in text
    ]
    assert told == []


def test_lesson_F21_wrong_tries_shut_out_nobody_else(alice):
    mallory, stranger = people.owner(), people.browser()
    for _ in range(9):
        stranger.post("/case/d2xj/", {"x_1": " ".join([*mallory.words[:6], "zoom"])})
    shut = stranger.post("/case/d2xj/", {"x_1": " ".join(mallory.words)})
    assert shut.status_code == 200
    assert stranger.post("/case/d2xj/", {"x_1": " ".join(alice.words)}).status_code == 302


def test_lesson_F22_nobody_deletes_what_is_not_theirs(alice):
    kept, mallory = people.keep_an_address(alice, "https://social.example/"), people.owner()
    before = rows.stored(clocks=False)
    for name in ("item-remove", "item-edit", "item-undo", "picture-intimate"):
        assert mallory.post(name, {"t5": "https://x.example/", "d3": "unknown"}, kept).status_code == 404
    assert rows.changed(before, rows.stored(clocks=False)) == set()


def test_two_words_never_shown_again_are_not_the_ones_that_only_find_the_case():
    assert all(min(ways.new_ways()["ask"]) >= 2 for _ in range(20))
