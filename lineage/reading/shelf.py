"""Articles that can be taken again by number: as they are given, from Arrow's columns, or kept in a temporary file."""

from __future__ import annotations

import os
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from lineage.article import Article, each
from lineage.errors import UsageError

_BEHIND = np.zeros(64, np.uint8)  # what must follow the last text of a buffer


class Arrow(Protocol):
    """A table, batch, column or frame that speaks Arrow's C protocol, as those of pyarrow, polars and pandas do."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...


class ArrowArray(Protocol):
    """The same of a single piece, as a record batch or an array."""

    def __arrow_c_array__(self, requested_schema: object = None) -> object: ...


Articles = Iterable[Article] | Arrow | ArrowArray


def shelved(articles: Articles) -> Shelf | Sequence[Article]:
    """The articles, so that each can be looked up again.

    A sequence stays as it is. What comes in Arrow's columns needs `id` and `text`; `outlet` is used if it is there. A
    column of texts alone has the rows' numbers for ids, from 0. Anything else is read once, and its texts are kept in
    a temporary file.
    """
    if hasattr(articles, "__arrow_c_stream__") or hasattr(articles, "__arrow_c_array__"):
        return Columns(_tabled(articles))
    if isinstance(articles, Sequence) and not isinstance(articles, str | bytes):
        return articles
    return Spool(each(articles))


def _tabled(articles: Any) -> Any:
    """A table or record batch of pyarrow's."""
    try:
        import pyarrow
    except ImportError:
        raise UsageError("articles in Arrow's columns need pyarrow: pip install 'news-lineage[tables]'") from None
    if isinstance(articles, pyarrow.Table | pyarrow.RecordBatch):
        return articles
    column = articles
    if not isinstance(articles, pyarrow.Array | pyarrow.ChunkedArray):
        read = pyarrow.chunked_array if hasattr(articles, "__arrow_c_stream__") else pyarrow.array
        column = read(articles)
    if pyarrow.types.is_struct(column.type):
        return pyarrow.Table.from_struct_array(column)
    return pyarrow.table({"id": [str(number) for number in range(len(column))], "text": column})


class Shelf(Sequence[Article]):
    """Articles by number. Only id, text and outlet are kept."""

    def _article(self, at: int) -> Article:
        raise NotImplementedError

    @overload
    def __getitem__(self, at: int) -> Article: ...
    @overload
    def __getitem__(self, at: slice) -> list[Article]: ...
    def __getitem__(self, at: int | slice) -> Article | list[Article]:
        if isinstance(at, slice):
            return [self._article(i) for i in range(*at.indices(len(self)))]
        return self._article(range(len(self))[at])


class Columns(Shelf):
    """The rows of an Arrow table. Values become Python's one at a time; the columns are not copied, except where texts
    are neither `string` nor `large_string`, or some are null.
    """

    def __init__(self, table: Any) -> None:
        names = table.schema.names
        if missing := {"id", "text"} - set(names):
            raise UsageError(f"the table has no column {' and no column '.join(sorted(missing))}; it has {names}")
        self._size: int = table.num_rows
        self._columns = [table.column(name) if name in names else None for name in ("id", "text", "outlet")]
        self._columns[1] = _texts(self._columns[1])
        if nameless := table.column("id").null_count:
            raise UsageError(f"the column id has no value in {nameless:,} rows; every article needs an id of its own")

    def __len__(self) -> int:
        return self._size

    def _article(self, at: int) -> Article:
        name, text, outlet = (None if column is None else column[at].as_py() for column in self._columns)
        return Article(id=str(name), text=text or "", outlet=outlet)

    def labels(self) -> Iterator[tuple[str, str | None]]:
        """Every row's id and outlet."""
        ids, _, outlets = self._columns
        names = map(str, ids.to_pylist())  # type: ignore[union-attr]
        return zip(names, [None] * self._size if outlets is None else outlets.to_pylist(), strict=True)

    def encoded(self, size: int) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.int64]]]:
        """The texts as they lie in the column, UTF-8, about `size` bytes at a time: a buffer, which goes on for 64 or
        more, and where in it each text begins, with the end of the last. Raises `UsageError` for what is no UTF-8.
        """
        column: Any = self._columns[1]
        for chunk in getattr(column, "chunks", [column]):
            data, bounds = _buffer(chunk)
            low = 0
            while low < len(chunk):
                high = int(np.searchsorted(bounds[:-1], bounds[low] + size))
                own = bounds[low : max(high, low + 1) + 1]
                if own[-1] + len(_BEHIND) <= len(data):
                    yield data, own
                else:
                    yield np.concatenate([data[own[0] : own[-1]], _BEHIND]), own - own[0]
                low += len(own) - 1


def _texts(column: Any) -> Any:
    """A column of texts; UTF-8 in a column of bytes is taken for text. Raises `UsageError` for what is neither."""
    kind = str(getattr(column.type, "value_type", column.type))  # a dictionary's, or its own
    if "binary" in kind:
        try:
            return column.cast("large_binary").cast("large_string")
        except ValueError as error:  # Arrow's errors are such
            raise UsageError(f"the column text cannot be read as text: {error}") from None
    if kind not in ("string", "large_string", "string_view", "null"):
        raise UsageError(f"the column text holds {kind}, not text")
    return column


def _buffer(chunk: Any) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The bytes of an array of texts, and the bounds of each."""
    try:
        if str(chunk.type) not in ("string", "large_string"):
            chunk = chunk.cast("large_string")
        if chunk.null_count:
            chunk = chunk.fill_null("")
        chunk.validate(full=True)  # what is no UTF-8 would lead the kernel astray
    except ValueError as error:  # Arrow's errors are such
        raise UsageError(f"the column text cannot be read as text: {error}") from None
    if not len(chunk):
        return _BEHIND, np.zeros(1, np.int64)
    _, offsets, data = chunk.buffers()
    kind = np.dtype(np.int32 if str(chunk.type) == "string" else np.int64)
    bounds = np.frombuffer(offsets, kind, len(chunk) + 1, chunk.offset * kind.itemsize).astype(np.int64)
    return np.frombuffer(data or b"", np.uint8), bounds


class Spool(Shelf):
    """Articles from an iterable, which are read when it is first iterated; then they come from a temporary file."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._coming: Iterator[Article] | None = iter(articles)
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 closed with the spool
        self._flushed = 0
        self._ends = array("q", [0])
        self._ids: list[str] = []
        self._outlets: list[str | None] = []
        self._names: dict[str, str] = {}

    def __del__(self) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Article]:
        coming, self._coming = self._coming, None
        if coming is None:
            yield from (self._article(at) for at in range(len(self)))
            return
        for article in coming:
            written = self._file.write(article.text.encode("utf-8", "surrogatepass"))
            self._ends.append(self._ends[-1] + written)
            self._ids.append(article.id)
            name = article.outlet
            self._outlets.append(None if name is None else self._names.setdefault(name, name))
            yield article

    def _article(self, at: int) -> Article:
        first, last = self._ends[at], self._ends[at + 1]
        if last > self._flushed:
            self._file.flush()
            self._flushed = self._ends[-1]
        # not through a memory map, whose pages would count as this process's memory
        text = os.pread(self._file.fileno(), last - first, first).decode("utf-8", "surrogatepass")
        return Article(id=self._ids[at], text=text, outlet=self._outlets[at])
