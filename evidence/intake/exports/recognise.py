"""Tells which app an export is from, by what its texts begin with; names only say where to look first; in the child."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from evidence.intake.exports.bounds import Refused
from evidence.intake.exports.bundle import Bundle, Entry
from evidence.intake.exports.found import Export
from evidence.intake.exports.meta import MetaJson, which
from evidence.intake.exports.pages import meta_pages, telegram_pages
from evidence.intake.exports.snapchat import SnapchatJson
from evidence.intake.exports.snapchat_pages import SnapchatPages
from evidence.intake.exports.telegram import TelegramJson
from evidence.intake.exports.whatsapp import WhatsApp, looks_like_a_chat

_HEAD, _LONG_HEAD = 8_192, 131_072
_MOST_LOOKED_AT, _ENOUGH_ALIKE = 400, 50
_FIGURES = re.compile(r"\d+")
_USUAL = re.compile(
    r"(?:^|/)(?:message_\d{1,9}\.(?:json|html)|(?:chat|snap)_history\.(?:json|html)|subpage_[^/]+\.html|result\.json"
    r"|messages\d{0,9}\.html|_chat\.txt|[^/]*whatsapp[^/]*\.txt)$",
    re.IGNORECASE,
)
_JSON_SIGNS = (
    (
        "telegram",
        re.compile(r'"from_id"\s*:|"(?:actor_id|date_unixtime)"\s*:|"personal_information"\s*:|"chats"\s*:\s*\{'),
    ),
    ("telegram", re.compile(r'"type"\s*:\s*"(?:personal_chat|bot_chat|saved_messages|(?:private|public)_\w{4,12})"')),
    ("snapchat", re.compile(r'"(?:Media Type|IsSender|(?:Received|Sent) (?:Saved )?(?:Chat|Snap) History)"\s*:')),
    ("meta", re.compile(r'"participants"\s*:\s*\[|"(?:sender_name|senderName|threadName)"\s*:')),
)
_PAGE_SIGNS = (
    ("telegram", re.compile(r'class="(?:page_wrap|message (?:default|service))')),
    ("meta", re.compile(r'class="[^"]*\b(?:_a6-[gp]|_2lej|_2let)\b')),
    ("snapchat", re.compile(r"Saved Chat History|Snap History|snapchat", re.IGNORECASE)),
)

_Maker = Callable[[Bundle, list[Entry], str], Export]
_MAKERS: dict[str, _Maker] = {
    "whatsapp": WhatsApp,
    "meta json": lambda bundle, entries, _: MetaJson(bundle, entries, which([entry.name for entry in entries])),
    "meta html": lambda bundle, entries, _: meta_pages(bundle, entries, which([entry.name for entry in entries])),
    "snapchat json": lambda bundle, entries, _: SnapchatJson(bundle, entries),
    "snapchat html": lambda bundle, entries, _: SnapchatPages(bundle, entries),
    "telegram json": lambda bundle, entries, _: TelegramJson(bundle, entries),
    "telegram html": lambda bundle, entries, _: telegram_pages(bundle, entries),
}


def recognise(bundle: Bundle, order: str) -> Export:
    """The reader for what `bundle` holds. Raises Refused."""
    usual = [entry for entry in bundle.entries if _USUAL.search(entry.name)]
    found = _sorted_out(bundle, usual) or _sorted_out(bundle, bundle.entries[:_MOST_LOOKED_AT])
    if not found:
        raise Refused("damaged" if bundle.tally.skipped.get("damaged") else "unknown_kind")
    family = max(found, key=lambda name: (name.endswith("json"), len(found[name])))
    bundle.tally.skip("other", len(bundle.entries) - len(found[family]))
    return _MAKERS[family](bundle, sorted(found[family], key=lambda entry: entry.name), order)


def _sorted_out(bundle: Bundle, entries: list[Entry]) -> dict[str, list[Entry]]:
    """The entries of each family. Of many names that differ in figures alone, only the first are looked into."""
    found: dict[str, list[Entry]] = {}
    looked_into: dict[str, Counter[str]] = {}
    for entry in entries:
        families = looked_into.setdefault(_FIGURES.sub("", entry.name.rpartition("/")[2]), Counter())
        if families.total() < _ENOUGH_ALIKE:
            family = _family(bundle, entry)
            families[family] += 1
        else:
            family = families.most_common(1)[0][0]
        if family:
            found.setdefault(family, []).append(entry)
    return found


def _family(bundle: Bundle, entry: Entry) -> str:
    head = bundle.head(entry, _HEAD).lstrip()
    if head.startswith("{"):
        return _sign(_JSON_SIGNS, head, "json")
    if head.startswith("<"):
        return _sign(_PAGE_SIGNS, bundle.head(entry, _LONG_HEAD), "html")
    return "whatsapp" if looks_like_a_chat(head) else ""


def _sign(signs: tuple[tuple[str, re.Pattern[str]], ...], head: str, form: str) -> str:
    return next((f"{family} {form}" for family, sign in signs if sign.search(head)), "")
