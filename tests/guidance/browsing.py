"""A person who uses guidance without scripts: reads forms, fills them in, goes screen by screen."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from django.urls import reverse

from guidance.records import PLAN


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


class Spoken(HTMLParser):
    """The texts of a page, each with the language of the element that it stands in."""

    VOID = ("meta", "link", "input", "br", "hr")

    def __init__(self, text):
        super().__init__()
        self.stack, self.texts = [("", "")], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.stack.append((tag, dict(attrs).get("lang", self.stack[-1][1])))

    def handle_endtag(self, tag):
        assert self.stack.pop()[0] == tag

    def handle_data(self, data):
        if data.strip():
            self.texts.append((" ".join(data.split()), self.stack[-1][1]))

    def said_in(self, *codes):
        return {text for text, code in self.texts if code in codes}


def spoken(response):
    return Spoken(response.content.decode())


def post(browser, response, **given):
    """Fill in the first form of the page that asks for what is given."""
    form = next(one for one in read(response).forms if set(given) <= one["names"])
    return browser.post(form["action"], {**form["hidden"], **given}, follow=True)


def begin(browser):
    """Past the page before the questions, to the first of them."""
    return press_on(browser, browser.get(reverse("guidance:questions"), follow=True))


def press_on(browser, response):
    """Press the one button of a page that stands between the questions."""
    form = next(one for one in read(response).forms if "q" in one["hidden"])
    return browser.post(form["action"], form["hidden"], follow=True)


def go(browser, *screens):
    response = begin(browser)
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
        if loaded.steps[screen.id].head.kind == "outcome":
            response = press_on(browser, response)
        else:
            wanted = {fact: facts[fact] for fact in screen.asks}
            response = post(browser, response, **pick(loaded, **wanted))
    return on_the_list(browser, response, loaded, facts)


def on_the_list(browser, response, loaded, facts):
    """Answer what the list itself asks, where `facts` say it: the nation."""
    for later in loaded.flow.later.values():
        known = {fact: facts[fact] for fact in later.asks if fact in facts and PLAN in later.on}
        if known:
            code = loaded.steps[later.id].head.code
            form = next(one for one in read(response).forms if one["hidden"].get("q") == code)
            response = browser.post(form["action"], {**form["hidden"], **pick(loaded, **known)}, follow=True)
    return response


def titles(response):
    return re.findall(r'<li class="task" id="\w+"><a href="[^"]+"[^>]*>([^<]+)</a>', response.content.decode())


BASE = {
    "ready": "yes",
    "danger": "neither",
    "who": "me",
    "shown_age": "adults",
    "my_age": "adult",
    "who_is_it": "stranger",
    "watched": "no",
}
YOUNG = {"shown_age": "under18", "my_age": "13to17"}
PEOPLE = {
    "T1": {"what": "shared", "live": "live", "place": "app"},
    "T2": {"what": "sent_private"},
    "T3": {"what": "threat", "has_image": "real", "who_is_it": "known", "watched": "unsure"},
    "T4": {"what": "money", "has_image": "claimed"},
    "T5": {"what": "paid", "paid_when": "hour"},
    "T6": {"what": "scam_mail", "mail_real": "nothing_real"},
    "T7": {"what": "shared", "live": "unsure", "place": "unsure", **YOUNG},
    "T8": {"what": "money", "has_image": "real", **YOUNG},
    "T9": {"what": "threat", "has_image": "real", "shown_age": "unsure"},
    "T10": {"what": "fake"},
    "T11": {"what": "fake", **YOUNG},
    "T12": {"what": "filmed"},
    "T13": {"what": "unwanted"},
    "T14": {"what": "hacked"},
    "T15": {"what": "shared", "live": "live", "place": "porn_site"},
    "T16": {"who": "parent", "what": "shared", "shown_age": "under18"},
    "T17": {"who": "helper", "what": "shared", "consent": "yes"},
    "T18": {"who": "school", "school_kind": "pupil", "shown_age": "under18"},
    "T19": {"who": "school", "school_kind": "viral"},
    "T20": {"who": "school", "school_kind": "staff"},
    "T21": {"who": "public", "what": "other"},
    "T22": {"who": "public", "what": "fake"},
    "T23": {"who": "received"},
    "T24": {"who": "did_it"},
    "T25": {"what": "shared", "live": "live", "place": "app", "nation": "abroad"},
    "crisis": {"danger": "suicide", "what": "money", "has_image": "real"},
    "NOT-SURE": {"what": "unsure"},
    "NOT-SURE-U18": {"what": "other", **YOUNG},
}
