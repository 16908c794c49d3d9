"""Hostile mails and chat exports: bombs, climbing names, depths, entities, headers without end."""

from __future__ import annotations

import base64
import io
import json
import stat
import zipfile
from collections.abc import Iterator

from tests.evidence.intake.corpus import MARK, Specimen
from tests.evidence.intake.corpus_strangers import ENTITIES, OUTSIDE
from tests.evidence.intake.exports.building import iphone, zipped

HEAD = b"From: Max <max@x.example>\r\nTo: a@y.example\r\nSubject: hi\r\nDate: Fri, 20 Nov 2026 21:34:05 +0000\r\n"
READ = frozenset({"read"})
CHAT = iphone()


def refused(*codes: str) -> frozenset[str]:
    return frozenset(codes)


def drawer() -> Iterator[Specimen]:
    for drawer, found in (("mails", mails()), ("exports", {**archives(), **texts()})):
        for name, (data, expect) in found.items():
            yield Specimen(drawer, name, lambda data=data: data, expect)


Found = dict[str, tuple[bytes, frozenset[str]]]


def _mixed(*parts: bytes, more: bytes = b"") -> bytes:
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return (
        HEAD
        + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
        + more
        + b"\r\n"
        + body
        + b"--b--\r\n"
    )


def _attached(name: bytes, kind: bytes = b"application/octet-stream", content: bytes = MARK) -> bytes:
    head = b"Content-Type: " + kind + b"\r\nContent-Disposition: attachment; filename=" + name
    return head + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(content)


def _nested(depth: int) -> bytes:
    inner = b"Content-Type: text/plain\r\n\r\ndeep"
    for number in range(depth):
        edge = b"n%d" % number
        inner = b"Content-Type: multipart/mixed; boundary=" + edge + b"\r\n\r\n--" + edge + b"\r\n" + inner
        inner += b"\r\n--" + edge + b"--\r\n"
    return HEAD + b"MIME-Version: 1.0\r\n" + inner


