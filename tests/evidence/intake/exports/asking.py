"""Asks the child's readers in the test's own process, and checks the answer as the parent does."""

from __future__ import annotations

import io
import json

from evidence.intake.exports import child
from evidence.intake.said import Conversation, Message, Piece, Refusal, checked


def said(raw: bytes, **request) -> list[Piece]:
    request = {"what": "overview", "size": len(raw), **request}
    pieces = [checked(piece) for piece in child.answer(request, io.BufferedReader(io.BytesIO(raw)))]
    assert pieces
    return pieces


def overview(raw: bytes, **request):
    """The whole and its conversations."""
    *told, end = said(raw, **request)
    assert not isinstance(end, Refusal), end
    assert all(isinstance(one, Conversation) for one in told)
    return end, told


def refusal(raw: bytes, **request) -> str:
    end = said(raw, **request)[-1]
    assert isinstance(end, Refusal), end
    return end.refused


def page(raw: bytes, conversation: int = 1, **request) -> list[Message]:
    asked = {"what": "page", "conversation": conversation, "start": 0, "count": 200, **request}
    *told, end = said(raw, **asked)
    assert not isinstance(end, Refusal), end
    return told


def spoken(text: str) -> Message:
    """The one message of a WhatsApp text."""
    (message,) = page(text.encode())
    return message


def plain(value: object) -> str:
    return json.dumps(value)
