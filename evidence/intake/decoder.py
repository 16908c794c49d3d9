"""The child that decodes one picture: limits itself, reads bytes from its input, answers on its output, ends.

Started by `evidence.intake.pictures` alone. In: 4 bytes of length, a JSON request, the file up to the end of
input. Out: 4 bytes of length, a JSON answer, then the view and the cover, whose lengths the answer gives.
It has a process of its own because decoders of hostile bytes crash, hang and grow, and because another
library may make Pillow accept truncated pictures in the whole process that imports it.
"""

from __future__ import annotations

import ctypes
import io
import json
import resource
import sys
import warnings
from typing import Any, BinaryIO

from PIL import Image, ImageFile, features
from PIL import __version__ as pillow_version

from evidence.intake import copies
from evidence.intake.facts import Facts, read_facts
from evidence.intake.sniffing import Kind

_FORMATS = {Kind.PNG: "PNG", Kind.JPEG: "JPEG", Kind.WEBP: "WEBP", Kind.HEIC: "HEIF"}
_SET_DUMPABLE = 4  # prctl(2)
_OPEN_FILES = 24

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


def confine(*, memory: int, cpu_seconds: int) -> None:
    """Give up for good: more than `memory` bytes of addresses or `cpu_seconds`, writing files, core dumps."""
    caps = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for cap, value in caps.items():
        resource.setrlimit(cap, (value, value))
    # The soft limit comes first, as a signal that the parent can tell from other deaths.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    # A core dump that is piped to a collector ignores RLIMIT_CORE (core(5)): a picture would lie in it.
    ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)


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


def decode(request: dict[str, Any], raw: bytes) -> Answer:
    """Facts and copies of the picture `raw`. Raises `Refused`, or whatever Pillow raises."""
    Image.MAX_IMAGE_PIXELS = request["pixels"]
    kind = Kind(request["kind"])
    with Image.open(io.BytesIO(raw), formats=[_FORMATS[kind]]) as image:
        size = image.size
        _check_size(size, request)
        facts = read_facts(image, raw)
        target = _target(size, facts.orientation, request)
        image.draft(None, target)  # a JPEG is decoded at the smallest size that is enough
        image.load()
        _check_size(image.size, request)
        tone, profiled = copies.tones_of(image)
        view = copies.upright(copies.shrink(image, target, tone=tone), facts.orientation)
        layered = image.has_transparency_data
    said = _said(facts, size, view.size)
    said["transform"] = _words(kind, said, {"layered": layered, "profiled": profiled, **request})
    return _packed(said, view)


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


def _said(facts: Facts, size: tuple[int, int], view: tuple[int, int]) -> dict[str, Any]:
    return {
        "width": size[0],
        "height": size[1],
        "taken": facts.taken,
        "device": facts.device,
        "software": facts.software,
        "has_location": facts.has_location,
        "orientation": facts.orientation,
        "view_width": view[0],
        "view_height": view[1],
    }


def _packed(said: dict[str, Any], view: Image.Image) -> Answer:
    shown = copies.as_jpeg(view)
    cover = copies.as_jpeg(copies.cover(view), quality=40, fine=False)
    orientation_free = {key: value for key, value in said.items() if key != "orientation"}
    return {**orientation_free, "view_bytes": len(shown), "cover_bytes": len(cover)}, shown, cover


def _words(kind: Kind, said: dict[str, Any], did: dict[str, Any]) -> str:
    stored = sorted((said["width"], said["height"]))
    steps = (
        ("first picture in the file, turned upright as its metadata asks", said["orientation"] > 1),
        ("colours changed to sRGB by its colour profile", did["profiled"]),
        ("what is transparent laid on white", did["layered"]),
        ("made smaller", sorted((said["view_width"], said["view_height"])) != stored),
    )
    done = "; ".join(words for words, happened in steps if happened) or "no change of size, colour or direction"
    return (
        f"{_reader(kind)}: {done}; saved as JPEG, {said['view_width']} x {said['view_height']} pixels, "
        f"quality {copies.QUALITY}, 4:4:4, without metadata"
    )


def _reader(kind: Kind) -> str:
    parts = [f"Pillow {pillow_version}", f"libjpeg-turbo {features.version('libjpeg_turbo')}"]
    if kind is Kind.PNG:
        parts.append(f"zlib {features.version('zlib')}")
    elif kind is Kind.WEBP:
        parts.append(f"libwebp {features.version('webp')}")
    elif kind is Kind.HEIC:
        parts.append(_heif_version())
    return f"{kind.upper()} read with {', '.join(parts)}"


def _heif_version() -> str:
    import pillow_heif  # noqa: PLC0415

    return f"pillow-heif {pillow_heif.__version__}, libheif {pillow_heif.libheif_version()}"
