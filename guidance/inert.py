"""Switches a drawn page off, to be looked at inside another one: its forms do nothing, its links ask for a preview."""

from __future__ import annotations

import re

from django.urls import Resolver404, ResolverMatch, resolve

from guidance.content import Content
from guidance.wording import Html

FORM = re.compile(r"<form\b([^>]*)>")
CLASS = re.compile(r' class="[^"]*"')
LINK = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
PAGES = ("plan", "print", "ten", "help", "platforms")
INSIDE = re.compile(r' href="(/[^"]*|\?p=\d+)"')


def page(main: str, loaded: Content) -> Html:
    """The page `main`, whose links are buttons named "go" of the form with the id "jump"."""
    without_forms = FORM.sub(_switched_off, main).replace("</form>", "</fieldset>")
    return Html(LINK.sub(lambda found: _link(found, loaded), without_forms))


def _switched_off(form: re.Match[str]) -> str:
    return f"<fieldset disabled{_looks(form[1])}>"


def _looks(attributes: str, otherwise: str = "") -> str:
    found = CLASS.search(attributes)
    return found[0] if found else otherwise


def _link(found: re.Match[str], loaded: Content) -> str:
    """A link to another site, a number or a place on the page stays what it is."""
    inside = INSIDE.search(found[1])
    if inside is None:
        return found[0]
    looks, name = _looks(found[1], ' class="link"'), _name(inside[1], loaded)
    button = f'<button form="jump" name="go" value="{name}"{looks}>{found[2]}</button>'
    return button if name else f"<span>{found[2]}</span>"


def _name(address: str, loaded: Content) -> str:
    """The name of the page at an address of this site, as guidance/preview.py says it; empty for any other."""
    if address.startswith("?p="):
        return f"page help {address[3:]}".removesuffix(" 1")
    try:
        return _name_of(resolve(address), loaded)
    except (Resolver404, KeyError):
        return ""


def _name_of(found: ResolverMatch, loaded: Content) -> str:
    if found.view_name == "guidance:step":
        return f"step {loaded.by_code[found.kwargs['code']].head.id}"
    if found.view_name == "guidance:platform":
        return f"platform {loaded.platform_by_code[found.kwargs['code']].id}"
    inside, _, name = found.view_name.partition(":")
    return f"page {name}" if inside == "guidance" and name in PAGES else ""
