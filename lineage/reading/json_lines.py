"""JSON lines: an object a line. Lines end at `\\n` only, for texts may hold U+0085 or U+2028."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson

from lineage.patterns import pattern
from lineage.reading.fields import Record
from lineage.reading.packed import lines, too_long

DEEP = "nested too deep"
_SURROGATE = pattern("[\ud800-\udfff]")


def json_lines(pieces: Iterator[bytes], limit: int) -> Iterator[Record]:
    """Objects, one a line of at most `limit` bytes. Blank lines are no records."""
    for number, line in lines(pieces, limit):
        if line is None:
            yield Record(number, reason=too_long(limit))
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line and not line.isspace():
            yield _record(number, line)


def _record(number: int, line: bytes) -> Record:
    try:
        return _of(number, orjson.loads(line))
    except orjson.JSONDecodeError as error:
        reason = _reason(str(error))
    if b"\\ud" not in line.lower():
        return Record(number, reason=reason)
    try:  # a lone surrogate, which orjson refuses, costs itself only
        return _of(number, _clean(json.loads(line.decode())), "lone surrogates were replaced by U+FFFD")
    except RecursionError:
        return Record(number, reason=DEEP)
    except ValueError:
        return Record(number, reason=reason)


def _of(number: int, value: Any, note: str | None = None) -> Record:
    if isinstance(value, dict):
        return Record(number, value, note=note)
    return Record(number, reason="not an object")


def _reason(message: str) -> str:
    """orjson's words in ours."""
    if "depth" in message or "ecursion" in message:  # orjson from 3.11 on, and before
        return DEEP
    if "not valid UTF-8" in message:
        return "not UTF-8"
    return f"broken JSON ({message.split(': line')[0]})"


def _clean(value: Any) -> Any:
    """The value with every lone surrogate replaced, so that all of it can be encoded."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(name): _clean(item) for name, item in value.items()}
    return value
