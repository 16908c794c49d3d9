"""Pictures that are the same look the same in a few bits, and different screens of a chat do not."""

from __future__ import annotations

import io
import itertools

import pytest
from PIL import Image, ImageDraw

from evidence.intake.looks import LENGTH, look_of
from evidence.intake.specimens import Screen, draw
from evidence.likeness import alike
from tests.evidence.intake import make

SAYS = (
    "< Pay me 200 by ten tonight",
    "> Please stop",
    "< I have the list of all your friends and of your family",
    "> No",
    "< Look at what I can send to them",
    "> I am not going to pay you again, you said that it was over",
    "< Last chance",
    "> Why do you do this",
)


def screen(*bubbles: str, dark: bool = False, heading: str = "Ava_22") -> Image.Image:
    return Image.open(io.BytesIO(draw(Screen("21:34", heading, bubbles, dark)))).convert("RGB")


SCREENS = [
    screen(*chosen, dark=dark)
    for dark in (False, True)
    for chosen in (SAYS[:3], SAYS[3:6], SAYS[5:], SAYS[::2], SAYS[1::2], SAYS[::-1], SAYS[2:4], SAYS[4:])
]


def again(image: Image.Image, kind: str, **options) -> Image.Image:
    return Image.open(io.BytesIO(make.saved(image, kind, **options))).convert("RGB")


FORMS = {
    "jpeg": lambda image: again(image, "JPEG", quality=85),
    "poor jpeg": lambda image: again(image, "JPEG", quality=40),
    "webp": lambda image: again(image, "WEBP", quality=50),
    "gif": lambda image: again(image, "GIF"),
    "half as large": lambda image: image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS),
    "small and poor": lambda image: again(image.resize((320, image.height * 320 // image.width)), "JPEG", quality=60),
    "seen on a larger screen": lambda image: image.resize((1170, image.height * 1170 // image.width)),
    "a little paler": lambda image: image.point(lambda level: min(255, int(level * 0.93 + 8))),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_screen_in_another_form_looks_the_same(form):
    for one in SCREENS[::3]:
        before, after = look_of(one), look_of(FORMS[form](one))
        assert (int(before, 16) ^ int(after, 16)).bit_count() <= 10
        assert alike(before, after)


def test_different_screens_of_one_chat_do_not():
    pairs = list(itertools.combinations(map(look_of, SCREENS), 2))
    assert [pair for pair in pairs if alike(*pair)] == []
    assert len(pairs) == 120


def test_a_look_is_as_long_for_every_picture():
    assert {len(look_of(one)) for one in (*SCREENS, Image.new("RGB", (1, 1)), Image.new("L", (9, 900)))} == {LENGTH}


def test_brighter_and_darker_are_told_apart():
    image = Image.new("L", (130, 120), 100)
    ImageDraw.Draw(image).rectangle((60, 0, 69, 9), fill=200)
    bits = int(look_of(image), 16)
    assert bits >> (144 - 7) * 2 == 0b0110  # the sixth and the seventh comparison: brighter, then darker again
    assert bits.bit_count() == 2


def test_what_is_nearly_flat_says_nothing():
    noisy = Image.effect_noise((300, 400), 8)
    assert int(look_of(noisy), 16) == 0


def test_a_little_noise_changes_nothing():
    one = SCREENS[0]
    noise = Image.effect_noise(one.size, 12).convert("RGB")
    assert alike(look_of(one), look_of(Image.blend(one, noise, 0.05)))
