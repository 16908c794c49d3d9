"""The child that reads a chat export: one request, answered in pieces of JSON; started by `evidence.intake.reading`.

The request says `what`: `overview`, `page` (`conversation`, `start`, `count`, and maybe `day`, `who`, `words`) or
`messages` (`conversation`, `positions`, `around`). It may say `date_order`, for dates that the file leaves open, and
`limits`. The last piece is `{"export": …}`, `{"more": …}` or `{"refused": code}`; before it come conversations or
messages.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

from evidence.intake.confined import serve
from evidence.intake.exports.bounds import Refused, Tally, limits_from
from evidence.intake.exports.bundle import Bundle
from evidence.intake.exports.recognise import recognise
from evidence.intake.exports.selecting import Said, overview, page, picked


def main() -> None:
    """Answer the one request on standard input."""
    serve(answer)


def answer(request: dict[str, Any], file: io.BufferedReader) -> Iterator[bytes]:
    """The pieces of the answer, a refusal included; never raises but for what ends the pipes."""
    code = ""
    try:
        for said in _said(request, file):
            yield json.dumps(said, ensure_ascii=False).encode()
    except Refused as refusal:
        code = str(refusal)
    except MemoryError:
        code = "too_much_memory"
    except Exception:  # readers of hostile files fail in many ways; all mean the same here
        code = "damaged"
    if code:
        yield json.dumps({"refused": code}).encode()


def _said(request: dict[str, Any], file: io.BufferedReader) -> Iterator[Said]:
    tally = Tally(limits_from(request.get("limits", {})))
    if not request["size"]:
        raise Refused("empty")
    export = recognise(Bundle(file, request["size"], tally), request.get("date_order", ""))
    if request["what"] == "overview":
        return overview(export, tally)
    return (page if request["what"] == "page" else picked)(export, tally, request)
