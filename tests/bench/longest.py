"""Prints the address of the page of guidance with the most content, and cookies of people whose list holds it."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402

from guidance import answers, content  # noqa: E402
from guidance.answers import Answers, Mark  # noqa: E402
from tests.bench.reading import COOKIES  # noqa: E402


def cookie(given: Answers) -> str:
    """What a browser would send."""
    response = HttpResponse()
    answers.put(response, given)
    return response.cookies[answers.cookie_name()].value


def lists() -> list[dict[str, str]]:
    """The answers of every persona that comes to a list."""
    return [journey.answers for journey in content.load().journeys if journey.situation != "crisis"]


def pages(facts: dict[str, str]) -> dict[str, int]:
    """The size in bytes of each page that these answers lead to."""
    client = Client(HTTP_HOST="127.0.0.1")
    client.cookies[answers.cookie_name()] = cookie(Answers(facts))
    steps = [f"/guide/{code}/" for code in content.load().by_code]
    asked = {address: client.get(address) for address in ["/guide/v8qd/", "/help/", "/platforms/", *steps]}
    return {address: len(page.content) for address, page in asked.items() if page.status_code == 200}


def main() -> None:
    found = [(size, address, facts) for facts in lists() for address, size in pages(facts).items()]
    size, address, facts = max(found, key=lambda one: one[0])
    codes = list(content.load().by_code)
    marked = [
        {code: Mark(1 + (number >> place & 1)) for place, code in enumerate(codes[:10])} for number in range(COOKIES)
    ]
    made = [f"{answers.cookie_name()}={cookie(Answers(facts, marks))}" for marks in marked]
    sys.stdout.write(json.dumps({"address": address, "bytes": size, "cookies": made}))


if __name__ == "__main__":
    main()
