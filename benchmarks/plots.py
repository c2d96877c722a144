"""Time and memory against the number of articles, on logarithmic axes, as one SVG file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def draw(result: dict[str, Any], path: Path) -> None:
    """Draw the rows of a result of `speed`, with the fitted exponent beside each name. Without matplotlib, say so."""
    try:
        import matplotlib
    except ImportError:
        print("no plots: matplotlib is not installed (pip install '.[bench]')", file=sys.stderr)
        return
    matplotlib.use("Agg")
    from matplotlib import pyplot

    matplotlib.rcParams["svg.hashsalt"] = "lineage"  # the same figures give the same file
    figure, sides = pyplot.subplots(1, 2, figsize=(12, 7), layout="constrained")
    columns = (("time", "CPU seconds"), ("memory", "MB beyond the corpus"))
    for axes, (what, label) in zip(sides, columns, strict=True):
        for name, exponents in result["growth"].items():
            rows = sorted((row for row in result["rows"] if row["name"] == name), key=lambda row: row["articles"])
            ours = rows[0]["contender"].startswith("lineage")
            axes.plot(
                [row["articles"] for row in rows],
                [_value(what, row) for row in rows],
                marker="o",
                linestyle="-" if ours else "--",
                label=f"{rows[0]['contender']}: n^{exponents[what]:.2f}",
            )
        axes.set(xscale="log", yscale="log", xlabel="articles", ylabel=label)
        axes.grid(visible=True, which="both", alpha=0.2)
        axes.legend(fontsize="x-small", loc="upper left", bbox_to_anchor=(0, -0.12))  # below: it would hide lines
    figure.suptitle(f"{result['corpus']}, {result['machine']['processor']}, one core")
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def _value(what: str, row: dict[str, Any]) -> float:
    if what == "memory":
        return max(1.0, float(row["megabytes"]))  # as in the fit: less than 1 MB is the allocator's play
    return float(row["microseconds_per_article"]) * int(row["articles"]) / 1e6
