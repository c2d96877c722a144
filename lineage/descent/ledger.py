"""The ledger: reasons for and against one directed claim, in natural-log odds, that sum to its probability."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from lineage.descent.confidence import CEILING
from lineage.model import Reason


def logit(probability: float) -> float:
    """The natural-log odds of a probability strictly between 0 and 1."""
    return math.log(probability / (1 - probability))


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


def settle(reasons: Reasons, marginal: float, alternatives: int) -> tuple[float, tuple[Reason, ...]]:
    """The probability to show, and the rows with those for rivals and calibration added.

    `rivals` is what the marginal over all forests differs from the evidence alone; `calibration` is what the
    shown probability differs from the marginal. The rows sum to the shown probability's logit.
    """
    shown = min(max(marginal, 1 - CEILING), CEILING)
    bounded = min(max(marginal, 1e-12), 1 - 1e-12)
    rivals = logit(bounded) - total(reasons)
    others = "" if alternatives == 0 else f", {alternatives} other {'way' if alternatives == 1 else 'ways'}"
    rows = [*reasons, Reason("rivals", rivals, f"weighed against its reverse{others}, and an unseen text behind both")]
    correction = logit(shown) - logit(bounded)
    note = "kept as it is" if abs(correction) < 1e-9 else f"no claim is shown as surer than {CEILING:.1%}"
    return shown, (*rows, Reason("calibration", logit(shown) - total(rows), note))
