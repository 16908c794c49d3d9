"""Tells how far the layout is, from the pages that WeasyPrint says it has laid out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LOGGER = logging.getLogger("weasyprint.progress")


class _Pages(logging.Handler):
    def __init__(self, expected: int, progress: Callable[[int], None], span: tuple[int, int]) -> None:
        super().__init__(logging.INFO)
        self._expected, self._progress, self._span, self._told = expected, progress, span, span[0]

    def emit(self, record: logging.LogRecord) -> None:
        """A page number is the only whole number that WeasyPrint logs by itself."""
        page = record.args[0] if isinstance(record.args, tuple) and record.args else None
        if not isinstance(page, int):
            return
        low, high = self._span
        percent = low + (high - low) * min(page, self._expected) // self._expected
        if percent > self._told:
            self._told = percent
            self._progress(percent)


@contextmanager
def counted_pages(expected: int, progress: Callable[[int], None], span: tuple[int, int]) -> Iterator[None]:
    """Calls `progress` with rising whole percent within `span` while about `expected` pages are laid out."""
    handler, level, passed_on = _Pages(expected, progress, span), _LOGGER.level, _LOGGER.propagate
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(logging.INFO)
    _LOGGER.propagate = False
    try:
        yield
    finally:
        _LOGGER.removeHandler(handler)
        _LOGGER.setLevel(level)
        _LOGGER.propagate = passed_on
