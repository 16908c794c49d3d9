"""How long a recording is, in words or as a clock."""

from __future__ import annotations

import pytest
from django.utils import translation

from evidence.templatetags.case_dates import said_length


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.02, "1 second"), (1.4, "1 second"), (2.04, "2 seconds"), (59.4, "59 seconds"), (59.6, "1:00"), (185, "3:05"),
     (3725, "1:02:05"), (36_000, "10:00:00")],
)  # fmt: skip
def test_the_length_of_a_recording_is_said_as_people_say_it(seconds, said):
    assert said_length(seconds) == said


def test_the_count_is_whole_for_languages_with_many_plurals():
    with translation.override("ar"):
        assert "3" in said_length(2.98)
