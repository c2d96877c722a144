"""`python -m benchmarks licences --data FOLDER`: versions of licence texts, whose order is known, without their names.

FOLDER holds `licences.jsonl.gz` and `edges.json`. The edges are those with a containment of .3 or more; texts that
edges join make a family, and are weighed as versions of one text. Edges that the list does not know are no truth, so
there is no precision here. Nothing was learnt from these texts. Intervals are 95 % by bootstrap over families.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import histories
from benchmarks.histories import History
from benchmarks.machine import facts
from lineage.descent.groups import Groups

CONTAINED = 0.3  # of word 5-shingles: edges with less are new texts under an old name, or in another language


def read(folder: Path) -> Iterator[History]:
    """The families, each with its texts in the order of their digests."""
    with gzip.open(folder / "licences.jsonl.gz", "rt", encoding="utf-8", newline="\n") as lines:
        texts = {entry["id"]: entry["text"] for entry in map(json.loads, lines)}
    edges = json.loads((folder / "edges.json").read_text(encoding="utf-8"))
    held = edges if isinstance(edges, list) else edges["edges"]
    kept = [(edge["parent"], edge["child"]) for edge in held if edge["containment5"] >= CONTAINED]
    groups = Groups(kept)
    for ids in groups.of(sorted({id for pair in kept for id in pair})):
        nodes = [{"id": id, "text": texts[id]} for id in ids]
        inside = [pair for pair in kept if pair[0] in ids]
        yield histories.shuffled({"path": min(ids), "nodes": nodes, "edges": inside})


def main(argv: Sequence[str]) -> int:
    """Measure, print the table, write it with JSON beside."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks licences", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the licences")
    parser.add_argument("--output", "-o", type=Path, default=histories.RESULTS, help="a folder for the results")
    options = parser.parse_args(argv)
    families = list(read(options.data))
    about = {"families": len(families), "steps": sum(len(one.steps) for one in families)}
    rows: list[dict[str, Any]] = []
    for name, system in histories.SYSTEMS.items():
        tallies = [histories.tally(family, system(family)) for family in families]
        flat = [entry for row in tallies for entry in row.directed]
        counts = {
            "directed": sum(right for _, right, _ in flat),
            "undirected": sum(row.joined * len(row.directed) for row in tallies),
            "found": sum(row.found * len(row.directed) for row in tallies),
        }
        rows.append({"system": name, "edges right": counts, **histories.measured(tallies)})
    result = {"machine": facts(), **about, "rows": rows}
    table = markdown(result)
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "licences.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (options.output / "licences.md").write_text(table, encoding="utf-8")
    print(table, end="")
    return 0


def markdown(result: dict[str, Any]) -> str:
    """Counts of edges, and the measures by family."""
    whole = result["steps"]
    lines = [f"{result['families']} families of licence texts, {whole} edges; ties a half; intervals over families", ""]
    lines += [
        "| system | direction right | edges found | undirected | direction by family |",
        "|---|---:|---:|---:|---:|",
    ]
    for row in result["rows"]:
        counts, entry = row["edges right"], row["direction at 100%"]
        cells = [f"{counts[name]:g} of {whole}" for name in ("directed", "found", "undirected")]
        lines.append(f"| {row['system']} | {' | '.join(cells)} | {histories.cell(entry)} |")
    return "\n".join(lines) + "\n"
