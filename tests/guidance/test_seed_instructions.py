"""Each instruction of the documents that the project began with is told by a page, in our own words.

seeds.toml names the test of each. A test looks for words that any good wording has, on the page where it belongs.
"""

from __future__ import annotations

import html
import re

import pytest

from guidance.content import Content
from guidance.wording import Piece

TAG = re.compile(r"<[^>]+>")
NO_PROMISE = r"(can ?not|can't|nobody can|no one can|does not|not a) (promise|make sure|be sure)|not promise|no promise"
THEIR_PAGE = r"(profile|home|account)('s)?( home| front)? page|front page of the account"


def words(loaded: Content, *steps: str, cards: bool = True) -> str:
    """What these pages say in any variant, with the cards that stand on them; lower case, one line."""
    said: list[str] = []
    for name in steps:
        step = loaded.steps[name]
        pieces = [piece for block in step.wording.blocks for piece in block.pieces]
        said += [step.head.title, step.head.why, *(html.unescape(TAG.sub(" ", piece.html)) for piece in pieces)]
        if cards:
            said += [_contact(loaded, one) for one in step.head.contacts]
            said += [_record(loaded, piece) for piece in pieces]
    return re.sub(r"\s+", " ", " ".join(said)).replace("\u2019", "'").casefold()


def _contact(loaded: Content, name: str) -> str:
    one = loaded.contacts[name]
    return " ".join((one.name, one.one_line, one.phone, one.text, one.web, one.note))


def _record(loaded: Content, piece: Piece) -> str:
    if piece.kind == "contact":
        return _contact(loaded, piece.id)
    laws = [law for law in loaded.laws.values() if piece.kind == "law" and piece.id in (law.id, law.topic)]
    return " ".join(f"{law.name} {law.in_force} {law.fact} {law.limits}" for law in laws)


def missing(text: str, *patterns: str) -> list[str]:
    return [pattern for pattern in patterns if not re.search(pattern, text)]


def test_breathe_first_and_nobody_is_to_blame(loaded):
    text = words(loaded, "breathe")
    assert not missing(text, r"breath", r"not your fault|not to blame|did nothing wrong|done nothing wrong")


def test_send_no_money_goods_or_images(loaded):
    text = words(loaded, "dont-pay")
    assert not missing(text, r"do not (pay|send)", r"gift|goods|voucher", r"picture|image|photo")


def test_what_to_save_names_links_dates_and_accounts(loaded):
    text = words(loaded, "save-evidence")
    assert not missing(text, r"address|link", r"\bdate", r"\btime|clock", r"account|username", r"message|chat")


def test_report_to_the_platform(loaded):
    text = words(loaded, "report-content")
    assert not missing(text, r"report", r"intimate", NO_PROMISE)


def test_the_host_is_told_and_not_the_broadband_company(loaded):
    text = words(loaded, "website-notice")
    assert not missing(text, r"\bhost|keeps? (it|the site) online")
    assert missing(text, r"internet service provider|broadband provider")


def test_block_comes_after_saving_and_reporting(loaded):
    text = words(loaded, "block")
    assert not missing(text, r"(save|saved|kept|keep|note)", r"report", r"\blast\b|only then|after (you|that)")


def test_textphone_and_text_ways_to_the_police(loaded):
    text = words(loaded, "police")
    assert not missing(text, r"18001 101", r"\b18000\b", r"emergencysms|999 by text|text (the word )?\W?register")


def test_what_to_expect_of_the_police_and_what_to_do_when_treated_badly(loaded):
    text = words(loaded, "police", "police-record")
    assert not missing(
        text,
        r"(may|might|do) not (know|have (met|seen|dealt))|new to (this|them)|know little|first time",
        r"blam|judg|respect|kind|believ",
        r"another officer|different officer|someone else|supervisor|complain|complaint",
    )


def test_go_to_a_police_station_in_person(loaded):
    assert not missing(words(loaded, "police"), r"police station")


def test_keep_the_log_number_so_as_not_to_repeat_the_story(loaded):
    text = words(loaded, "police-record")
    assert not missing(text, r"(log|incident|reference|crime) number", r"again|repeat|over and over|whole story")


def test_have_the_facts_ready_for_101(loaded):
    assert not missing(words(loaded, "police"), r"\b101\b", r"have .{0,30}ready|ready to say")


def test_999_in_danger(loaded):
    for step in ("safe-now", "office", "crisis", "police"):
        assert not missing(words(loaded, step), r"\b999\b"), step


def test_a_school_post_that_goes_viral(loaded):
    text = words(loaded, "viral-first")
    assert not missing(text, r"take .{0,30}down|edit", r"(stop|not) .{0,60}(comment|shar)", r"consent|agreed")


def test_reporting_does_not_wait_for_the_police(loaded):
    text = words(loaded, "report-content")
    assert not missing(text, r"(not|no need|never|without) [^.]{0,20}wait\w*[^.]{0,40}police")


def test_stop_contact_even_with_someone_known_unless_unsafe(loaded):
    text = words(loaded, "stop-replying", "block")
    assert not missing(
        text,
        r"someone you know|you know (them|the (other )?person|who)|even if you know|a person you know",
        r"unless|un-?safe|not safe|is it safe|more danger|puts? you in danger|afraid|scared",
        r"bargain|negotiat|argu|plead|make a deal",
    )


