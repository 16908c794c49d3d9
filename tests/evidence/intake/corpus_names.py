"""Names that files were sent under: paths, tricks of direction, headers, scripts, and 4 kB of nothing."""

from __future__ import annotations

UP = (
    "../",
    "..\\",
    "....//",
    "%2e%2e/",
    "..%2f",
    "..%c0%af",
    "..%252f",
    "/",
    "C:\\",
    "\\\\host\\share\\",
    "~/",
    "./",
    "file:///",
)
TARGETS = ("etc/passwd", ".bashrc", "authorized_keys", "x.png", "a\u202egnp.exe")
DEVICES = ("con", "prn", "aux", "nul", "com1", "lpt1", "clock$", "conin$", ".", "..", "...", "-", "-rf", "--", "*", "?")
TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
HIDDEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\ue000\ufff9\U000e0041\u115f\u3164\uffa0\ufe01\U000e0100"
CONTROLS = "".join(map(chr, [*range(1, 10), 11, 12, *range(14, 32), 127, *range(0x80, 0x88)]))
SCRIPTS = (
    "<script>marker()</script>.png",
    '"><img src=x onerror=marker()>.png',
    "'onmouseover='marker().png",
    "javascript:marker().png",
    "{{ settings.SECRET_KEY }}.png",
    "{% debug %}.png",
    "${jndi:ldap://x.example/a}.png",
    "%s%s%s%n.png",
    "`marker`.png",
    "$(marker).png",
    "; rm -rf ~ ;.png",
    "| marker.png",
    "a&b;c.png",
    "' OR 1=1 --.png",
    "=HYPERLINK(1).png",
    "@import url(x).png",
    "<!--marker-->.png",
    "]]>marker.png",
    "\\u003cscript\\u003e.png",
    "&lt;script&gt;.png",
)
DOUBLES = (
    "a.png.exe",
    "a.php.png",
    "a.png.php",
    "a.svg.png",
    "a.html;.png",
    "a.png ",
    "a.png.",
    "a.png::$DATA",
    "a.PnG",
)
SCRIPTURES = (
    "фото.png",
    "صورة.png",
    "תמונה.png",
    "写真.png",
    "फोटो.png",
    "📷👩‍👩‍👧‍👦.png",
    "e\u0301" * 90 + ".png",
    "Z\u0351\u036b" * 60,
)
LONG = (
    "a" * 250 + ".png",
    "a" * 4_000 + ".png",
    "/" * 3_000 + "x.png",
    "😀" * 900,
    "\u202e" * 1_000 + "gnp.exe",
    "a " * 1_500,
)


def every() -> list[str]:
    """All of them, each once."""
    names = [up * 3 + target for up in UP for target in TARGETS]
    names += [f"{device}{end}" for device in DEVICES for end in ("", ".png")]
    names += [f"a{turn}gnp.exe" for turn in TURNS] + [f"a{one}b.png" for one in HIDDEN + CONTROLS]
    names += [*SCRIPTS, *DOUBLES, *SCRIPTURES, *LONG, "", " ", "\t", ".png", "a\x00.png", "x.png\x00.exe"]
    names += ["a\r\nSet-Cookie: k=1.png", "a\nX: 1.png", 'a"; filename="b.php', "a\u2028b.png", "a\u0085b.png"]
    return list(dict.fromkeys(names))
