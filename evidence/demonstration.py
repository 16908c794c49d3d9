"""A made-up case for trying things: twelve items, a share that was accepted, messages, a finished pack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from evidence import cases, details, gate, index, items, messages, pictures, sharing, ways
from evidence.arriving import Arriving
from evidence.custody import OWNER
from evidence.index import Gate, When
from evidence.intake.specimens import Screen, draw
from evidence.items import Telling
from evidence.models import Grant
from evidence.unlocking import Session
from evidence.vault import Opened

HANDLE, OTHER = "@lara.quill_77", "@lq_collect"
SERVICE, CHAT = "Instagram", "Telegram"


@dataclass(frozen=True)
class Shot:
    """One made-up screenshot and what is said about it."""

    screen: Screen
    telling: Telling


def _claims(**values: str) -> dict[str, str]:
    return values


SHOTS = (
    Shot(
        Screen(
            "14:02",
            "lara.quill_77",
            ["< 142 posts, 3,911 followers", "< Lara | Leeds | message me", "< Joined August 2026"],
        ),
        Telling(
            "Profile of the account",
            When("2026-11-14T14:02", "exact", "clock on the screen"),
            _claims(
                what="The account's page, with its name and when it joined.",
                where=SERVICE,
                account=HANDLE,
                address="https://www.instagram.example/lara.quill_77/",
                captured="Screenshot on my phone",
                words="142 posts, 3,911 followers. Lara, Leeds. Joined August 2026.",
            ),
        ),
    ),
    Shot(
        Screen(
            "21:16",
            "lara.quill_77",
            [
                "< I recorded our call. All of it.",
                "< Do exactly what I say and nobody sees it",
                "> Please delete it",
                "< 450 pounds in gift cards. You have 2 hours.",
                "< I have your followers: your mum, your sister, your manager",
                "> I do not have that money",
                "< Then I start with your mum",
            ],
        ),
        Telling(
            "Demand for £450 and a threat to send it to family",
            When("2026-11-14T21:14", "exact", "clock on the screen"),
            _claims(
                what="The first demand. They want gift cards within two hours.",
                where=SERVICE,
                account=HANDLE,
                captured="Screenshot on my phone",
                words="450 pounds in gift cards. You have 2 hours. Then I start with your mum.",
            ),
        ),
    ),
    Shot(
        Screen(
            "09:27",
            "lq_collect",
            [
                "< Answer me",
                "< New account, same video",
                "< Midnight is the last time",
                "> I am not paying",
                "< Then watch",
            ],
            dark=True,
        ),
        Telling(
            "Second account, with a deadline at midnight",
            When("2026-11-15T09:25", "exact", "clock on the screen"),
            _claims(
                what="They write from a second account, in another app.",
                where=CHAT,
                account=OTHER,
                captured="Screenshot on my phone",
                words="New account, same video. Midnight is the last time.",
            ),
        ),
    ),
    Shot(
        Screen("21:56", "lara.quill_77", ["< (picture)", "< This is so you know that I am serious"]),
        Telling(
            "Still picture that they sent",
            When("2026-11-14T21:55", "exact", "clock on the screen"),
            _claims(
                what="A still from the call, with me in it.",
                where=SERVICE,
                account=HANDLE,
                captured="Screenshot on my phone",
            ),
        ),
    ),
)
TYPED: tuple[tuple[str, Telling], ...] = (
    (
        index.ACCOUNT,
        Telling(
            HANDLE,
            When("2026-11-14T13:50", "about", "remembered"),
            _claims(
                account=HANDLE,
                where=SERVICE,
                number="58213340917",
                address="https://www.instagram.example/lara.quill_77/",
                names="Lara Quill, lara.q",
                what="They wrote to me first.",
            ),
        ),
    ),
    (
        index.ACCOUNT,
        Telling(
            OTHER,
            When("2026-11-15T09:25", "exact", "clock on the screen"),
            _claims(account=OTHER, where=CHAT, what="Named itself as the same person."),
        ),
    ),
    (
        index.ADDRESS,
        Telling(
            "Page with a preview of the recording",
            When("2026-11-17T20:41", "exact", "printed on the page"),
            _claims(
                address="https://files.share-point.example/v/9f83jd0sk2a?ref=preview&campaign=direct",
                where="Any other website",
                account=OTHER,
                what="A public page.",
                state="Gone since 18 November 2026",
            ),
        ),
    ),
    (
        index.NOTE,
        Telling(
            "Message with a payment address",
            When("2026-11-14T22:10", "exact", "clock on the screen"),
            _claims(what="Pay here and I delete it: bc1qexampleexampleexample0000", where=SERVICE, account=HANDLE),
        ),
    ),
    (
        index.EVENT,
        Telling(
            "Video call of about six minutes",
            When("2026-11-14T20:40", "about", "remembered"),
            _claims(what="I did not know that it was being recorded.", where=SERVICE, account=HANDLE),
        ),
    ),
    (
        index.EVENT,
        Telling(
            "Told a friend",
            When("2026-11-15T08:15", "about", "remembered"),
            _claims(what="My friend Sam saw the messages on my phone."),
        ),
    ),
    (
        index.EVENT,
        Telling(
            "Reported the page to the website",
            When("2026-11-17T21:52", "exact", "email from the website"),
            _claims(what="They answered on 18 November that it was removed.", where="Any other website"),
        ),
    ),
    (
        index.EVENT,
        Telling(
            "A missed call from a withheld number",
            When("2026-11-19", "about", "call list of my phone"),
            _claims(what="I did not call back."),
        ),
    ),
)
DETAILS = {
    "happened": (
        "On 14 November 2026 an account on Instagram recorded a video call with me without my knowledge.\n"
        "The same evening it asked for £450 in gift cards.\n"
        "It threatened to send the recording to my family and my manager.\n"
        "A second account on Telegram repeated the threat the next day.\n"
        "On 17 November a page with a preview was online. I reported it, and it was removed on 18 November."
    ),
    "person": "Alex B. Carter (made up)",
    "contact": (
        "Text first, then call 07700 900123 between 18:00 and 20:00.\n"
        "No voicemail and no letters: my family does not know."
    ),
    "risks": "They know where I work.\nNo danger at home.",
    "place": "Leeds, England",
    "other_place": "",
    "paid": "Nothing was paid",
    "reports": (
        "The website of the page with the preview | 17 November 2026 | ticket 88213 | removed on 18 November 2026\n"
        "Revenge Porn Helpline | 18 November 2026 | | they check the page again"
    ),
    "wants": "An investigation, and that the accounts are kept before they are deleted",
    "initials": "ABC",
    "nation": "england",
    "prepared_for": "West Yorkshire Police, log 0412 of 20 November 2026",
}


def make(*, at: datetime) -> tuple[Session, ways.WaysIn]:
    """The case with its twelve items, open, and the ways into it."""
    session = cases.make(device="the demonstration", at=at)
    waiting = ways.waiting(session)
    assert waiting is not None  # noqa: S101  it was made in the line above
    made, ask = waiting
    ways.confirm(session, ways.TypedAgain(made.words[ask[0]], made.words[ask[1]], made.code[-4:]), at=at)
    session.opened.case.refresh_from_db()
    gate.answer(session.opened, Gate(shown="adults", now="adult", whose="mine"), by=OWNER, at=at)
    _fill(session.opened, at=at)
    details.save(session.opened, DETAILS, by=OWNER, at=at)
    return session, made


def _fill(opened: Opened, *, at: datetime) -> None:
    for number, shot in enumerate(SHOTS):
        arriving = Arriving(opened, f"Screenshot_{number + 1}.png")
        arriving.write(draw(shot.screen))
        line = arriving.keep(shot.telling, by=OWNER, at=at + timedelta(seconds=number))
        if number < len(SHOTS) - 1:  # the last one is the still: it stays intimate, and so stays out of the pack
            pictures.set_intimate(opened, line.id, intimate=False, by=OWNER, at=at)
    for kind, telling in TYPED:
        items.add(opened, kind, telling, by=OWNER, at=at)


def talk(opened: Opened, *, at: datetime) -> None:
    """What the owner writes once somebody at the helpline has accepted."""
    messages.write(opened, text="Thank you for looking. Should I answer them?", by=OWNER, at=at)


def share(opened: Opened, *, at: datetime) -> Grant:
    return sharing.share(
        opened,
        purpose="Please help me get the page checked again, and talk to the police.",
        until=(at + timedelta(days=30)).date(),
        by=OWNER,
        at=at,
    )
