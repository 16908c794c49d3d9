"""Nothing that a browser keeps, a bystander glimpses or a network sees tells what this site is about."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from guidance import content
from tests.journeys.site import ROOT
from tests.security import addresses, people

TELLING = re.compile(
    r"""abus|image|intimate|sext|blackmail|extort|polic[ey](?!-)|evidence|threat|nud(e|ity)|naked|porn|victim|survivor
    |revenge|suicid|crisis|harass|stalk|rape|violen|assault|coerc|explicit|offend|crime|criminal|perpetrat|suspect
    |helpline|childline|report-remove|stopncii|takedown|picture|photo|custody|exhibit|safeguard|ransom|leak|hash""",
    re.IGNORECASE | re.VERBOSE,
)
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
FIELD = re.compile(r"<(?:input|textarea|select|button)\b[^>]*?\bname=\"([^\"]*)\"")
LINKED = re.compile(r"""(?:href|src|action|hx-get|hx-post)="(/[^"]*)\"""")
OUTSIDE = [("/nowhere/", "get"), ("/case/nowhere/", "get"), ("/exit/", "post"), ("/", "delete"), ("/help/", "patch")]


def telling(words):
    """Those of `words` that tell something."""
    return sorted({word for word in words if TELLING.search(word)})


@pytest.fixture(scope="module")
def remembered():
    return {}


@pytest.fixture
def pages(remembered, request):
    """All of them, fetched once for the whole file."""
    if not remembered:
        remembered["pages"] = fetched(request.getfixturevalue("world"))
    return remembered["pages"]


def fetched(world):
    """Every answer of every address that is not for staff, and of what goes wrong."""
    found = []
    for address in addresses.everywhere():
        if address.path(world.ids).startswith("/helpline/"):
            continue
        for kind in ("owner", "other owner", "stranger") if address.name != "exit" else ("stranger",):
            found.append(world.people[kind].get(address.path(world.ids)))
    found += [
        world.people["stranger"].post(address, {"x": "y"}) for address in ("/case/x7ku/", "/case/d2xj/", "/guide/")
    ]
    found += [getattr(people.browser(), method)(path) for path, method in OUTSIDE]
    found += [people.browser(enforce_csrf_checks=True).post("/help/")]
    found += [post(world) for post in (gate_closed, words_again, downloads, report, reminder)]
    return found


def gate_closed(world):
    return world.mallory.post("pictures-lock")


def words_again(world):
    world.alice.post("words-change", {"c": "lost"})
    return world.alice.browser.get("/case/h5wn/")


def downloads(world):
    return world.alice.post("picture-original", {}, world.ids["item_id"])


def report(world):
    return world.alice.post("pack-bundle", {}, world.ids["pack_id"])


def reminder(world):
    return world.people["stranger"].post("/guide/b5yn/", {"a": "0", "b": "2", "c": "11"})


def html(pages):
    return [page.content.decode() for page in pages if page.get("Content-Type", "").startswith("text/html")]


def test_the_list_sees_what_it_should():
    assert telling(["/case/evidence/", "Police pack", "sextortion.css", "victim_code", "k7m2", "t1", "Your list"]) == [
        "/case/evidence/",
        "Police pack",
        "sextortion.css",
        "victim_code",
    ]


def test_no_address_tells_anything():
    routes = [route for route in addresses.routes() if not route.startswith("helpline/")]

    assert telling(routes) == []
    after = [route.split("/", 1)[1] for route in routes if route.startswith(("case/", "guide/", "platforms/"))]
    parts = {part for route in after for part in re.sub(r"<[^>]*>|\(\?P<.*?\)\$?|\\Z|\$|\^", "", route).split("/")}
    assert {part for part in parts if part and not re.fullmatch(r"[a-z][a-z0-9]{3}|[a-z]", part)} == set()


def test_no_code_of_a_page_is_a_word_that_tells():
    loaded = content.load()

    assert telling([*loaded.by_code, *loaded.platform_by_code]) == []


def test_no_link_tells_anything(pages):
    linked = {link for page in html(pages) for link in LINKED.findall(page) if not link.startswith("/helpline/")}

    assert linked
    assert telling(linked) == []


def test_no_title_tells_anything(pages):
    titles = {title.strip() for page in html(pages) for title in TITLE.findall(page)}

    assert len(titles) > 15
    assert telling(titles) == []
    assert all(settings.SITE_NAME in title or "Sorry" in title for title in titles), titles


def test_every_page_has_a_title(pages):
    without = [
        page.request["PATH_INFO"]
        for page in pages
        if page.get("Content-Type", "").startswith("text/html")
        and not TITLE.search(page.content.decode())
        and b"<html" in page.content
    ]
    assert without == []


def test_no_field_name_tells_anything(pages):
    names = {name for page in html(pages) for name in FIELD.findall(page)}

    assert telling(names) == []
    assert {name for name in names if not re.fullmatch(r"[a-z]{1,2}\d{0,2}|x_\d|csrfmiddlewaretoken", name)} == set()


def test_no_cookie_name_tells_anything(pages):
    names = {name for page in pages for name in page.cookies}
    ours = {f"{settings.COOKIE_PREFIX}{letter}" for letter in "acklws"}

    assert names <= ours
    assert {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME} <= ours


def test_no_header_tells_anything(pages):
    names = {name.lower().replace("policy", "") for page in pages for name in page.headers}
    skipped = {"Content-Type", "Location"}  # what a file is; links have a test of their own
    values = {value for page in pages for name, value in page.items() if name not in skipped}

    assert telling(names | values) == []
    assert telling({page["Location"] for page in pages if "Location" in page}) == []


def test_no_download_has_a_telling_name(pages):
    named = [page["Content-Disposition"] for page in pages if "filename" in page.get("Content-Disposition", "")]

    assert len(named) == 3
    neutral = r'attachment; filename="([A-Z0-9-]{1,11}\.(png|pdf|zip)|reminder\.ics)"'
    assert all(re.fullmatch(neutral, name) for name in named), named


def test_no_static_file_has_a_telling_name():
    ours = [str(path.relative_to(ROOT / "static")) for path in (ROOT / "static").rglob("*") if path.is_file()]

    assert ours
    assert telling(ours) == []
    assert finders.find(ours[0])


def test_the_card_with_the_words_names_nothing_on_paper(world):
    page = words_again(world).content.decode()
    printed = re.sub(r"<(\w+)[^>]*screen-only.*?</\1>", "", page.split("<main")[1].split("</main>")[0], flags=re.DOTALL)

    assert telling([re.sub(r"<[^>]+>", " ", printed)]) == []
    assert "case" not in re.sub(r"<[^>]+>", " ", printed).lower()
