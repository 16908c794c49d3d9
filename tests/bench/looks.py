"""`python -m tests.bench.looks [screens]`: how often looks mislead, and in which direction."""

from __future__ import annotations

import io
import itertools
import random
import sys
from collections.abc import Iterator

import django
from PIL import Image

from evidence.intake.looks import look_of
from evidence.intake.specimens import Screen, draw

WORDS = """send me the money or i will share it with your friends and your mum you have until ten tonight hello how are
you where do you live please stop no why would you do this ok i am not paying you again last chance look at this list
of your followers nice school see you soon answer me now"""


def screen(chance: random.Random) -> list[Image.Image]:
    """A chat of 2 to 12 bubbles of random words, and the same with one bubble more."""
    say = [
        f"{chance.choice('<>')} {' '.join(chance.choices(WORDS.split(), k=chance.randint(1, 16)))}" for _ in range(13)
    ]
    clock, dark = f"{chance.randint(0, 23):02}:{chance.randint(0, 59):02}", chance.random() < 0.4
    heading, count = chance.choice(["Ava_22", "jess.m", "Lily"]), chance.randint(2, 12)
    drawn = (draw(Screen(clock, heading, say[:most], dark)) for most in (count, count + 1))
    return [Image.open(io.BytesIO(data)).convert("RGB") for data in drawn]


def forms(image: Image.Image) -> Iterator[Image.Image]:
    """The same picture as other phones and sites keep it."""
    for kind, options in (("JPEG", {"quality": 85}), ("JPEG", {"quality": 40}), ("WEBP", {"quality": 50}), ("GIF", {})):
        out = io.BytesIO()
        image.save(out, kind, **options)
        yield Image.open(io.BytesIO(out.getvalue())).convert("RGB")
    for width in (320, 540, 1170):
        yield image.resize((width, image.height * width // image.width))
    yield image.point(lambda level: min(255, int(level * 0.93 + 8)))


def measure(screens: int) -> Iterator[str]:
    """One line a rate, over `screens` drawn chats."""
    django.setup()
    from evidence.likeness import alike  # it stands on the rows of the site

    drawn = [screen(random.Random(seed)) for seed in range(screens)]  # noqa: S311  (drawings, not keys)
    looks = [look_of(one) for one, _ in drawn]
    pairs = [alike(*pair) for pair in itertools.combinations(looks, 2)]
    yield f"different screens called alike: {sum(pairs)} of {len(pairs)}"
    again = [(look, look_of(form)) for look, (one, _) in zip(looks, drawn, strict=True) for form in forms(one)]
    yield f"the same screen in another form not noticed: {sum(not alike(*pair) for pair in again)} of {len(again)}"
    most = max((int(one, 16) ^ int(other, 16)).bit_count() for one, other in again)
    yield f"bits of 288 that another form changes: at most {most}"
    longer = [alike(look, look_of(more)) for look, (_, more) in zip(looks, drawn, strict=True)]
    yield f"a screen and the same with one bubble more called alike: {sum(longer)} of {len(longer)}"


if __name__ == "__main__":
    for line in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 120):
        sys.stdout.write(line + "\n")
