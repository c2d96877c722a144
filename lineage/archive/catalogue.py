"""The catalogue of an archive: one SQLite file, one writer at a time, any number of readers.

What is told in a row is guarded by the row's checksum, which is compared when the row is read; that no row is lost, by
the table's totals, which are compared when a whole table is read. Text is compressed with a checksum of its own.
"""

from __future__ import annotations

import errno
import fcntl
import marshal
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from operator import xor
from pathlib import Path
from typing import IO, Any

import xxhash

from lineage.errors import (
    ArchiveDamagedError,
    ArchiveError,
    ArchiveLockedError,
    ArchiveMismatchError,
    ArchiveWriteError,
)

FILE = "archive.db"
FORMAT = "7"  # of the catalogue; another one is refused
LOCK = "lock"
CACHE = -65_536  # KB of the catalogue that a connection may hold: the tree of a million articles takes 15 MB
WAIT = 5.0  # seconds that a reader waits where SQLite itself needs the file for a moment
FEW = 500  # values in one query: SQLite takes 999 at least

# the columns under each table's checksum, in the order in which they are written
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "articles": (
        "number", "name", "id", "digest", "outlet", "published", "title", "url", "author", "language", "guessed",
        "extra", "words", "run",
    ),
    "texts": ("first", "firsts", "counts", "places", "sizes"),
    "meta": ("key", "value"),
    "skipped": ("run", "file", "line", "record", "kind", "reason"),
    "outlets": ("number", "name"),
    "segments": ("name", "digest", "postings", "widest"),
    "batches": ("first", "count", "outlets", "prints", "ranks", "minutes"),
    "signatures": ("first", "count", "values"),
    "marked": ("key", "mark", "first"),
    "furniture": ("text", "holders", "article", "start", "end", "outlet"),
    "overlaps": ("a", "b", "narrated", "quoted", "a_in_b", "b_in_a", "kind", "passages"),
    "members": ("article", "story", "class"),
    "told": ("article", "names", "wires"),
    "stories": (
        "story", "title", "articles", "outlets", "first", "last", "origins", "origins_low", "origins_high", "inferred",
    ),
    "derivations": ("story", "child", "parent", "kind", "probability", "copied", "credited", "words", "reasons"),
    "sources": ("story", "source", "child", "name", "kind", "probability", "credited", "reasons"),
    "questions": ("story", "a", "b", "a_from_b", "b_from_a"),
}  # fmt: skip

_CHOSEN = {table: [f'{table}."{column}"' for column in (*columns, "sum")] for table, columns in COLUMNS.items()}

Row = tuple[Any, ...]

_NOTHING = bytearray()  # stands for NULL on the way into the database: `sqlite3` takes a microsecond to bind a None


def checksum(row: Row) -> int:
    """Of a row without its checksum, 63 bits (SQLite's whole numbers have a sign).

    Version 2 of how Python writes values tells kinds apart and has no references: the same values give the same bytes,
    in a third of the time that `repr` takes.
    """
    return xxhash.xxh3_64_intdigest(marshal.dumps(row, 2)) >> 1


def _checksum_of_columns(row: Row) -> int:
    """The same of a row with many bytes, which would take long to be written out."""
    return checksum(tuple(xxhash.xxh3_64_intdigest(value) if isinstance(value, bytes) else value for value in row))


_CHECKSUMS = dict.fromkeys(COLUMNS, checksum) | dict.fromkeys(("batches", "signatures", "texts"), _checksum_of_columns)


