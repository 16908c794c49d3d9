"""Turns plain JSON values into frozen dataclasses and back, and names the place of what does not fit."""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Callable
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


class DoesNotFit(ValueError):
    """A value is missing, unknown or of the wrong kind; the message starts with its place, `items[3].id`."""


def decode(kind: type[T], value: object, place: str = "") -> T:
    """The frozen dataclass `kind` from JSON values (dict, list, str, int, bool, None). Raises DoesNotFit."""
    return _dataclass(kind, value, place)  # type: ignore[no-any-return]


def encode(value: Any) -> Any:
    """The JSON values of a frozen dataclass: every field, in the order declared; tuples become lists."""
    if dataclasses.is_dataclass(value):
        return {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [encode(part) for part in value]
    return value


def canonical(value: Any) -> bytes:
    """One spelling of a JSON value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def map_strings(change: Callable[[str], str], value: Any) -> Any:
    """The same frozen dataclass with every string in it, at any depth, put through `change`."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple | list):
        return type(value)(map_strings(change, part) for part in value)
    if isinstance(value, dict):
        return {change(key): map_strings(change, part) for key, part in value.items()}
    return _replaced(change, value) if dataclasses.is_dataclass(value) else value


def _replaced(change: Callable[[str], str], value: Any) -> Any:
    parts = {field.name: map_strings(change, getattr(value, field.name)) for field in dataclasses.fields(value)}
    return dataclasses.replace(value, **parts)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _dataclass(kind: Any, value: object, place: str) -> Any:
    if not isinstance(value, dict):
        raise DoesNotFit(f"{place or 'the snapshot'}: an object is expected")
    fields = {field.name: field for field in dataclasses.fields(kind)}
    if unknown := sorted(set(value) - set(fields)):
        raise DoesNotFit(f"{_at(place, unknown[0])}: unknown")
    made = {}
    for name, field in fields.items():
        if name in value:
            made[name] = _value(_hints(kind)[name], value[name], _at(place, name))
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise DoesNotFit(f"{_at(place, name)}: missing")
    return _build(kind, made, place)


def _build(kind: Any, made: dict[str, Any], place: str) -> Any:
    try:
        return kind(**made)
    except DoesNotFit as refused:
        raise DoesNotFit(f"{place}.{refused}" if place else str(refused)) from refused


def _at(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _value(kind: Any, value: object, place: str) -> Any:
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind, value, place)
    reader = _READERS.get(get_origin(kind), _plain)
    return reader(kind, value, place)


def _union(kind: Any, value: object, place: str) -> Any:
    if value is None:
        if types.NoneType in get_args(kind):
            return None
        raise DoesNotFit(f"{place}: null is not allowed")
    (other,) = (part for part in get_args(kind) if part is not types.NoneType)
    return _value(other, value, place)


def _literal(kind: Any, value: object, place: str) -> Any:
    if value not in get_args(kind):
        raise DoesNotFit(f"{place}: one of {', '.join(map(str, get_args(kind)))} is expected")
    return value


def _tuple(kind: Any, value: object, place: str) -> Any:
    if not isinstance(value, list):
        raise DoesNotFit(f"{place}: a list is expected")
    return tuple(_value(get_args(kind)[0], part, f"{place}[{n}]") for n, part in enumerate(value))


def _plain(kind: Any, value: object, place: str) -> Any:
    if type(value) is not kind:
        raise DoesNotFit(f"{place}: {kind.__name__} is expected")
    return value


def _mapping(_kind: Any, value: object, place: str) -> Any:
    return _plain(dict, value, place)


_READERS: dict[Any, Callable[[Any, object, str], Any]] = {
    Union: _union,
    types.UnionType: _union,
    Literal: _literal,
    tuple: _tuple,
    dict: _mapping,
}
