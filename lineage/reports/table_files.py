"""Result tables as files: JSON lines, CSV or Parquet; all of them, or none."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import orjson

from lineage.errors import OutputExistsError, UsageError

Format = Literal["jsonl", "csv", "parquet"]
Row = Mapping[str, Any]
Columns = Mapping[str, type]
AT_ONCE = 50_000  # rows in a Parquet row group: some MB
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\0")


def write_tables(
    folder: Path,
    tables: Mapping[str, tuple[Columns, Callable[[], Iterable[Row]]]],
    kind: Format,
    *,
    force: bool = False,
    raw: bool = False,
) -> None:
    """Write each table to a file of its own in a folder that appears when all are written.

    Cells of CSV that a spreadsheet would take for a formula get a leading apostrophe unless `raw`. Raises
    `OutputExistsError` if there is something at the folder's place and no `force`.
    """
    if kind == "parquet":
        _pyarrow()
    refuse(folder, force)
    partial = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial.mkdir()
        for name, (columns, rows) in tables.items():
            _WRITERS[kind](partial / f"{name}.{kind}", columns, rows(), raw)
        if folder.is_dir():
            for path in partial.iterdir():
                os.replace(path, folder / path.name)
        else:
            os.replace(partial, folder)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {(error.strerror or str(error)).lower()}") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def refuse(folder: Path, force: bool) -> None:
    """Raise if the tables' folder would be overwritten."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is a file; the tables need a folder")
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise OutputExistsError(f"{folder} is not empty; --force writes the tables into it")


def _json_lines(path: Path, columns: Columns, rows: Iterable[Row], raw: bool) -> None:
    with path.open("wb") as file:
        for row in rows:
            file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))


def _csv(path: Path, columns: Columns, rows: Iterable[Row], raw: bool) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            writer.writerow(value if raw else _safe(value) for value in row.values())


def _safe(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(_RISKY):
        return f"'{value}"
    return value


def _parquet(path: Path, columns: Columns, rows: Iterable[Row], raw: bool) -> None:
    arrow, parquet = _pyarrow()
    kinds = {str: arrow.string(), int: arrow.int64(), float: arrow.float64(), bool: arrow.bool_()}
    schema = arrow.schema([(name, kinds[kind]) for name, kind in columns.items()])
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for some in _batched(rows):
            writer.write_table(arrow.Table.from_pylist(some, schema=schema))


def _batched(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while some := list(islice(iterator, AT_ONCE)):
        yield some


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise UsageError("Parquet needs pyarrow: pip install 'news-lineage[tables]', or use --format csv") from None
    return pyarrow, pyarrow.parquet


_WRITERS = {"jsonl": _json_lines, "csv": _csv, "parquet": _parquet}
