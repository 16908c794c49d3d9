"""A case whose every text tries to break the page, fetch something or hide something."""

from __future__ import annotations

from typing import Any

from tests.evidence.pack.demonstration import Case, at, phone

MARKUP = (
    '</p></section><script>alert(1)</script><img src="http://evil.example/x.png"><style>*{display:none}'
    '@import "http://evil.example/a.css";p{background:url(file:///etc/passwd)}</style>'
    '<link rel=attachment href="file:///etc/passwd"><a href="javascript:alert(1)">'
    '{{ s.head }}{% include "x" %}'
    '&lt;&#0;]]>"\' style="background:url(http://evil.example/b)'
)
LONG_ADDRESS = "https://files.example/" + "a1B2-_" * 78 + "?q=" + "%E2%80%AE" * 3
HIDDEN = (
    "pay\u202etxt.exe\u202c zero\u200bwidth \u2066iso\u2069 \ue000private\ue001 "
    "nul\x00bell\x07 tag\U000e0041 \u2028line"
)
EMOJI = (
    "\U0001f60d\U0001f480 \u2764\ufe0f \U0001f469\u200d\U0001f469\u200d\U0001f467 "
    "\u23f3 \U0001f1ec\U0001f1e7 1\ufe0f\u20e3 \U0001fae8"
)
SCRIPTS = (
    "العربية: سأنشر الفيديو",
    "اردو: پیسے بھیجو ورنہ تمہاری تصویریں",
    "עברית: שלח כסף",
    "বাংলা: টাকা পাঠাও",
    "हिन्दी: पैसे भेजो",
    "中文: 请在今晚十点之前转账",
    "日本語: お金を送って",
    "한국어: 돈을 보내",
    "Русский: переведи деньги",
    "ไทย: โอนเงินมา",
    "\U0001d4e2\U0001d4f8\U0001d4ef\U0001d4f2\U0001d4ea \uff33\uff2f\uff26\uff29\uff21",
)
ZALGO = "Z" + "\u0301" * 60 + "algo"


def hostile() -> Case:
    """Pictures of every shape, with texts that are not to be trusted."""
    case = Case()
    shown = {"intimate": False, "include_picture": True, "include_original": True}
    claims: dict[str, Any] = {
        "address": LONG_ADDRESS,
        "account": HIDDEN,
        "where": EMOJI,
        "what": MARKUP,
        "words_shown": "\n".join(SCRIPTS),
        "how_captured": ZALGO,
        "when": at("2026-11-14T21:14", MARKUP, zone="America/New_York", words=HIDDEN),
    }
    image = phone("x", ["a", "b"], (540, 1170))
    case.picture(MARKUP, image, claims, description="long " * 400, observed={"original_name": MARKUP[:200]}, **shown)
    case.picture("A" * 300, phone("y", ["c"], (960, 540)), claims | {"what": "word " * 400}, **shown)
    case.picture("Tall capture", phone("tall", [f"line {n}" for n in range(88)], (1080, 12000)), claims, **shown)
    case.picture(SCRIPTS[0], phone("w", ["hidden"], (300, 300)), {}, description="\u202e" * 50)
    case.picture("", phone("s", ["square"], (200, 200)), {"words_shown": "x"}, **shown)
    for kind in ("address", "event"):
        case.typed(kind, HIDDEN + EMOJI, claims, description=MARKUP)
    return case


def extremes(case: Case) -> dict[str, Any]:
    """The other values of a snapshot, as bad as they can be."""
    accounts = [
        {"platform": MARKUP[:60], "shown_name": f"{HIDDEN} {n}", "identifier": "9" * 80, "items": [1, 2, 3]}
        for n in range(4)
    ]
    return {
        "organisation": MARKUP,
        "compiled_by": HIDDEN,
        "prepared_for": "\n    $ rm -rf /\n" + EMOJI,
        "contact": "\n".join(SCRIPTS),
        "person": SCRIPTS[0] + MARKUP[:40],
        "summary": {
            "happened": (MARKUP + " ") * 9 + "\n" + "\n".join(SCRIPTS),
            "risks": [MARKUP, HIDDEN, EMOJI],
        },
        "accounts": accounts,
        "addresses": [{"address": LONG_ADDRESS, "state": MARKUP, "items": [1]}],
        "reports": [{"to": MARKUP, "reference": HIDDEN, "answer": EMOJI}],
    }
