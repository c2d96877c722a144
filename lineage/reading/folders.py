"""The articles of a folder: its index, if it has one, then its other files and folders by name."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from lineage.model import Article
from lineage.reading.fields import Record, given
from lineage.reading.files import Reader, plain
from lineage.reading.formats import format_of, stem
from lineage.reading.packed import SUFFIXES, UnreadableError

INDEX = tuple(f"articles.jsonl{suffix}" for suffix in ("", *SUFFIXES))  # a folder's own list of its articles


def folder_articles(reader: Reader, folder: Path) -> Iterator[Article]:
    """The articles of a folder and of those in it. A file that an index names is not read again by itself.

    Hidden entries are left alone; files of other kinds, and links to folders (which may lead in circles), are noted.
    """
    named: set[str] = set()
    waiting = [folder]  # paths still to be read, the next one last
    while waiting:
        path = waiting.pop()
        try:
            mode = path.stat().st_mode
            entries = _entries(path) if stat.S_ISDIR(mode) and (path == folder or not path.is_symlink()) else None
        except OSError as error:
            reader.skip(str(path), plain(error))
            continue
        if entries is not None:
            index = next((path / name for name in INDEX if path / name in entries), None)
            if index is not None:
                yield from _indexed(reader, path, index, named)
            waiting.extend(entry for entry in reversed(entries) if entry.name not in INDEX)
            for spare in entries:
                if spare.name in INDEX and spare != index:
                    reader.skip(str(spare), f"not read; {index.name if index else ''} stands for it", kind="noted")
        elif stat.S_ISDIR(mode):
            reader.skip(str(path), "a link to a folder; not followed", kind="noted")
        elif not stat.S_ISREG(mode):
            reader.skip(str(path), "of another kind; not read", kind="noted")
        elif not named or os.path.realpath(path) not in named:
            yield from reader.file(path, asked=False)


def _entries(folder: Path) -> list[Path]:
    return sorted((entry for entry in folder.iterdir() if not entry.name.startswith(".")), key=lambda path: path.name)


def _indexed(reader: Reader, folder: Path, index: Path, named: set[str]) -> Iterator[Article]:
    """The articles of an index; the files that it names join `named`."""
    inside = os.path.realpath(folder) + os.sep

    def complete(record: Record) -> Record:
        """A record with the text of the file that it names."""
        name = record.columns.get("file")
        if not isinstance(name, str) or not name:
            return record
        try:
            place = os.path.realpath(folder / name)
        except (OSError, ValueError):  # too long, or with a NUL
            return _without_file(reader, record, "which is no file's name")
        if not place.startswith(inside):
            return _without_file(reader, record, "which is outside the folder")
        named.add(place)
        if given(record.columns, reader.mapping)[0].get("text"):
            return record
        format = format_of(place)
        if format is None or not format.whole:
            return record._replace(reason=f"names {name[:200]!r}, which is no file of one article")
        try:
            return _with_text(reader, record, Path(place))
        except (UnreadableError, OSError) as error:
            return record._replace(reason=f"names {name[:200]!r}: {plain(error)}")

    return reader.file(index, complete)


def _without_file(reader: Reader, record: Record, why: str) -> Record:
    """The record as it is if it has a text of its own, else the reason why its file is not read."""
    if given(record.columns, reader.mapping)[0].get("text"):
        return record
    return record._replace(reason=f"names {record.columns['file'][:200]!r}, {why}")


def _with_text(reader: Reader, record: Record, path: Path) -> Record:
    """A record with the text of its file, and from the file's front matter what it does not say itself."""
    found = reader.whole(path)
    if found.reason:
        return record._replace(reason=f"names {record.columns['file'][:200]!r}: {found.reason}")
    if found.note:
        reader.skip(str(path), found.note, kind="noted")
    own, _ = given(record.columns, reader.mapping)
    inner, used = given(found.columns, {})
    others = {name: value for name, value in found.columns.items() if name not in used}
    added = {"id": stem(path), **inner, "text": found.columns["text"]}
    return record._replace(
        columns={
            **others,
            **record.columns,
            **{reader.mapping.get(field, field): value for field, value in added.items() if not own.get(field)},
        }
    )
