"""Bodies of forms as bytes, and every way to spoil them."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import quote_from_bytes

from tests.security.nasty import BOUNDARIES, CHARSETS, ELSEWHERE, HEADERS, KINDS, MARK, NAMES, PARTS, nasty

BOUNDARY = "form7MA4YWxkTrZu0gW"


@dataclass(frozen=True)
class File:
    """A file as a browser sends it."""

    name: str
    data: bytes
    kind: str = "application/octet-stream"


Value = str | bytes | File
Fields = list[tuple[str, Value]]


@dataclass
class Sent:
    """One POST: fields, which become a body unless the body was made already, and what goes around them."""

    fields: Fields
    multipart: bool = False
    body: bytes | None = None
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    query: str = ""

    def packed(self) -> Sent:
        """The same with its body made."""
        if self.body is not None:
            return self
        if self.multipart or any(isinstance(value, File) for _, value in self.fields):
            kind = f"multipart/form-data; boundary={BOUNDARY}"
            return replace(self, body=multipart(self.fields), content_type=self.content_type or kind)
        kind = self.content_type or "application/x-www-form-urlencoded"
        return replace(self, body=urlencoded(self.fields), content_type=kind)


def raw(value: Value) -> bytes:
    if isinstance(value, File):
        return value.data
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


def urlencoded(fields: Fields) -> bytes:
    return "&".join(f"{quote_from_bytes(raw(name))}={quote_from_bytes(raw(value))}" for name, value in fields).encode()


def multipart(fields: Fields, boundary: str = BOUNDARY) -> bytes:
    parts = []
    for name, value in fields:
        head = b'Content-Disposition: form-data; name="' + raw(name).replace(b'"', b"%22") + b'"'
        if isinstance(value, File):
            head += b'; filename="' + raw(value.name).replace(b'"', b"%22") + b'"\r\nContent-Type: '
            head += value.kind.encode()
        parts.append(b"--" + boundary.encode() + b"\r\n" + head + b"\r\n\r\n" + raw(value) + b"\r\n")
    return b"".join(parts) + b"--" + boundary.encode() + b"--\r\n"


# --- files --------------------------------------------------------------------------------------------------


def nested() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../up.json", json.dumps([[[[]]]]))
        archive.writestr("a/message_1.json", b"\0" * 100_000)
    return out.getvalue()


def a_file(rng: random.Random, good: list[bytes]) -> File:
    data = rng.choice([*good, b"", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n", b"GIF89a", nested(), rng.randbytes(500), b"PK"])
    if data and rng.random() < 0.3:
        at = rng.randrange(len(data))
        data = data[:at] + rng.randbytes(1) + data[at + 1 :]
    name = rng.choice([*NAMES, f"{MARK}.png", "a.png", "chat.txt", "film.mp4", "mail.eml"])
    return File(name, data, rng.choice(["image/png", "text/html", "", "video/mp4", "a\tb", "x" * 200]))


# --- ways to spoil --------------------------------------------------------------------------------------------

Spoil = Callable[[random.Random, Sent, list[str], list[bytes]], Sent]


def _with(sent: Sent, place: int, value: tuple[str, Value]) -> Sent:
    return replace(sent, fields=[*sent.fields[:place], value, *sent.fields[place + 1 :]])


def replaced(rng: random.Random, sent: Sent, others: list[str], _: list[bytes]) -> Sent:
    if not sent.fields:
        return added(rng, sent, others, _)
    place = rng.randrange(len(sent.fields))
    return _with(sent, place, (sent.fields[place][0], nasty(rng, others)))


def dropped(rng: random.Random, sent: Sent, *_: object) -> Sent:
    gone = rng.randrange(len(sent.fields)) if sent.fields else 0
    return replace(sent, fields=sent.fields[:gone] + sent.fields[gone + 1 :])


def repeated(rng: random.Random, sent: Sent, others: list[str], _: list[bytes]) -> Sent:
    if not sent.fields:
        return sent
    name = rng.choice(sent.fields)[0]
    count = rng.choice([1, 1, 1, 2, 2, 199, 250])
    return replace(sent, fields=sent.fields + [(name, nasty(rng, others))] * count)


def added(rng: random.Random, sent: Sent, others: list[str], _: list[bytes]) -> Sent:
    return replace(sent, fields=[*sent.fields, (rng.choice(PARTS), nasty(rng, others))])


def renamed(rng: random.Random, sent: Sent, *_: object) -> Sent:
    if not sent.fields:
        return sent
    place = rng.randrange(len(sent.fields))
    name, value = sent.fields[place]
    other = rng.choice([name.upper(), f"{name}[]", f" {name}", name * 50, f"{name}\0", f"{name}_0", *PARTS])
    return _with(sent, place, (other, value))


def shuffled(rng: random.Random, sent: Sent, *_: object) -> Sent:
    return replace(sent, fields=rng.sample(sent.fields, len(sent.fields)))


def file_for_text(rng: random.Random, sent: Sent, _: object, good: list[bytes]) -> Sent:
    if not sent.fields:
        return replace(sent, fields=[("f", a_file(rng, good))], multipart=True)
    place = rng.randrange(len(sent.fields))
    return replace(_with(sent, place, (sent.fields[place][0], a_file(rng, good))), multipart=True)


def text_for_file(rng: random.Random, sent: Sent, others: list[str], _: object) -> Sent:
    fields = [(name, nasty(rng, others) if isinstance(value, File) else value) for name, value in sent.fields]
    return replace(sent, fields=fields, multipart=True)


def in_parts(_: random.Random, sent: Sent, *__: object) -> Sent:
    return replace(sent, multipart=True)


def huge(rng: random.Random, sent: Sent, *_: object) -> Sent:
    size = rng.choice([70_000, 300_000, 530_000, 1_048_576])
    name = sent.fields[-1][0] if sent.fields else "t1"
    return replace(sent, fields=[*sent.fields[:-1], (name, "m" * size)])


def as_json(rng: random.Random, sent: Sent, *_: object) -> Sent:
    told = {name: value if isinstance(value, str) else "" for name, value in sent.fields}
    return replace(sent, body=json.dumps(rng.choice([told, [told], 1, None])).encode(), content_type="application/json")


def other_kind(rng: random.Random, sent: Sent, *_: object) -> Sent:
    return replace(sent.packed(), content_type=rng.choice(KINDS))


def other_charset(rng: random.Random, sent: Sent, *_: object) -> Sent:
    made = sent.packed()
    return replace(made, content_type=f"{made.content_type}; charset={rng.choice(CHARSETS)}")


def other_boundary(rng: random.Random, sent: Sent, *_: object) -> Sent:
    boundary = rng.choice(BOUNDARIES)
    kind = f"multipart/form-data; boundary={boundary}"
    if rng.random() < 0.5:
        return replace(sent, body=multipart(sent.fields, boundary), content_type=kind)
    return replace(sent, body=multipart(sent.fields), content_type=kind)


def broken(rng: random.Random, sent: Sent, *_: object) -> Sent:
    """A body in parts that was cut, doubled, or lost or gained bytes somewhere."""
    made = replace(sent, multipart=True).packed()
    body = made.body or b""
    at = rng.randrange(len(body) + 1)
    delimiter = b"--" + BOUNDARY.encode()
    ways = [
        body[:at],
        body[:at] + rng.randbytes(3) + body[at:],
        body + body,
        body.replace(b"\r\n", b"\n"),
        body.replace(delimiter + b"--", b""),
        body.replace(b"form-data; ", b"attachment; "),
        body.replace(b'name="', b"name*=utf-8''%ff%00"),
        body.replace(b'name="', b"name*=hex''%00", 1),
        body.replace(b'"\r\n', b'"\r\nContent-Transfer-Encoding: base64\r\n'),
        body.replace(b'"\r\n', b'"\r\nContent-Type: multipart/mixed; boundary=y\r\n', 1),
        body.replace(b'"\r\n', b'"\r\nX-A: ' + b"b" * 9_000 + b"\r\n", 1),
        body.replace(b'"\r\n', b'"\r\n' + b"X-A: b\r\n" * 50, 1),
        body.replace(b'"\r\n\r\n', b'"\r\n', 1),
        b"preamble\r\n" + body + b"epilogue",
        delimiter * 500,
        b"",
    ]
    return replace(made, body=rng.choice(ways))


def any_bytes(rng: random.Random, sent: Sent, *_: object) -> Sent:
    made = sent.packed()
    return replace(made, body=rng.choice([b"", rng.randbytes(400), b"&" * 1_000, b"=" * 300, b"%zz&%&a=%u0000"]))


def other_length(rng: random.Random, sent: Sent, *_: object) -> Sent:
    made = sent.packed()
    length = len(made.body or b"")
    said = [str(length + 10), str(max(0, length - 3)), "0", "", "-1", "1e3", "\u0663", "9" * 15, "9" * 5_000, "+5"]
    return replace(made, headers={**made.headers, "CONTENT_LENGTH": rng.choice(said)})


def other_header(rng: random.Random, sent: Sent, *_: object) -> Sent:
    name = rng.choice(sorted(HEADERS))
    return replace(sent, headers={**sent.headers, name: rng.choice(HEADERS[name])})


def other_query(rng: random.Random, sent: Sent, *_: object) -> Sent:
    place = rng.choice(ELSEWHERE)
    said = [f"next={place}", f"u={place}", "p=" + "9" * 5_000, "p=-1", "%00=%ff", "a" * 3_000, "p=nan&p=", "f=1&k=2"]
    return replace(sent, query=rng.choice(said))


FIELDS: list[Spoil] = [
    *(replaced, replaced, replaced, replaced, dropped, repeated, added, renamed, shuffled),
    *(file_for_text, text_for_file, in_parts, huge, other_header, other_query),
]
BODIES: list[Spoil] = [as_json, other_kind, other_charset, other_boundary, broken, broken, any_bytes, other_length]


def spoiled(rng: random.Random, sent: Sent, others: list[str], good: list[bytes]) -> Sent:
    """The same POST with one to three things wrong; sometimes, at last, its body too."""
    for _ in range(rng.choice([1, 1, 2, 3])):
        sent = rng.choice(FIELDS)(rng, sent, others, good)
    if rng.random() < 0.25:
        sent = rng.choice(BODIES)(rng, sent, others, good)
    return sent.packed()