def mails() -> Found:
    page = b"Content-Type: text/html; charset=utf-8\r\n\r\n"
    words = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    return {
        "mail of a page that runs": (_mixed(page + b"<p>hello" + MARK), READ),
        "mail whose page fetches": (
            _mixed(page + b'<img src="https://x.example/p.gif"><link href="//x.example/a">'),
            READ,
        ),
        "mail of entities within entities": (_mixed(page + ENTITIES + b"]><l>&j;</l>"), READ),
        "mail of an entity from outside": (_mixed(page + OUTSIDE), READ),
        "mail of a million tags": (_mixed(page + b"<div>" * 200_000), READ),
        "mail of endless references": (_mixed(page + b"&#1114112;&#x110000;&amp" * 9_000), READ),
        "mail whose attachment climbs": (_mixed(words + b"hi", _attached(b'"../../../etc/cron.d/x"')), READ),
        "mail whose attachment is turned round": (_mixed(words, _attached("\u202efdp.exe".encode())), READ),
        "mail with a program": (_mixed(words, _attached(b'"a.exe"', content=b"MZ" + bytes(999))), READ),
        "mail whose attachment has 4,000 letters": (_mixed(words, _attached(b'"' + b"a" * 3_900 + b'.exe"')), READ),
        "mail whose attachment is a bomb": (
            _mixed(words, _attached(b'"a.zip"', content=zipped({"a": "x" * 10**6}))),
            READ,
        ),
        "mail within mail, 15 deep": (_nested(15), READ),
        "mail within mail, 500 deep": (_nested(500), READ),
        "mail of 5,000 parts": (_mixed(*[words + b"x"] * 5_000), READ),
        "mail of 20,000 headers": (HEAD + b"X-A: b\r\n" * 20_000 + b"\r\nhi", READ),
        "mail of one header of 2 MB": (HEAD + b"X-A: " + b"b" * 2_000_000 + b"\r\n\r\nhi", READ),
        "mail of one header in 100,000 lines": (HEAD + b"X-A: b\r\n" + b"\tb\r\n" * 100_000 + b"\r\nhi", READ),
        "mail to 50,000 people": (
            HEAD + b"Cc: " + b",".join(b"a%d@x.example" % n for n in range(50_000)) + b"\r\n\r\n",
            READ,
        ),
        "mail of 10,000 routes": (b"Received: from a by b\r\n" * 10_000 + HEAD + b"\r\nhi", READ),
        "mail of a subject that adds a header": (HEAD + b"X: =?utf-8?q?a=0D=0ABcc:_b@x.example?=\r\n\r\nhi", READ),
        "mail of a subject that is turned round": (HEAD.replace(b"hi", "\u202eih".encode()) + b"\r\nhi", READ),
        "mail of a nested encoded word": (
            HEAD + b"X: =?utf-8?b?" + base64.b64encode(MARK * 400) + b"?=\r\n\r\nhi",
            READ,
        ),
        "mail in letters that do not exist": (_mixed(b"Content-Type: text/plain; charset=marker\r\n\r\nhi"), READ),
        "mail in letters that run": (_mixed(b"Content-Type: text/plain; charset=unicode-escape\r\n\r\n\\x41"), READ),
        "mail in base64 that is none": (_mixed(b"Content-Transfer-Encoding: base64\r\n\r\n" + MARK * 99), READ),
        "mail in uuencode": (
            _mixed(b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 ../x\n#AAAA\n`\nend"),
            READ,
        ),
        "mail whose parts never end": (
            HEAD + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b",
            READ,
        ),
        "mail without an edge": (HEAD + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed\r\n\r\nhi", READ),
        "mail whose edge is endless": (
            HEAD + b"Content-Type: multipart/mixed; boundary=" + b"e" * 70_000 + b"\r\n\r\nhi",
            READ,
        ),
        "mail of addresses within addresses": (HEAD + b"Cc: " + b"(" * 5_000 + b"\r\n\r\nhi", READ),
        "mail of nothing but nothing": (HEAD + b"\r\n" + bytes(500_000), READ),
        "mail of no mail": (b"hello " * 300, refused("unknown_kind")),
        "mail of no byte": (b"", refused("empty")),
    }


def _linked() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bag:
        link = zipfile.ZipInfo("_chat.txt")
        link.external_attr, link.create_system = (stat.S_IFLNK | 0o777) << 16, 3
        bag.writestr(link, "/etc/passwd")
    return out.getvalue()


def archives() -> Found:
    inner = zipped({"_chat.txt": CHAT})
    bomb = zipped({"_chat.txt": CHAT, "more.txt": "x" * 80_000_000})
    return {
        "export that climbs": (zipped({"../../../etc/cron.d/_chat.txt": CHAT}), READ),
        "export of an absolute name": (zipped({"/etc/_chat.txt": CHAT}), READ),
        "export of a drive": (zipped({"C:\\Windows\\_chat.txt": CHAT}), READ),
        "export of a name of 4,000 letters": (zipped({"x" * 4_000 + "/_chat.txt": CHAT}), READ),
        "export of a name that is turned round": (zipped({"\u202etxt/_chat.txt": CHAT}), READ),
        "export of a link": (_linked(), refused("unknown_kind")),
        "export within an export": (zipped({"a.zip": inner}), refused("unknown_kind")),
        "export of a bomb": (bomb, READ),
        "export of the same name twice": (zipped({"a/_chat.txt": CHAT, "b/_chat.txt": CHAT}), READ),
        "export of 60,000 files": (_crowded(60_000), READ),
        "export of programs": (zipped({"_chat.txt": CHAT, "a.exe": b"MZ" + bytes(999)}), READ),
        "export cut in half": (inner[: len(inner) // 2], refused("damaged")),
        "export without its list": (inner[: inner.rindex(b"PK\x05\x06")], refused("damaged")),
        "export whose list lies far away": (_far(inner), refused("damaged")),
        "export behind a program": (b"MZ\x90\x00" + bytes(300) + inner, refused("unknown_kind")),
        "export of nothing": (zipped({}), refused("unknown_kind")),
    }


def _crowded(count: int) -> bytes:
    return zipped({f"{number}.jpg": b"" for number in range(count)} | {"_chat.txt": CHAT}, method=zipfile.ZIP_STORED)


def _far(raw: bytes) -> bytes:
    at = raw.rindex(b"PK\x05\x06") + 16
    return raw[:at] + b"\xf0\xff\xff\xff" + raw[at + 4 :]


def texts() -> Found:
    deep = b'{"messages": ' + b"[" * 100_000
    wide = json.dumps({"participants": [], "messages": [{"sender_name": "a", "timestamp_ms": 10**30}] * 9}).encode()
    return {
        "chat of a script": ((CHAT + "[20/11/2026, 21:50:00] Max: " + MARK.decode()).encode(), READ),
        "chat turned round": (CHAT.replace("hi", "\u202eih\u2066").encode(), READ),
        "chat of one line of 5 MB": ((CHAT + "x" * 5_000_000).encode(), READ),
        "chat of nothing": (CHAT.encode() + bytes(100_000), READ),
        "json of depths": (deep, refused("unknown_kind")),
        "json of times without end": (wide, READ),
        "json of prototypes": (
            b'{"__proto__": {"a": 1}, "messages": []}',
            refused("unknown_kind"),
        ),
        "json cut short": (wide[: len(wide) // 2], READ),
        "text of no chat": (b"hello " * 2_000, refused("unknown_kind")),
        "text of nothing": (b" \n" * 5_000, refused("unknown_kind")),
    }
