"""What is known of every article of an archive by its number, as columns: outlet, fingerprints, rank and time.

The rank orders articles in a way that does not depend on when they came: of two articles the one with the lower rank is
the first of a pair. It is made of the id and the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

UNKNOWN = -(2**63)  # minutes, where the time of publication is not known
_COLUMNS = (("outlets", "<i4"), ("prints", "<i4"), ("ranks", "<u8"), ("minutes", "<i8"))


class Register:
    """Columns by article number. There is room for more behind them, so that a batch can be added without a copy."""

    def __init__(self) -> None:
        self._columns: dict[str, NDArray[Any]] = {name: np.empty(0, kind) for name, kind in _COLUMNS}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def outlets(self) -> NDArray[np.int32]:
        """The outlet's number, -1 where it is not known."""
        return self._columns["outlets"][: self._size]

    @property
    def prints(self) -> NDArray[np.int32]:
        """How many fingerprints."""
        return self._columns["prints"][: self._size]

    @property
    def ranks(self) -> NDArray[np.uint64]:
        """The order of articles that does not depend on when they came."""
        return self._columns["ranks"][: self._size]

    @property
    def minutes(self) -> NDArray[np.int64]:
        """Minutes since 1970, UTC where no zone is given; `UNKNOWN` where there is no time."""
        return self._columns["minutes"][: self._size]

    @classmethod
    def of_columns(
        cls,
        outlets: NDArray[np.int32],
        prints: NDArray[np.int32],
        ranks: NDArray[np.uint64],
        minutes: NDArray[np.int64],
    ) -> Register:
        """From columns of one length."""
        made = cls()
        made._columns = {"outlets": outlets, "prints": prints, "ranks": ranks, "minutes": minutes}
        made._size = len(outlets)
        return made

    @classmethod
    def of(cls, rows: Iterable[tuple[bytes, ...]]) -> Register:
        """From the batches' columns, as they are kept."""
        parts = list(rows)
        columns = (
            np.frombuffer(b"".join(part[number] for part in parts), kind) for number, (_, kind) in enumerate(_COLUMNS)
        )
        return cls.of_columns(*columns)

    def bytes(self) -> tuple[bytes, ...]:
        """As they are kept."""
        return tuple(self._columns[name][: self._size].astype(kind).tobytes() for name, kind in _COLUMNS)

    def extend(self, other: Register) -> None:
        """Add the columns of the articles that come next."""
        size = self._size + len(other)
        for name, kind in _COLUMNS:
            if len(self._columns[name]) < size or not self._columns[name].flags.writeable:
                grown = np.empty(size + size // 4, kind)
                grown[: self._size] = self._columns[name][: self._size]
                self._columns[name] = grown
            self._columns[name][self._size : size] = getattr(other, name)
        self._size = size


def minutes_of(published: str | date | datetime | None) -> int:
    """Minutes since 1970, of a day its noon; `UNKNOWN` where it is no time."""
    if isinstance(published, datetime):
        known = published if published.tzinfo else published.replace(tzinfo=UTC)
        return int((known - _EPOCH).total_seconds() // 60)
    if isinstance(published, date):
        return (published.toordinal() - _EPOCH.toordinal()) * 1440 + 720
    return UNKNOWN


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
