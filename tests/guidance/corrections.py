"""The wrong statements of the seed documents: patterns that see them, samples of each, and where to look."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from guidance import content

NOT = r"^(?!.*(\b(not|never|instead|ddim)\b|n't\b)).*"  # a sentence that warns of it, in Welsh too, is not wrong
WRONG = {
    "C-01": (r"1984 Theft Act", r"Theft Act( of)? 1984", r"\b(UK|United Kingdom|Scot\w+)\b[^.]*Theft Act(?! \()"),
    "C-02": (
        r"\b(in|across|throughout) the (whole |entire )?(UK|United Kingdom)\b[^.]*\b(intent|intention|meant|mean)\b",
        r"intention of causing distress",
        r"\bonly (a crime|an offence|illegal|against the law) if\b[^.]*\b(distress|upset|hurt)",
    ),
    "C-03": (
        r"Communications Act 2003[^.]*\b(picture|image|intimate)",
        r"\b(picture|image|intimate)[^.]*Communications Act 2003",
        r"Sentencing Council",
    ),
    "C-04": (
        r"Facebook pilot",
        r"Facebook,? (Facebook )?Messenger,? (and|or) Instagram",
        NOT + r"\b(upload|send)\b[^.]*\bto StopNCII",
    ),
    "C-05": (r"\bsince 2015\b", r"\b2015\b[^.]*\b(covers|applies|prohibits|forbids|protects|today)\b"),
    "C-06": (r"internet service provider", r"\bISPs?\b", NOT + r"\b(broadband|internet) (company|provider)"),
    "C-07": (r"Human Rights Act[^.]*\b(must not|may not|permission|protects? you|forbids?|prevents?)\b",),
    "C-08": (
        NOT + r"\bblock (them|him|her|all|the \w+|this \w+|that \w+)\b[^.]*\b(first|early|at once|away|immediately)\b",
        NOT + r"\bblock\b[^.]*\b(then|before you)\b[^.]*\b(save|capture|keep|report|note|write)\b",
    ),
    "C-09": (r"\bUK servers?\b", r"\b(must|has to|have to|required)\b[^.]*\b(stored|kept|held|servers?)\b[^.]*\bUK\b"),
    "C-10": (r"WhatsApp[^.]*(?<![:\d])16\b(?!:)", r"(?<![:\d])16\b(?!:)[^.]*WhatsApp"),
    "C-11": (r"ZA217007", r"\bsix (data[ -]protection )?principles"),
    "C-12": (
        r"Operation Ford\b(?![^.]*Bridger)[^.]*\b(MPs?|Parliament)\b",
        r"Operation Bridger\b(?![^.]*Ford)[^.]*\b(councillors?|mayors?)\b",
    ),
    "C-13": (r"onlinesos", r"help\.twitter\.com", r"police\.uk/advice"),
    "C-14": (NOT + r"\bdelet(e|ing)\b[^.]*\baccounts?\b",),
    "C-15": (
        r"18001 999",
        r"18001 101(?![^.]*18000)[^.]*\b(emergenc|danger)",
        r"\b(emergency|danger)\b[^.]*\b18001\b",
        r"^(?!.*(sign|register)).*\btext(ing)?( to)? 999\b",
    ),
    "C-16": (
        r"(?<!formerly )(?<!formerly called )Action Fraud(?! oedd enw Report Fraud o'r blaen)",  # Welsh: was its name
        NOT + r"\b(blackmail|threats?)\b[^.]*\b(to|with|at) Report Fraud",
        NOT + r"Report Fraud\b[^.]*\b(takes?|for) [^.]*\b(blackmail|threats|Scotland)\b",
        NOT + r"\bScotland\b[^.]*\bReport Fraud",
    ),
    "C-17": (
        NOT + r"\b(police|101) (first|before)\b[^.]*\b(report|take|ask)\w* (it|the|a|this|to)\b",
        NOT + r"\bwait for the police\b",
        r"\b(not|n't|never) report\b[^.]*\b(until|before)\b[^.]*\bpolice\b",
    ),
}
PATTERNS = {code: [re.compile(one, re.IGNORECASE) for one in found] for code, found in WRONG.items()}
SAID = [
    ("C-01", "Blackmail is covered by the 1984 Theft Act."),
    ("C-01", "Blackmail falls under the Theft Act 1984."),
    ("C-01", "In Scotland, blackmail is in the Theft Act 1968."),
    ("C-02", "In the UK, they must have meant to upset you."),
    ("C-02", "Sharing counts when it is done with the intention of causing distress."),
    ("C-02", "Sharing is only a crime if they wanted to cause distress."),
    ("C-03", "A threat to share a picture falls under the Communications Act 2003."),
    ("C-03", "The Communications Act 2003 covers threats about intimate pictures."),
    ("C-03", "The Sentencing Council has named this threat."),
    ("C-04", "Use the Facebook Pilot."),
    ("C-04", "Its fingerprint works on Facebook, Messenger and Instagram."),
    ("C-04", "Send the picture to StopNCII."),
    ("C-05", "Since 2015, the law has stopped people from sharing private pictures."),
    ("C-05", "The law of 2015 covers what they did today."),
    ("C-06", "Report it to your internet service provider."),
    ("C-06", "Tell your ISP."),
    ("C-06", "Your broadband company can take it down."),
    ("C-07", "The Human Rights Act says that nobody may share facts about you without your permission."),
    ("C-08", "Block them first."),
    ("C-08", "Block the account straight away."),
    ("C-08", "Block them, then save the chat."),
    ("C-09", "A child's data must be kept on UK servers."),
    ("C-09", "By law, it has to be stored in the UK."),
    ("C-10", "You must be 16 to use WhatsApp."),
    ("C-10", "WhatsApp is for people aged 16 and over."),
    ("C-11", "We are registered under ZA217007."),
    ("C-11", "There are six data protection principles."),
    ("C-12", "Say Operation Ford if you are an MP."),
    ("C-12", "Operation Bridger is for councillors."),
    ("C-13", "Look at https://www.onlinesos.org/ for more."),
    ("C-13", "Look at https://help.twitter.com/en/safety-and-security for more."),
    ("C-13", "Look at https://www.police.uk/advice/ for more."),
    ("C-14", "You can delete your account."),
    ("C-14", "You also have the option of deleting a social media account."),
    ("C-15", "In an emergency, use 18001 101."),
    ("C-15", "Call 18001 999 with a textphone."),
    ("C-15", "Call 18001 101 if you are in danger."),
    ("C-15", "Text 999 in danger."),
    ("C-16", "Report it to Action Fraud."),
    ("C-16", "Report blackmail to Report Fraud."),
    ("C-16", "Report Fraud takes reports of blackmail."),
    ("C-16", "In Scotland, tell Report Fraud."),
    ("C-17", "Tell the police first, and then report the post to the site."),
    ("C-17", "Wait for the police to look at it."),
    ("C-17", "Do not report the post until the police have seen it."),
]
TEMPLATES = Path(settings.BASE_DIR) / "templates" / "guidance"
RECORDS = ("laws.toml", "platforms.toml", "contacts.toml")
BETWEEN = re.compile(r"(?<=[.!?])[\"'”*]*\s+|\n\s*\n|\n(?=[-*#>+{<]|\d+\. |[a-z_]+ = )")


def sentences(folder, templates=TEMPLATES):
    """Everything that a person reads, sentence by sentence, with the file it stands in."""
    files = [
        *sorted(folder.glob("*/steps/*.md")),
        *(folder / name for name in RECORDS),
        *sorted(templates.rglob("*.html")),
    ]
    for path in files:
        for sentence in BETWEEN.split(path.read_text(encoding="utf-8")):
            yield path.name, " ".join(sentence.split())


def wrong(code, folder=content.FOLDER, templates=TEMPLATES):
    """Where the wrong statement is made."""
    return [
        (name, sentence)
        for name, sentence in sentences(folder, templates)
        if any(pattern.search(sentence) for pattern in PATTERNS[code])
    ]
