"""How often claims of each kind are right: what the ledger's calibration is fitted to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage.descent.ledger import kind_of
from lineage.model import Credit, Lineage, Reason, Source

CALIBRATED = (
    "credited copy", "copy", "further copy", "dated update", "update", "declared source", "inferred source",
)  # fmt: skip
KNOTS, LEAST_GROUP = 12, 40  # groups of claims that calibration is fitted to, and the claims in one

Matrix = NDArray[np.float64]
Labels = NDArray[np.bool_]


def misnames(truth: Any, credit: Credit) -> bool:
    """Whether an article credits somebody from whom it did not take."""
    return (credit.article, credit.name) in truth.misnamed


def claimed(found: Any, truth: Any) -> list[tuple[str, float, bool]]:
    """The claims of a lineage: kind, log odds before calibration, whether right."""
    edges = {(edge.child, edge.parent) for edge in truth.edges}
    behind = {(id, node.id) for node in truth.unseen for id in node.children}
    told = [
        (_kind(kind_of(d.kind, d.credited, d.reasons), d.reasons), d.reasons, (d.child, d.parent) in edges)
        for d in found.derivations
    ]
    for source in found.sources:
        best = _about(source, found, truth)
        told += [(_kind(f"{source.kind} source", own), own, (id, best) in behind) for id, own in source.reasons.items()]
    return [(kind, sum(row.weight for row in rows[:-1]), right) for kind, rows, right in told]


def _about(source: Source, found: Lineage, truth: Any) -> str | None:
    """The unseen text that a source is: that of most of its children, of those who name it with right if any name it;
    None where there was none.
    """
    said = [c for c in found.credits if c.article in source.children and c.name == source.name and c.name is not None]
    sure = {credit.article for credit in said if not misnames(truth, credit)} if said else set(source.children)
    best = Counter(node.id for node in truth.unseen for id in node.children if id in sure).most_common(1)
    return best[0][0] if best else None


def _kind(kind: str, reasons: Sequence[Reason]) -> str:
    """By what a claim is calibrated (see `lineage.descent.verdict`); what is "apart" has its probability from there."""
    rows = {row.kind for row in reasons}
    if "apart" in rows:
        return "apart"
    return f"further {kind.rpartition(' ')[2]}" if "further parent" in rows else kind


def isotonic(odds: Matrix, right: Labels) -> list[list[float]]:
    """Knots of a rising line from log odds to the log odds of being right: pools of adjacent violators (Ayer and others
    1955) over groups of equal size, with half a claim of each outcome added to each.
    """
    order = np.argsort(odds, kind="stable")
    groups = np.array_split(order, max(1, min(KNOTS, len(order) // LEAST_GROUP)))
    pools = [[float(odds[g].mean() * len(g)), float(right[g].sum()), float(len(g))] for g in groups]
    done: list[list[float]] = []
    for pool in pools:
        done.append(pool)
        while len(done) > 1 and done[-2][1] / done[-2][2] >= done[-1][1] / done[-1][2]:
            last = done.pop()
            done[-1] = [a + b for a, b in zip(done[-1], last, strict=True)]
    shares = [(hits + 0.5) / (count + 1) for _, hits, count in done]
    xs = [round(total / count, 3) for total, _, count in done]
    return [xs, [round(float(np.log(p / (1 - p))), 3) for p in shares]]


def fitted(told: Sequence[tuple[str, float, bool]]) -> dict[str, list[list[float]]]:
    """The calibration of each kind of claim."""
    tables = {}
    for kind in CALIBRATED:
        own = [(odds, right) for other, odds, right in told if other == kind]
        tables[kind] = isotonic(np.array([odds for odds, _ in own]), np.array([right for _, right in own], bool))
    return tables
