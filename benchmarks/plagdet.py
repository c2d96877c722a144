"""PlagDet: how well passages were detected (Potthast, Stein, Barrón-Cedeño and Rosso 2010).

A case and a detection each are a stretch of the suspicious document and one of the source. A detection counts for a
case if it overlaps it on both sides. Macro figures are means over cases and detections, micro figures are shares of
characters.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Case(NamedTuple):
    """A stretch of the suspicious document and one of its source, in characters, half-open."""

    start: int
    end: int
    source_start: int
    source_end: int

    def meets(self, other: Case) -> bool:
        """Whether both sides overlap."""
        return (
            max(self.start, other.start) < min(self.end, other.end)
            and max(self.source_start, other.source_start) < min(self.source_end, other.source_end)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """A suspicious document, a source, the true cases between them, and what was detected."""

    suspicious: str
    source: str
    cases: Sequence[Case]
    detections: Sequence[Case]


@dataclass(frozen=True, slots=True)
class Score:
    """Recall, precision (0..1), granularity (1 is best) and plagdet (0..1)."""

    recall: float
    precision: float
    granularity: float
    plagdet: float


def macro(pairs: Iterable[Pair]) -> Score:
    """The score as PAN ranks by it."""
    found = [Pair(pair.suspicious, pair.source, *_unique(pair)) for pair in pairs]
    recall = _mean([_covered(case, pair.detections) for pair in found for case in pair.cases])
    precision = _mean([_covered(seen, pair.cases) for pair in found for seen in pair.detections])
    return _score(recall, precision, granularity(found))


def micro(pairs: Iterable[Pair]) -> Score:
    """The score by characters: of all cases, and of all detections, how much lies in the other."""
    found = [Pair(pair.suspicious, pair.source, *_unique(pair)) for pair in pairs]
    common = _characters(
        (pair, _common(a, b)) for pair in found for a in pair.cases for b in pair.detections if a.meets(b)
    )
    cases = _characters((pair, case) for pair in found for case in pair.cases)
    detections = _characters((pair, seen) for pair in found for seen in pair.detections)
    return _score(common / cases if cases else 0.0, common / detections if detections else 0.0, granularity(found))


def granularity(pairs: Iterable[Pair]) -> float:
    """The mean number of detections for a case that has any."""
    counts = [sum(case.meets(seen) for seen in pair.detections) for pair in pairs for case in pair.cases]
    return _mean([count for count in counts if count]) or 1.0


def _unique(pair: Pair) -> tuple[list[Case], list[Case]]:
    return sorted(set(pair.cases)), sorted(set(pair.detections))


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0


def _score(recall: float, precision: float, grain: float) -> Score:
    f1 = 2 * recall * precision / (recall + precision) if recall + precision else 0.0
    return Score(recall, precision, grain, f1 / math.log2(1 + grain))


def _covered(one: Case, others: Sequence[Case]) -> float:
    """The share of both sides of a stretch that the others that meet it cover."""
    met = [_common(one, other) for other in others if one.meets(other)]
    covered = _union((case.start, case.end) for case in met)
    covered += _union((case.source_start, case.source_end) for case in met)
    return covered / (one.end - one.start + one.source_end - one.source_start)


def _common(one: Case, other: Case) -> Case:
    return Case(
        max(one.start, other.start),
        min(one.end, other.end),
        max(one.source_start, other.source_start),
        min(one.source_end, other.source_end),
    )


def _union(spans: Iterable[tuple[int, int]]) -> int:
    """How much the spans cover together."""
    total = reached = 0
    for start, end in sorted(spans):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _characters(cases: Iterable[tuple[Pair, Case]]) -> int:
    """Characters of both sides, each once for its document."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for pair, case in cases:
        spans.setdefault(f"suspicious {pair.suspicious}", []).append((case.start, case.end))
        spans.setdefault(f"source {pair.source}", []).append((case.source_start, case.source_end))
    return sum(map(_union, spans.values()))
