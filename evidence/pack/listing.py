"""The machine-readable twin of the report: every value that it prints, as it was given, in one JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from evidence.pack.decoding import encode
from evidence.pack.disclosure import copy_name, leaves, original_name
from evidence.pack.snapshot import Item, Snapshot

_NOT_FOR_READERS = ("items", "custody", "keeps", "pack_id")


def items_json(snapshot: Snapshot, copies: Mapping[str, str]) -> bytes:
    """Indented UTF-8 JSON; `copies` gives the SHA-256 of each copy in the pack by item id."""
    whole = {name: value for name, value in encode(snapshot).items() if name not in _NOT_FOR_READERS}
    whole["format"] = "police-pack/1"
    whole["custody"] = {"entries": len(snapshot.custody.entries), "head": snapshot.custody.head}
    whole["items"] = [_item(snapshot, item, copies.get(item.id)) for item in snapshot.in_order()]
    return (json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def custody_lines(snapshot: Snapshot) -> bytes:
    """`custody-log.jsonl`: one entry a line; an open one with its salt and body, a closed one without."""
    lines = []
    for entry in snapshot.custody.entries:
        line: dict[str, Any] = {"seq": entry.seq, "commitment": entry.commitment, "open": entry.open}
        if entry.open:
            line |= {"salt": entry.salt, "body": entry.body}
        lines.append(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")
    return "".join(lines).encode()


def _item(snapshot: Snapshot, item: Item, copy: str | None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "number": item.number,
        "label": snapshot.label(item.number),
        "kind": item.kind,
        "title": item.title,
        "description": item.description,
        "claimed": encode(item.claims),
        "recorded_at": item.recorded_at,
    }
    if item.observed is not None:
        made["observed"] = encode(item.observed)
        made |= _files(snapshot, item, copy)
    return made


def _files(snapshot: Snapshot, item: Item, copy: str | None) -> dict[str, Any]:
    out = leaves(item)
    original = f"data/originals/{original_name(snapshot.marks, item)}" if out.original else None
    shown = {"file": f"data/copies/{copy_name(snapshot.marks, item)}", "sha256": copy} if copy else None
    return {"original_in_pack": original, "copy_in_pack": shown, "held": out.held or None}
