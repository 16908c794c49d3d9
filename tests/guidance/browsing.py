"""A person who uses guidance without scripts: reads forms, fills them in, goes screen by screen."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from django.urls import reverse


class Forms(HTMLParser):
    """The forms of a page: address, hidden fields, and every choice."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.links, self.text = [], [], text
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.forms.append({"action": found["action"], "hidden": {}, "names": set(), "values": []})
        if tag == "a":
            self.links.append(found.get("href", ""))
        if tag in ("input", "select", "button") and self.forms and found.get("name"):
            self._field(found)

    def _field(self, found):
        form = self.forms[-1]
        if found.get("type") == "hidden":
            form["hidden"][found["name"]] = found["value"]
        else:
            form["names"].add(found["name"])
            form["values"].append(found.get("value", ""))


def read(response):
    return Forms(response.content.decode())


def post(browser, response, **given):
    """Fill in the first form of the page that asks for what is given."""
    form = next(one for one in read(response).forms if set(given) <= one["names"])
    return browser.post(form["action"], {**form["hidden"], **given}, follow=True)


def go(browser, *screens):
    response = browser.get(reverse("guidance:questions"), follow=True)
    for screen in screens:
        response = post(browser, response, **screen)
    return response


def pick(loaded, **facts):
    """The opaque values for these answers, as the fields of one screen."""
    return {
        name: str(loaded.facts[fact].values.index(value))
        for name, (fact, value) in zip("ab", facts.items(), strict=False)
    }


def walk(browser, loaded, **facts):
    """Answer screen by screen, as a person does, until the list."""
    response = browser.get(reverse("guidance:questions"), follow=True)
    while reverse("guidance:plan") not in response.request["PATH_INFO"]:
        code = next(one["hidden"]["q"] for one in read(response).forms if "q" in one["hidden"])
        screen = loaded.flow.screens[loaded.by_code[code].head.id]
        if screen.id == "crisis":
            form = next(one for one in read(response).forms if "q" in one["hidden"])
            response = browser.post(form["action"], form["hidden"], follow=True)
        else:
            wanted = {fact: facts[fact] for fact in screen.asks}
            response = post(browser, response, **pick(loaded, **wanted))
    return response


def titles(response):
    return re.findall(r'<li class="task" id="\w+"><a href="[^"]+">([^<]+)</a>', response.content.decode())


BASE = {
    "danger": "neither",
    "who": "me",
    "shown_age": "adults",
    "my_age": "adult",
    "who_is_it": "stranger",
    "watched": "no",
}
PEOPLE = {
    "T1": {"what": "shared", "live": "live"},
    "T3": {"what": "threat", "has_image": "real", "who_is_it": "known", "watched": "unsure"},
    "T4": {"what": "money", "has_image": "claimed"},
    "T5": {"what": "paid", "paid_when": "hour"},
    "T6": {"what": "scam_mail", "mail_real": "nothing_real"},
    "T7": {"what": "shared", "live": "unsure", "shown_age": "under18", "my_age": "13to17"},
    "T8": {"what": "money", "has_image": "real", "shown_age": "under18", "my_age": "13to17"},
    "T9": {"what": "threat", "has_image": "real", "shown_age": "unsure"},
    "crisis": {"danger": "suicide", "what": "money", "has_image": "real"},
    "NOT-SURE": {"what": "filmed"},
    "NOT-SURE-U18": {"who": "parent", "shown_age": "under18"},
    "did it": {"who": "did_it"},
}
