"""Makes short films and sounds with the real ffmpeg: a test pattern and a tone, nobody in them. Each is made once."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

TAKEN = "2026-03-01T14:02:09Z"
TAKEN_THERE = "2026-03-01T15:02:09+0100"
PLACE = "+51.5074-000.1278+011.000/"
LONDON = 51.5074
DEVICE = ("Fone", "X 15")
SECONDS = 2

PATTERN = ("-f", "lavfi", "-i", f"testsrc2=size=160x120:rate=10:duration={SECONDS}")
TONE = ("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={SECONDS}")
LOW_TONE = ("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=8000:duration={SECONDS}")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest")
_APPLE = (
    *("-movflags", "use_metadata_tags"),
    *("-metadata", f"com.apple.quicktime.creationdate={TAKEN_THERE}"),
    *("-metadata", f"com.apple.quicktime.make={DEVICE[0]}", "-metadata", f"com.apple.quicktime.model={DEVICE[1]}"),
    *("-metadata", "com.apple.quicktime.software=18.4"),
    *("-metadata", f"com.apple.quicktime.location.ISO6709={PLACE}"),
)

# ending of the file -> what ffmpeg is told; the name is how tests ask for it
_RECIPES: dict[str, tuple[str, tuple[str, ...]]] = {
    "mp4": ("mp4", (*PATTERN, *TONE, *H264, "-metadata", f"creation_time={TAKEN}")),
    "mp4 index first": ("mp4", (*PATTERN, *TONE, *H264, "-movflags", "+faststart")),
    "mp4 in pieces": ("mp4", (*PATTERN, *TONE, *H264, "-movflags", "frag_keyframe+empty_moov")),
    "mp4 without picture": ("mp4", (*TONE, "-c:a", "aac")),
    "mp4 android": ("mp4", (*PATTERN, *H264, "-metadata", f"location={PLACE}", "-metadata", "title=\u202ehidden")),
    "mov": ("mov", (*PATTERN, *TONE, *H264, *_APPLE, "-metadata", f"creation_time={TAKEN}")),
    "mov on its side": ("mov", (*PATTERN, *H264)),
    "webm": ("webm", (*PATTERN, *TONE, "-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus", "-shortest")),
    "webm vp9": ("webm", (*PATTERN, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")),
    "mkv": ("matroska", (*PATTERN, *H264)),
    "3gp": ("3gp", (*PATTERN, "-s", "176x144", "-c:v", "h263")),
    "avi": ("avi", (*PATTERN, "-c:v", "mpeg4")),
    "m4a": ("ipod", (*TONE, "-c:a", "aac", "-metadata", f"creation_time={TAKEN}")),
    "mp3": ("mp3", (*TONE, "-c:a", "libmp3lame", "-metadata", "date=2026-03-01")),
    "opus": ("ogg", (*TONE, "-c:a", "libopus")),
    "ogg": ("ogg", (*TONE, "-c:a", "libvorbis")),
    "wav": ("wav", LOW_TONE),
    "flac": ("flac", (*TONE, "-c:a", "flac")),
    "aac": ("adts", (*TONE, "-c:a", "aac")),
    "caf": ("caf", (*LOW_TONE, "-c:a", "pcm_s16be")),
}
FILMS = ("mp4", "mp4 index first", "mp4 in pieces", "mp4 android", "mov", "webm", "webm vp9", "mkv", "3gp", "avi")
SOUNDS = ("mp4 without picture", "m4a", "mp3", "opus", "ogg", "wav", "flac", "aac", "amr", "caf")

_SILENT_FRAME = bytes([0x3C]) + bytes(31)  # RFC 4867, 5.3: mode 7 (12.2 kbit/s), good quality, 20 ms


class NoFfmpeg(RuntimeError):
    """The tests make their films with ffmpeg: install the Debian package `ffmpeg`."""


@cache
def made(name: str) -> bytes:
    """The bytes of one recording of two seconds, by its name in `FILMS`, `SOUNDS` or the recipes."""
    if name == "amr":
        return b"#!AMR\n" + _SILENT_FRAME * (50 * SECONDS)  # Debian's ffmpeg writes none
    ending, arguments = _RECIPES[name]
    found = run(ending, *arguments)
    return _turned(found) if name == "mov on its side" else found


def run(ending: str, *arguments: str) -> bytes:
    """What ffmpeg makes of `arguments`, in its format `ending`. It writes to a folder that is gone afterwards."""
    program = shutil.which("ffmpeg")
    if program is None:
        raise NoFfmpeg(NoFfmpeg.__doc__)
    with tempfile.TemporaryDirectory(prefix="making-") as folder:
        out = Path(folder) / "made"
        command = [program, "-v", "error", "-nostdin", *arguments, "-threads", "1", "-f", ending, str(out)]
        subprocess.run(command, check=True, timeout=60)
        return out.read_bytes()


def with_cover_art() -> bytes:
    """An MP3 that carries a picture of its own, as songs do."""
    art = ("-f", "lavfi", "-i", "color=red:size=64x64:duration=1:rate=1")
    mapped = ("-map", "0:a", "-map", "1:v", "-c:a", "libmp3lame", "-c:v", "mjpeg", "-frames:v", "1")
    return run("mp3", *TONE, *art, *mapped, "-disposition:v", "attached_pic")


def large(size: str) -> bytes:
    """One frame of `size` pixels, such as "8192x4320"."""
    return run("mp4", "-f", "lavfi", "-i", f"color=blue:size={size}:rate=1:duration=1", *H264[:6])


def _turned(film: bytes) -> bytes:
    """The same film with the matrix that phones write for "held upright": a quarter turn (ISO 14496-12, 8.3.2)."""
    straight = b"".join(value.to_bytes(4) for value in (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000))
    quarter = b"".join(value.to_bytes(4) for value in (0, 0x10000, 0, 0xFFFF0000, 0, 0, 0, 0, 0x40000000))
    at = film.index(straight, film.index(b"tkhd"))
    return film[:at] + quarter + film[at + len(straight) :]
