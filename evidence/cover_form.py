"""The form for covering parts of a picture: boxes in numbers, as drawn or typed, and parts of a grid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from evidence.intake.boxes import MOST, WHOLE, Box, NotABox

ROWS, COLUMNS = 12, 8
NAMES = ("l", "t", "w", "h")
_TEN = 10  # thousandths are shown and typed as per cent with one decimal


@dataclass(frozen=True)
class Typed:
    """Four numbers as they stand in their fields: from the left, from the top, width, height."""

    left: str = ""
    top: str = ""
    width: str = ""
    height: str = ""

    @classmethod
    def of(cls, box: Box) -> Typed:
        return cls(*(f"{edge / _TEN:g}" for edge in box.as_list()))

    @property
    def is_empty(self) -> bool:
        return not (self.left or self.top or self.width or self.height)

    def box(self) -> Box:
        """The box that was meant. Raises NotABox."""
        return Box(*map(_thousandths, (self.left, self.top, self.width, self.height)))


@dataclass(frozen=True)
class Cell:
    """One part of the grid: row and column from the top left, counted from one."""

    row: int
    column: int
    chosen: bool

    @property
    def value(self) -> str:
        return f"{self.row}-{self.column}"


class CoverForm(forms.Form):
    """Boxes typed or drawn (`l t w h`, one of each a box) and parts of the grid (`c`); at least one."""

    def __init__(self, data: QueryDict | None = None, *, boxes: Iterable[Box] = ()) -> None:
        super().__init__(data)
        self._before = tuple(boxes)

    def clean(self) -> dict[str, Any]:
        try:
            boxes = [row.box() for row in self._typed()]
        except NotABox:
            raise forms.ValidationError(
                _("Write four numbers from 0 to 100 for each box. It must lie inside the picture.")
            ) from None
        boxes += _merged(set(self._chosen()))
        if not boxes:
            raise forms.ValidationError(_("Choose at least one part to hide."))
        if len(boxes) > MOST:
            raise forms.ValidationError(_("That is too many boxes. Use fewer, larger ones."))
        return {"boxes": tuple(boxes)}

    def rows(self) -> list[Typed]:
        """What stands in the fields: what was sent, else what is covered now; then one more, empty."""
        shown = list(self._typed()) if self.is_bound else [Typed.of(box) for box in self._before]
        return [*shown[:MOST], Typed()]

    def cells(self) -> list[list[Cell]]:
        """The grid by rows; what was chosen before a mistake is chosen still."""
        chosen = set(self._chosen()) if self.is_bound else set()
        return [
            [Cell(row + 1, column + 1, (row, column) in chosen) for column in range(COLUMNS)] for row in range(ROWS)
        ]

    def _typed(self) -> Iterator[Typed]:
        lists = (self._sent(name) for name in NAMES)
        rows = (Typed(*(text.strip()[:9] for text in four)) for four in zip_longest(*lists, fillvalue=""))
        return (row for row in rows if not row.is_empty)

    def _chosen(self) -> Iterator[tuple[int, int]]:
        every = {f"{row + 1}-{column + 1}": (row, column) for row in range(ROWS) for column in range(COLUMNS)}
        return (every[value] for value in self._sent("c") if value in every)

    def _sent(self, name: str) -> list[str]:
        return cast("QueryDict", self.data).getlist(name)[: MOST + 1]


def _thousandths(text: str) -> int:
    try:
        return round(float(text.replace(",", ".")) * _TEN)
    except (ValueError, OverflowError):
        raise NotABox from None


def _merged(chosen: set[tuple[int, int]]) -> list[Box]:
    """Boxes that cover the chosen parts of the grid, one for each unbroken run in a row."""
    boxes: list[Box] = []
    for row in range(ROWS):
        columns = [column for column in range(COLUMNS) if (row, column) in chosen]
        for first in (column for column in columns if (row, column - 1) not in chosen):
            last = next(column for column in range(first, COLUMNS) if (row, column + 1) not in chosen)
            boxes.append(_part(row, first, last))
    return boxes


def _part(row: int, first: int, last: int) -> Box:
    left, right = first * WHOLE // COLUMNS, -(-(last + 1) * WHOLE // COLUMNS)
    top, bottom = row * WHOLE // ROWS, -(-(row + 1) * WHOLE // ROWS)
    return Box(left, top, right - left, bottom - top)
