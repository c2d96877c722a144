"""Clocks: what the time stamps of a story's articles say about when they appeared."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from random import Random
from typing import Final, Literal

ClockKind = Literal["none", "day", "coarse", "noisy", "edited", "lying", "good"]
Clocks = Literal["none", "day", "coarse", "noisy", "edited", "lying", "good", "mixed"]
KINDS: Final[tuple[ClockKind, ...]] = ("none", "day", "coarse", "noisy", "edited", "lying", "good")
MIXED_ODDS: Final = (0.2, 0.2, 0.1, 0.15, 0.15, 0.08, 0.12)  # what collections have: few good clocks

FAST_SHARE, FAST = 0.25, 4.0  # a quarter of copies appears within four minutes (Cagé and others 2017)
MEDIAN_DELAY, DELAY_SPREAD = 55.0, 1.3  # minutes, and of the logarithm, of the others
NOISE = 45.0  # minutes, standard deviation of a noisy clock
EDITED_SHARE = 0.4  # of articles on clocks of the edited kind bear the time of a later edit
LYING_SHARE = 0.35  # of articles on lying clocks have a stamp from nowhere
STEPS: Final = (15, 30, 60)  # minutes of a coarse clock


def delay(rng: Random) -> float:
    """Minutes from a text to a copy of it."""
    if rng.random() < FAST_SHARE:
        return 0.4 + rng.random() * (FAST - 0.4)
    return 4.0 + MEDIAN_DELAY * rng.lognormvariate(0.0, DELAY_SPREAD)


def clock_kind(rng: Random, clocks: str) -> ClockKind:
    """The kind of clock of a story. Raises ValueError for a kind that does not exist."""
    if clocks == "mixed":
        return rng.choices(KINDS, MIXED_ODDS)[0]
    for kind in KINDS:
        if kind == clocks:
            return kind
    raise ValueError(f"no clocks of the kind {clocks!r}; there are {', '.join(KINDS)} and mixed")


def stamp(
    rng: Random, kind: ClockKind, when: datetime, edited: datetime | None, zone: int, zoned: bool, step: int
) -> datetime | date | None:
    """What an outlet's clock says of an article that appeared at `when` (UTC) and was `edited` later or not.

    `zone` is the outlet's offset in minutes; a coarse or noisy clock may leave it out (`zoned` False). `step` is the
    coarse clock's, in minutes.
    """
    if kind == "none":
        return None
    if kind == "noisy":
        when += timedelta(minutes=rng.gauss(0.0, NOISE))
    elif kind == "edited" and edited is not None:
        when = edited
    elif kind == "lying" and rng.random() < LYING_SHARE:
        when += timedelta(minutes=rng.uniform(-2880, 2880))
    local = when.astimezone(timezone(timedelta(minutes=zone))).replace(microsecond=0)
    if kind == "day":
        return local.date()
    if kind == "coarse":
        local = local.replace(minute=local.minute - local.minute % step, second=0)
    return local if zoned or kind not in ("coarse", "noisy") else local.replace(tzinfo=None)
