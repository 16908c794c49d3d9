"""Finds the links, numbers and names in the documents that the project began with, and keeps them as a list.

`python -m tests.guidance.seed_items FOLDER` writes seeds.txt. The documents themselves are not in the repository:
only these single words are, none of their sentences.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

LIST = Path(__file__).resolve().parent / "seeds.txt"
DOCUMENTS = 5
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;]")
NUMBER = re.compile(r"(?<![\w.,:])\d[\d ]*\d(?![\w%:]|[.,:]\d)")
REGISTRATION = re.compile(r"\b[A-Z]{2,}\d{4,}\b")
NAME = re.compile(
    r"\b[A-Z][\w'&]*[A-Za-z](?:[ -](?:of |and |for |to |the )?[A-Z][\w']+)+"  # Get Safe Online
    r"|\b[A-Z]{3,}\b"  # NCSC
    r"|\b[A-Z][a-z]+[A-Z]\w*\b"  # TikTok
)
# Names that begin with, or are, one plain word: no pattern tells them from the beginning of a sentence.
PLAIN = {
    0: ("Facebook", "Instagram"),
    1: ("The helpline",),
    2: ("The helpline", "Facebook", "Instagram"),
    3: ("Facebook", "Meta", "children's commissioner"),
    4: (
        "Cifas", "Facebook", "Instagram", "Threads", "Meta", "Twitter",
        "Handling online abuse and intimidation national webinar presentation",
        "Councillors' guide to handling harassment, abuse and intimidation",
        "Social media guidance for councillors",
        "Digital citizenship: support and resources for councillors",
        "Seven principles for safer canvassing",
    ),
}  # fmt: skip
# What the pattern takes for a name and is none: headings, days, abbreviations of common nouns.
ORDINARY = frozenset(
    (
        "Best Practice Update", "Collect URL", "DO NOT", "Facebook and Instagram", "ISMS", "JavaScript",
        "Monday to Friday", "Social Media Apps", "Social Media Articles", "Social Media and Going Viral", "The ISMS",
        "URL", "WhatsApp and Facebook", "Whatsapp and Facebook",
    )
)  # fmt: skip
# One name for what is written in several ways.
SAME = {
    "Data Protection Education's": "Data Protection Education",
    "ICO": "Information Commissioner's Office",
    "The NCSC": "NCSC",
    "The Sentencing Council": "Sentencing Council",
    "The UK General Data Protection Regulation": "UK General Data Protection Regulation",
    "UK GDPR": "UK General Data Protection Regulation",
    "UK Human Rights Act": "Human Rights Act",
    "UKGDPR": "UK General Data Protection Regulation",
}
YEAR = re.compile(r"^(19|20)\d\d$")
LAWS = re.compile(r"\b(Act|Code|Regulation)$")
SINCE = re.compile(r"\b(?:[Ss]ince|in) ((?:19|20)\d\d)\b")  # the year of a law

Item = tuple[str, str, str]  # seed, kind, what it says


def documents(folder: Path) -> list[str]:
    """The texts, in the order of their names: SEED0 is the first."""
    texts = [path.read_text(encoding="utf-8").replace("\u2019", "'") for path in sorted(folder.glob("*.txt"))]
    if len(texts) != DOCUMENTS:
        raise ValueError(f"{folder} holds {len(texts)} documents, not {DOCUMENTS}")
    return texts


def items(folder: Path) -> list[Item]:
    """Everything found in the documents, each thing once, sorted."""
    return sorted({item for number, text in enumerate(documents(folder)) for item in _items(number, text)})


def _items(number: int, text: str) -> Iterator[Item]:
    seed = f"SEED{number}"
    yield from ((seed, "link", link) for link in LINK.findall(text))
    words = LINK.sub(" ", text)
    numbers = (one for one in NUMBER.findall(words) if len(one) > 2 and not YEAR.match(one))
    yield from ((seed, "phone", one) for one in numbers)
    yield from ((seed, "service", one) for one in REGISTRATION.findall(words))
    yield from ((seed, "service", one) for one in PLAIN.get(number, ()) if one in words)
    yield from ((seed, "law", year) for year in SINCE.findall(words))
    for found in NAME.findall(words):
        name = SAME.get(found, found)
        if name not in ORDINARY:
            yield seed, "law" if LAWS.search(name) else "service", name


def listed() -> list[Item]:
    """What seeds.txt holds."""
    rows = [line.split("\t") for line in LIST.read_text(encoding="utf-8").splitlines()]
    return [(seed, kind, says) for seed, kind, says in rows]


def main() -> None:
    found = items(Path(sys.argv[1]))
    LIST.write_text("".join("\t".join(item) + "\n" for item in found), encoding="utf-8")


if __name__ == "__main__":
    main()
