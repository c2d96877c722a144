"""JSON lines: an object a line. Lines end at `\\n` only, for texts may hold U+0085 or U+2028."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson

from lineage.patterns import pattern
from lineage.reading.fields import NOT_UTF8, Record, kind
from lineage.reading.packed import lines, too_long
from lineage.reading.source import Source

DEEP = "nested too deep"
_SURROGATE = pattern("[\ud800-\udfff]")
_LENIENT = pattern(rb"\\u[dD]|NaN|Infinity")  # what Python's own json writes and orjson refuses


def json_lines(source: Source) -> Iterator[Record]:
    """Objects, one a line. Blank lines are no records."""
    for number, line in lines(source.pieces, source.limit):
        if line is None:
            yield Record(number, reason=too_long(source.limit))
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line and not line.isspace():
            yield record(number, line)


def record(number: int, line: bytes) -> Record:
    """The record that one object is, with the number that it has in its file."""
    try:
        return _of(number, orjson.loads(line))
    except orjson.JSONDecodeError as error:
        reason = _reason(str(error))
    if not _LENIENT.search(line):
        return Record(number, reason=reason)
    try:  # a lone surrogate or a NaN, which orjson refuses, costs itself only
        given = json.loads(line.decode(), parse_constant=_nothing)
        value = _clean(given)
        return _of(number, value, "lone surrogates were replaced by U+FFFD" if value != given else None)
    except RecursionError:
        return Record(number, reason=DEEP)
    except ValueError:
        return Record(number, reason=reason)


def _of(number: int, value: Any, note: str | None = None) -> Record:
    if isinstance(value, dict):
        return Record(number, value, note=note)
    return Record(number, reason=f"{kind(value)}, not an object; write one object a line")


def _reason(message: str) -> str:
    """orjson's words in ours."""
    if "depth" in message or "ecursion" in message:  # orjson from 3.11 on, and before
        return DEEP
    if "not valid UTF-8" in message:
        return NOT_UTF8
    return f"broken JSON ({message.split(': line')[0]})"


def _nothing(_: str) -> None:
    """What stands for NaN and Infinity, which are no values."""


def _clean(value: Any) -> Any:
    """The value with every lone surrogate replaced, so that all of it can be encoded."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(name): _clean(item) for name, item in value.items()}
    return value
