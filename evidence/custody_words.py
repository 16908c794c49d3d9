"""Says entries of the log in plain words: in English for readers of a pack, in her language for their owner."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_noop as _

from evidence.custody import Act, Actor

Say = Callable[[str], str]  # a sentence in English -> the same in another language

SAID = {
    "case-made": _("The case was made"),
    "words-confirmed": _("The seven words were confirmed"),
    "words-changed": _("The seven words and the recovery code were changed"),
    "words-added": _("New words and a new code were made; the ones from before still open the case"),
    "words-undone": _("The newest words and code were ended; the ones from before open the case again"),
    "case-opened": _("The case was opened"),
    "case-locked": _("The case was locked"),
    "case-deleted": _("The case was deleted"),
    "case-brought-back": _("The case was brought back"),
    "case-erased": _("The case was erased"),
    "case-timed-out": _("Nobody opened the case until its day, so it was deleted"),
    "keeping-chosen": _("How long the case is kept was chosen"),
    "hold-placed": _("A written order to keep the case was recorded"),
    "hold-ended": _("A written order to keep the case ended"),
    "lock-released": _("The people who run this site no longer keep the locked case from erasure"),
    "wrap-renewed": _("The lock behind the seven words was made stronger"),
    "case-viewed": _("The shared case was opened"),
    "sessions-ended": _("The case was shut on other devices"),
    "keys-changed": _("The case was given new keys"),
    "gate-answered": _("The questions about the pictures were answered"),
    "pictures-locked": _("Every picture was locked"),
    "item-added": _("An item was added"),
    "add-only-allowed": _("This device may add notes while the case is shut"),
    "add-only-ended": _("Adding from shut devices was ended"),
    "note-left": _("A note was added while the case was shut"),
    "item-viewed": _("An item was looked at"),
    "item-edited": _("The words of an item were changed"),
    "edit-undone": _("A change of words was undone"),
    "item-removed": _("An item was removed"),
    "item-brought-back": _("An item was brought back"),
    "marked-intimate": _("A picture was marked as intimate"),
    "marked-not-intimate": _("A picture was marked as not intimate"),
    "picture-viewed": _("A picture was looked at"),
    "parts-covered": _("Parts of a picture were hidden in a copy"),
    "parts-uncovered": _("The whole of a picture was shown again"),
    "recording-played": _("A film or a sound was played"),
    "place-read": _("The place inside a file was looked for"),
    "place-taken-out": _("The place that was read was taken out of an item"),
    "original-downloaded": _("An original file was downloaded"),
    "chat-read": _("An exported chat was read"),
    "chat-read-again": _("An exported chat was read anew"),
    "chat-own-said": _("It was said who is who in an exported chat"),
    "message-picked": _("A message was picked from an exported chat"),
    "copy-taken": _("A copy of the whole case was downloaded"),
    "details-changed": _("The details for the police were changed"),
    "list-kept": _("The list of steps was kept in the case"),
    "list-brought-back": _("The list of steps was brought back to a browser"),
    "list-removed": _("The list of steps was taken out of the case"),
    "message-written": _("A message was written"),
    "messages-read": _("The messages were read"),
    "share-offered": _("The case was offered to the helpline"),
    "share-accepted": _("A helpline worker accepted the case"),
    "share-ended": _("The share was ended"),
    "share-expired": _("The share ended on its day"),
    "share-handed-back": _("The helpline worker handed the case back"),
    "pack-asked": _("A police pack was asked for"),
    "pack-made": _("A police pack was made"),
    "pack-downloaded": _("A police pack was downloaded"),
}


WHO = {
    "owner": _("The person"),
    "worker": _("{name} (helpline)"),
    "system": _("The site"),
    "device": _("A device that may only add"),
}
UNNAMED = (_("a browser"), _("a device"))  # how an opening names what it does not know


def said(act: Act, *, say: Say = str) -> str:
    """The act in a short sentence without its full stop."""
    return say(SAID[act.what])


def who(actor: Actor, *, say: Say = str) -> str:
    """Who acted, as a reader of a pack reads it."""
    return say(WHO[actor.role]).format(name=actor.name)


def more(act: Act) -> str:
    """What else the entry says, to its owner: the device of an opening, tries that failed, the end of a share."""
    detail = act.detail
    notes = []
    if detail.get("device"):
        notes.append(gettext("with %(device)s") % {"device": _device(detail["device"])})
    if tries := detail.get("failed_tries"):
        notes.append(ngettext("after %(tries)d wrong try", "after %(tries)d wrong tries", tries) % {"tries": tries})
    if count := int(detail.get("retimed", 0)):
        notes.append(
            ngettext("%(count)d time is another now", "%(count)d times are others now", count) % {"count": count}
        )
    if detail.get("until"):
        notes.append(gettext("until %(day)s") % {"day": detail["until"]})
    if detail.get("sha256"):
        notes.append(f"SHA-256 {detail['sha256']}")
    if detail.get("original_sha256"):
        notes.append(gettext("made from SHA-256 %(hash)s") % {"hash": detail["original_sha256"]})
    return pgettext("between two notes", ", ").join(notes)


def _device(kept: str) -> str:
    """The device that an opening names, kept as "Chrome on Android": product names are the same everywhere."""
    browser, on, system = kept.partition(" on ")
    if not on:
        return kept
    named = [gettext(name) if name in UNNAMED else name for name in (browser, system)]
    return gettext("%(browser)s on %(system)s") % {"browser": named[0], "system": named[1]}
