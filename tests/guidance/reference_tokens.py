"""Takes the ids, telephone numbers, mail addresses and web addresses out of the reference: nothing else of it.

`python -m tests.guidance.reference_tokens REFERENCE SEEDS` writes reference.toml. The reference is not in the
repository; its tokens are, so that a test can say whether a number in the content stands in it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.guidance import seed_items

LIST = Path(__file__).resolve().parent / "reference.toml"
RECORD = re.compile(r"^\s*- (?:\{)?id: ([A-Z]+-?[A-Z0-9-]+)\b")
HEADING = re.compile(r"^#")
VANITY = re.compile(r"(?<=\d-)[A-Z]{3,}(?:-[A-Z]{3,})*\b")  # 1-800-CALL-FBI
KEYS = {letter: str(key) for key, letters in enumerate(("ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"), 2)
        for letter in letters}  # fmt: skip
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
TOPS = "uk|com|org|net|gov|au|ie|ca|nz|in|me|us|tv|co|io|wales|scot|social"
ADDRESS = re.compile(
    rf"(?<![\w@.-])(?:https?://)?((?:[a-z0-9-]+\.)+(?:{TOPS}))(?![\w-])((?:/[^\s;,()\"'>\]*`]*)?)", re.IGNORECASE
)
STATUTE = re.compile(r"legislation\.gov\.uk (nia|asp|ukpga) (\d{4}/\d+)(?: s\.(\w+))?")
# A number as people write it: +44 ..., 0800 ..., 1-800-..., 116 123, 101. Not 10:30, not 24/7, not 20,800, not S102.
NUMBER = re.compile(
    r"(?<![\w.,:/£@-])(?<!GBP )(\+?\d-\d{3}-\d{3}-\d{4}|\+?\d(?:[\d ]*\d)?)(?![\w%+]|[.,:]\d|-\d|[-/][a-z]| countries)"
)
YEAR = re.compile(r"^(19[4-9]|20[0-4])\d$")  # 1930 is a telephone number in India
FIGURE = re.compile(r"\d+[A-Z]{0,2}\b")
LEAST = 3  # digits of the shortest telephone number


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def numbers(text: str) -> set[str]:
    """The telephone numbers in a text, digits only; years, times, counts and numbers in addresses are none."""
    bare = ADDRESS.sub(" ", EMAIL.sub(" ", VANITY.sub(_keys, text)))
    bare = re.sub(r"\d{4}-\d\d(-\d\d)?|\b\d\d? (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w* \d{4}", " ", bare)
    found = (one for one in NUMBER.findall(bare.replace(" / ", " ; ").replace("/", " ; ")) if not YEAR.match(one))
    return {digits(one) for one in found if len(digits(one)) >= LEAST}


def _keys(match: re.Match[str]) -> str:
    """Letters as the keys of a telephone have them, written like 225-5324."""
    spelt = "".join(KEYS.get(letter, "") for letter in match[0])
    return f"{spelt[:3]}-{spelt[3:]}"


def figures(text: str) -> set[str]:
    """Years, days, sections, amounts: whatever in a law is a number, as 66B or 2003."""
    return set(FIGURE.findall(text))


def emails(text: str) -> set[str]:
    return {one.lower().rstrip(".") for one in EMAIL.findall(text)}


def addresses(text: str) -> set[str]:
    """Host and path of each web address in a text: without scheme, www, and the stroke at the end."""
    found = {normal(host + path) for host, path in ADDRESS.findall(EMAIL.sub(" ", text))}
    for kind, number, section in STATUTE.findall(text):
        found.add(f"legislation.gov.uk/{kind}/{number}" + (f"/section/{section}" if section else ""))
    return found


def normal(address: str) -> str:
    host, stroke, path = address.removeprefix("https://").removeprefix("http://").partition("/")
    return (host.lower().removeprefix("www.") + stroke + path).rstrip("/.")


def records(reference: str) -> dict[str, str]:
    """The text of each record of the reference by its id."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in reference.splitlines():
        if start := RECORD.match(line):
            name = start[1]
        elif HEADING.match(line):
            name = ""
        found.setdefault(name, []).append(line)
    return {name: "\n".join(lines) for name, lines in found.items() if name}


def tokens(reference: Path, seeds: Path) -> str:
    """The list as TOML: all ids, what each record holds, and what stands anywhere."""
    text = (reference / "domain-facts.md").read_text(encoding="utf-8")
    whole = "\n".join([text, *seed_items.documents(seeds)])
    services = text[text.index("## 2. Contacts") : text.index("## 3. Platforms")]
    law = text[text.index("## 0a.") : text.index("## 2. Contacts")]
    found = {
        "ids": sorted(records(text)),
        "numbers": sorted(numbers(services)),
        "figures": sorted(one for one in figures(law) if len(one) > 2),
        "emails": sorted(emails(whole)),
        "addresses": sorted(addresses(whole)),
    }
    lines = ["# Made by tests/guidance/reference_tokens.py: what the reference holds. Do not write here.", ""]
    lines += [_column(name, values) for name, values in found.items()]
    for name, body in sorted(records(text).items()):
        if name.startswith(("SV-", "P-")):
            lines += ["", f'[records."{name}"]', _row("numbers", numbers(body)), _row("emails", emails(body))]
            lines += [_row("addresses", addresses(body))]
    return "\n".join(lines) + "\n"


def _row(name: str, values: Iterable[str]) -> str:
    return f"{name} = [" + ", ".join(f'"{value}"' for value in sorted(values)) + "]"


def _column(name: str, values: list[str]) -> str:
    return f"{name} = [\n" + "".join(f'  "{value}",\n' for value in values) + "]"


def main() -> None:
    LIST.write_text(tokens(Path(sys.argv[1]), Path(sys.argv[2])), encoding="utf-8")


if __name__ == "__main__":
    main()
