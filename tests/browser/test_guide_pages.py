"""Every page of a list of steps, as people reach it: nothing for axe to find, nothing sideways, nothing heavy."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

PHONE = {"viewport": {"width": 320, "height": 640}, "is_mobile": True}
# the choices of each screen in turn: money demanded from an adult; someone under 18 who is threatened
WALKS = {"money": ["2", "0", "02", "3", "21", "0"], "under 18": ["2", "0", "11", "3", "21", "0"]}


def walk(page, choices):
    page.goto("/")
    page.locator("main a.button").first.click()
    for screen in choices:
        for name, value in zip("ab", screen, strict=False):
            page.check(f'input[name={name}][value="{value}"]', force=True)
        page.click("main form button")
    assert page.url.endswith("/guide/v8qd/")
    return ["/guide/v8qd/", *(a.get_attribute("href") for a in page.locator(".tasks a").all())]


@pytest.mark.parametrize("choices", WALKS.values(), ids=WALKS)
def test_no_page_of_a_list_has_a_fault(windows, choices):
    page = windows.open(**PHONE)
    sizes = []
    page.on("requestfinished", lambda request: sizes.append((request.url, request.sizes())))
    addresses = walk(page, choices)
    assert len(addresses) > 10
    found, wide = [], []
    for address in addresses:
        page.goto(address)
        results = Axe().run(page, options={"resultTypes": ["violations"]})
        found += [(address, v["id"], v["nodes"][0]["html"]) for v in results.response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(address)
    assert (found, wide) == ([], [])
    once = {url: size["responseBodySize"] + size["responseHeadersSize"] for url, size in sizes}
    frame = sum(weight for url, weight in once.items() if "/static/" in url)
    heavy = {url: frame + weight for url, weight in once.items() if "/guide/" in url and frame + weight > 14 * 1024}
    assert heavy == {}
