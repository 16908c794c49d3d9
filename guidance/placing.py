"""Places the boxes of a graph in rows, each row in an order in which few lines cross, and the lines between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

Graph = Mapping[str, Sequence[str]]  # each box, and the boxes that its lines lead to
Row = list[str]  # boxes, and where a line passes: "from to row"
Near = dict[str, list[str]]
Point = tuple[int, int]
SWEEPS = 8


@dataclass(frozen=True)
class Size:
    """Pixels: of a box, of what a passing line takes, between neighbours, between rows, between ends of lines."""

    width: int
    height: int
    passing: int
    gap: int
    drop: int
    end: int


@dataclass(frozen=True)
class Placed:
    """Left and top of each box, the points of each line from its box down to the next, and how far it all reaches."""

    boxes: Mapping[str, Point]
    lines: Mapping[tuple[str, str], tuple[Point, ...]]
    width: int
    height: int


def place(graph: Graph, size: Size) -> Placed:
    """The graph from top to bottom. A line that leads back up, which a loop has, is left out."""
    depths = _depths(graph)
    routes = {ends: _route(*ends, depths) for ends in _ends(graph) if depths[ends[0]] < depths[ends[1]]}
    above, below = _neighbours(routes.values())
    rows = _ordered(_rows(depths, routes.values()), above, below)
    centres = _centres(rows, above, below, dict.fromkeys(graph, size.width), size)
    tops = {name: at * (size.height + size.drop) for at, row in enumerate(rows) for name in row}
    return Placed(
        boxes={name: (centres[name] - size.width // 2, tops[name]) for name in graph},
        lines={ends: tuple(_points(route, centres, tops, (above, below), size)) for ends, route in routes.items()},
        width=max(centres[name] + size.width // 2 for name in graph),
        height=max(tops.values()) + size.height,
    )


def _ends(graph: Graph) -> Iterator[tuple[str, str]]:
    return ((name, target) for name, targets in graph.items() for target in dict.fromkeys(targets))


def _depths(graph: Graph) -> dict[str, int]:
    """The row of each box: below every box that leads to it. A loop ends after as many turns as there are boxes."""
    depths = dict.fromkeys(graph, 0)
    for _ in graph:
        for name, target in _ends(graph):
            depths[target] = max(depths[target], min(depths[name] + 1, len(graph)))
    used = sorted(set(depths.values()))
    return {name: used.index(depth) for name, depth in depths.items()}


def _route(name: str, target: str, depths: Mapping[str, int]) -> Row:
    between = range(depths[name] + 1, depths[target])
    return [name, *(f"{name} {target} {row}" for row in between), target]


def _neighbours(routes: Iterable[Row]) -> tuple[Near, Near]:
    above: Near = {}
    below: Near = {}
    for route in routes:
        for upper, lower in pairwise(route):
            above.setdefault(lower, []).append(upper)
            below.setdefault(upper, []).append(lower)
    return above, below


def _rows(depths: Mapping[str, int], routes: Iterable[Row]) -> list[Row]:
    rows: list[Row] = [[] for _ in range(max(depths.values()) + 1)]
    for name, depth in depths.items():
        rows[depth].append(name)
    for route in routes:
        for at, stop in enumerate(route[1:-1], depths[route[0]] + 1):
            rows[at].append(stop)
    return rows


def _ordered(rows: list[Row], above: Near, below: Near) -> list[Row]:
    """Each row by the mean place of its neighbours, downwards and upwards in turn (Sugiyama's method)."""
    for sweep in range(SWEEPS):
        near = below if sweep % 2 else above
        places = {name: at - len(row) / 2 for row in rows for at, name in enumerate(row)}
        for row in reversed(rows) if sweep % 2 else rows:
            row.sort(key=lambda name: fmean(places[one] for one in near.get(name, [name])))
            places |= {name: at - len(row) / 2 for at, name in enumerate(row)}
    return rows


def _centres(rows: list[Row], above: Near, below: Near, wide: Mapping[str, int], size: Size) -> dict[str, int]:
    """How far right the middle of each box and each passing line stands; the leftmost box begins at 0."""
    found = {name: 0.0 for row in rows for name in row}
    for _ in range(SWEEPS):
        for row in rows:
            wanted = [fmean(found[one] for one in above.get(name, []) + below.get(name, []) or [name]) for name in row]
            found |= zip(row, _spread(wanted, [wide.get(name, size.passing) for name in row], size.gap), strict=True)
    left = min(found[name] - width / 2 for name, width in wide.items())
    return {name: round(at - left) for name, at in found.items()}


def _spread(wanted: list[float], widths: list[int], gap: int) -> list[float]:
    """As near to where they want to stand as they can without touching, and on the whole neither left nor right."""
    placed: list[float] = []
    for at, (want, width) in enumerate(zip(wanted, widths, strict=True)):
        least = placed[-1] + widths[at - 1] / 2 + gap + width / 2 if placed else want
        placed.append(max(want, least))
    off = fmean(want - at for want, at in zip(wanted, placed, strict=True))
    return [at + off for at in placed]


def _points(
    route: Row, centres: Mapping[str, int], tops: Mapping[str, int], near: tuple[Near, Near], size: Size
) -> Iterator[Point]:
    """Down from the lower edge of the box, straight past the rows between, to the upper edge of the other."""
    above, below = near
    first, last = route[0], route[-1]
    yield _end(centres[first], below[first], route[1], centres, size), tops[first] + size.height
    for stop in route[1:-1]:
        yield centres[stop], tops[stop]
        yield centres[stop], tops[stop] + size.height
    yield _end(centres[last], above[last], route[-2], centres, size), tops[last]


def _end(centre: int, ends: list[str], mine: str, centres: Mapping[str, int], size: Size) -> int:
    """Lines leave and reach a box side by side, in the order in which they stand there."""
    place = sorted(ends, key=lambda name: centres[name]).index(mine)
    return centre + round((place - (len(ends) - 1) / 2) * size.end)
