"""Writes a failure into the log as its kind and its places in the code, never with its words: they repeat values."""

from __future__ import annotations

import logging
import time
import traceback
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160), 0x2028, 0x2029)}


class WithoutValues(logging.Formatter):
    """What libraries say of a failure quotes what was typed; where it happened is enough to find it. Times are UTC."""

    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    @staticmethod
    def converter(secs: float | None = None) -> time.struct_time:
        return time.gmtime(secs)

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The message on one line, whatever stands in it: nobody writes a line of the log but this site."""
        return super().formatMessage(record).translate(CONTROLS)

    def formatException(self, ei: ExcInfo) -> str:
        """Each failure of the chain, the last first: its kind, then file, line and function of every step."""
        return "\n".join(_told(error) for error in _chain(ei[1]))


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _told(error: BaseException) -> str:
    steps = traceback.extract_tb(error.__traceback__)
    places = "".join(f"\n  {step.filename}:{step.lineno} {step.name}" for step in steps)
    return f"{type(error).__module__}.{type(error).__qualname__}{places}"
