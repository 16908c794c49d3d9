"""Reads the forms of a page as a browser would: where each is sent, and what its controls take."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

LINES = frozenset({"text", "textarea", "search", "email", "tel", "url"})


@dataclass
class Control:
    """One name of a form: its kind, what stands in it, and the values it offers."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """One form of a page that is sent by POST; `to` is empty where it goes to the page itself."""

    to: str
    controls: list[Control] = field(default_factory=list)

    def named(self, name: str, kind: str) -> Control:
        """The control of that name, made where there is none: radio buttons of one name are one control."""
        for one in self.controls:
            if one.name == name and one.kind == kind and kind in {"radio", "checkbox", "submit"}:
                return one
        self.controls.append(Control(name, kind))
        return self.controls[-1]


@dataclass
class Page:
    """What is on one page: its forms by POST, and the links that stay on the site."""

    forms: list[Form] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


def read(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page, self.form, self.inside = Page(), None, None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and said.get("href", "").startswith("/"):
            self.page.links.append(said["href"].split("#")[0])
        elif tag == "form":
            self._begin(said)
        elif self.form is not None and tag in {"input", "textarea", "select", "option", "button"}:
            getattr(self, f"_{tag}")(said)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag in {"textarea", "select"}:
            self.inside = None

    def handle_data(self, data: str) -> None:
        if self.inside is not None and self.inside.kind == "textarea":
            self.inside.value += data.removeprefix("\n") if not self.inside.value else data

    def _begin(self, said: dict[str, str]) -> None:
        self.form = Form(said.get("action", ""))
        if said.get("method", "").lower() == "post":
            self.page.forms.append(self.form)

    def _input(self, said: dict[str, str]) -> None:
        kind, name = said.get("type", "text"), said.get("name", "")
        if not name:
            return
        control: Any = self.form.named(name, kind)
        control.value = control.value or said.get("value", "")
        if kind in {"radio", "checkbox"}:
            control.options.append(said.get("value", "on"))

    def _button(self, said: dict[str, str]) -> None:
        if said.get("name"):
            self.form.named(said["name"], "submit").options.append(said.get("value", ""))

    def _textarea(self, said: dict[str, str]) -> None:
        self.inside = self.form.named(said.get("name", ""), "textarea")

    def _select(self, said: dict[str, str]) -> None:
        self.inside = self.form.named(said.get("name", ""), "select")

    def _option(self, said: dict[str, str]) -> None:
        if self.inside is not None:
            self.inside.options.append(said.get("value", ""))
