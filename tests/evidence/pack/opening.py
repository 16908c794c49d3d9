"""Takes a pack apart at every depth: archive, PDF attachments, PDF streams, pictures."""

from __future__ import annotations

import io
import zipfile

import pikepdf


def files(pack: bytes) -> dict[str, bytes]:
    """The archive's files by name, without the outer folder."""
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def attached(pdf: bytes) -> dict[str, bytes]:
    """The files attached to a PDF, by name."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return {name: spec.get_file().read_bytes() for name, spec in opened.attachments.items()}


def pictures(pdf: bytes) -> list[dict[str, str]]:
    """Every image in a PDF, wherever it hides: its entries as text (the objects die with the open file)."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        images = [thing for thing in _streams(opened) if thing.get("/Subtype") == "/Image"]
        return [{key: str(image.get(key)) for key in image.keys()} for image in images]  # noqa: SIM118


def depths(pack: bytes) -> dict[str, bytes]:
    """Everything: each file, and for the report each attachment and each stream, packed and unpacked."""
    found = {"the archive itself": pack, **files(pack)}
    report = found["data/report.pdf"]
    found |= {f"attached {name}": data for name, data in attached(report).items()}
    with pikepdf.open(io.BytesIO(report)) as opened:
        for number, stream in enumerate(_streams(opened)):
            found[f"stream {number} raw"] = stream.read_raw_bytes()
            if stream.get("/Filter") != "/DCTDecode":
                found[f"stream {number}"] = stream.read_bytes()
    return found


def _streams(opened: pikepdf.Pdf) -> list[pikepdf.Stream]:
    return [thing for thing in opened.objects if isinstance(thing, pikepdf.Stream)]
