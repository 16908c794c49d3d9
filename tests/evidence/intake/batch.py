"""Many files through one decoding child of each kind, as strict and as confined as the one that is started for each."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable

from evidence.intake.pictures import DECODER
from evidence.intake.sniffing import Kind
from tests.evidence.intake.reading import REQUEST

MANY = """
import io, json, sys
sys.path.append(sys.argv[1])
from evidence.intake import decoder
from evidence.intake.confined import confine
from evidence.intake.sniffing import Kind
source, sink, request = sys.stdin.buffer, sys.stdout.buffer, json.loads(sys.argv[2])
decoder.prepare(Kind(request["kind"]))
confine(memory=request["memory"], cpu_seconds=request["cpu_seconds"])
while head := source.read(4):
    out = io.BytesIO()
    decoder.send(out, decoder.answer(request, source.read(int.from_bytes(head))))
    sink.write(len(out.getvalue()).to_bytes(4) + out.getvalue())
"""


def answers(kind: Kind, files: Iterable[bytes]) -> list[bytes]:
    """What the child says of each file, as it says it."""
    command = [sys.executable, "-I", "-B", "-c", MANY, DECODER[-1], json.dumps({"kind": kind.value, **REQUEST})]
    sent = b"".join(len(raw).to_bytes(4) + raw for raw in files)
    heard = subprocess.run(command, input=sent, capture_output=True, check=True, timeout=120).stdout
    found = []
    while heard:
        end = 4 + int.from_bytes(heard[:4])
        found.append(heard[4:end])
        heard = heard[end:]
    return found
