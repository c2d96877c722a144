"""The plain twin of `lineage.descent.trees`: one case, one tree, one node at a time."""

from __future__ import annotations

import math
from typing import Any


def plain(held: dict[str, Any], case: list[float]) -> float:
    """What a set of trees says of one case, by walking down the file's own columns."""
    asking = [node for node, feature in enumerate(held["feature"]) if feature >= 0]
    threshold = dict(zip(asking, held["threshold"], strict=True))
    right = dict(zip(asking, held["right"], strict=True))
    total, place = 0.0, 0
    for size in held["trees"]:
        node = place
        while node in threshold:
            value = case[held["feature"][node]]
            known = not math.isnan(value)
            left = value <= threshold[node] if known else node not in held["unknown"]
            node += 1 if left else right[node]
        total += held["value"][node]
        place += size
    return total
