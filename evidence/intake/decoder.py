"""The child that decodes one picture: limits itself, reads bytes from its input, answers on its output, ends.

Started by `evidence.intake.pictures` and `evidence.intake.covering`. In: 4 bytes of length, a JSON request, the
file up to the end of input. Out: 4 bytes of length, a JSON answer, then the view and the cover, whose lengths the
answer gives; where the request names boxes, the covered copy alone.
It has a process of its own because decoders of hostile bytes crash, hang and grow, and because another
library may make Pillow accept truncated pictures in the whole process that imports it.
"""

from __future__ import annotations

import io
import json
import sys
import warnings
from dataclasses import dataclass
from typing import Any, BinaryIO

from PIL import Image, ImageFile, features
from PIL import __version__ as pillow_version

from evidence.intake import copies, moving
from evidence.intake.boxes import BLOCK, Box
from evidence.intake.confined import confine
from evidence.intake.facts import Facts, read_facts
from evidence.intake.looks import look_of
from evidence.intake.moving import Moving
from evidence.intake.sniffing import Kind

FORMATS = {kind: kind.name for kind in Kind} | {Kind.HEIC: "HEIF"}

Answer = tuple[dict[str, Any], bytes, bytes]


class Refused(Exception):
    """This picture can't be taken in; the argument is one of the codes in `evidence.intake.answer`."""


def main() -> None:
    """Answer the one request on standard input."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    request = json.loads(source.read(int.from_bytes(source.read(4))))
    prepare(Kind(request["kind"]))
    confine(memory=request["memory"], cpu_seconds=request["cpu_seconds"])
    send(sink, answer(request, source.read(request["file_bytes"] + 1)))


def prepare(kind: Kind) -> None:
    """Set Pillow to the strictest way of working and load the one reader that is needed."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    if kind is Kind.HEIC:
        from pillow_heif import register_heif_opener  # noqa: PLC0415  (11 MB that the other kinds need not load)

        register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    elif kind is Kind.AVIF:
        from PIL import AvifImagePlugin  # noqa: PLC0415

        AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each thread more takes memory that the limit counts


def send(sink: BinaryIO, what: Answer) -> None:
    """Write `what`, length first."""
    said, view, cover = what
    header = json.dumps(said).encode()
    sink.write(len(header).to_bytes(4) + header + view + cover)
    sink.flush()


def answer(request: dict[str, Any], raw: bytes) -> Answer:
    """The answer to `request` for the file `raw`, a refusal included; never raises."""
    try:
        return decode(request, raw)
    except Refused as refusal:
        code = str(refusal)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        code = "too_many_pixels"
    except MemoryError:
        code = "too_much_memory"
    except Exception:  # decoders fail in many ways; all mean that this is no whole picture
        code = "damaged"
    return {"refused": code}, b"", b""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A decoded picture as people see it, with what was found on the way."""

    kind: Kind
    size: tuple[int, int]
    facts: Facts
    moving: Moving
    view: Image.Image
    profiled: bool
    layered: bool


def decode(request: dict[str, Any], raw: bytes) -> Answer:
    """Facts and copies of the picture `raw`, or its covered copy. Raises `Refused`, or whatever Pillow raises."""
    Image.MAX_IMAGE_PIXELS = request["pixels"]
    shown = _shown(request, raw)
    if "boxes" in request:
        return _covered(shown, [Box(*edges) for edges in request["boxes"]])
    return _packed(shown)


def _shown(request: dict[str, Any], raw: bytes) -> _Shown:
    kind = Kind(request["kind"])
    with Image.open(io.BytesIO(raw), formats=[FORMATS[kind]]) as image:
        size = image.size
        _check_size(size, request)
        if kind is Kind.PNG:  # asked for its metadata, Pillow would load it, and broken pixels would go unnoticed
            image.load()
        facts = read_facts(image, raw)
        target = _target(size, facts.orientation, request)
        image.draft(None, target)  # a JPEG is decoded at the smallest size that is enough
        image.load()
        _check_size(image.size, request)
        tone, profiled = copies.tones_of(image)
        view = copies.upright(copies.shrink(image, target, tone=tone), facts.orientation)
        return _Shown(kind, size, facts, moving.count(kind, raw), view, profiled, image.has_transparency_data)


def _check_size(size: tuple[int, int], request: dict[str, Any]) -> None:
    if size[0] * size[1] > request["pixels"]:
        raise Refused("too_many_pixels")
    if max(size) > request["side"]:
        raise Refused("too_long")


def _target(size: tuple[int, int], orientation: int, request: dict[str, Any]) -> tuple[int, int]:
    turned = copies.is_on_its_side(orientation)
    shown = size[::-1] if turned else size
    fitted = copies.view_size(shown, width=request["view_width"], pixels=request["view_pixels"])
    return fitted[::-1] if turned else fitted


def _packed(shown: _Shown) -> Answer:
    view = copies.as_jpeg(shown.view)
    cover = copies.as_jpeg(copies.cover(shown.view), quality=40, fine=False)
    said = {
        "width": shown.size[0],
        "height": shown.size[1],
        "taken": shown.facts.taken,
        "dates": shown.facts.dates,
        "orientation": shown.facts.orientation,
        "device": shown.facts.device,
        "software": shown.facts.software,
        "has_location": shown.facts.has_location,
        "frames": shown.moving.frames,
        "seconds": shown.moving.seconds,
        "look": look_of(shown.view),
        **_made(shown, ()),
        "view_bytes": len(view),
        "cover_bytes": len(cover),
    }
    return said, view, cover


def _covered(shown: _Shown, boxes: list[Box]) -> Answer:
    copies.blacken(shown.view, boxes)
    view = copies.as_jpeg(shown.view)
    words = f"{len(boxes)} parts covered in black, each widened to whole blocks of {BLOCK} pixels"
    return {**_made(shown, (words,)), "view_bytes": len(view)}, view, b""


def _made(shown: _Shown, more: tuple[str, ...]) -> dict[str, Any]:
    return {
        "view_width": shown.view.width,
        "view_height": shown.view.height,
        "transform": _words(shown, more),
    }


def _words(shown: _Shown, more: tuple[str, ...]) -> str:
    size = shown.view.size
    steps = (
        (f"the first of {shown.moving.frames} pictures in the file", shown.moving.frames > 1),
        ("turned upright as its metadata asks", shown.facts.orientation > 1),
        ("colours changed to sRGB by its colour profile", shown.profiled),
        ("what is transparent laid on white", shown.layered),
        ("made smaller", sorted(size) != sorted(shown.size)),
    )
    happened = (*(words for words, happened in steps if happened), *more)
    done = "; ".join(happened) or "no change of size, colour or direction"
    return (
        f"{_reader(shown.kind)}: {done}; saved as JPEG, {size[0]} x {size[1]} pixels, "
        f"quality {copies.QUALITY}, 4:4:4, without metadata"
    )


def _reader(kind: Kind) -> str:
    parts = [f"Pillow {pillow_version}", f"libjpeg-turbo {features.version('libjpeg_turbo')}"]
    if kind is Kind.PNG:
        parts.append(f"zlib {features.version('zlib')}")
    elif kind is Kind.WEBP:
        parts.append(f"libwebp {features.version('webp')}")
    elif kind is Kind.AVIF:
        parts.append(f"libavif {features.version('avif')}")
    elif kind is Kind.HEIC:
        parts.append(_heif_version())
    return f"{kind.upper()} read with {', '.join(parts)}"


def _heif_version() -> str:
    import pillow_heif  # noqa: PLC0415

    return f"pillow-heif {pillow_heif.__version__}, libheif {pillow_heif.libheif_version()}"
