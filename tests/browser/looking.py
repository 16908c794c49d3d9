"""Presses and waits, and looks at a page in a window: what axe finds, what is too wide, what is too heavy."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from playwright.sync_api import Request

from guidance import answers, content
from guidance.answers import Answers

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True}
PATIENCE = 60_000  # milliseconds: how long any wait may take on a machine that is busy with something else
NOWHERE = "/nowhere/"  # the page that says that there is none
NARROWEST = {"width": 320, "height": 640}
FIRST_VISIT, PAGE = 10 * 1024, 14 * 1024  # bytes over the wire, headers and all
AXE = Axe()
QUICK = {"resultTypes": ["violations"], "preload": False}  # no picture or sound of another host has to be waited for
IN_THE_DARK = {**QUICK, "runOnly": ["color-contrast"]}


def give(page, served, fill):
    """The cookies that `fill` puts on an answer, given to the window."""
    response = HttpResponse()
    fill(response)
    cookies = [{"name": name, "value": morsel.value, "url": served} for name, morsel in response.cookies.items()]
    page.context.add_cookies(cookies)


def answered(page, served, facts, marks=None):
    """The window of somebody who has given these answers."""
    give(page, served, lambda response: answers.put(response, Answers(facts, marks or {})))


def speaking(page, served, code):
    """The window of somebody who has chosen this language."""
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": code, "url": served}])


def opens(page, address):
    """Go there; an error page has no fault of its own, so it must not stand in for the page."""
    answer = page.goto(address)
    assert answer.url.endswith(address)
    assert answer.status == (404 if address == NOWHERE else 200)


def presses(page, one):
    """Press what leads to a page (a selector, or what a locator finds), and wait until that page stands whole.

    A plain click does not wait for the page: what is read after it may be of either.
    """
    found = page.locator(one).first if isinstance(one, str) else one
    with page.expect_navigation(wait_until="load"):
        found.click()


def eventually(page, true):
    """Wait until `true()` holds, for what goes on after the page stands."""
    until = time.monotonic() + PATIENCE / 1000
    while not true() and time.monotonic() < until:
        page.wait_for_timeout(20)
    assert true()


def faults(page):
    """What axe finds in the colours that the page stands in."""
    return _named(AXE.run(page, options=QUICK).response)


def faults_in_the_dark(page):
    """What the other colours break; for a page that `faults` has looked at, since its script stays."""
    page.emulate_media(color_scheme="dark")
    found = _named(page.evaluate("options => axe.run(options)", IN_THE_DARK))
    page.emulate_media(color_scheme="light")
    return found


def _named(response):
    return [(violation["id"], violation["nodes"][0]["html"]) for violation in response["violations"]]


def sideways(page):
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def sideways_on_the_narrowest(page):
    before = page.viewport_size
    page.set_viewport_size(NARROWEST)
    found = sideways(page)
    page.set_viewport_size(before)
    return found


def way_to_the_crisis_page(page):
    """The link at the foot of any page that leads to the numbers to call."""
    return page.locator(f".foot a[href='{reverse('guidance:step', args=[content.load().steps['crisis'].head.code])}']")


def presses_for_the_crisis_page(page):
    presses(page, way_to_the_crisis_page(page))
    assert page.inner_text("h1") == content.load().steps["crisis"].head.title
    assert page.locator("main a[href='tel:999']").count()


@dataclass
class Scale:
    """Weighs what a window is sent: each page as it came last, what it is framed by as it came first, uncached."""

    sizes: dict[str, int] = field(default_factory=dict)
    coming: set[Request] = field(default_factory=set)  # asked for, not yet weighed

    def watch(self, page):
        page.on("request", self._asked)
        page.on("requestfinished", self._weigh)
        page.on("requestfailed", self._lost)
        return self

    def _asked(self, request):
        self.coming.add(request)
        if request.is_navigation_request():
            self.sizes.pop(request.url, None)

    def _weigh(self, request):
        size = request.sizes()
        self.sizes.setdefault(request.url, size["responseBodySize"] + size["responseHeadersSize"])
        self._lost(request)

    def _lost(self, request):
        self.coming.discard(request)

    @property
    def _has_icon(self):
        return any("/static/icon." in url for url in self.sizes)

    @property
    def frame(self):
        return sum(size for url, size in self.sizes.items() if "/static/" in url)

    def of(self, page):
        """The page that the window is on and its frame, as on a first visit.

        Sizes are told after the page stands, and the icon comes last.
        """
        eventually(page, lambda: page.url in self.sizes and not self.coming and self._has_icon)
        return self.frame + self.sizes[page.url]


@dataclass
class Look:
    """Everything that is wrong with the pages looked at; a page without a fault leaves nothing here."""

    found: list[tuple[str, str, str]] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    heavy: dict[str, int] = field(default_factory=dict)

    def at(self, page, scale, *, name, dark=False):
        seen = faults(page) + (faults_in_the_dark(page) if dark else [])
        self.found += [(name, *one) for one in seen]
        self.measure(page, scale, name=name)

    def measure(self, page, scale, *, name):
        if sideways(page) or sideways_on_the_narrowest(page):
            self.wide.append(name)
        if (weight := scale.of(page)) > PAGE:
            self.heavy[name] = weight
