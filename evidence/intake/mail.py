"""The child that reads one mail that was kept as a file; started by `evidence.intake.reading`.

Answers with one piece, `{"mail": …}` as `evidence.intake.said.Mail` has it, or `{"refused": code}`. It says only what
stands in the mail: nothing is fetched, run, opened or judged.
"""

from __future__ import annotations

import email
import email.utils
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from email import policy
from email.message import Message
from typing import Any, cast

from evidence.intake import mail_routes, mail_words
from evidence.intake.confined import serve
from evidence.intake.exports.words import text as fit
from evidence.intake.labels import one_line

_NEEDED = frozenset({"from", "to", "subject", "date", "received", "message-id", "return-path", "mime-version"})
_ENOUGH = 2
_POLICY = policy.default
_SAME_HEADERS = 2  # RFC 5322 allows one; all of them stand among the headers
_UNFIT_CODECS = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What reading one mail may cost. `file_bytes` in bytes, text lengths in characters, the rest counts."""

    file_bytes: int = 50_000_000
    headers: int = 500
    header: int = 4_000
    addresses: int = 50
    hops: int = 50
    parts: int = 200
    depth: int = 20
    text: int = 50_000
    html: int = 3_000_000
    links: int = 200


class Refused(Exception):
    """This file can't be read as a mail; the argument is a code that `evidence.intake.reading` has words for."""


@dataclass(slots=True)
class _Body:
    """What the parts of a mail come to."""

    plain: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    notes: set[str] = field(default_factory=set)
    line_end: str = "\n"


def main() -> None:
    """Answer the one request on standard input."""
    serve(answer)


def answer(request: dict[str, Any], file: io.BufferedReader) -> Iterator[bytes]:
    """The one piece of the answer, a refusal included."""
    said: dict[str, Any]
    try:
        given = request.get("limits", {})
        limits = Limits(**{one.name: given[one.name] for one in fields(Limits) if one.name in given})
        said = {"mail": read(file.read(limits.file_bytes + 1), limits)}
    except Refused as refusal:
        said = {"refused": str(refusal)}
    except MemoryError:
        said = {"refused": "too_much_memory"}
    except Exception:  # a hostile mail breaks parsers in many ways; all mean the same here
        said = {"refused": "damaged"}
    yield json.dumps(said, ensure_ascii=False).encode()


def read(raw: bytes, limits: Limits) -> dict[str, Any]:
    """What the mail `raw` says. Raises Refused, or what the parser of the standard library raises."""
    if not raw:
        raise Refused("empty")
    if len(raw) > limits.file_bytes:
        raise Refused("too_much")
    mail = _parsed(raw)
    headers = [(name, _readable(str(value))) for name, value in mail.raw_items()]
    if len(_NEEDED & {name.lower() for name, _ in headers}) < _ENOUGH:
        raise Refused("unknown_kind")
    body = _body(mail, limits, "\r\n" if b"\r\n" in raw[:2_000] else "\n")
    if len(headers) > limits.headers:
        body.notes.add("more_headers")
    return _facts(headers[: limits.headers], body, limits) | _words(body, limits) | {"notes": sorted(body.notes)}


def _parsed(raw: bytes) -> Message:
    try:
        return email.message_from_bytes(raw, policy=_POLICY)
    except (MemoryError, RecursionError):
        raise
    except Exception:  # the modern parser stumbles over some broken headers that the older one passes over
        return email.message_from_bytes(raw, policy=policy.compat32)


def _facts(headers: list[tuple[str, str]], body: _Body, limits: Limits) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name.lower(), []).append(value[: limits.header])

    def first(name: str) -> str:
        return found.get(name, [""])[0]

    people = {
        key: _people(found.get(name, [])[:_SAME_HEADERS], body, limits)
        for key, name in (("sender", "from"), ("to", "to"), ("cc", "cc"), ("reply_to", "reply-to"))
    }
    return people | {
        "return_path": one_line(first("return-path")),
        "at": mail_routes.moment(first("date")),
        "date": one_line(first("date")),
        "subject": one_line(_decoded("subject", first("subject")), longest=1_000),
        "message_id": one_line(first("message-id")),
        "hops": mail_routes.hops(found.get("received", [])[: limits.hops]),
        "authentication": [one_line(text, longest=limits.header) for text in _checks(found)[:20]],
        "originating_ip": one_line(first("x-originating-ip")),
        "headers": [{"name": one_line(name), "value": _line(value, limits)} for name, value in headers],
    }


