"""Word and OpenDocument texts: both are zip files of XML, of which the paragraphs count and nothing of their looks."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from xml.etree.ElementTree import ParseError, XMLParser
from zipfile import BadZipFile, ZipFile

from lineage.reading.fields import Record
from lineage.reading.packed import UnreadableError, too_long
from lineage.reading.source import Source
from lineage.reading.texts import front_matter


class _Kind(NamedTuple):
    """Where a kind of document has its text, and the tags that matter; characters count within `runs`."""

    content: str
    about: str
    paragraphs: frozenset[str]
    runs: frozenset[str]
    marks: Mapping[str, str]  # what stands for a character
    skipped: frozenset[str]


def _named(*spaces: str) -> tuple[str, ...]:
    return tuple(f"{{{space}}}" for space in spaces)


_WORD = _named(
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",  # ISO 29500, strict
)
_TEXT, _OFFICE, _DUBLIN, _MARKUP = _named(
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "http://purl.org/dc/elements/1.1/",
    "http://schemas.openxmlformats.org/markup-compatibility/2006",
)
_WORDS = _Kind(
    "word/document.xml",
    "docProps/core.xml",
    frozenset(f"{word}p" for word in _WORD),
    frozenset(f"{word}t" for word in _WORD),
    {f"{word}{tag}": mark for word in _WORD for tag, mark in (("tab", "\t"), ("br", "\n"), ("noBreakHyphen", "-"))},
    frozenset((f"{_MARKUP}Fallback", *(f"{word}pPr" for word in _WORD))),  # a fallback says the same again
)
_OPEN = _Kind(
    "content.xml",
    "meta.xml",
    frozenset((f"{_TEXT}p", f"{_TEXT}h")),
    frozenset((f"{_TEXT}p", f"{_TEXT}h")),
    {f"{_TEXT}s": " ", f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"},
    frozenset((f"{_TEXT}tracked-changes", f"{_TEXT}note", f"{_OFFICE}annotation")),
)
_TOLD = {f"{_DUBLIN}title": "title", f"{_DUBLIN}creator": "author"}


def docx(source: Source) -> Iterator[Record]:
    """The one record of a Word document; what was deleted in a revision is not in it."""
    yield _record(source, _WORDS)


def odt(source: Source) -> Iterator[Record]:
    """The one record of an OpenDocument text, without comments and footnotes."""
    yield _record(source, _OPEN)


def _record(source: Source, kind: _Kind) -> Record:
    """Front matter counts as in plain text, and goes before what the file's properties say."""
    told, text = _Properties(), _Paragraphs(kind)
    with source.seekable() as file:
        try:
            with ZipFile(file) as parts:
                _parse(parts, kind.content, text, source.limit)
                if kind.about in parts.namelist():
                    _parse(parts, kind.about, told, source.limit)
        except (BadZipFile, KeyError, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
            raise UnreadableError(f"damaged: it cannot be unpacked ({str(error)[:200]})") from None
        except ParseError as error:
            raise UnreadableError(f"damaged: broken XML ({error})") from None
    fields, body = front_matter("".join(text.parts).strip("\n"))
    return Record(None, {**told.found, **fields, "text": body})


def _parse(parts: ZipFile, name: str, target: _Target, limit: int) -> None:
    """Hand the XML of a part, which may be as long as a record, to a target."""
    with parts.open(name) as part:
        data = part.read(limit + 1)
    if len(data) > limit:
        raise UnreadableError(too_long(limit))
    parser = XMLParser(target=target)
    parser.feed(data)
    parser.close()


class _Target:
    """What a parser tells of XML as it reads, so that no tree is held, however deep."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def data(self, text: str) -> None:
        """Characters."""

    def doctype(self, *_: object) -> None:
        """No word processor writes one; with it come entities, which can be bombs."""
        raise UnreadableError("its XML has a document type, which no word processor writes")

    def close(self) -> None:
        """All is told."""


class _Properties(_Target):
    """What a document says of itself."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._name: str | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._name = _TOLD.get(tag)

    def end(self, tag: str) -> None:
        self._name = None

    def data(self, text: str) -> None:
        if self._name:
            self.found[self._name] = self.found.get(self._name, "") + text


class _Paragraphs(_Target):
    """The text of paragraphs, each ended by a line feed."""

    def __init__(self, kind: _Kind) -> None:
        self.parts: list[str] = []
        self._kind = kind
        self._running = self._skipping = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._skipping or tag in self._kind.skipped:
            self._skipping += 1
            return
        if tag in self._kind.paragraphs and self.parts and self.parts[-1] != "\n":
            self.parts.append("\n")
        self._running += tag in self._kind.runs
        if mark := self._kind.marks.get(tag):
            self.parts.append(mark)

    def end(self, tag: str) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        self._running -= tag in self._kind.runs
        if tag in self._kind.paragraphs:
            self.parts.append("\n")

    def data(self, text: str) -> None:
        if self._running and not self._skipping:
            self.parts.append(text)
