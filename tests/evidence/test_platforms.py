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
