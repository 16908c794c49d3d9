"""Checks an unpacked pack (files, lists, custody log) with Python's own library and nothing of the product.

    python3 verify.py FOLDER

Exit status 0: everything fits. 1: something does not, said in one sentence a line. 2: FOLDER is not a pack.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

_MANIFEST = "manifest-sha256.txt"
_TAGS = "tagmanifest-sha256.txt"
_PIECE = 1 << 20
_START = bytes(32)


class NotAPack(Exception):
    """The folder does not hold an unpacked pack."""


def canonical(body: Any) -> bytes:
    """One spelling of a JSON value: sorted keys, no spaces, UTF-8."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def commitment(salt: bytes, body: Any) -> bytes:
    """c = SHA-256("v1" || salt || canonical JSON), 32 bytes; salt is 32 bytes."""
    return hashlib.sha256(b"v1" + salt + canonical(body)).digest()


def link(seq: int, before: bytes, committed: bytes) -> bytes:
    """h_n = SHA-256(0x01 || n as 8 bytes, big-endian || h_(n-1) || c_n); h_0 is 32 zero bytes."""
    return hashlib.sha256(b"\x01" + seq.to_bytes(8, "big") + before + committed).digest()


def chain_faults(entries: list[dict[str, Any]], head: str) -> list[str]:
    """What is wrong with a custody log: a sentence each, none where every link leads to `head` (hex)."""
    found: list[str] = []
    reached = _START
    for place, entry in enumerate(entries, 1):
        if entry["seq"] != place:
            return [*found, f"The custody log has entry {entry['seq']} where entry {place} should stand."]
        if entry.get("open") and not _opens(entry):
            found.append(f"Entry {place} of the custody log was changed: it does not fit its commitment.")
        reached = link(place, reached, bytes.fromhex(entry["commitment"]))
    if reached.hex() != head:
        found.append("The custody log does not lead to the head in the pack: an entry was changed, added or cut.")
    return found


def faults(folder: Path) -> list[str]:
    """All that is wrong with an unpacked pack, a sentence each; empty where all fits. Raises NotAPack."""
    if not (folder / "bagit.txt").is_file():
        raise NotAPack(f"{folder} is not an unpacked pack: bagit.txt is missing.")
    own = Path(__file__).resolve()  # this program may have been put beside the files
    tags = {path.name for path in folder.iterdir() if not path.is_dir() and path.resolve() != own} - {_TAGS}
    payload = {path.relative_to(folder).as_posix() for path in (folder / "data").rglob("*") if not path.is_dir()}
    found = _compare(folder, _TAGS, tags) + _compare(folder, _MANIFEST, payload)
    return found + _strangers(folder) + _inside(folder)


def main(arguments: list[str]) -> int:
    """The exit status; sentences go to standard output, faults to standard error."""
    folder = Path(arguments[0] if arguments else ".")
    try:
        wrong = faults(folder)
    except NotAPack as refused:
        print(refused, file=sys.stderr)
        return 2
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    if not wrong:
        print("Everything fits: no file was changed, added or taken away, and the custody log is whole.")
        print("Now compare these two with the first page of data/report.pdf:")
        print("  list of originals:", _sha256(folder / "data/originals-sha256.txt"))
        print("  head of the custody log:", _read(folder / "data/items.json")["custody"]["head"])
    return 1 if wrong else 0


def _compare(folder: Path, name: str, present: set[str]) -> list[str]:
    try:
        listed = dict(_listed(folder / name))
    except (OSError, ValueError):
        return [f"{name} is missing or can't be read."]
    found = [f"{path} was added: {name} does not list it." for path in sorted(present - set(listed))]
    for path, expected in sorted(listed.items()):
        if not _inside_folder(path) or not (folder / path).is_file() or (folder / path).is_symlink():
            found.append(f"{path} is missing.")
        elif _sha256(folder / path) != expected:
            found.append(f"{path} was changed: its SHA-256 is not the one in {name}.")
    return found


def _strangers(folder: Path) -> list[str]:
    extra = sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name != "data")
    return [f"The folder {name} was added." for name in extra]


def _inside(folder: Path) -> list[str]:
    try:
        items = _read(folder / "data/items.json")
        log = (folder / "data/custody-log.jsonl").read_text("utf-8").splitlines()
        originals = dict(_listed(folder / "data/originals-sha256.txt"))
        wrong = chain_faults([json.loads(line) for line in log], items["custody"]["head"])
        return wrong + list(_item_faults(items, originals, folder))
    except (OSError, ValueError, KeyError, TypeError) as fault:
        return [f"The files in data can't be read: {type(fault).__name__}."]


def _item_faults(items: dict[str, Any], originals: dict[str, str], folder: Path) -> Iterator[str]:
    named = set()
    for item in items["items"]:
        if "observed" not in item:
            continue
        expected, place = item["observed"]["sha256"], item["original_in_pack"]
        named.add(expected)
        if expected not in originals.values():
            yield f"{item['label']} is not in originals-sha256.txt."
        if place and _sha256(folder / place) != expected:
            yield f"{place} is not the file that was received as {item['label']}."
        copy = item["copy_in_pack"]
        if copy and _sha256(folder / copy["file"]) != copy["sha256"]:
            yield f"{copy['file']} is not the copy that was made of {item['label']}."
    for path, sha256 in originals.items():
        if sha256 not in named:
            yield f"{path} is in originals-sha256.txt but in no item."


def _opens(entry: dict[str, Any]) -> bool:
    return bool(commitment(bytes.fromhex(entry["salt"]), entry["body"]).hex() == entry["commitment"])


def _listed(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text("utf-8").splitlines():
        sha256, _, name = line.partition("  ")
        if len(sha256) != 64 or not name:
            raise ValueError(line)
        yield name, sha256


def _inside_folder(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _read(path: Path) -> dict[str, Any]:
    value = json.loads(path.read_text("utf-8"))
    if not isinstance(value, dict):
        raise TypeError
    return value


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
