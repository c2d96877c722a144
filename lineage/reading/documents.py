"""JSON documents: a list of objects, or an object with lists in it, however long, one object at a time.

The bytes are split here at brackets, which takes no more than the list of what is open, and each object is then read
alone, as a line of JSON lines is: one that cannot be read costs itself, and none is held together with its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import orjson

from lineage.patterns import pattern
from lineage.reading.fields import Record, given, no_text
from lineage.reading.json_lines import DEEP, json_lines, record
from lineage.reading.packed import BLOCK, UnreadableError, ahead, begun, too_long
from lineage.reading.source import Source

HELD = 1000  # objects without a text at the beginning of a document that is said as a whole to hold no article
FEW = 20  # objects by which a document is judged that nobody named
LEAST_TEXT = 60  # characters: a field named `article` or `content` may hold an id or a name
DEEPEST = 1000  # brackets that are open around an article; more is no one's archive
STRAY = "something that is not an object stands where an article should"
# No string of JSON goes over a line, so one that is not closed is given up there, with the object that it is in.
_BETWEEN = pattern(rb'(?:[^"{}\[\]]++|"(?:[^"\\\n]++|\\[^\n])*+")*+')  # up to a bracket, or a string that is still open
_INSIDE = pattern(rb'(?:[^"\\\n]++|\\[^\n])*+')
_OPENED_BY = {b"}": b"{", b"]": b"["}


def json_document(source: Source) -> Iterator[Record]:
    """The objects of a document's lists, numbered from 1, or the document itself if it is an object with a text.

    What is in an object that stands in a list belongs to it. Documents may follow each other; if the first line is an
    object with a text, they are JSON lines. A document that holds no articles is one record that says so: not every
    JSON file in a folder does.
    """
    head, pieces = ahead(source.pieces, BLOCK, lambda head: b"\n" in begun(head))
    first, newline, _ = begun(head).partition(b"\n")
    source = replace(source, pieces=pieces)
    if newline and _has_text(first, source):
        yield from json_lines(source)
    else:
        yield from _if_articles(_objects(source), source)


def _if_articles(records: Iterator[Record], source: Source) -> Iterator[Record]:
    """The records, if they are articles: of a file that the user named one of the first must have a text; of one in a
    folder, which may be anything, most of them must.
    """
    held: list[Record] = []
    ended: UnreadableError | None = None
    there, most = False, HELD if source.asked else FEW
    try:
        while not there and len(held) < most and (found := next(records, None)) is not None:
            held.append(found)
            there = source.asked and "text" in given(found.columns, source.mapping)[0]
    except UnreadableError as error:
        ended = error
    readable = [found for found in held if not found.reason]
    told = [found for found in readable if _is_told(found, source)]
    if there or 2 * len(told) > len(readable) or (source.asked and len(held) == HELD):
        yield from held
        yield from records
    elif source.asked:
        why = f"; {held[0].reason or no_text(held[0].columns, source.mapping)}" if held else ""
        yield Record(None, reason=f"no article in it{why}")
    elif told:
        reason = f"texts in {len(told)} of its first {len(readable)} objects only; not read, unless it is named itself"
        yield Record(None, reason=reason, kind="noted")
    else:
        yield Record(None, reason="no article in it", kind="noted")
    if ended:
        raise ended


def _is_told(found: Record, source: Source) -> bool:
    """Whether a record has a text that is longer than a name."""
    text = given(found.columns, source.mapping)[0].get("text")
    return isinstance(text, str) and len(text) >= LEAST_TEXT


def _objects(source: Source) -> Iterator[Record]:
    splitter = _Splitter(source)
    number = 0
    for piece in chain(source.pieces, [None]):
        for data in splitter.end() if piece is None else splitter.feed(piece):
            number += 1
            yield _record(number, data, source.limit)
    if splitter.open:
        raise UnreadableError("truncated: the document ends in the middle")


def _has_text(data: bytes, source: Source) -> bool:
    """Whether JSON is an object with an article's text."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return isinstance(value, dict) and "text" in given(value, source.mapping)[0]


def _record(number: int, data: bytes | None, limit: int) -> Record:
    if data is None:
        return Record(number, reason=too_long(limit))
    return record(number, data) if data else Record(number, reason=STRAY)


class _Object:
    """The bytes of an object that is open, `depth` brackets down; none if they are more than `limit`."""

    def __init__(self, depth: int, limit: int) -> None:
        self.depth = depth
        self._parts: list[bytes] = []
        self._room = limit

    def add(self, part: bytes) -> None:
        self._room -= len(part)
        if self._room < 0:
            self._parts.clear()
        else:
            self._parts.append(part)

    @property
    def fits(self) -> bool:
        return self._room >= 0

    @property
    def data(self) -> bytes | None:
        return b"".join(self._parts) if self.fits else None


