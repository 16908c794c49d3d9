"""Brings web addresses that lead to the same place to one spelling, without asking anybody; pure."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

LONGEST = 4_000
_PORTS = {"http": 80, "https": 443}
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.I)
_AROUND = " \t\r\n<>\"'\u201c\u201d\u2018\u2019()[]{}.,;"
_MASKED = re.compile(r"\[\.\]|\(\.\)|\[dot\]", re.I)
_SIDES = re.compile(r"^(?:www\d?|m|mobile|web|touch|mbasic|old|new|np|amp|music)\.(?=[^.]+\.)")
_FOLLOWS = r"utm_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igsh|igshid|mc_[ce]id|mibextid|__tn__"
_FOLLOWS += r"|__cft__.*|_ga|spm|ref_src|ref_url|share_id|share_app_id|is_from_webapp|sender_device|rdid"
_EVERYWHERE = re.compile(_FOLLOWS, re.I)
# What means nothing on these platforms may be the number of a page elsewhere.
_THERE = re.compile(_FOLLOWS + r"|_r|_t|s|t|si|feature|ref|hl|lang|locale|web_id|context|app|rdr|img_index", re.I)
_PLATFORMS = frozenset(
    f"{name}.com" for name in ("x", "instagram", "facebook", "tiktok", "snapchat", "reddit", "youtube")
) | {"t.me"}
_SAFE = "!$&'()*+,;=:@/~-._"
_HOSTS = {
    "twitter.com": "x.com",
    "instagr.am": "instagram.com",
    "telegram.me": "t.me",
    "telegram.dog": "t.me",
    "fb.com": "facebook.com",
    "youtube-nocookie.com": "youtube.com",
}
# One post under the platform's other addresses for it, as host and path: nothing that is asked beside it matters.
_POSTS = tuple(
    (re.compile(pattern, re.I), to)
    for pattern, to in (
        (r"youtu\.be/([\w-]+).*", r"youtube.com/watch?v=\1"),
        (r"youtube\.com/(?:shorts|embed|live|v)/([\w-]+).*", r"youtube.com/watch?v=\1"),
        (r"x\.com/[^/]+/status(?:es)?/(\d+).*", r"x.com/i/status/\1"),
        (r"instagram\.com/(?:[\w.]+/)?(?:p|reels?|tv)/([\w-]+).*", r"instagram.com/p/\1"),
        (r"t\.me/joinchat/(.+)", r"t.me/+\1"),
        (r"tiktok\.com/(?:@[^/]+/(?:video|photo)|v)/(\d+).*", r"tiktok.com/v/\1"),
        (r"snapchat\.com/(?:add/|@)([\w.-]+).*", r"snapchat.com/add/\1"),
        (r"redd\.it/(\w+).*", r"reddit.com/comments/\1"),
        (r"reddit\.com/(?:r/[^/]+/)?comments/(\w+).*", r"reddit.com/comments/\1"),
    )
)
_MOVED = (("t.me/s/", "t.me/"), ("api.whatsapp.com/send", "wa.me"))
# Names of people are the same there in large and small letters; codes of posts are not.
_NAMES = re.compile(r"(?:x|instagram|facebook|tiktok|snapchat|t)\.(?:com|me)/(?:add/)?@?[\w.-]+/?")


def plain(address: str) -> str:
    """One spelling of `address` (as people write or paste it), without its scheme; "" where there is none.

    Two of the same spelling lead to the same place for anyone who follows them. What can't be read as an
    address comes back as it is, without white space around it. Sources: RFC 3986, 6.2 (normalisation), RFC
    3490 (names in other scripts); the platforms' own forms as their pages share them.
    """
    text = _MASKED.sub(".", address[:LONGEST].strip().strip(_AROUND))
    text = re.sub(r"^hxxp", "http", text, flags=re.I)
    try:
        parts = urlsplit(text if _SCHEME.match(text) else f"https://{text}")
        return _spelled(parts) if parts.scheme in _PORTS and parts.hostname else text
    except ValueError:
        return text


def _spelled(parts: SplitResult) -> str:
    host = _host(parts)
    place = host + _path(parts.path)
    for before, after in _MOVED:
        place = after + place.removeprefix(before) if place.startswith(before) else place
    post = _post(place)
    if post:
        return post
    query = urlencode(sorted(_kept(host, parts.query)))
    place = (place.lower() if _NAMES.fullmatch(place) else place) + (f"?{query}" if query else "")
    return place + (f"#{parts.fragment}" if parts.fragment.startswith(("!", "/")) else "")


def _post(place: str) -> str:
    """The one address of a post on a platform; "" for any other place."""
    found = ((pattern.fullmatch(place), to) for pattern, to in _POSTS)
    kept = next((match.expand(to) for match, to in found if match), "")
    return kept.lower() if _NAMES.fullmatch(kept) else kept


def _host(parts: SplitResult) -> str:
    name = (parts.hostname or "").rstrip(".")
    with suppress(UnicodeError):  # a name that no register would give stays as it was written
        name = name.encode("idna").decode()
    name = _SIDES.sub("", name.lower())
    name = _HOSTS.get(name, name)
    return name if parts.port in (None, _PORTS[parts.scheme]) else f"{name}:{parts.port}"


def _path(path: str) -> str:
    """Each letter written one way, no step up or in place, no doubled slash."""
    steps: list[str] = []
    for step in path.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(quote(unquote(step), safe=_SAFE))
    return "".join(f"/{step}" for step in steps)


def _kept(host: str, query: str) -> list[tuple[str, str]]:
    """What the address asks for, without what only follows people around; of a film on YouTube, which one."""
    asked = parse_qsl(query, keep_blank_values=True, max_num_fields=100)
    if host == "youtube.com" and any(name == "v" for name, _ in asked):
        return [(name, value) for name, value in asked if name == "v"]
    follows = _THERE if host in _PLATFORMS else _EVERYWHERE
    return [(name, value) for name, value in asked if not follows.fullmatch(name)]