def test_a_timeline(loaded):
    text = words(loaded, "write-it-down")
    assert not missing(text, r"timeline|in order|list of what happened", r"\bdate|when")


def test_a_porn_sites_contact_or_form(loaded):
    text = words(loaded, "report-content", "website-notice", cards=False)
    assert not missing(text, r"\bporn", r"(email|contact|address|form)")


def test_the_helpline_reports_from_a_direct_link_and_promises_nothing(loaded):
    text = words(loaded, "helpline", cards=False)
    assert not missing(
        text,
        r"\blinks?\b",
        NO_PROMISE,
    )


def test_more_support(loaded):
    text = words(loaded, "support")
    assert not missing(text, r"talk|listen", r"\b116 123\b")


def test_every_page_has_a_way_out(alice):
    for address in ("/", "/help/"):
        assert b'<a href="/exit/"' in alice.get(address).content


def test_say_where_they_threaten_to_post(loaded):
    text = words(loaded, "helpline", "police")
    assert not missing(
        text,
        r"where [^.]{0,40}(threat|say|said|want|plan)",
    )


def test_fingerprints_of_pictures(loaded):
    text = words(loaded, "hash-adult")
    assert not missing(text, r"stopncii", r"fingerprint", r"18 or over|over 18|adult|18\+")


def test_privacy_settings(loaded):
    text = words(loaded, "privacy")
    assert not missing(text, r"private|privacy", r"friend|follow", r"setting")


def test_an_alert_on_ones_name_to_an_inbox_only_they_read(loaded):
    text = words(loaded, "find-copies")
    assert not missing(text, r"alert", r"your (own )?name", r"only you|nobody else|no one else|you alone")


def test_office_holders_tell_police_colleagues_and_platform(loaded):
    text = words(loaded, "office")
    assert not missing(text, r"operation ford", r"operation bridger", r"colleague|team|party", r"police")


def test_colleagues_help_capture(loaded):
    text = words(loaded, "office", "save-evidence")
    assert not missing(text, r"(colleague|someone|team|staff)[^.]{0,80}(saves?|saving|captur|read|screen|help)")


def test_the_home_page_of_the_account_is_captured(loaded):
    assert not missing(
        words(loaded, "save-evidence"), r"(profile|home|account)('s)?( home| front)? page|front page of the account"
    )
    assert not missing(
        words(loaded, "office"), r"(profile|home|account)('s)?( home| front)? page|front page of the account"
    )


def test_take_a_break(loaded):
    text = words(loaded, "support", "account-safety", "office")
    assert not missing(text, r"(take|taking|have|need) (a|time for a|some) (break|rest)|time off|step away")


def test_deactivate_rather_than_delete(loaded):
    text = words(loaded, "support", "block", "privacy", "account-safety")
    assert not missing(
        text,
        r"deactivat|pause (your|the) account",
        r"(not|rather than|instead of) (to )?(delete|deleting)",
    )


def test_search_yourself(loaded):
    pattern = r"(search|look)[^.]{0,60}(your (own )?name|yourself)"
    assert not missing(words(loaded, "account-safety"), pattern)
    assert not missing(words(loaded, "find-copies"), pattern)


def test_breach_check(loaded):
    for step in ("account-safety", "passwords"):
        assert not missing(words(loaded, step), r"have i been pwned|haveibeenpwned"), step


def test_phishing_in_the_guise_of_a_constituent(loaded):
    text = words(loaded, "account-safety")
    assert not missing(text, r"constituent|voter|resident", r"\blinks?\b", r"urgent|hurry|rush|at once")


def test_check_a_website(loaded):
    assert not missing(words(loaded, "account-safety"), r"get safe online|getsafeonline")


def test_app_updates(loaded):
    assert not missing(words(loaded, "account-safety"), r"\bupdat")


def test_two_step_verification(loaded):
    for step in ("account-safety", "passwords"):
        assert not missing(words(loaded, step), r"two[- ]step|2-step|two[- ]factor|second step|second check"), step


def test_safer_canvassing(loaded):
    text = words(loaded, "canvassing")
    assert not missing(text, r"\bpairs?\b|two people|not alone|groups?", r"route", r"leave|walk away|go\b")


def test_the_law_of_2015_2019_and_2021_is_told_as_history(loaded):
    laws = " ".join(f"{law.name} {law.in_force} {law.fact} {law.limits}" for law in loaded.laws.values())
    assert not missing(laws, r"2015", r"2019", r"2021", r"31 January 2024|31 Jan 2024|2024-01-31")
    text = words(loaded, "your-rights")
    assert not missing(text, r"2015", r"2021", r"2024")


@pytest.mark.parametrize("step", ["data-breach"])
def test_the_acts_named_in_the_documents_stand_corrected(loaded, step):
    text = words(loaded, step)
    assert not missing(
        text, r"human rights act", r"data protection", r"\bseven\b", r"public (bod|authorit)|state school"
    )
    assert missing(text, r"must (stay|be kept|be stored|lie) (in|on) [^.]{0,20}\buk\b")
