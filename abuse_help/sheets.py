"""Collects the four style sheets as one file, and never lets a page fail for want of its looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

SHEET = "css/site.css"
IMPORT = re.compile(r'@import url\("([a-z]+\.css)"\);')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
INDENT = re.compile(r"\s*\n\s*")


class SheetMissing(Exception):
    """A sheet that `css/site.css` imports is in no static folder."""


def joined(name: str = SHEET) -> str:
    """The text of sheet `name` with its imports in their places, without comments and indentation."""
    path = finders.find(name)
    if not path:
        raise SheetMissing(name)
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 (a finder answers with text)
        text = file.read()
    text = IMPORT.sub(lambda found: joined(f"css/{found[1]}"), text)
    return INDENT.sub("\n", COMMENT.sub("", text)).strip() + "\n"


class OneSheetStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed, compressed static files, `css/site.css` with its imports inside.

    A file that was never collected gets its plain address: a bare page still helps, a failure does not.
    """

    manifest_strict = False

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Iterator[Any]:
        if SHEET in paths:
            memory = InMemoryStorage()
            memory.save(SHEET, ContentFile(joined().encode()))
            paths = {**paths, SHEET: (memory, SHEET)}
        yield from super().post_process(paths, *args, **options)

    def stored_name(self, name: str) -> str:
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
