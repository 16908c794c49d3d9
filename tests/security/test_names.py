"""Two hundred hostile names, each sent with a real form: none becomes a path, a header or a part of a page."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from evidence import vault
from evidence.models import Item, SealedFile
from tests.evidence.intake import corpus_names
from tests.security import people, searching

pytestmark = pytest.mark.django_db
NAMES = corpus_names.every()
HELD = [name for name in NAMES if name.strip() and not re.search(r'[\x00\r\n"]', name)]
MARKUP = re.compile(r"<script>|onerror=|onmouseover='|<!--marker")


def sent(alice, names):
    """A form with a picture of each name, as a browser writes it: the name as it is, in UTF-8."""
    fields = [('name="y"', b"on"), ('name="t1"', b"")]
    files = [(f'name="f"; filename="{name}"\r\nContent-Type: image/png', people.png()) for name in names]
    parts = [
        f"------x\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode("utf-8", "replace") + data
        for head, data in fields + files
    ]
    body = b"\r\n".join([*parts, b"------x--\r\n"])
    return alice.browser.post(reverse("evidence:upload"), body, content_type="multipart/form-data; boundary=----x")


@pytest.fixture
def alice(settings):
    settings.CASE_MAX_ITEMS = 10_000
    alice = people.owner()
    people.open_the_gate(alice)
    return alice


@pytest.mark.usefixtures("keep_picture")
def test_no_name_is_ever_a_path_and_each_is_shown_as_text(alice, vault_folder, settings):
    sound = [name for name in NAMES if name in HELD and len(name) < 3_900]
    for at in range(0, len(sound), settings.UPLOAD_MAX_FILES):
        answer = sent(alice, sound[at : at + settings.UPLOAD_MAX_FILES])
        assert answer.status_code == 200
        assert not MARKUP.search(answer.content.decode())
    for name in set(NAMES) - set(sound):
        assert sent(alice, [name]).status_code in {200, 422}, ascii(name)

    items = list(Item.objects.values_list("pk", flat=True))
    assert len(items) >= len(sound)
    for item in items[::9]:
        named = alice.post("picture-original", {}, item)["Content-Disposition"]
        assert re.fullmatch(r'attachment; filename="\d{3,}\.png"', named)
    names = vault.store().names()
    assert len(names) >= len(items)
    assert all(re.fullmatch(r"[0-9a-f]{32}", name) for name in names)
    assert {file.name for file in SealedFile.objects.all()} <= set(names)
    stored = searching.everything_stored()
    assert [name for name in HELD if len(name) > 12 and name.encode("utf-8", "replace") in stored] == []


@pytest.mark.parametrize("name", corpus_names.SCRIPTS)
@pytest.mark.usefixtures("keep_picture")
def test_a_name_that_would_do_something_is_text_on_its_page(alice, settings, name):
    sent(alice, [name])
    page = alice.browser.get(reverse("evidence:item", args=[Item.objects.get().pk])).content.decode()

    assert not MARKUP.search(page)
    assert settings.SECRET_KEY not in page


def test_a_name_that_would_end_its_header_is_no_header(alice):
    answer = sent(alice, ['a.png"\r\nX-Accel-Redirect: /etc/passwd\r\nSet-Cookie: k=1; x="'])

    assert answer.status_code in {200, 422}
    assert "X-Accel-Redirect" not in answer.headers
    assert "k" not in answer.cookies


def test_a_form_through_the_test_client_holds_the_same(alice):
    """The client of Django writes names its own way; both must come to the same."""
    kept = people.keep_a_picture(alice, people.png(), "../../x\u202egnp.exe")
    page = alice.browser.get(reverse("evidence:item", args=[kept])).content.decode()

    assert "\u202e" not in page