class _Splitter:
    """Splits a document into its objects as its bytes come: None for one that is too long, empty for none at all.

    An object at the top may be an article with lists in it, or hold a list of articles. As long as it is short enough
    to be an article, both are kept, and which it is shows at its end.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._open = bytearray()  # the brackets
        self._in_string = False
        self._carried = b""  # a backslash at the end of a piece
        self._top: _Object | None = None  # the object at the top
        self._item: _Object | None = None  # the object in a list
        self._items: list[bytes | None] = []  # those of `top`
        self._stray = False

    @property
    def open(self) -> bool:
        """Whether something has not ended."""
        return bool(self._open) or self._in_string

    def end(self) -> Iterator[bytes | None]:
        """What is known when no more bytes come."""
        self._top = None
        yield from self._ready()

    def feed(self, piece: bytes) -> Iterator[bytes | None]:
        """The objects that end in the next piece."""
        data, self._carried = self._carried + piece, b""
        at = kept = 0
        while at < len(data):
            if self._in_string:
                at, broken = self._after_string(data, at)
                if broken and self._item is not None:
                    kept = self._given_up(data, at, kept)
                continue
            end = _BETWEEN.match(data, at).end()  # type: ignore[union-attr]  # it matches nothing, too
            if self._item is None:
                self._notice(data[at : end + 1])
            mark, at = data[end : end + 1], end
            if mark == b'"':
                self._in_string, at = True, end + 1
                continue
            if mark in (b"{", b"["):
                kept = self._opened(mark, data, end, kept)
            elif mark:
                kept = self._closed(mark, data, end + 1, kept)
            at += len(mark)
            if self._items or self._stray:
                yield from self._ready()
        self._keep(data[kept : len(data) - len(self._carried)])

    def _after_string(self, data: bytes, at: int) -> tuple[int, bool]:
        """Where the string that is open has ended, or the piece; and whether its line ended first."""
        end: int = _INSIDE.match(data, at).end()  # type: ignore[union-attr]
        if end == len(data) - 1 and data.endswith(b"\\"):
            self._carried = b"\\"
            return len(data), False
        self._in_string = end == len(data)
        return end + 1, not self._in_string and data[end] != ord('"')

    def _given_up(self, data: bytes, at: int, kept: int) -> int:
        """The object in a list is broken: what is left of its lines is in the list, so that the next one is found."""
        assert self._item is not None
        self._keep(data[kept:at])
        del self._open[self._item.depth :]
        self._items.append(self._item.data)
        self._item = None
        return at

    def _notice(self, between: bytes) -> None:
        """Whatever stands at the top, or in a list there, without being an object is told."""
        if between.strip(b" \t\r\n,[]{}") and b"{" not in self._open:
            self._stray = True
        if len(self._open) > DEEPEST:
            raise UnreadableError(DEEP)

    def _keep(self, part: bytes) -> None:
        for held in (self._top, self._item):
            if held is not None:
                held.add(part)

    def _opened(self, mark: bytes, data: bytes, at: int, kept: int) -> int:
        """Take note of a bracket at `at`; what was kept of the piece reaches to the place that is returned."""
        within = bytes(self._open[-1:])
        if mark == b"{" and self._item is None and within != b"{":
            self._keep(data[kept:at])
            kept = at
            made = _Object(len(self._open), self._source.limit)
            if within:
                self._item = made
            else:
                self._top = made
        self._open += mark
        return kept

    def _closed(self, mark: bytes, data: bytes, end: int, kept: int) -> int:
        """The same of a bracket that closes; what is open within is closed with it."""
        opened = self._open.rfind(_OPENED_BY[mark])
        if opened < 0:
            self._stray = True
            return kept
        del self._open[opened:]
        ended = [held for held in (self._item, self._top) if held is not None and held.depth >= opened]
        if ended:
            self._keep(data[kept:end])
            kept = end
        if self._item in ended and self._item is not None:
            self._items.append(self._item.data)
            self._item = None
        if self._top in ended and self._top is not None:
            whole = self._top.data
            if whole is not None and (not self._items or _has_text(whole, self._source)):
                self._items = [whole]
            self._top = None
        return kept

    def _ready(self) -> Iterator[bytes | None]:
        """What may be given now: nothing as long as the object at the top may be an article itself."""
        if self._top is not None and self._top.fits:
            return
        if self._stray:
            self._stray = False
            yield b""
        items, self._items = self._items, []
        yield from items
