"""Web archives (WARC): every response that is an HTML page is an article, the other records are counted.

A record says how long it is, so that the next is found without looking into it. Where that is wrong, the next one is
looked for. ISO 28500:2017; files of the versions before (0.17, 0.18) are read as well.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lineage.patterns import pattern
from lineage.reading.fields import Record
from lineage.reading.limits import Limits
from lineage.reading.packed import UnreadableError, too_long
from lineage.reading.pages import NO_TEXT, page_record
from lineage.reading.source import Source

HEAD = 1 << 16  # bytes that the header of a record or of a response may have
KINDS_TOLD = 12  # kinds of records left out that are told by name
CUT = "truncated: the last record ends in the middle"
_BEGINS = pattern(rb"WARC/\d\.\d{1,3}\r?\n")
_FOLLOWS = pattern(rb"(?<=\n)WARC/\d\.\d{1,3}\r?\n")
_BREAKS = pattern(rb"[\r\n]*")
_BLANK = pattern(rb"\r?\n\r?\n")
_MARKUP = pattern(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_CHARSET = pattern(r"""charset\s*=\s*["']?([^\s"';]+)""", re.IGNORECASE)


class _Fetched(NamedTuple):
    """A page as it was fetched, with the number of its record."""

    number: int
    url: str
    charset: str | None
    body: bytes
    captured: str | None
    limits: Limits


def warc(source: Source) -> Iterator[Record]:
    """The pages of an archive, each with the number of its record from 1, then what was left out, by kind."""
    left_out: Counter[str] = Counter()
    ended: list[UnreadableError] = []  # raised when what came before it has been given
    for found in source.spread(_read, _fetched(source, left_out, ended)):
        if isinstance(found, Record):
            yield found
        else:
            left_out[found] += 1
    yield from _told(left_out)
    if ended:
        raise ended[0]


def _fetched(source: Source, left_out: Counter[str], ended: list[UnreadableError]) -> Iterator[_Fetched | Record]:
    """The pages, and what cannot be read; the other records are counted."""
    stream = _Stream(source.pieces)
    number = 0
    try:
        while stream.to_next():
            number += 1
            if stream.lost:
                yield Record(number, reason="damaged: the bytes before this record belong to none")
            header = _fields(stream.head())
            length = header.get("content-length", "")
            kind = header.get("warc-type", "unknown").lower()
            if not length.isdecimal():
                yield Record(number, reason="the record does not say how long it is")
            elif kind not in ("response", "resource"):
                left_out[f"{kind} record"] += 1
                stream.skip(int(length))
            elif int(length) > source.limit:
                stream.skip(int(length))
                yield Record(number, reason=too_long(source.limit))
            else:
                page = _page(number, kind, header, stream.take(int(length)), source.limits)
                if isinstance(page, str):
                    left_out[page] += 1
                else:
                    yield page
    except UnreadableError as error:
        ended.append(error)


def _read(page: _Fetched | Record) -> Record | str:
    """The record that a page is, or what it is instead."""
    if isinstance(page, Record):
        return page
    found = page_record(page.body, page.limits, page.url or None, page.charset)
    if found.reason:
        return "page without an article's text" if found.reason == NO_TEXT else found._replace(line=page.number)
    columns = {"id": named(page.url) or None, **found.columns, "captured": page.captured}
    return found._replace(line=page.number, columns=columns)


def _told(left_out: Counter[str]) -> Iterator[Record]:
    """What was left out, the most first, in one record."""
    if left_out:
        parts = [f"{count:,} × {kind}" for kind, count in left_out.most_common(KINDS_TOLD)]
        if others := left_out.total() - sum(count for _, count in left_out.most_common(KINDS_TOLD)):
            parts.append(f"{others:,} × others")
        yield Record(None, reason=f"no article: {', '.join(parts)}", kind="noted")


class _Stream:
    """The bytes of an archive, taken from the front: those of a piece, from `_at` on, are not taken yet."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = b""
        self._at = 0
        self.lost = False  # whether there are bytes before the record that comes next which belong to none

    def _more(self) -> bool:
        piece = next(self._pieces, b"")
        self._held = self._held[self._at :] + piece
        self._at = 0
        return bool(piece)

    @property
    def _left(self) -> int:
        return len(self._held) - self._at

    def to_next(self) -> bool:
        """Go to where the next record begins; False at the end."""
        self.lost = False
        while True:
            self._at = _BREAKS.match(self._held, self._at).end()  # type: ignore[union-attr]  # it matches nothing, too
            found = _BEGINS.match(self._held, self._at) or _FOLLOWS.search(self._held, self._at)
            # the last line may be the beginning of a record, if it is not too long
            line = len(self._held) if self._left > HEAD else max(self._held.rfind(b"\n") + 1, self._at)
            place = found.start() if found else line
            self.lost |= place > self._at
            self._at = place
            if found:
                return True
            if not self._more():
                if self.lost or self._left:
                    raise UnreadableError("damaged: the bytes at the end are no record")
                return False

    def head(self) -> bytes:
        """The header of a record."""
        while not (end := _BLANK.search(self._held, self._at)):
            if self._left > HEAD:
                raise UnreadableError("damaged: a record's header has no end")
            if not self._more():
                raise UnreadableError(CUT)
        head, self._at = self._held[self._at : end.start()], end.end()
        return head

    def take(self, length: int) -> bytes:
        """The next bytes."""
        parts = [self._held[self._at : self._at + length]]
        missing = length - len(parts[0])
        self._at += len(parts[0])
        while missing:
            if not self._more():
                raise UnreadableError(CUT)
            parts.append(self._held[:missing])
            self._at = len(parts[-1])
            missing -= self._at
        return b"".join(parts)

    def skip(self, length: int) -> None:
        """Pass over the next bytes."""
        while length > self._left:
            length -= self._left
            self._at = len(self._held)
            if not self._more():
                raise UnreadableError(CUT)
        self._at += length


def _fields(head: bytes) -> dict[str, str]:
    """The fields of a header by their names in small letters; the first line is none."""
    lines = head.decode("utf-8", "replace").replace("\r\n ", " ").replace("\r\n\t", " ").splitlines()
    pairs = (line.partition(":") for line in lines[1:])
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _page(number: int, kind: str, header: Mapping[str, str], block: bytes, limits: Limits) -> _Fetched | str:
    """The page in a record, or what is in it instead."""
    url = header.get("warc-target-uri", "").strip("<>")
    if kind == "response" and url.startswith(("http://", "https://")):
        response = _response(block, limits.record_bytes)
    else:
        response = _Response(header.get("content-type", ""), block)
    if isinstance(response, str):
        return response
    media = response.type.partition(";")[0].strip().lower()
    if media not in ("text/html", "application/xhtml+xml") and (media or not _MARKUP.match(response.body, 0, 4096)):
        return (media or "unknown type")[:60]
    said = _CHARSET.search(response.type)
    return _Fetched(number, url, said[1] if said else None, response.body, header.get("warc-date"), limits)


def named(url: str) -> str:
    """An address as a name: without the scheme, `www.` and what stands for a place in the page."""
    return url.partition("://")[2].removeprefix("www.").partition("#")[0].rstrip("/")


class _Response(NamedTuple):
    type: str
    body: bytes


def _response(block: bytes, limit: int) -> _Response | str:
    """What a server answered, unpacked; or why it is no page."""
    blank = _BLANK.search(block, 0, HEAD)
    head, body = (block[: blank.start()], block[blank.end() :]) if blank else (block, b"")
    status = head.partition(b"\n")[0].split()[1:2]
    if not head.startswith(b"HTTP/") or not status:
        return "response that is not HTTP"
    if not status[0].startswith(b"2"):
        return f"status {status[0].decode('ascii', 'replace')[:3]}"
    fields = _fields(head)
    if "chunked" in fields.get("transfer-encoding", "").lower():
        body = _joined(body)
    return _Response(fields.get("content-type", ""), body) if not body else _plain(fields, body, limit)


def _plain(fields: Mapping[str, str], body: bytes, limit: int) -> _Response | str:
    """The body without its packing; crawlers often leave the field that tells it when they take the packing off."""
    packed = fields.get("content-encoding", "").lower()
    if packed in ("gzip", "x-gzip") and body.startswith(b"\x1f\x8b"):
        unpacker = zlib.decompressobj(31)
    elif packed == "deflate" and not _MARKUP.match(body, 0, 4096):
        unpacker = zlib.decompressobj(15 if body[0] & 15 == 8 else -15)
    elif packed in ("br", "zstd") and not _MARKUP.match(body, 0, 4096):
        return f"packed with {packed}"
    else:
        return _Response(fields.get("content-type", ""), body)
    try:
        body = unpacker.decompress(body, limit + 1)
    except zlib.error:
        return "damaged page"
    return _Response(fields.get("content-type", ""), body) if len(body) <= limit else "page over the limit"


def _joined(body: bytes) -> bytes:
    """A body that was sent in chunks; as it is if it was put together already."""
    parts: list[bytes] = []
    at = 0
    while (end := body.find(b"\n", at, at + 1024)) > 0:
        try:
            size = int(body[at:end].partition(b";")[0], 16)
        except ValueError:
            break
        if size <= 0:
            return b"".join(parts)
        parts.append(body[end + 1 : end + 1 + size])
        at = end + 1 + size + (2 if body[end + 1 + size : end + 3 + size] == b"\r\n" else 1)
    return b"".join(parts) if parts else body
