"""The ledger: reasons for and against one directed claim, in natural-log odds, that sum to its probability."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from lineage.descent.confidence import CEILING
from lineage.descent.trees import content
from lineage.model import DerivationKind, Reason


def logit(probability: float) -> float:
    """The natural-log odds of a probability strictly between 0 and 1."""
    return math.log(probability / (1 - probability))


def chance(odds: float) -> float:
    """The probability of log odds, never quite 0 or 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


class Ledger:
    """Rows whose weights, in nats, are known, and which are put into words only if somebody reads them.

    Of a large story's pairs few are shown. `tell` gives the rows, in the order of the weights.
    """

    def __init__(self, weights: Sequence[float], tell: Callable[[], Iterable[Reason]]) -> None:
        self.weights = weights
        self._tell = tell

    @cached_property
    def total(self) -> float:
        """What the rows add up to, in log odds."""
        return math.fsum(self.weights)

    @cached_property
    def rows(self) -> tuple[Reason, ...]:
        """The rows in words."""
        return tuple(self._tell())

    def __iter__(self) -> Iterator[Reason]:
        return iter(self.rows)


Reasons = Sequence[Reason] | Ledger


def total(reasons: Reasons) -> float:
    """What the rows add up to, in log odds."""
    return reasons.total if isinstance(reasons, Ledger) else math.fsum(reason.weight for reason in reasons)


def kind_of(derivation: DerivationKind, credited: bool, reasons: Reasons) -> str:
    """The kind of a claim, by which it is calibrated: "credited copy", "copy", "dated update" or "update": of versions
    with clocks, some clocks lie.
    """
    if derivation == "update":
        return "dated update" if any(row.kind == "version" for row in reasons) else "update"
    return f"credited {derivation}" if credited else derivation


@cache
def calibration(kind: str) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """For a kind of claim the log odds of marginals and of what is to be shown for them, both ascending; None where
    marginals are shown as they are. A "further copy" has those of "copy", if none of its own. From the ledger's file:
    how often claims were right on stories kept for that.
    """
    tables = content().get("calibration", {})
    held = tables.get(kind, tables.get(kind.rpartition(" ")[2]))
    return None if held is None else (np.array(held[0], float), np.array(held[1], float))


def calibrated(kind: str, marginal: float) -> float:
    """The probability to show for a marginal."""
    table = calibration(kind)
    bounded = min(max(marginal, 1 - CEILING), CEILING)
    if table is None:
        return bounded
    raw = logit(min(max(marginal, 1e-12), 1 - 1e-12))
    beyond = min(0.0, raw - table[0][0]) + max(0.0, raw - table[0][-1])  # where nothing is known, as it comes
    odds = float(np.interp(raw, *table)) + beyond
    return min(max(1 / (1 + math.exp(-odds)), 1 - CEILING), CEILING)


def settle(reasons: Reasons, marginal: float, alternatives: int, kind: str) -> tuple[float, tuple[Reason, ...]]:
    """The probability to show, and the rows with those for rivals and calibration added.

    `rivals` is what the marginal over all forests differs from the evidence alone; `calibration` is what the
    shown probability differs from the marginal, for claims of a kind ("credited copy", "update", "inferred source" and
    so on). The rows sum to the shown probability's logit.
    """
    shown = calibrated(kind, marginal)
    bounded = min(max(marginal, 1e-12), 1 - 1e-12)
    rivals = logit(bounded) - total(reasons)
    others = "" if alternatives == 0 else f", {alternatives} other {'way' if alternatives == 1 else 'ways'}"
    rows = [*reasons, Reason("rivals", rivals, f"weighed against its reverse{others}, and an unseen text behind both")]
    correction = logit(shown) - logit(bounded)
    note = "kept as it is"
    if abs(correction) >= 1e-9:
        note = f"claims that come out at {100 * bounded:.1f} % are right in {100 * shown:.1f} % of cases"
    return shown, (*rows, Reason("calibration", logit(shown) - total(rows), note))