def _checks(found: dict[str, list[str]]) -> list[str]:
    return [*found.get("authentication-results", []), *found.get("received-spf", [])]


def _people(values: list[str], body: _Body, limits: Limits) -> list[dict[str, str]]:
    pairs = [pair for value in values for pair in _addresses(value)]
    if len(pairs) > limits.addresses:
        body.notes.add("more_addresses")
    return [{"name": one_line(name), "address": one_line(address)} for name, address in pairs[: limits.addresses]]


def _addresses(value: str) -> list[tuple[str, str]]:
    try:
        parsed = _POLICY.header_factory("to", value)
        return [(address.display_name, address.addr_spec) for address in parsed.addresses]
    except Exception:  # the grammar of addresses is large, and its parser has holes
        return _simply(value)


def _simply(value: str) -> list[tuple[str, str]]:
    try:
        return [pair for pair in email.utils.getaddresses([value]) if any(pair)]
    except RecursionError:
        return [("", value)]


def _decoded(name: str, value: str) -> str:
    try:
        return str(_POLICY.header_factory(name, value))
    except Exception:  # as above
        return value


def _readable(value: str) -> str:
    """A header's bytes as UTF-8, its lines joined: the parser keeps what is not ASCII as lone surrogates."""
    plain = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return " ".join(plain.split())


def _line(value: str, limits: Limits) -> str:
    return one_line(value, longest=limits.header)


def _body(mail: Message, limits: Limits, line_end: str) -> _Body:
    body = _Body(line_end=line_end)
    waiting = [(mail, 0)]
    seen = 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if seen > limits.parts or depth > limits.depth:
            body.notes.add("more_parts")
            continue
        try:
            waiting += [(inner, depth + 1) for inner in reversed(_inner(part))]
            _leaf(part, body, limits)
        except (MemoryError, RecursionError):
            raise
        except Exception:  # one broken part leaves the others readable
            body.notes.add("some_damaged")
    return body


def _inner(part: Message) -> list[Message]:
    return cast("list[Message]", part.get_payload()) if _is_frame(part) else []


def _told(ask: Callable[[], str | None]) -> str:
    try:
        return ask() or ""
    except Exception:  # a header about a part can be too broken to read; the part is still there
        return ""


def _is_frame(part: Message) -> bool:
    return part.is_multipart() and part.get_content_maintype() == "multipart"


def _leaf(part: Message, body: _Body, limits: Limits) -> None:
    kind = part.get_content_type()
    if _is_frame(part):
        return
    content = _content(part, body)
    named = _told(part.get_filename)
    attached = named or _told(part.get_content_disposition) == "attachment"
    words = kind in ("text/plain", "text/html") and not attached
    if words:
        (body.plain if kind == "text/plain" else body.pages).append(_text(part, content[: limits.html]))
        return
    sealed = hashlib.sha256(content).hexdigest()
    name = _readable(named)
    body.attachments.append(
        {"name": one_line(name), "media_type": one_line(kind), "size": len(content), "sha256": sealed}
    )


def _content(part: Message, body: _Body) -> bytes:
    """The bytes of a part as they were before they were packed for the mail; of a mail inside, all of it."""
    if part.is_multipart():
        body.notes.add("nested_mail")
        as_it_came = _POLICY.clone(refold_source="none", linesep=body.line_end, max_line_length=None)
        return b"".join(cast("Message", inner).as_bytes(policy=as_it_came) for inner in part.get_payload())
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: Message, content: bytes) -> str:
    charset = str(part.get_content_charset() or "utf-8").lower()
    if charset.replace("_", "-") in _UNFIT_CODECS:
        charset = "latin-1"
    try:
        return content.decode(charset, "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def _words(body: _Body, limits: Limits) -> dict[str, Any]:
    read = [mail_words.page(page, limits.links) for page in body.pages]
    plain = "\n\n".join(body.plain)
    chosen = plain if plain.strip() else "\n\n".join(page.text for page in read)
    links = [link for page in read for link in page.links] + mail_words.links_in(plain, limits.links)
    text, cut = fit(chosen, limits.text)
    unique = list(dict.fromkeys(links))
    noted = {"text_cut": cut, "more_links": len(unique) > limits.links, "some_damaged": any(p.damaged for p in read)}
    body.notes |= {note for note, holds in noted.items() if holds}
    return {
        "text": text,
        "body_from": "plain" if plain.strip() else "html" if text else "none",
        "links": [mail_words.shown(link) for link in unique[: limits.links]],
        "attachments": body.attachments,
    }
