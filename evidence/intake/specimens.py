"""Draws the made-up phone screens of the demonstration: no photograph, no real name, nobody shown."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1080, 2340
_MARGIN, _LINE = 48, 58


@dataclass(frozen=True)
class Screen:
    """What one made-up screen shows: the clock, a heading, bubbles ("<" from the other side, ">" from this one)."""

    clock: str
    heading: str
    bubbles: Sequence[str]
    dark: bool = False


def draw(screen: Screen) -> bytes:
    """A PNG of 1080 by 2340 pixels."""
    paper, ink, theirs = ("#101820", "#f2f4f5", "#26323b") if screen.dark else ("#ffffff", "#1b2024", "#e9ebee")
    picture = Image.new("RGB", (WIDTH, HEIGHT), paper)
    pen = ImageDraw.Draw(picture)
    pen.text((_MARGIN, 36), screen.clock, fill=ink, font=_font(40))
    pen.ellipse((_MARGIN, 130, _MARGIN + 96, 226), fill="#8a6fb0")
    pen.text((_MARGIN + 130, 150), screen.heading, fill=ink, font=_font(50))
    pen.line((0, 260, WIDTH, 260), fill=theirs, width=3)
    y = 310
    for bubble in screen.bubbles:
        y = _bubble(pen, bubble, y, (theirs, ink))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _bubble(pen: ImageDraw.ImageDraw, bubble: str, y: int, colours: tuple[str, str]) -> int:
    """One bubble at height `y`; returns where the next begins."""
    mine, words = bubble.startswith(">"), _wrapped(bubble[1:].strip())
    width = max(int(pen.textlength(line, font=_font(42))) for line in words) + 64
    left = WIDTH - _MARGIN - width if mine else _MARGIN
    bottom = y + len(words) * _LINE + 44
    pen.rounded_rectangle((left, y, left + width, bottom), radius=36, fill="#2f6fed" if mine else colours[0])
    for number, line in enumerate(words):
        place = (left + 32, y + 20 + number * _LINE)
        pen.text(place, line, fill="#ffffff" if mine else colours[1], font=_font(42))
    return bottom + 28


def _wrapped(text: str, most: int = 34) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + len(word) >= most:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]
