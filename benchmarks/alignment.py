"""`python -m benchmarks alignment --data FOLDER`: PlagDet of the rewrite-tolerant aligner on PAN13-format data.

The pairs are split in two by their suspicious document; thresholds were fitted on the first half (`tuned`) only.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from benchmarks.plagdet import Case, Pair, macro, micro
from lineage.overlap.collection import Collection
from lineage.overlap.rewrites import EXHAUSTIVE, NEWS, align

PROFILES = {"exhaustive": EXHAUSTIVE, "news": NEWS}


def half_of(suspicious: str) -> str:
    """Which half a suspicious document, and so a pair, belongs to."""
    return "tuned" if zlib.crc32(suspicious.encode()) % 2 else "held"


def load(folder: Path) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """All texts by id, and the pairs."""
    texts: dict[str, str] = {}
    for name in ("documents-source.jsonl.gz", "documents-suspicious.jsonl.gz"):
        for line in gzip.decompress((folder / name).read_bytes()).split(b"\n"):
            if line:
                record = orjson.loads(line)
                texts[record["id"]] = record["text"]
    lines = gzip.decompress((folder / "cases.jsonl.gz").read_bytes()).split(b"\n")
    return texts, [orjson.loads(line) for line in lines if line]


def run(folder: Path, half: str, profile: str, sample: int | None = None) -> dict[str, Any]:
    """Align the pairs of a half; the scores, and pairs per CPU second with the making ready of texts."""
    texts, rows = load(folder)
    rows = [row for row in rows if half in ("both", half_of(row["suspicious"]))]
    if sample:
        rows = sorted(rows, key=lambda row: zlib.crc32(f"{row['suspicious']} {row['source']}".encode()))[:sample]
    begin = time.process_time()
    collection = Collection()
    names = list(dict.fromkeys(name for row in rows for name in (row["suspicious"], row["source"])))
    ready = dict(zip(names, collection.prepare_all(texts[name] for name in names), strict=True))
    prepared = time.process_time()
    found: list[tuple[str, Pair]] = []
    for row in rows:
        cases = [
            Case(
                case["this_offset"], case["this_offset"] + case["this_length"],
                case["source_offset"], case["source_offset"] + case["source_length"],
            )
            for case in row["cases"]
        ]  # fmt: skip
        aligned = align(ready[row["suspicious"]], ready[row["source"]], collection, PROFILES[profile])
        seen = [Case(x.start, x.end, y.start, y.end) for x, y in aligned]
        found.append((row["pair_type"], Pair(row["suspicious"], row["source"], cases, seen)))
    end = time.process_time()
    result: dict[str, Any] = {
        "half": half,
        "profile": profile,
        "pairs": len(rows),
        "pairs_per_cpu_second": len(rows) / (end - begin),
        "pairs_per_cpu_second_without_making_ready": len(rows) / (end - prepared),
    }
    for kind in ["all", *sorted({kind for kind, _ in found})]:
        chosen = [pair for own, pair in found if kind in ("all", own)]
        scores = {name: score(chosen) for name, score in (("macro", macro), ("micro", micro))}
        result[kind] = {
            name: {field: getattr(score, field) for field in ("plagdet", "recall", "precision", "granularity")}
            for name, score in scores.items()
        }
    return result


def main(argv: Sequence[str]) -> int:
    """Measure, print a table, and write JSON if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks alignment", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a folder with PAN13's pairs as JSON lines")
    parser.add_argument("--half", choices=["tuned", "held", "both"], default="held")
    parser.add_argument("--profile", choices=list(PROFILES), default="exhaustive")
    parser.add_argument("--sample", type=int, help="only so many pairs, for a quick look")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args(argv)
    result = run(options.data, options.half, options.profile, options.sample)
    print(f"{result['pairs']} pairs, half {result['half']}, profile {result['profile']}")
    print(
        f"{result['pairs_per_cpu_second']:.0f} pairs a CPU second "
        f"({result['pairs_per_cpu_second_without_making_ready']:.0f} without making the texts ready)"
    )
    print(f"{'macro':28}{'plagdet':>9}{'recall':>9}{'precision':>11}{'granularity':>13}")
    for kind, scores in result.items():
        if isinstance(scores, dict):
            row = scores["macro"]
            print(
                f"{kind:28}{row['plagdet']:9.4f}{row['recall']:9.4f}{row['precision']:11.4f}{row['granularity']:13.4f}"
            )
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0
