"""Measures how many sealed fields of a case are opened in a second of one processor; prints its rows as JSON."""

from __future__ import annotations

import json
import statistics
import sys
import time
import uuid
from typing import Any

import django

MANY = 20_000
LINE = {"claims": {"where": "Instagram", "account": "@made_up_77"}}
FACTS = {
    "claims": {
        "what": "A made-up message. He wrote that he has a list of my friends, and that he would send it at ten.",
        "where": "Instagram, direct messages",
        "account": "@made_up_77",
        "words": "Message 7 of a made-up chat. Last chance. Look at this list of your followers. Answer me now.",
    },
    "observed": {"sha256": "0" * 64, "crc32": 3735928559, "size": 2_345_678, "width": 1170, "height": 2532},
    "earlier": [],
}
KINDS = {"a short field (80 bytes)": LINE, "all facts of one item (600 bytes)": FACTS}


def measure(turns: int) -> list[tuple[str, str, str]]:
    return [_row(name, value, turns) for name, value in KINDS.items()]


def _row(name: str, value: dict[str, Any], turns: int) -> tuple[str, str, str]:
    """Under one object key, each bound to an item of its own, as they lie in the database."""
    from evidence.crypto import fields, keys
    from evidence.crypto.contexts import context

    key, case = keys.new_key(), uuid.uuid4()
    places = [context("facts", case, uuid.uuid4()) for _ in range(MANY)]
    blobs = [fields.seal_json(key, value, place) for place in places]
    opened = [
        _rate(lambda: [fields.unseal(key, *one) for one in zip(blobs, places, strict=True)]) for _ in range(turns)
    ]
    parsed = [
        _rate(lambda: [fields.unseal_json(key, *one) for one in zip(blobs, places, strict=True)]) for _ in range(turns)
    ]
    detail = f"{min(opened):,.0f} to {max(opened):,.0f}; {statistics.median(parsed):,.0f} with reading the JSON in it"
    return f"Fields opened in a CPU second: {name}", f"{statistics.median(opened):,.0f}", detail


def _rate(act: Any) -> float:
    before = time.process_time()
    act()
    return MANY / (time.process_time() - before)


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))))