class Catalogue:
    """The tables of an archive. Each thread has a connection of its own."""

    def __init__(self, folder: Path, *, write: bool) -> None:
        self.folder, self.path = folder, folder / FILE
        self.write = write
        self._lock: IO[bytes] | None = None
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._empty: dict[str, set[str]] = {}  # columns that may be NULL, by table

    # ---- opening -------------------------------------------------------------------------------------------------

    @classmethod
    def open(cls, folder: Path, *, write: bool, made_with: Mapping[str, str]) -> Catalogue:
        """Open an archive, and make one if there is none and it is to be written to.

        `made_with` are settings that it must have been made with, or will be.
        """
        made = cls(folder, write=write)
        try:
            if write:
                made._claim()
            if not made.path.exists():
                if not write:
                    raise ArchiveError(f"{folder}: there is no archive; lineage scan --archive {folder} makes one")
                made._create(made_with)
            made._compare(made_with)
        except BaseException:
            made.close()
            raise
        return made

    def _claim(self) -> None:
        """Become the one writer, or raise at once."""
        with told(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = open(self.folder / LOCK, "ab")  # noqa: SIM115
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveLockedError(
                f"{self.folder}: another process is writing to this archive; wait until it has ended"
            ) from None

    def _create(self, made_with: Mapping[str, str]) -> None:
        """An empty archive, whole or not at all: under another name first."""
        partial = self.path.with_name(f".{FILE}.new")
        with told(self.folder):
            for left in (partial, partial.with_name(f"{partial.name}-wal"), partial.with_name(f"{partial.name}-shm")):
                left.unlink(missing_ok=True)
            connection = sqlite3.connect(partial)
            try:
                # without a journal: nothing refers to the file yet, and what is in a log would not be renamed with it
                connection.executescript("PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; BEGIN;")
                connection.executescript(Path(__file__).with_name("schema.sql").read_text(encoding="utf-8"))
                rows = [(*row, checksum(row)) for row in {"format": FORMAT, **made_with}.items()]
                connection.executemany("INSERT INTO meta VALUES (?, ?, ?)", rows)
                totals = dict.fromkeys(COLUMNS, (0, 0)) | {"meta": (len(rows), _sums(row[-1] for row in rows))}
                connection.executemany("INSERT INTO totals VALUES (?, ?, ?)", ((t, *n) for t, n in totals.items()))
                connection.commit()
                connection.execute("PRAGMA journal_mode = WAL")
            finally:
                connection.close()
            os.replace(partial, self.path)

    def _compare(self, made_with: Mapping[str, str]) -> None:
        meta = self.meta()
        if meta.get("format") != FORMAT:
            has = meta.get("format", "of no")
            raise ArchiveMismatchError(
                f"{self.folder}: the archive has format {has}, this version reads format {FORMAT}; scan its input anew"
            )
        for key, value in made_with.items():
            if meta.get(key) != value:
                raise ArchiveMismatchError(
                    f"{self.folder}: the archive was made with {key} = {meta.get(key)}, this run has {key} = {value}; "
                    "use the same, or another folder"
                )

    def close(self) -> None:
        """Let go of the files and of the right to write."""
        with self._guard:
            for connection in self._all:
                connection.close()
            self._all.clear()
        self._local = threading.local()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    # ---- reading and writing -------------------------------------------------------------------------------------

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        held: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if held is None:
            with told(self.folder):
                mode = "rw" if self.write else "ro"
                uri = f"{self.path.absolute().as_uri()}?mode={mode}"
                held = sqlite3.connect(uri, uri=True, timeout=WAIT, check_same_thread=False, isolation_level=None)
                held.execute(f"PRAGMA cache_size = {CACHE}")
                if self.write:
                    held.execute("PRAGMA synchronous = NORMAL")
            self._local.connection = held
            with self._guard:
                self._all.append(held)
        return held

    def execute(self, query: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """A query, with the errors of the disk told as such."""
        with told(self.folder):
            return self.connection.execute(query, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is written inside is there as a whole afterwards, or not at all."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            with told(self.folder):
                self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise

    def write_all(self, query: str, rows: Iterable[Row]) -> None:
        """A query that writes, for each of some rows."""
        with told(self.folder):
            self.connection.executemany(query, rows)

    def insert(self, table: str, rows: Iterable[Row]) -> None:
        """Add rows with their checksums; of a known table, in the order of its `COLUMNS`."""
        columns = COLUMNS[table]
        empty = self._may_be_empty(table)
        marks = ", ".join("nullif(?, x'')" if column in empty else "?" for column in columns)
        sums: list[int] = []
        checksum = _CHECKSUMS[table]

        def summed() -> Iterator[Row]:
            for row in rows:
                sums.append(checksum(row))
                yield (*([_NOTHING if value is None else value for value in row] if empty else row), sums[-1])

        with told(self.folder):
            self.connection.executemany(
                f"INSERT INTO {table} ({', '.join(_quoted(columns))}, sum) VALUES ({marks}, ?)", summed()
            )
        self._count(table, len(sums), sums)

    def _may_be_empty(self, table: str) -> set[str]:
        """The columns of a table that may be NULL."""
        if table not in self._empty:
            told = self.execute(f"SELECT name FROM pragma_table_info('{table}') WHERE NOT \"notnull\" AND NOT pk")
            self._empty[table] = {name for (name,) in told}
        return self._empty[table]

    def delete(self, table: str, where: str = "", values: Sequence[Any] = ()) -> None:
        """Remove rows of a table that has checksums."""
        gone = [row[0] for row in self.execute(f"DELETE FROM {table} {where} RETURNING sum", values).fetchall()]
        self._count(table, -len(gone), gone)

    def _count(self, table: str, more: int, sums: Iterable[int]) -> None:
        """Keep a table's totals."""
        if more:
            change = _sums(sums)
            query = "UPDATE totals SET rows = rows + ?, sums = (sums | ?) - (sums & ?) WHERE name = ?"
            self.execute(query, (more, change, change, table))

    def rows(self, table: str, where: str = "", values: Sequence[Any] = ()) -> Iterator[Row]:
        """Rows of a table, each compared with its checksum. `where` may also order, and join rows one to one.

        Without `values` it is the whole table, and compared with its totals at the end.
        """
        totals = [] if values else [f"(SELECT {t} FROM totals WHERE totals.name = '{table}')" for t in ("rows", "sums")]
        cursor = self.execute(f"SELECT {', '.join([*_CHOSEN[table], *totals])} FROM {table} {where}", values)
        width, checksum = len(COLUMNS[table]), _CHECKSUMS[table]
        seen, sums, expected = 0, 0, (0, 0)
        with told(self.folder):
            for found in cursor:
                row, kept, expected = found[:width], found[width], found[width + 1 :]
                if checksum(row) != kept:
                    raise _damaged(self.folder, f"the row {row[0]!r} of {table} is not as it was written")
                seen, sums = seen + 1, sums ^ kept
                yield row
        if values:
            return
        if not seen:
            expected = self.execute(
                f"SELECT rows, sums FROM totals WHERE name = '{table}' AND NOT EXISTS (SELECT 1 FROM {table})"
            ).fetchone()
        if expected not in (None, (seen, sums)):
            raise _damaged(self.folder, f"rows of {table} are lost")

    def rows_in(self, table: str, column: str, values: Sequence[Any]) -> Iterator[Row]:
        """Rows with one of some values in a column."""
        for start in range(0, len(values), FEW):
            some = values[start : start + FEW]
            yield from self.rows(table, f"WHERE {column} IN ({', '.join('?' * len(some))})", some)

    def delete_in(self, table: str, column: str, values: Sequence[Any]) -> None:
        """Remove the rows with one of some values in a column."""
        for start in range(0, len(values), FEW):
            some = values[start : start + FEW]
            where = f"WHERE {column} IN ({', '.join('?' * len(some))})"
            if table in COLUMNS:
                self.delete(table, where, some)
            else:
                self.execute(f"DELETE FROM {table} {where}", some)

    def meta(self) -> dict[str, str]:
        """What the archive was made with, and how much it holds."""
        return dict(self.rows("meta"))

    def say(self, **values: object) -> None:
        """Keep values in `meta`."""
        self.delete_in("meta", "key", list(values))
        self.insert("meta", ((key, str(value)) for key, value in values.items()))

    def count(self, table: str, where: str = "") -> int:
        """How many rows a table has."""
        return int(self.execute(f"SELECT count(*) FROM {table} {where}").fetchone()[0])

    def changes(self) -> int:
        """A number that changes when another process has written to the archive."""
        return int(self.execute("PRAGMA data_version").fetchone()[0])


def _sums(sums: Iterable[int]) -> int:
    """Checksums of rows in one number: it does not depend on their order, and a row that goes takes its own away."""
    return reduce(xor, sums, 0)


def _quoted(columns: Iterable[str]) -> Iterator[str]:
    return (f'"{column}"' for column in columns)


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Errors of the disk and of SQLite, told in one line with the cure."""
    try:
        yield
    except sqlite3.OperationalError as error:
        said = str(error)
        if "full" in said or "disk I/O" in said or "readonly" in said or "unable to open" in said:
            raise ArchiveWriteError(
                f"{folder}: {said}; the archive is as it was before this batch: make room, then run the same again"
            ) from None
        if "malformed" in said or "decode" in said or "no such table" in said or "no such column" in said:
            raise _damaged(folder, said) from None
        raise ArchiveError(f"{folder}: {said}") from None
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # the latter of a message that quotes what is damaged
        raise _damaged(folder, str(error)) from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EIO, errno.EPERM):
            said = (error.strerror or str(error)).lower()
            raise ArchiveWriteError(
                f"{folder}: {said}; the archive is as it was before this batch: make room, then run the same again"
            ) from None
        raise


def _damaged(folder: Path, said: str) -> ArchiveDamagedError:
    return ArchiveDamagedError(f"{folder / FILE}: {said}; restore the archive from a backup, or scan the input again")
