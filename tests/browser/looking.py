"""Looks at a page in a window: what axe finds in light and in dark, what is too wide, what is too heavy."""

from __future__ import annotations

from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from guidance import answers, content
from guidance.answers import Answers

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True}
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


def presses_for_the_crisis_page(page):
    """One press at the foot of any page leads to the numbers to call."""
    crisis = content.load().steps["crisis"].head
    page.click(f".foot a[href='{reverse('guidance:step', args=[crisis.code])}']")
    assert page.inner_text("h1") == crisis.title
    assert page.locator("main a[href='tel:999']").count()


@dataclass
class Scale:
    """Weighs what a window is sent: each address once, as it came the first time."""

    sizes: dict[str, int] = field(default_factory=dict)

    def watch(self, page):
        page.on("requestfinished", self._weigh)
        return self

    def _weigh(self, request):
        size = request.sizes()
        self.sizes.setdefault(request.url, size["responseBodySize"] + size["responseHeadersSize"])

    @property
    def frame(self):
        return sum(size for url, size in self.sizes.items() if "/static/" in url)

    def of(self, url):
        """The page and its frame, as on a first visit."""
        return self.frame + self.sizes[url]


@dataclass
class Look:
    """Everything that is wrong with the pages looked at; a page without a fault leaves nothing here."""

    found: list[tuple[str, str, str]] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    heavy: dict[str, int] = field(default_factory=dict)

    def at(self, page, scale, *, name, dark=False):
        seen = faults(page) + (faults_in_the_dark(page) if dark else [])
        self.found += [(name, *one) for one in seen]
        if sideways(page) or sideways_on_the_narrowest(page):
            self.wide.append(name)
        if (weight := scale.of(page.url)) > PAGE:
            self.heavy[name] = weight
