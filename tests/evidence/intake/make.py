"""Draws the pictures that the intake tests feed in, honest and hostile; none of them shows anyone."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pillow_heif
from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

MARKER = b"<script>marker()</script>"
PHONE = (540, 1170)


def screenshot(size: tuple[int, int] = PHONE, *, seed: int = 0) -> Image.Image:
    """A chat on a phone: bubbles and lines of words; another seed, other words."""
    image = Image.new("RGB", size, (245, 245, 250))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0], 60), fill=(30, 80, 160))
    for row, top in enumerate(range(90, size[1] - 90, 110)):
        left = 30 if row % 2 else size[0] // 3
        draw.rounded_rectangle((left, top, left + size[0] * 3 // 5, top + 80), 18, fill=(200, 220 - row % 5, 255))
        draw.text((left + 20, top + 30), f"message {row * 7 + seed * 13} of a chat {seed}", fill=(20, 20, 20))
    return image


def saved(image: Image.Image, kind: str, **options) -> bytes:
    """The bytes of `image` as a file of Pillow's `kind`."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def heic(image: Image.Image, **options) -> bytes:
    """The bytes of `image` as a HEIC file."""
    out = io.BytesIO()
    pillow_heif.from_pillow(image).save(out, quality=60, **options)
    return out.getvalue()


def exif(
    *, place: bool = False, orientation: int = 1, taken: str = "2026:03:01 14:02:09", offset: str = "+01:00"
) -> Image.Exif:
    """Metadata as a phone writes it, with hostile text where text may stand."""
    data = Image.Exif()
    data[0x010F], data[0x0110] = "Fone", "X\u202e1\x07" + MARKER.decode()
    data[0x0131], data[0x0112] = MARKER.decode() * 40, orientation
    data.get_ifd(0x8769)[0x9003] = taken
    data.get_ifd(0x8769)[0x9011] = offset
    if place:
        data.get_ifd(0x8825)[1] = "N"
        data.get_ifd(0x8825)[2] = (51.0, 30.0, 26.0)
    return data


def chunk(name: bytes, data: bytes) -> bytes:
    """One PNG chunk."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_bomb(side: int) -> bytes:
    """A black one-bit PNG of `side` x `side` pixels, packed to almost nothing."""
    packer, row = zlib.compressobj(9), bytes(1 + (side + 7) // 8)
    data = b"".join(packer.compress(row * 100) for _ in range(side // 100)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def png_with(extra: bytes, image: Image.Image | None = None) -> bytes:
    """A PNG with one more chunk right after its header."""
    whole = saved(image or screenshot((60, 90)), "PNG")
    return whole[:33] + extra + whole[33:]


def text_bomb() -> bytes:
    """A PNG whose compressed text unpacks to 200 MB."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    return png_with(chunk(b"zTXt", b"Comment\x00\x00" + data))


def profile_bomb() -> bytes:
    """A PNG whose colour profile unpacks to 50 MB."""
    return png_with(chunk(b"iCCP", b"icc\x00\x00" + zlib.compress(bytes(50_000_000), 9)))


def animated(kind: str) -> bytes:
    """Three pictures in one file, 50 ms each: red first, then green, then blue."""
    first, *others = (Image.new("RGB", (40, 60), colour) for colour in ("red", "lime", "blue"))
    return saved(first, kind, save_all=True, append_images=others, duration=50)


def png_and_html() -> bytes:
    """A whole PNG that also holds a page: in a text chunk and after its end."""
    info = PngInfo()
    info.add_text("Comment", MARKER.decode())
    return saved(screenshot((60, 90)), "PNG", pnginfo=info) + b"<html>" + MARKER


def jpeg_and_zip() -> bytes:
    """A whole JPEG with a ZIP archive behind it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bag:
        bag.writestr("page.html", MARKER)
    return saved(screenshot((60, 90)), "JPEG") + archive.getvalue()


def swapped_profile() -> bytes:
    """A colour profile that is plainly not sRGB: L*a*b* has other channels than any of our pictures."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def srgb_profile() -> bytes:
    """An ordinary RGB profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def foreign() -> dict[str, bytes]:
    """The start of files that are no picture that we take, by name."""
    small = Image.new("RGB", (8, 8), "red")
    return {
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>marker()</script></svg>',
        "html": b"<!doctype html><title>x</title>" + MARKER,
        "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n",
        "pdf": b"%PDF-1.7\n1 0 obj\n",
        "tiff": saved(small, "TIFF"),
        "gif and script": b"GIF89a/*" + MARKER,
        "ico": saved(small.resize((16, 16)), "ICO"),
        "bmp": saved(small, "BMP"),
        "fits": b"SIMPLE  =                    T" + b" " * 50,
        "zip": b"PK\x03\x04" + bytes(60),
        "mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2",
        "mov": b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  ",
        "gif of no size": b"GIF89a" + bytes(4) + saved(small, "GIF")[10:],
        "gif start, then a png": b"GIF89a" + saved(small, "PNG"),
        "gif start only": saved(small, "GIF")[:13],
        "avif that calls itself heif": b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifheic",
        "heif of no named coding": b"\x00\x00\x00\x14ftypmif1\x00\x00\x00\x00mif1",
        "heic sequence": b"\x00\x00\x00\x18ftyphevc\x00\x00\x00\x00hevcheic",
        "cut brands": b"\x00\x00\x10\x00ftypheic\x00\x00\x00\x00mif1heic",
        "wav": b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(20),
        "jpeg start only": b"\xff\xd8\xff",
        "jpeg start, then text": b"\xff\xd8\xff<script>",
        "png start, then text": b"\x89PNG\r\n\x1a\n<script>marker()",
        "jpeg 2000": b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(20),
        "text": b"hello",
        "one byte": b"\x00",
    }
