"""Trees as the package's files hold them: columns over their nodes, a line each (see `lineage.descent.trees`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

COLUMNS = ("trees", "feature", "threshold", "right", "unknown", "value")


def laid_out(names: Sequence[str], roots: Iterable[dict[str, Any]], weight: float = 1.0) -> dict[str, Any]:
    """LightGBM's trees (the `tree_structure` of each, of `dump_model`) as the file's columns. `weight` is what each
    counts where several sets are averaged.
    """
    columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for root in roots:
        before = len(columns["feature"])
        _grow(root, columns, weight)
        columns["trees"].append(len(columns["feature"]) - before)
    return {"features": list(names), **columns}


def _grow(node: dict[str, Any], columns: dict[str, list[Any]], weight: float) -> tuple[float, int]:
    """Put a node and those below it, those on its left first; its value and its number of cases. The value of a node
    that asks is the mean of its leaves'.
    """
    place = len(columns["feature"])
    if "leaf_value" in node:
        value, cases = round(node["leaf_value"] * weight, 4), node.get("leaf_count", 1)
        columns["feature"].append(-1)
        columns["value"].append(value)
        return value, cases
    columns["feature"].append(node["split_feature"])
    columns["value"].append(0.0)
    asks = len(columns["right"])
    columns["threshold"].append(float(f"{node['threshold']:.5g}"))
    if not node["default_left"]:
        columns["unknown"].append(place)
    columns["right"].append(0)
    left, mine = _grow(node["left_child"], columns, weight)
    columns["right"][asks] = len(columns["feature"]) - place
    right, theirs = _grow(node["right_child"], columns, weight)
    value = round((left * mine + right * theirs) / (mine + theirs), 4)
    columns["value"][place] = value
    return value, mine + theirs


def write(content: dict[str, Any], path: Path) -> None:
    """The file: a line for each thing that is said of all trees, and for each column of a set of trees."""
    lines = [f"{json.dumps(name)}:{_lines(value)}" for name, value in content.items()]
    path.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")


def _lines(value: Any) -> str:
    if not (isinstance(value, dict) and "trees" in value):
        return json.dumps(value, separators=(",", ":"))
    return "{\n" + ",\n".join(f" {json.dumps(name)}:{_lines(column)}" for name, column in value.items()) + "}"
