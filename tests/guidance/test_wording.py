from __future__ import annotations

import pytest

from guidance.wording import WordingBroken, read


def shown(text, **facts):
    return "".join(str(piece.html) for piece in read(text).pieces(facts))


def test_markdown_becomes_html_and_html_stays_text():
    assert shown("**Do** <b>not</b>") == "<p><strong>Do</strong> &lt;b&gt;not&lt;/b&gt;</p>\n"


def test_a_script_in_a_text_is_only_text():
    assert "<script" not in shown("<script>alert(1)</script>\n\n[x](javascript:alert(1))")
    assert "href" not in shown("[x](javascript:alert(1))")


def test_links_out_tell_the_other_site_nothing():
    assert '<a href="https://a.example" rel="noreferrer">' in shown("[a](https://a.example)")
    assert 'rel="noreferrer"' not in shown("[a](tel:116123)")


def test_a_block_is_shown_to_those_it_is_for():
    text = "One.\n\n{{ if nation=scotland|ni }}\nTwo.\n{{ end }}\nThree."
    assert "Two" in shown(text, nation="ni")
    assert "Two" not in shown(text, nation="wales")
    assert "Two" not in shown(text)
    assert shown(text) == "<p>One.</p>\n<p>Three.</p>\n"


def test_a_condition_may_stand_inside_a_sentence():
    assert shown("Call {{ if a=x }}101{{ end }} now.", a="x") == "<p>Call 101 now.</p>\n"
    assert shown("Call {{ if a=x }}101{{ end }} now.") == "<p>Call  now.</p>\n"


def test_a_list_inside_a_block_closes_with_it():
    text = "{{ if a=x }}\n- one\n- two\n{{ end }}\nAfter."
    assert shown(text, a="x").count("</ul>") == 1
    assert "<ul>" not in shown(text)
    assert "<p>After.</p>" in shown(text)


def test_records_are_drawn_where_they_stand():
    pieces = read("A\n\n{{ contact:SV-RPH }}\n\n{{ platform-list }}\n\n{{ law:intimate }}\n\nB").pieces({})
    assert [(piece.kind, piece.id) for piece in pieces if piece.kind != "html"] == [
        ("contact", "SV-RPH"),
        ("platforms", ""),
        ("law", "intimate"),
    ]


def test_conditions_and_records_can_be_listed():
    wording = read("{{ if a=x }}\n{{ contact:C }}\n{{ end }}\nB")
    assert [condition.fact for condition in wording.conditions()] == ["a"]
    assert [piece.id for piece in wording.records()] == ["C"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{{ if a=x }} never closed", "no {{ end }}"),
        ("{{ end }}", "closes none"),
        ("{{ if a=x }}{{ if b=y }}{{ end }}{{ end }}", "stands in another"),
        ("{{ if a }}{{ end }}", "must stand alone"),
        ("{{ anything }}", "nothing is called"),
        ("See {{ contact:A }} here", "must stand alone"),
        ("{{ contact: }}", "nothing is called"),
        ("One {{ if a=x }}two\n\nthree{{ end }} four", "cuts a paragraph"),
        ("- one {{ if a=x }}\n- two{{ end }}", "cuts a paragraph"),
    ],
)
def test_a_broken_mark_is_named(text, fault):
    with pytest.raises(WordingBroken, match=fault):
        read(text)


def test_a_line_break_needs_no_end():
    assert "<br" in shown("{{ if a=x }}one  \ntwo{{ end }}", a="x")
