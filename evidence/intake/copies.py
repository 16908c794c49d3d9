"""Makes the copies that people see, the view, the covered one and the blurred cover; runs in the child."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable
from typing import cast

from PIL import Image, ImageCms, ImageFilter, ImageOps

from evidence.intake.boxes import Box, pixels

Size = tuple[int, int]
Toner = Callable[[Image.Image], Image.Image]
"""Turns a band of any mode into RGB in sRGB."""

QUALITY = 85
_BAND_PIXELS = 2_000_000
_LANCZOS_REACH = 3
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)
_COVER_SEED, _COVER_WIDTH, _COVER_TALLEST, _COVER_WIDEST = 9, 160, 2.2, 0.5
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def view_size(shown: Size, *, width: int, pixels: int) -> Size:
    """The size of the view of a picture shown at size `shown`: at most `width` wide and `pixels` in all.

    Height alone never shrinks it, so that a long scrolling capture stays legible. Never enlarged.
    """
    wide, tall = shown
    scale = min(1.0, width / wide, math.sqrt(pixels / (wide * tall)))
    return max(1, int(wide * scale)), max(1, int(tall * scale))


def is_on_its_side(orientation: int) -> bool:
    """Whether an EXIF orientation (1 to 8) swaps width and height."""
    return orientation >= 5


def shrink(image: Image.Image, size: Size, *, tone: Toner) -> Image.Image:
    """`image` as RGB at `size`, never larger than it is.

    Works in bands, since a whole converted copy of 40 megapixels would double the memory that is needed. Each
    band reaches as far beyond its edges as the filter looks, so that no seam shows.
    """
    result = Image.new("RGB", size)
    step = max(1, int(_BAND_PIXELS * size[1] / (image.width * image.height)))
    for top in range(0, size[1], step):
        result.paste(_band(image, size, (top, min(top + step, size[1])), tone), (0, top))
    return result


def _band(image: Image.Image, size: Size, rows: tuple[int, int], tone: Toner) -> Image.Image:
    ratio = image.height / size[1]
    start, end = rows[0] * ratio, rows[1] * ratio
    reach = 0 if image.size == size else math.ceil(_LANCZOS_REACH * ratio) + 1
    above, below = max(0, math.floor(start) - reach), min(image.height, math.ceil(end) + reach)
    band = tone(image.crop((0, above, image.width, below)))
    box = (0, start - above, image.width, min(end - above, band.height))
    return band.resize((size[0], rows[1] - rows[0]), Image.Resampling.LANCZOS, box=box)


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """`image` turned as its EXIF orientation (TIFF 6.0, section 8) asks."""
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def tones_of(image: Image.Image) -> tuple[Toner, bool]:
    """How to turn bands of `image` into sRGB, and whether an embedded colour profile is used for it.

    A profile that can't be read, or that is for other channels than the picture has, is dropped.
    """
    mode = image.mode if image.mode in ("L", "CMYK") and not image.has_transparency_data else "RGB"
    transform = _transform(image.info.get("icc_profile"), mode)
    if transform is None:
        return plain, False
    return lambda band: _toned(band, mode, transform), True


def _toned(band: Image.Image, mode: str, transform: ImageCms.ImageCmsTransform) -> Image.Image:
    toned = ImageCms.applyTransform(band if band.mode == mode else plain(band), transform)
    return cast("Image.Image", toned)  # None only when asked to work in place


def _transform(profile: object, mode: str) -> ImageCms.ImageCmsTransform | None:
    if not isinstance(profile, bytes):
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def plain(band: Image.Image) -> Image.Image:
    """`band` as RGB, what is transparent laid on white."""
    if band.mode.startswith("I;16"):
        band = _eight_bit(band)
    if not band.has_transparency_data:
        return band.convert("RGB")
    layered = band.convert("RGBA")
    ground = Image.new("RGB", band.size, _WHITE)
    ground.paste(layered, mask=layered.getchannel("A"))
    return ground


def _eight_bit(band: Image.Image) -> Image.Image:
    # The transparent grey of a 16-bit PNG is a 16-bit value: it means nothing for the narrowed band.
    narrowed = band.convert("I").point(lambda value: value / 256).convert("L")
    narrowed.info.pop("transparency", None)
    return narrowed


def blacken(view: Image.Image, boxes: Iterable[Box]) -> None:
    """Draw over parts of `view`, in place: one colour, so that nothing of what was there can be worked out."""
    for box in boxes:
        view.paste(_BLACK, pixels(box, view.size))


def cover(view: Image.Image) -> Image.Image:
    """A picture 160 pixels wide from which nobody and nothing can be recognised: nine averages, blurred."""
    ratio = min(max(view.height / view.width, _COVER_WIDEST), _COVER_TALLEST)
    seed = view.resize((_COVER_SEED, max(1, round(_COVER_SEED * ratio))), Image.Resampling.BOX)
    softened = ImageOps.posterize(seed, 5).filter(ImageFilter.GaussianBlur(1.2))
    return softened.resize((_COVER_WIDTH, round(_COVER_WIDTH * ratio)), Image.Resampling.BICUBIC)


def as_jpeg(image: Image.Image, *, quality: int = QUALITY, fine: bool = True) -> bytes:
    """A baseline JPEG of `image` that carries pixels and nothing else; `fine` keeps colour at full size."""
    bare = Image.frombytes("RGB", image.size, image.tobytes()) if image.info else image
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=quality, subsampling=0 if fine else 2, progressive=False)
    return out.getvalue()
