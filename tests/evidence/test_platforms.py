"""What guidance knows of the platforms that people name."""

from __future__ import annotations

import pytest

from evidence import platforms
from guidance import content


def test_every_platform_is_found_by_its_name_in_any_case():
    for platform in content.load().platforms.values():
        for typed in (platform.name, platform.name.upper(), f"  {platform.name} "):
            assert platforms.keeping(typed).evidence == platform.evidence


def test_what_guidance_does_not_know_is_unknown_and_keeps_its_name():
    found = platforms.keeping("Corner shop board")
    assert (found.platform, found.evidence) == ("Corner shop board", "unknown")


@pytest.mark.parametrize("typed", ["", " ", "and", "("])
def test_bits_of_names_are_no_platform(typed):
    assert platforms.keeping(typed).evidence == "unknown"


def test_a_platform_is_told_in_the_language_asked_for_and_not_guessed():
    assert platforms.find("snapchat ").name == "Snapchat"
    assert platforms.find("Snapchat", "cy").language == "cy"
    assert platforms.find("Corner shop board") is None


def test_a_check_is_as_old_as_the_oldest_and_confirmed_only_where_all_are():
    known = list(content.load().platforms.values())
    checked = platforms.checked(known)
    assert checked.checked_on == min(one.checked_on for one in known)
    assert checked.confirmed == (not any(one.needs_editor for one in known))
    assert all(one in content.load().sources.values() for one in checked.sources)
    assert platforms.checked([known[0].model_copy(update={"needs_editor": False})]).confirmed
    assert platforms.checked([]) is None
