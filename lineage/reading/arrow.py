"""Parquet and Arrow's own files (Feather among them): a row an article, some rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from lineage.reading.fields import NAMES, NOT_UTF8, Record
from lineage.reading.packed import UnreadableError, too_long
from lineage.reading.source import Source

ROWS = 64  # turned into Python's values at a time; a quarter of a megabyte of usual articles
BUFFER = 1 << 20  # bytes of a Parquet column read at a time
_OLD_FEATHER, _ARROW_FILE = b"FEA1", b"ARROW1"
_FIELDS = frozenset(chain.from_iterable(NAMES.values()))


class _Group(NamedTuple):
    """Rows that can be read, or not, by themselves: their record batches, how many they are if known, their bytes."""

    batches: Callable[[], Iterator[Any]]
    rows: int | None
    size: int


class _Unread(NamedTuple):
    """Stands for a value that cannot be had."""

    reason: str


def parquet(source: Source) -> Iterator[Record]:
    """The rows of a Parquet file, numbered from 1; a row group that is damaged costs itself."""
    import pyarrow
    from pyarrow.parquet import ParquetFile

    with source.seekable() as file:
        try:
            opened = ParquetFile(file, buffer_size=BUFFER, pre_buffer=False)
            groups = [
                _Group(partial(opened.iter_batches, ROWS, [index], use_threads=False), part.num_rows, _packed(part))
                for index, part in enumerate(map(opened.metadata.row_group, range(opened.num_row_groups)))
            ]
            schema = opened.schema_arrow
        except (pyarrow.ArrowException, OSError) as error:
            raise UnreadableError(_damaged("no Parquet file", error)) from None
        yield from _rows(source, schema, groups)


def _packed(part: Any) -> int:
    return sum(part.column(index).total_compressed_size for index in range(part.num_columns))


def arrow(source: Source) -> Iterator[Record]:
    """The rows of an Arrow file or stream, numbered from 1; a batch of a file that is damaged costs itself."""
    import pyarrow

    with source.seekable() as file:
        begins = file.read(len(_ARROW_FILE))
        size = file.seek(0, 2)
        file.seek(0)
        if begins.startswith(_OLD_FEATHER):
            raise UnreadableError("Feather of the first version, which nobody reads any more; write the table anew")
        try:
            if begins == _ARROW_FILE:
                opened = pyarrow.ipc.open_file(file)
                count = opened.num_record_batches
                groups = [_Group(partial(_batch, opened, index), None, size // count) for index in range(count)]
            else:
                opened = pyarrow.ipc.open_stream(file)
                groups = [_Group(partial(iter, opened), None, size)]
        except (pyarrow.ArrowException, OSError) as error:
            raise UnreadableError(_damaged("no Arrow file", error)) from None
        yield from _rows(source, opened.schema, groups)


def _batch(opened: Any, index: int) -> Iterator[Any]:
    yield opened.get_batch(index)


def _rows(source: Source, schema: Any, groups: list[_Group]) -> Iterator[Record]:
    """The rows of groups one after another; what could not be read of a group is told, and counted as far as known."""
    import pyarrow

    columns, left_out = _columns(schema, source.mapping)
    if left_out:
        yield Record(None, reason=f"bytes in {', '.join(left_out)[:200]}; not read", kind="noted")
    number = 0
    for group in groups:
        first = number
        try:
            for batch in group.batches():
                for low in range(0, batch.num_rows, ROWS):
                    for values in zip(*(_values(batch.column(at).slice(low, ROWS)) for at in columns), strict=True):
                        number += 1
                        yield _record(number, dict(zip(columns.values(), values, strict=True)), source.limit)
        except (pyarrow.ArrowException, OSError) as error:
            last = "the rest" if group.rows is None else f"the {first + group.rows - number:,} rows from here on"
            yield Record(number + 1, reason=_damaged(f"{last} cannot be read", error))
            number = first + (group.rows or number - first)
        source.told(group.size)


def _columns(schema: Any, mapping: Mapping[str, str]) -> tuple[dict[int, str], list[str]]:
    """Number and name of each column to read, and the names of others: of bytes only those that may hold text."""
    columns: dict[int, str] = {}
    left_out = []
    for at, (name, kind) in enumerate(zip(schema.names, map(str, schema.types), strict=True)):
        if "binary" in kind and name not in mapping.values() and name.strip().casefold() not in _FIELDS:
            left_out.append(name)
        else:
            columns[at] = name
    return columns, left_out


def _values(column: Any) -> list[Any]:
    """The values of a column, in Python's types; times to the microsecond."""
    import pyarrow

    if pyarrow.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pyarrow.timestamp("us", column.type.tz), safe=False)
    try:
        values: list[Any] = column.to_pylist()
        return values
    except (pyarrow.ArrowException, ValueError, OverflowError):
        return [_value(value) for value in column]


def _value(value: Any) -> Any:
    try:
        return value.as_py()
    except UnicodeDecodeError:
        return _Unread(NOT_UTF8)
    except Exception as error:  # pyarrow's own, ValueError, OverflowError, and whatever a time zone's table says
        return _Unread(f"a value cannot be read ({_first_line(error)})")


def _record(number: int, columns: dict[str, Any], limit: int) -> Record:
    size = 0
    for name, value in columns.items():
        if isinstance(value, bytes):
            try:
                columns[name] = value.decode()
            except UnicodeDecodeError:
                return Record(number, reason=NOT_UTF8)
        if isinstance(value, _Unread):
            return Record(number, reason=value.reason)
        size += len(value) if isinstance(value, str | bytes) else 0
    return Record(number, columns) if size <= limit else Record(number, reason=too_long(limit))


def _damaged(what: str, error: Exception) -> str:
    return f"damaged: {what} ({_first_line(error)})"


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
