"""The formats that are read: one row each, by the suffix of a file's name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import PurePath
from typing import NamedTuple

from lineage.reading.fields import Record
from lineage.reading.packed import packing
from lineage.reading.source import Source

_MODULES = {"tables": ("pyarrow",), "web": ("trafilatura", "lxml_html_clean")}  # by the extra that installs them


class Format(NamedTuple):
    """How files are read. If they are `whole`, one is one article; if their columns are `named` by the user, his names
    for them count. `extra` is what must be installed besides. `reader` is a function of a module of this room, which is
    imported when such a file is there: some need a good part of the standard library.
    """

    suffixes: tuple[str, ...]
    reader: tuple[str, str]
    whole: bool = False
    named: bool = True
    extra: str | None = None

    def records(self, source: Source) -> Iterator[Record]:
        """The records of a file of this format."""
        module, name = self.reader
        found: Iterator[Record] = getattr(import_module(f"lineage.reading.{module}"), name)(source)
        return found

    @property
    def missing(self) -> str | None:
        """Why it cannot be read here."""
        there = self.extra is None or _installed(self.extra)
        return None if there else f"needs pip install 'news-lineage[{self.extra}]'"


@cache
def _installed(extra: str) -> bool:
    return all(find_spec(module) is not None for module in _MODULES[extra])


PAGES = (".html", ".htm", ".xhtml")
FORMATS = (
    Format((".txt", ".md"), ("texts", "plain_text"), whole=True, named=False),
    Format((".jsonl", ".ndjson"), ("json_lines", "json_lines")),
    Format((".json",), ("documents", "json_document")),
    Format((".csv",), ("tables", "comma_table")),
    Format((".tsv",), ("tables", "tab_table")),
    Format((".parquet",), ("arrow", "parquet"), extra="tables"),
    Format((".arrow", ".feather", ".ipc"), ("arrow", "arrow"), extra="tables"),
    Format((".docx",), ("office", "docx"), whole=True, named=False),
    Format((".odt",), ("office", "odt"), whole=True, named=False),
    Format(PAGES, ("pages", "page"), whole=True, named=False, extra="web"),
    Format((".warc",), ("warc", "warc"), named=False, extra="web"),
)
BUNDLES = (".zip", ".tar", ".tgz")  # files that hold others
_BY_SUFFIX = {suffix: format for format in FORMATS for suffix in format.suffixes}
KINDS = tuple(_BY_SUFFIX)


def format_of(name: str) -> Format | None:
    """The format of a file by its name, None if it is of another kind."""
    return _BY_SUFFIX.get(_inner(name).suffix.lower())


def is_bundle(name: str) -> bool:
    """Whether a file of that name holds others."""
    path = PurePath(name.lower())
    return path.suffix in BUNDLES or (packing(name) is not None and path.with_suffix("").suffix == ".tar")


def stem(path: PurePath) -> str:
    """The name of a file without the suffixes that tell how to read it; of a page named index, its folder's."""
    inner = _inner(path.name)
    if inner.suffix.lower() in PAGES and inner.stem == "index":
        return path.parent.name or inner.stem
    return inner.stem if inner.suffix.lower() in _BY_SUFFIX else inner.name


def _inner(name: str) -> PurePath:
    """The name that a file has when it is unpacked."""
    path = PurePath(PurePath(name).name)
    return path.with_suffix("") if packing(name) else path
