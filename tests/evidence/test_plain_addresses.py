"""The same place under another address has one spelling; another place has another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.plain_addresses import plain

SAME = {
    "scheme, side and slash": [
        "https://example.com/a/b",
        "http://www.example.com/a/b/",
        "HTTPS://EXAMPLE.com:443/a/b",
        "http://m.example.com:80//a/./b",
        "example.com/a/c/../b",
        "  <https://example.com/a/b>. ",
        "hxxps://example[.]com/a/b",
        "https://example.com./a/%62#top",
    ],
    "what follows people around": [
        "https://example.com/a?id=7&x=1",
        "https://example.com/a?x=1&id=7&utm_source=mail&UTM_medium=y&fbclid=Iw&igsh=c%3D",
        "https://example.com/a/?gclid=1&x=1&id=7#part",
    ],
    "other scripts": ["https://bücher.example/ä", "http://xn--bcher-kva.example/%C3%A4", "BÜCHER.example/%c3%a4/"],
    "youtube": [
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://youtu.be/dQw4w9WgXcQ?si=abc&t=10",
        "https://m.youtube.com/watch?feature=share&v=dQw4w9WgXcQ&list=PL1",
        "https://www.youtube.com/shorts/dQw4w9WgXcQ",
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=1",
    ],
    "x": [
        "https://twitter.com/Ava_22/status/17990012345?s=20",
        "https://x.com/ava_22/status/17990012345/photo/1",
        "https://mobile.twitter.com/i/status/17990012345",
    ],
    "x, a person": ["https://twitter.com/Ava_22", "x.com/ava_22/"],
    "instagram": [
        "https://www.instagram.com/p/C8aBcD-_12/?igsh=MzRlODBiNWFlZA==",
        "https://instagram.com/reel/C8aBcD-_12/",
        "https://www.instagram.com/ava.22/reel/C8aBcD-_12/?img_index=2",
        "instagr.am/p/C8aBcD-_12",
    ],
    "instagram, a person": ["https://www.instagram.com/Ava.22/?hl=en", "instagram.com/ava.22"],
    "telegram": ["https://t.me/Ava_22", "https://telegram.me/ava_22", "http://t.me/s/ava_22/"],
    "telegram, an invitation": ["https://t.me/+AbCdEf", "https://t.me/joinchat/AbCdEf"],
    "facebook": [
        "https://m.facebook.com/Ava.22",
        "https://www.fb.com/ava.22/",
        "https://facebook.com/ava.22?mibextid=Z",
    ],
    "tiktok": ["https://www.tiktok.com/@Ava/video/7301?is_from_webapp=1", "https://m.tiktok.com/v/7301.html"],
    "snapchat": ["https://www.snapchat.com/add/Ava.22?share_id=x", "https://snapchat.com/@ava.22"],
    "reddit": ["https://old.reddit.com/r/a/comments/1ab2c/some_title/", "https://redd.it/1ab2c"],
    "whatsapp": ["https://wa.me/?phone=447700900123", "https://api.whatsapp.com/send?phone=447700900123"],
}
OTHER = [
    ("https://example.com/a", "https://example.com/A"),
    ("https://example.com/a", "https://example.com/b"),
    ("https://example.com/a", "https://other.example/a"),
    ("https://example.com/a?id=1", "https://example.com/a?id=2"),
    ("https://example.com/a?id=1", "https://example.com/a"),
    ("https://example.com/a", "https://example.com:8443/a"),
    ("https://example.com/a", "https://sub.example.com/a"),
    ("https://example.com/#/one", "https://example.com/#/two"),
    ("https://youtu.be/dQw4w9WgXcQ", "https://youtu.be/dqw4w9wgxcq"),
    ("https://www.instagram.com/p/C8aBcD-_12/", "https://www.instagram.com/p/c8abcd-_12/"),
    ("https://t.me/+AbCdEf", "https://t.me/+abcdef"),
    ("https://t.me/ava_22", "https://t.me/ava_23"),
    ("https://x.com/ava/status/1", "https://x.com/ava/status/2"),
    ("https://forum.example/viewtopic.php?t=1", "https://forum.example/viewtopic.php?t=2"),
    ("https://example.com/?s=one", "https://example.com/?s=two"),
    ("https://x.com/search?q=one", "https://x.com/search?q=two"),
    ("https://t.me/ava/1", "https://t.me/ava/2"),
    ("https://www.facebook.com/profile.php?id=1", "https://www.facebook.com/profile.php?id=2"),
]


@pytest.mark.parametrize("name", SAME)
def test_other_forms_of_one_address_have_one_spelling(name):
    assert len({plain(address) for address in SAME[name]}) == 1, [plain(address) for address in SAME[name]]


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_two_places_have_two_spellings(one, other):
    assert plain(one) != plain(other)


def test_no_two_of_these_places_are_mixed_up():
    spelled = [plain(addresses[0]) for addresses in SAME.values()]
    assert len(set(spelled)) == len(SAME)


@pytest.mark.parametrize(
    "text", ["", "   ", "he has no page", "tg://resolve?domain=ava", "https://", "http://[::1", "::"]
)
def test_what_is_no_address_is_left_alone(text):
    assert plain(text) == text.strip()


@given(st.text(max_size=200) | st.from_regex(r"https?://[\w.]{1,20}(:\d{1,6})?(/[\w%.]{0,9}){0,4}(\?[\w=&%;]{0,30})?"))
def test_nothing_that_is_typed_breaks_it(text):
    assert plain(text) == plain(f"  {text} ")
