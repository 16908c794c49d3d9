"""Believes nothing that the children who read exports and mail say until each piece has been checked."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from evidence.intake.children import AnswerBroken

Line = Annotated[str, Field(max_length=200)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Place = Annotated[int, Field(ge=1, le=10_000_000)]
Moment = Annotated[
    str,
    StringConstraints(
        max_length=40,
        pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{3})?([+-][0-9:]{5,8})?)?)?$",
    ),
]
"""ISO 8601 as far as it is known: without seconds or zone where the source has none, empty where it has no time."""

Kind = Literal["whatsapp", "instagram", "facebook", "instagram-or-facebook", "snapchat", "telegram"]
Order = Literal["day-first", "month-first", "year-first", "unsure", "not-needed"]
Skipped = Literal["damaged", "encrypted", "links", "archives", "other"]
Note = Literal["dates_unsure", "some_undated", "some_damaged", "letters_guessed", "more_conversations", "more_people"]
Mark = Literal["edited", "deleted", "media-left-out"]


class _Said(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Refusal(_Said):
    """The child read the file, or some of it, and gave up."""

    refused: Literal[
        "empty", "unknown_kind", "no_messages", "damaged", "too_many_entries", "too_much", "too_many_parts",
        "too_much_memory", "no_conversation",
    ]  # fmt: skip


class Message(_Said):
    """One message of a conversation.

    `position` counts from 1 in its conversation, oldest first. `exact`: the time stands in the source and can be read
    in one way only. `zone` says how to read `at`: `UTC`, `UTC+02:00`, "as shown on the phone", "as shown in the
    download". `raw` is the source itself, with what can't be seen written out (as in \\u202e). `attachments` are
    names, never opened, never paths. `marks` stand where the app wrote them in words that we know: one that is missing
    says nothing. `system`: written by the app, by no person. `cut`: too long to give whole.
    """

    position: Place
    sender: Line
    at: Moment
    zone: Annotated[str, Field(max_length=40)]
    exact: bool
    text: Annotated[str, Field(max_length=20_000)]
    raw: Annotated[str, Field(max_length=80_000)]
    cut: bool
    attachments: Annotated[tuple[Line, ...], Field(max_length=50, strict=False)]
    marks: Annotated[tuple[Mark, ...], Field(max_length=3, strict=False)]
    system: bool


class Conversation(_Said):
    """What is told of a conversation without a message of it. `place` is where in the export it stands, as text."""

    number: Place
    title: Line
    place: Line
    people: Annotated[tuple[Line, ...], Field(max_length=2_000, strict=False)]
    messages: Count
    undated: Count
    first: Moment
    last: Moment


class Whole(_Said):
    """What is told of an export as a whole. `skipped` counts the files inside that were not read, by reason."""

    kind: Kind
    form: Literal["text", "json", "html"]
    title: Line
    date_order: Order
    people: Annotated[tuple[Line, ...], Field(max_length=2_000, strict=False)]
    messages: Count
    skipped: dict[Skipped, Count]
    notes: Annotated[tuple[Note, ...], Field(max_length=10, strict=False)]


class Export(Whole):
    """A chat export: the whole, and its conversations."""

    conversations: tuple[Conversation, ...]


class More(_Said):
    """The end of a page: do more messages fit?"""

    more: bool


class Page(More):
    """Some messages of one conversation, in order."""

    messages: tuple[Message, ...]


class Address(_Said):
    """An address in a header: the name that is shown and the address itself, as they stand there."""

    name: Line
    address: Line


class Hop(_Said):
    """One `Received` line. `position` 1 is the server that handed the mail over last: lower down, anyone may lie."""

    position: Place
    from_host: Line
    by_host: Line
    addresses: Annotated[tuple[Line, ...], Field(max_length=10, strict=False)]
    at: Moment
    raw: Annotated[str, Field(max_length=8_000)]


class Link(_Said):
    """A link in a mail, as text alone: what is shown, where it leads, and that written so that nothing opens it."""

    shown: Line
    target: Annotated[str, Field(max_length=2_000)]
    defanged: Annotated[str, Field(max_length=4_000)]


class Attachment(_Said):
    """A file inside a mail: its name and type as the mail gives them, its true size and SHA-256. It stays inside."""

    name: Line
    media_type: Line
    size: Count
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Header(_Said):
    """One header as it stands in the mail, its lines joined."""

    name: Line
    value: Annotated[str, Field(max_length=8_000)]


_Addresses = Annotated[tuple[Address, ...], Field(max_length=100, strict=False)]
_MailNote = Literal[
    "some_damaged", "more_headers", "more_parts", "more_addresses", "more_links", "text_cut", "nested_mail"
]


class Mail(_Said):
    """What a mail says of itself. Only lines that the receiving server added can be relied on.

    `body_from` tells which part `text` was made of. `at` is the `Date` header in its own zone.
    """

    sender: _Addresses
    to: _Addresses
    cc: _Addresses
    reply_to: _Addresses
    return_path: Line
    at: Moment
    date: Line
    subject: Annotated[str, Field(max_length=1_000)]
    message_id: Line
    hops: Annotated[tuple[Hop, ...], Field(max_length=100, strict=False)]
    authentication: Annotated[tuple[Annotated[str, Field(max_length=8_000)], ...], Field(max_length=20, strict=False)]
    originating_ip: Line
    text: Annotated[str, Field(max_length=100_000)]
    body_from: Literal["plain", "html", "none"]
    links: Annotated[tuple[Link, ...], Field(max_length=300, strict=False)]
    attachments: Annotated[tuple[Attachment, ...], Field(max_length=300, strict=False)]
    headers: Annotated[tuple[Header, ...], Field(max_length=1_000, strict=False)]
    notes: Annotated[tuple[_MailNote, ...], Field(max_length=10, strict=False)]


class _OneConversation(_Said):
    conversation: Conversation


class _OneMessage(_Said):
    message: Message


class _OneExport(_Said):
    export: Whole


class _OneMail(_Said):
    mail: Mail


Piece = Refusal | Conversation | Message | Whole | More | Mail
_PIECES: TypeAdapter[Refusal | More | _OneConversation | _OneMessage | _OneExport | _OneMail] = TypeAdapter(
    Refusal | More | _OneConversation | _OneMessage | _OneExport | _OneMail
)


def checked(piece: bytes) -> Piece:
    """What one piece of an answer says. Raises AnswerBroken."""
    try:
        said = _PIECES.validate_json(piece)
    except ValidationError:
        raise AnswerBroken("piece") from None  # its text repeats the values
    if isinstance(said, Refusal | More):
        return said
    return next(iter(said.__dict__.values()))  # type: ignore[no-any-return]
