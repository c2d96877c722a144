"""What is known of every article of an archive by its number, as columns: outlet, fingerprints, rank and time; and what
nearly equal texts have in common.

The rank orders articles in a way that does not depend on when they came: of two articles the one with the lower rank is
the first of a pair. It is made of the id and the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from lineage.archive.reprints import VALUES

UNKNOWN = -(2**63)  # minutes, where the time of publication is not known


class Columns:
    """Columns by article number. There is room for more behind them, so that a batch can be added without a copy."""

    TABLE: ClassVar[str]  # of the catalogue, with a row for each batch, of which these are the last columns
    KINDS: ClassVar[Mapping[str, str]]  # of the columns, by name

    def __init__(self, **columns: NDArray[Any]) -> None:
        self._columns = columns or {name: np.empty(0, kind) for name, kind in self.KINDS.items()}
        self._size = min(map(len, self._columns.values()))

    def __len__(self) -> int:
        return self._size

    def column(self, name: str) -> NDArray[Any]:
        """One of them."""
        return self._columns[name][: self._size]

    @classmethod
    def of(cls, rows: Iterable[tuple[Any, ...]]) -> Self:
        """From the batches' rows, as they are kept."""
        parts = [row[-len(cls.KINDS) :] for row in rows]
        kinds = enumerate(cls.KINDS.items())
        return cls(**{name: np.frombuffer(b"".join(part[at] for part in parts), kind) for at, (name, kind) in kinds})

    def bytes(self) -> tuple[bytes, ...]:
        """As they are kept."""
        return tuple(self.column(name).astype(kind).tobytes() for name, kind in self.KINDS.items())

    def extend(self, other: Self) -> None:
        """Add the columns of the articles that come next."""
        size = self._size + len(other)
        for name, kind in self.KINDS.items():
            if len(self._columns[name]) < size or not self._columns[name].flags.writeable:
                grown = np.empty(size + size // 4, kind)
                grown[: self._size] = self.column(name)
                self._columns[name] = grown
            self._columns[name][self._size : size] = other.column(name)
        self._size = size


class Register(Columns):
    """What everybody reads who looks something up."""

    TABLE = "batches"
    KINDS: ClassVar = {"outlets": "<i4", "prints": "<i4", "ranks": "<u8", "minutes": "<i8"}

    @property
    def outlets(self) -> NDArray[np.int32]:
        """The outlet's number, -1 where it is not known."""
        return self.column("outlets")

    @property
    def prints(self) -> NDArray[np.int32]:
        """How many fingerprints."""
        return self.column("prints")

    @property
    def ranks(self) -> NDArray[np.uint64]:
        """The order of articles that does not depend on when they came."""
        return self.column("ranks")

    @property
    def minutes(self) -> NDArray[np.int64]:
        """Minutes since 1970, UTC where no zone is given; `UNKNOWN` where there is no time."""
        return self.column("minutes")


class Signatures(Columns):
    """What tells near copies (`lineage.archive.reprints`): read by who adds articles only."""

    TABLE = "signatures"
    KINDS: ClassVar = {"values": f"V{VALUES}"}

    @classmethod
    def of_values(cls, values: NDArray[np.uint8]) -> Self:
        """From rows of `VALUES`."""
        return cls(values=np.ascontiguousarray(values).reshape(-1).view(cls.KINDS["values"]))

    @property
    def values(self) -> NDArray[np.uint8]:
        """A row of `VALUES` for each article."""
        return self.column("values").view(np.uint8).reshape(-1, VALUES)


class Blocks(Columns):
    """Where the blocks of compressed texts stand in their file (`lineage.archive.texts`), by block."""

    TABLE = "texts"
    # the first article of each and how many there are, the first byte and how many there are
    KINDS: ClassVar = {"firsts": "<u4", "counts": "<u4", "places": "<u8", "sizes": "<u4"}

    @classmethod
    def of_blocks(cls, first: int, place: int, blocks: Sequence[tuple[int, bytes]]) -> Self:
        """Of blocks that stand one behind another from `place` on, the first text being that of the article `first`."""
        counts, sizes = [count for count, _ in blocks], [len(kept) for _, kept in blocks]
        return cls(
            firsts=np.array([first, *counts[:-1]], np.uint64).cumsum().astype(np.uint32)[: len(blocks)],
            counts=np.array(counts, np.uint32),
            places=np.array([place, *sizes[:-1]], np.uint64).cumsum()[: len(blocks)],
            sizes=np.array(sizes, np.uint32),
        )

    @property
    def articles(self) -> int:
        """How many articles they hold."""
        return self._end("firsts", "counts")

    @property
    def bytes_held(self) -> int:
        """The byte behind the last."""
        return self._end("places", "sizes")

    def _end(self, begin: str, size: str) -> int:
        return int(self.column(begin)[-1]) + int(self.column(size)[-1]) if len(self) else 0

    def holding(self, articles: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        """Of each of some articles the first one in its block, and the block's place and size."""
        at = np.searchsorted(self.column("firsts"), np.array(articles, np.uint32), "right") - 1
        columns = (self.column(name)[at].tolist() for name in ("firsts", "places", "sizes"))
        return zip(*columns, strict=True)


def minutes_of(published: str | date | datetime | None) -> int:
    """Minutes since 1970, of a day its noon; `UNKNOWN` where it is no time."""
    if isinstance(published, datetime):
        known = published if published.tzinfo else published.replace(tzinfo=UTC)
        return int((known - _EPOCH).total_seconds() // 60)
    if isinstance(published, date):
        return (published.toordinal() - _EPOCH.toordinal()) * 1440 + 720
    return UNKNOWN


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
