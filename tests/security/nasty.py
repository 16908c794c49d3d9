"""What nobody would type: values, names, headers, charsets and boundaries that a form should never meet."""

from __future__ import annotations

import random

MARK = "zq-typed-zq"  # in what is typed; it must never stand in a line of the log
ELSEWHERE = ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)")

WORDS = [
    "\0",
    "a\0b",
    "\u202egnp.exe",
    "\u2066\u2067\u2069\u200f\u200e\ufeff",
    "e\u0301" * 40,
    "\U0001f469\u200d\U0001f4bb" * 20,
    "\U0010ffff\uffff\ufdd0",
    "\r\n\r\nSet-Cookie: a=b",
    "\x1b[2J\x07\x08\x0b\x0c\x1c\x85\u2028",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}{% debug %}",
    "%s%n%(a)s{0}{x!r}",
    "' OR 1=1; DROP TABLE evidence_case; --",
    "../../../../etc/passwd",
    "C:\\CON\\aux.txt",
    "\ud800".encode("utf-8", "surrogatepass"),
    b"\xff\xfe\xfd",
    b"\xc0\xaf\xe0\x80",
    b"caf\xe9",
    " " * 300,
    "\t\n ",
    "x" * 201,
    "x" * 20_001,
    "\u0645\u0631\u062d\u0628\u0627 " * 60,
    "a" * 60_000,
    "\u0660\u0661\u0662",
    "null",
    "None",
    "true",
    "[]",
    '{"a": [1, {"b": null}]}',
    "[" * 20_000,
    '{"id": "AA", "rawId": "AA", "response": {"clientDataJSON": "e30", "attestationObject": "oA"}}',
    '{"id": 1, "rawId": null, "response": {"userHandle": {}, "clientDataJSON": "%%", "authenticatorData": "AA"}}',
    "on",
    "",
    *ELSEWHERE,
]
NUMBERS = [
    "0",
    "-1",
    "-0",
    "1e309",
    "NaN",
    "nan",
    "inf",
    "-Infinity",
    "1_000",
    "0x10",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "9" * 40,
    "9" * 5_000,
    "1" + "0" * 4_300,
    "0.1",
    "1,5",
    "99999999999.999999",
    "\u0663",
    "\u00b2",
    "\u2155",
]
DATES = [
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "2026-02-30",
    "2026-13-01",
    "-2026-01-01",
    "2026-W01-1",
    "31/12/2026",
    "2026-11-21T00:00:00Z",
    "1969-12-31",
    "2026-3-29",
    "00:00",
    "24:00",
    "23:59:60",
    "25:61",
    "01:30",
    "\u0662\u0660\u0662\u0666-01-01",
]
NAMES = [
    "..",
    "/etc/passwd",
    "a\0.png",
    "x" * 4_000,
    "\u202egnp.exe",
    "",
    ".",
    "con",
    "a.png/",
    "\r\nX: y",
    "a;b=c.png",
]
PARTS = ["csrfmiddlewaretoken", "__proto__", "x_1", "next", "c", "a[]", "a.b", "\0", "self", "k", "t1", "u", "", "d1"]
CHARSETS = [
    *("utf-8", "utf-16", "utf-7", "utf-32", "latin-1", "cp037", "hex", "rot13", "base64", "zlib", "bz2", "punycode"),
    *("idna", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "no-such", "", '"', "a" * 300, "ascii"),
]
KINDS = ["application/json", "text/plain", "", "application/xml", "multipart/mixed; boundary=x", "multipart/form-data"]
BOUNDARIES = [
    "",
    "x" * 71,
    "x" * 5_000,
    '"',
    "a b",
    "\u00e9",
    "--",
    "=",
    "a\0b",
    ";",
    "'()+_,-./:=?",
    "form7ma4ywxktrzu0gw",
]


HEADERS: dict[str, list[str]] = {
    "HTTP_ACCEPT": ["application/json", "*/*", "\xff", ""],
    "HTTP_HX_REQUEST": ["true", "no"],
    "HTTP_HX_CURRENT_URL": ["http://[", "https://elsewhere.example/"],
    "HTTP_ACCEPT_LANGUAGE": ["ar", "cy;q=nan", "x" * 6_000, "*", "en-" * 200],
    "HTTP_REFERER": ["http://testserver/help/", "http://testserver/\x00"],
    "HTTP_UPLOAD_OFFSET": ["0", "-1", "9" * 30, "9" * 5_000, "\u0663", "\xb2", "", "1e3"],
    "HTTP_X_FORWARDED_FOR": ["::1", "a" * 500, "1.2.3.4, [", "fe80::1%eth0"],
    "HTTP_USER_AGENT": ["", "\xff" * 50, "x" * 6_000],
    "HTTP_SEC_PURPOSE": ["prefetch"],
    "HTTP_TRANSFER_ENCODING": ["chunked"],
    "HTTP_RANGE": ["bytes=0-"],
    "REMOTE_ADDR": ["", "unix", "::ffff:1.2.3.4", "fe80::1%eth0"],
    "HTTP_CONTENT_ENCODING": ["gzip"],
}


def nasty(rng: random.Random, others: list[str]) -> str | bytes:
    """One value that nobody would type."""
    pool = rng.choice((WORDS, NUMBERS, DATES, others, ()))
    value: str | bytes = rng.choice(pool) if pool else drawn(rng)
    if isinstance(value, str) and len(value) < 300 and rng.random() < 0.3:
        return MARK + value
    return value


def drawn(rng: random.Random) -> str:
    """Letters from anywhere in Unicode."""
    ranges = [(0, 0x7F), (0x80, 0x24F), (0x590, 0x6FF), (0x2000, 0x206F), (0xE000, 0xFFFF), (0x1F300, 0x1FAFF)]
    low, high = rng.choice(ranges)
    return "".join(chr(rng.randint(low, high)) for _ in range(rng.choice([1, 3, 30, 250])))
