"""`python -m benchmarks speed`: ours and the peers in one run, each in a process of its own, in turn.

CPU time of one core, median of repeats; peak memory of the process with the corpus in it; ratios to rensa. The corpus
is made or read before the clock starts.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import facts

RESULTS = Path(__file__).parent / "results"


def measure(name: str, size: int, data: Path | None, seed: int) -> dict[str, float]:
    """One contender once, in this process: CPU seconds, peak memory in MB, and what it found."""
    from benchmarks.contenders import CONTENDERS
    from benchmarks.corpora import from_file, synthetic
    from lineage.model import Article

    articles = from_file(data) if data else [Article(str(n), t) for n, t in enumerate(synthetic(size, seed))]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.process_time()
    found = CONTENDERS[name](articles)
    seconds = time.process_time() - begin
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "seconds": seconds,
        "articles": len(articles),
        "found": found,
        "megabytes": after / 1024,
        "megabytes_beyond_corpus": (after - before) / 1024,
    }


def run(sizes: Sequence[int], repeats: int, names: Sequence[str], data: Path | None) -> dict[str, Any]:
    """All contenders at all sizes, in turn."""
    rows: dict[tuple[str, int], list[dict[str, float]]] = {}
    env = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    for size in sizes:
        for repeat in range(repeats):
            for name in names:
                if size > 20_000 and name == "datasketch, update":
                    continue  # more than a minute for each 20,000
                call = [sys.executable, "-m", "benchmarks.speed", "--one", name, "--sizes", str(size)]
                call += ["--data", str(data)] if data else []
                done = subprocess.run(call, capture_output=True, text=True, check=True, env=env)
                rows.setdefault((name, size), []).append(json.loads(done.stdout))
                print(f"{name}, {size:,} articles, run {repeat + 1}", file=sys.stderr)
    table = []
    for (name, size), found in rows.items():
        seconds = statistics.median(row["seconds"] for row in found)
        peer = [statistics.median(r["seconds"] for r in rows[key]) for key in rows if key == ("rensa", size)]
        table.append(
            {
                "contender": name,
                "articles": int(found[0]["articles"]),
                "microseconds_per_article": 1e6 * seconds / found[0]["articles"],
                "least": 1e6 * min(row["seconds"] for row in found) / found[0]["articles"],
                "most": 1e6 * max(row["seconds"] for row in found) / found[0]["articles"],
                "times_rensa": peer[0] / seconds if peer else None,
                "found": int(found[0]["found"]),
                "megabytes_beyond_corpus": statistics.median(row["megabytes_beyond_corpus"] for row in found),
            }
        )
    return {"machine": facts(), "data": data.name if data else "synthetic", "repeats": repeats, "rows": table}


def markdown(result: dict[str, Any]) -> str:
    """The figures as a table."""
    lines = [
        f"{result['data']}, {result['machine']['processor']}, one core, CPU time, median of {result['repeats']}",
        "",
        "| contender | articles | µs an article (least–most) | × rensa | MB beyond the corpus | found |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for row in result["rows"]:
        ratio = "–" if row["times_rensa"] is None else f"{row['times_rensa']:.2f}"
        time_taken = f"{row['microseconds_per_article']:.1f} ({row['least']:.1f}–{row['most']:.1f})"
        memory = f"{row['megabytes_beyond_corpus']:.0f}"
        cells = [row["contender"], f"{row['articles']:,}", time_taken, ratio, memory, f"{row['found']:,}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main(argv: Sequence[str]) -> int:
    """Measure, print the table, write it with JSON beside."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks speed", description=__doc__)
    parser.add_argument("--sizes", default="1000,10000", help="numbers of articles, with commas")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--contenders", help="only these, with semicolons")
    parser.add_argument("--data", type=Path, help="real articles: JSON lines with id and text, also .gz")
    parser.add_argument("--output", "-o", type=Path, default=RESULTS, help="a folder for the results")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    sizes = [int(size) for size in options.sizes.split(",")]
    if options.one:
        print(json.dumps(measure(options.one, sizes[0], options.data, 1)))
        return 0
    from benchmarks.contenders import CONTENDERS

    names = options.contenders.split(";") if options.contenders else list(CONTENDERS)
    result = run(sizes if not options.data else sizes[:1], options.repeats, names, options.data)
    options.output.mkdir(parents=True, exist_ok=True)
    stem = f"speed-{options.data.name.partition('.')[0]}" if options.data else "speed"
    (options.output / f"{stem}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    table = markdown(result)
    (options.output / f"{stem}.md").write_text(table, encoding="utf-8")
    print(table, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
