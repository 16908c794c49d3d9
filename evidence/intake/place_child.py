"""The child that reads the one thing that is left out everywhere else: where a picture says that it was taken.

Started by `evidence.intake.places` alone, when its owner agrees; it answers with one piece (JSON):
{"place": [[name, text]]}.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

from PIL import Image

from evidence.intake.confined import serve
from evidence.intake.decoder import FORMATS, prepare
from evidence.intake.facts import read_place
from evidence.intake.labels import one_line
from evidence.intake.sniffing import Kind


def main() -> None:
    """Answer the one request on standard input."""
    serve(answer)


def answer(request: dict[str, Any], file: io.BufferedReader) -> Iterator[bytes]:
    """The piece that answers `request` {kind, pixels}."""
    yield json.dumps({"place": _place(Kind(request["kind"]), request["pixels"], file.read())}).encode()


def _place(kind: Kind, pixels: int, raw: bytes) -> list[tuple[str, str]]:
    prepare(kind)
    Image.MAX_IMAGE_PIXELS = pixels
    try:
        with Image.open(io.BytesIO(raw), formats=[FORMATS[kind]]) as image:
            return [(name, one_line(text)) for name, text in read_place(image, raw)]
    except Exception:  # readers fail in many ways: all mean that no place is told
        return []
