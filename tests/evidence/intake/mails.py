"""Mails as they come, and what the child's reader says of them in the test's own process."""

from __future__ import annotations

import io
from email.message import EmailMessage

from evidence.intake import mail
from evidence.intake.said import Mail, Refusal, checked

HOPS = """\
Received: from mx.example.net (mx.example.net [203.0.113.9])
 by inbox.example.com with ESMTPS id a1 (version 8.16.1.2);
 Fri, 20 Nov 2026 21:34:07 +0000 (UTC)
Received: from [192.168.1.4] (unknown [IPv6:2001:db8::7])\tby mx.example.net
 with SMTP; Fri, 20 Nov 2026 22:34:05 +0100
"""
HEAD = f"""\
Return-Path: <bounce@example.org>
{HOPS}Authentication-Results: inbox.example.com; spf=fail
 smtp.mailfrom=example.org
X-Originating-IP: [198.51.100.2]
From: =?utf-8?b?TWF4IOKcqA==?= <max@example.org>
To: Alice <alice@example.com>, "B, C" <b@example.com>
Cc: team: x@example.com, y@example.com;
Reply-To: other@example.net
Date: Fri, 20 Nov 2026 21:34:05 +0000
Subject: =?utf-8?q?pay_=C2=A3300?=
Message-ID: <1@example.org>
MIME-Version: 1.0
"""
PAGE = (
    "<html><head><title>t</title><style>p{}</style></head><body><script>alert(1)</script><p>Dear&nbsp;Alice,</p>"
    "<div>pay <b>now</b></div><a href='https://evil.example/x?a=1'>https://bank.example</a><br>"
    "<a href='javascript:alert(1)'>here</a><a href='mailto:max@example.org'><img src='https://t.example/p.gif'></a>"
    "<form action='http://post.example/'><input></form></body></html>"
)


def answer(raw: bytes | str, **limits):
    raw = raw.encode() if isinstance(raw, str) else raw
    request = {"size": len(raw), "limits": limits}
    (piece,) = mail.answer(request, io.BufferedReader(io.BytesIO(raw)))
    return checked(piece)


def read(raw: bytes | str, **limits) -> Mail:
    said = answer(raw, **limits)
    assert isinstance(said, Mail), said
    return said


def refused(raw: bytes | str, **limits) -> str:
    said = answer(raw, **limits)
    assert isinstance(said, Refusal), said
    return said.refused


def written(*, page: str = PAGE, plain: str = "pay\n", files: int = 1) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Max <max@example.org>", "alice@example.com", "pay"
    letter.set_content(plain)
    if page:
        letter.add_alternative(page, subtype="html")
    for number in range(files):
        letter.add_attachment(b"\xff\xd8" + bytes([number]), maintype="image", subtype="jpeg", filename=f"{number}.jpg")
    return letter
