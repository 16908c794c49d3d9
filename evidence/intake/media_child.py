"""The child that reads films and sounds: what the file says of itself, and one picture of a film.

Started by `evidence.intake.media` alone; it answers in pieces: the facts (JSON), then, where a picture came out,
what it is (JSON), the poster and the blurred cover (JPEG). The facts are sent before anything is decoded, so that
a decoder that crashes takes only the poster with it. FFmpeg's libraries come by PyAV, which may be missing.
No decoder of sound ever runs, and nothing but the one file is ever opened: the format is fixed by the caller,
playlists and references to other files are refused, protocols are off.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from evidence.intake.confined import serve
from evidence.intake.labels import one_line

if TYPE_CHECKING:
    from av.codec.context import CodecContext
    from av.container import InputContainer
    from av.stream import Stream
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from PIL import Image

DEMUXERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/3gpp": "mov",
    "audio/mp4": "mov",
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "video/x-msvideo": "avi",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/ogg": "ogg",
    "audio/flac": "flac",
    "audio/wav": "wav",
    "audio/amr": "amr",
    "audio/x-caf": "caf",
}
DECODERS = frozenset({"h264", "hevc", "vp8", "vp9", "libdav1d", "mpeg4", "h263", "mjpeg"})
MOST_DATES, MOST_CODECS, MOST_PLACES, LONGEST_SECONDS = 12, 12, 16, 10_000_000.0

_DATES = frozenset({"creation_time", "com.apple.quicktime.creationdate", "modification_time", "date", "year"})
_DATES |= {"date_recorded", "date_encoded", "date_tagged", "datetimeoriginal", "origination_date", "origination_time"}
_MAKES = ("com.apple.quicktime.make", "com.android.manufacturer", "make", "manufacturer")
_MODELS = ("com.apple.quicktime.model", "com.android.model", "model")
_SOFTWARE = ("com.apple.quicktime.software", "software", "com.android.version", "encoder", "encoded_by")
_PLACES = re.compile(r"location|gps|xyz|loci|latitude|longitude|geotag", re.I)
_PLACE_TRACKS = frozenset({"gpmd", "camm", "mebx"})  # timed data in which cameras and phones write where they are
_TURNS = {0: 1, 90: 8, 180: 3, 270: 6}  # degrees against the clock -> the EXIF orientation that means the same
_OPTIONS = {
    "codec_whitelist": ",".join(sorted(DECODERS)),
    "protocol_whitelist": "",
    "enable_drefs": "0",
    "max_streams": "32",
    "probesize": "5000000",
    "analyzeduration": "5000000",
    "threads": "1",
}
_MOST_PACKETS = 400
_WITHOUT_LENGTH = frozenset({"aac", "amr"})  # no index, no length: FFmpeg guesses it from the first frames, badly
_MOST_COUNTED = 300_000  # packets: 100 minutes
_ADTS_HEAD = 7  # ISO 13818-7, 6.2; the rates are those of its table 35
_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)


def main() -> None:
    """Answer the one request on standard input."""
    serve(answer)


def answer(request: dict[str, Any], file: io.BufferedReader) -> Iterator[bytes]:
    """The pieces of the answer to `request` {media_type, with_place, poster_width, poster_pixels, pixels}."""
    try:
        import av  # noqa: F401, PLC0415  (it may not be there, and the parent must hear that)
    except ImportError:
        yield _json({"problem": "no_reader"})
        return
    try:
        film = _opened(file, request)
        facts = _json(_facts(film, request))
    except Exception:  # parsers of hostile bytes fail in many ways; all mean the same here
        yield _json({"problem": "unreadable"})
        return
    with film:
        yield facts
        yield from _poster(film, request)


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode()


def _opened(file: io.BufferedReader, request: dict[str, Any]) -> InputContainer:
    import av  # noqa: PLC0415

    demuxer = DEMUXERS[request["media_type"]]
    options = {**_OPTIONS, "format_whitelist": demuxer, "max_pixels": str(request["pixels"])}
    return av.open(file, "r", format=demuxer, options=options, metadata_errors="replace", io_open=_refuse)


def _refuse(*_: object) -> NoReturn:
    raise PermissionError("a file that refers to another is read without it")


# --- what the file says of itself -----------------------------------------------------------------


def _facts(film: InputContainer, request: dict[str, Any]) -> dict[str, Any]:
    picture, tags = _picture_of(film), _tags(film)
    decoder = _decoder(picture)
    brand = one_line(tags.get("major_brand", ""))
    return {
        "seconds": _seconds(film),
        "width": decoder.width if decoder is not None else 0,
        "height": decoder.height if decoder is not None else 0,
        "has_picture": picture is not None,
        "codecs": _codecs(film),
        "container": f"{DEMUXERS[request['media_type']]} {brand}".strip(),
        "dates": _dates(film, tags),
        "device": one_line(f"{_first(tags, _MAKES)} {_first(tags, _MODELS)}"),
        "software": one_line(_first(tags, _SOFTWARE)),
        "has_location": _has_place(film, tags),
        "place": _places(film, tags) if request["with_place"] else [],
    }


def _tags(film: InputContainer) -> dict[str, str]:
    """What the file as a whole says; where two names differ only in case, the first counts."""
    tags: dict[str, str] = {}
    for name, text in film.metadata.items():
        tags.setdefault(name.lower(), text)
    return tags


def _first(tags: dict[str, str], names: tuple[str, ...]) -> str:
    return next((tags[name] for name in names if tags.get(name)), "")


def _is_cover_art(stream: Stream) -> bool:
    from av.stream import Disposition  # noqa: PLC0415

    return bool(stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails))


def _picture_of(film: InputContainer) -> VideoStream | None:
    """The first moving picture; the cover of a song is none."""
    return next((stream for stream in film.streams.video if not _is_cover_art(stream)), None)


def _decoder(picture: VideoStream | None) -> VideoCodecContext | None:
    """What would decode `picture`; None where FFmpeg knows nothing of it."""
    return picture.codec_context if picture is not None else None


def _seconds(film: InputContainer) -> float | None:
    counted = film.format.name in _WITHOUT_LENGTH
    seconds = _counted(film) if counted else (film.duration or 0) / 1_000_000
    return round(seconds, 3) if math.isfinite(seconds) and 0 < seconds < LONGEST_SECONDS else None


def _counted(film: InputContainer) -> float:
    """The seconds of all that is in it; 0 where that is too much to count."""
    seconds = 0.0
    for count, packet in enumerate(film.demux(audio=0)):
        if count > _MOST_COUNTED:
            return 0.0
        if film.format.name == "aac" and packet.size > _ADTS_HEAD:
            seconds += 1024 / _RATES[bytes(packet)[2] >> 2 & 15]  # its decoder, which knows, stays off
        else:
            seconds += float((packet.duration or 0) * (packet.time_base or 0))
    return seconds


def _codecs(film: InputContainer) -> list[str]:
    kept = [stream for stream in film.streams if stream.type in {"video", "audio"} and not _is_cover_art(stream)]
    return [_codec(stream) for stream in kept[:MOST_CODECS]]


def _codec(stream: Stream) -> str:
    known: CodecContext | None = stream.codec_context  # None where FFmpeg can't decode it
    return one_line(known.codec.canonical_name if known is not None else stream.codec_tag) or "unknown"


def _dates(film: InputContainer, tags: dict[str, str]) -> list[tuple[str, str]]:
    """(name, text) of every date, as written; those of a track where they differ from those of the file."""
    named = [tags, *({name.lower(): text for name, text in stream.metadata.items()} for stream in film.streams)]
    found = {(name, one_line(text)): None for every in named for name, text in every.items() if name in _DATES}
    return [pair for pair in found if pair[1]][:MOST_DATES]


def _has_place(film: InputContainer, tags: dict[str, str]) -> bool:
    names = [*tags, *(name for stream in film.streams for name in stream.metadata)]
    tracks = {stream.codec_tag for stream in film.streams if stream.type not in {"video", "audio"}}
    return any(map(_PLACES.search, names)) or bool(tracks & _PLACE_TRACKS)


def _places(film: InputContainer, tags: dict[str, str]) -> list[tuple[str, str]]:
    """(name, text) of every place, as written: by ISO 6709 in what phones record, and how far it may be off."""
    named = [tags, *({name.lower(): text for name, text in stream.metadata.items()} for stream in film.streams)]
    found = {(one_line(name), one_line(text)): None for every in named for name, text in sorted(every.items())}
    return [pair for pair in found if _PLACES.search(pair[0]) and pair[1]][:MOST_PLACES]


# --- one picture of a film ------------------------------------------------------------------------


def _poster(film: InputContainer, request: dict[str, Any]) -> Iterator[bytes]:
    """Three pieces, or none where no picture comes out."""
    picture = _picture_of(film)
    decoder = _decoder(picture)
    if picture is None or decoder is None or decoder.name not in DECODERS:
        return
    decoder.options = {"max_pixels": str(request["pixels"])}  # what the frames themselves say counts, too
    try:
        frame = _frame(film, picture)
        pieces = _drawn(frame, picture, request) if frame else []
    except Exception:  # decoders fail in many ways; the facts stand without a poster
        return
    yield from pieces


def _frame(film: InputContainer, picture: VideoStream) -> VideoFrame | None:
    """A whole picture from a tenth into the film, where films show more than at their start, or else the first."""
    picture.codec_context.thread_count = 1
    picture.codec_context.skip_frame = "NONKEY"
    tenth = int((_seconds(film) or 0) * 100_000)  # microseconds
    for start in (tenth, 0):
        if frame := _first_frame(film, picture, start):
            return frame
    return None


def _first_frame(film: InputContainer, picture: VideoStream, start: int) -> VideoFrame | None:
    film.seek(start)
    for count, packet in enumerate(film.demux(picture)):
        for frame in packet.decode():
            return frame
        if count > _MOST_PACKETS:
            break
    return None


def _drawn(frame: VideoFrame, picture: VideoStream, request: dict[str, Any]) -> list[bytes]:
    from evidence.intake import copies  # noqa: PLC0415  (loads Pillow, which sounds don't need)

    orientation = _TURNS.get(round(frame.rotation) % 360, 1)
    shape = picture.codec_context.sample_aspect_ratio or 1  # pixels of some films are not square
    wide, tall = max(1, round(frame.width * min(max(shape, 0.25), 4))), frame.height
    shown = (tall, wide) if copies.is_on_its_side(orientation) else (wide, tall)
    size = copies.view_size(shown, width=request["poster_width"], pixels=request["poster_pixels"])
    stored = size[::-1] if copies.is_on_its_side(orientation) else size
    flat: Image.Image = frame.to_image(width=stored[0], height=stored[1])  # type: ignore[no-untyped-call]
    image = copies.upright(flat, orientation)
    cover = copies.as_jpeg(copies.cover(image), quality=40, fine=False)
    about = {"width": image.width, "height": image.height, "at": round(frame.time or 0.0, 3)}
    return [_json({**about, "made": _words(image.size)}), copies.as_jpeg(image), cover]


def _words(size: tuple[int, int]) -> str:
    import av  # noqa: PLC0415

    return (
        f"one picture of the film, read with PyAV {av.__version__} and FFmpeg {av.ffmpeg_version_info}, turned "
        f"upright as the film asks, saved as JPEG, {size[0]} x {size[1]} pixels, without metadata"
    )
