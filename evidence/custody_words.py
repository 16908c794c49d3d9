"""Says entries of the log in plain words, for their owner and for readers of a pack."""

from __future__ import annotations

from evidence.custody import Act, Actor

SAID = {
    "case-made": "The case was made",
    "words-confirmed": "The seven words were confirmed",
    "words-changed": "The seven words and the recovery code were changed",
    "case-opened": "The case was opened",
    "case-locked": "The case was locked",
    "case-deleted": "The case was deleted",
    "case-brought-back": "The case was brought back",
    "case-erased": "The case was erased",
    "case-viewed": "The shared case was opened",
    "sessions-ended": "The case was shut on other devices",
    "keys-changed": "The case was given new keys",
    "gate-answered": "The questions about the pictures were answered",
    "pictures-locked": "Every picture was locked",
    "item-added": "An item was added",
    "add-only-allowed": "This device may add notes while the case is shut",
    "add-only-ended": "Adding from shut devices was ended",
    "note-left": "A note was added while the case was shut",
    "item-viewed": "An item was looked at",
    "item-edited": "The words of an item were changed",
    "edit-undone": "A change of words was undone",
    "item-removed": "An item was removed",
    "item-brought-back": "An item was brought back",
    "marked-intimate": "A picture was marked as intimate",
    "marked-not-intimate": "A picture was marked as not intimate",
    "picture-viewed": "A picture was looked at",
    "original-downloaded": "An original file was downloaded",
    "details-changed": "The details for the police were changed",
    "message-written": "A message was written",
    "messages-read": "The messages were read",
    "share-offered": "The case was offered to the helpline",
    "share-accepted": "A helpline worker accepted the case",
    "share-ended": "The share was ended",
    "share-expired": "The share ended on its day",
    "share-handed-back": "The helpline worker handed the case back",
    "pack-asked": "A police pack was asked for",
    "pack-made": "A police pack was made",
    "pack-downloaded": "A police pack was downloaded",
}


def said(act: Act) -> str:
    """The act in a short sentence without its full stop."""
    return SAID[act.what]


def who(actor: Actor) -> str:
    """Who acted, as a reader of a pack reads it."""
    if actor.role == "worker":
        return f"{actor.name} (helpline)"
    return {"owner": "The person", "system": "The site", "device": "A device that may only add"}[actor.role]


def more(act: Act) -> str:
    """What else the entry says: the device of an opening, tries that failed before it, the end of a share."""
    detail = act.detail
    parts = []
    if detail.get("device"):
        parts.append(f"with {detail['device']}")
    if detail.get("failed_tries"):
        parts.append(f"after {detail['failed_tries']} wrong tries")
    if detail.get("until"):
        parts.append(f"until {detail['until']}")
    if detail.get("sha256"):
        parts.append(f"SHA-256 {detail['sha256']}")
    return ", ".join(parts)
