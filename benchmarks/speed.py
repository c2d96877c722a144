"""`python -m benchmarks speed`: ours and the peers in one run, each in a process of its own, in turn.

CPU time of one core, median of repeats, and the operating system's part of it, which is mostly handing out memory (in
a virtual machine that may cost more than what is done with it); the most memory that was held beyond the corpus; ratios
to rensa. The corpus is made or read before the clock starts. Absolute figures change from hour to hour on a shared
machine: quote ratios.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any

from benchmarks.machine import ONE_THREAD, facts, forget_peak, peak_megabytes

RESULTS = Path(__file__).parent / "results"
SIZES = (1_000, 10_000)
SEED = 1
RIVAL = {"join": "join-datasketch", "join-datasketch": "join-datasketch"}  # the others are compared with rensa


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is measured on: synthetic articles, such of real sentences, or the articles of a file."""

    data: Path | None = None
    sentences: Path | None = None

    @property
    def name(self) -> str:
        """What the figures are called by: no folder."""
        if self.data:
            return self.data.name.partition(".")[0]
        return f"sentences-{self.sentences.name.partition('.')[0]}" if self.sentences else "synthetic"


def measure(name: str, size: int | None, corpus: Corpus) -> dict[str, float]:
    """One contender once, in this process: CPU seconds, most megabytes beyond the corpus, and what it found."""
    from benchmarks.contenders import CONTENDERS
    from benchmarks.corpora import from_file, synthetic

    contender = CONTENDERS[name]
    if corpus.data:
        articles = from_file(corpus.data, size)
    else:
        articles = list(synthetic(size or SIZES[0], SEED, sentences=corpus.sentences))
    ready = contender.prepare(articles)
    contender.run(contender.prepare(articles[:20]))  # what is imported or built once is not a part of the work
    forget_peak()
    before, begin = peak_megabytes(), getrusage(RUSAGE_SELF)
    found = contender.run(ready)
    end = getrusage(RUSAGE_SELF)
    system = end.ru_stime - begin.ru_stime
    return {
        "seconds": end.ru_utime - begin.ru_utime + system,
        "system": system,
        "articles": len(articles),
        "characters": sum(len(article.text) for article in articles),
        "found": found,
        "megabytes": peak_megabytes() - before,
    }


def run(sizes: Sequence[int | None], repeats: int, names: Sequence[str], corpus: Corpus) -> dict[str, Any]:
    """All contenders at all sizes, in turn, and what was not installed."""
    from benchmarks.contenders import CONTENDERS

    present = [name for name in names if CONTENDERS[name].installed]
    found: dict[tuple[str, int | None], list[dict[str, float]]] = {}
    for size in sizes:
        for repeat in range(repeats):
            for name in present:
                if size is None or size <= CONTENDERS[name].most:
                    print(f"{name}, {size or 'all'} articles, run {repeat + 1}", file=sys.stderr)
                    found.setdefault((name, size), []).append(_child(name, size, corpus))
    rows = []
    for (name, size), runs in found.items():
        rival = found.get((RIVAL.get(name, "rensa"), size))
        rows.append(_row(name, runs, rival))
    return {
        "machine": facts(),
        "corpus": corpus.name,
        "repeats": repeats,
        "rows": rows,
        "growth": growth(rows),
        "not_installed": [CONTENDERS[name].about for name in names if name not in present],
    }


def _child(name: str, size: int | None, corpus: Corpus) -> dict[str, float]:
    """One measurement in a fresh process, so that no contender inherits memory or imports from another."""
    call = [sys.executable, "-m", "benchmarks.speed", "--one", name]
    call += ["--sizes", str(size)] if size else []
    call += ["--data", str(corpus.data)] if corpus.data else []
    call += ["--sentences", str(corpus.sentences)] if corpus.sentences else []
    done = subprocess.run(call, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, **ONE_THREAD})
    result: dict[str, float] = json.loads(done.stdout)
    return result


def _row(name: str, runs: Sequence[dict[str, float]], rival: Sequence[dict[str, float]] | None) -> dict[str, Any]:
    from benchmarks.contenders import CONTENDERS

    times = [run["seconds"] for run in runs]
    articles, middle = runs[0]["articles"], statistics.median(times)
    against = statistics.median(run["seconds"] for run in rival) / middle if rival else None
    return {
        "name": name,
        "contender": CONTENDERS[name].about,
        "finds": CONTENDERS[name].finds,
        "articles": int(articles),
        "characters": int(runs[0]["characters"]),
        "microseconds_per_article": 1e6 * middle / articles,
        "least": 1e6 * min(times) / articles,
        "most": 1e6 * max(times) / articles,
        "system": 1e6 * statistics.median(run["system"] for run in runs) / articles,
        "rival": RIVAL.get(name, "rensa"),
        "times_rival": against,
        "megabytes": statistics.median(run["megabytes"] for run in runs),
        "found": int(runs[0]["found"]),
    }


def growth(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """For each contender with two sizes or more, the exponents with which time, time without the system's and memory
    grow (least squares).
    """
    exponents: dict[str, dict[str, float]] = {}
    for name in dict.fromkeys(row["name"] for row in rows):
        own = [row for row in rows if row["name"] == name]
        if len({row["articles"] for row in own}) < 2:
            continue
        size = [math.log(row["articles"]) for row in own]
        taken = [math.log(row["microseconds_per_article"] * row["articles"]) for row in own]
        user = [math.log((row["microseconds_per_article"] - row["system"]) * row["articles"]) for row in own]
        held = [math.log(max(row["megabytes"], 1.0)) for row in own]  # less than 1 MB is the allocator's play
        exponents[name] = {
            "time": statistics.linear_regression(size, taken).slope,
            "user": statistics.linear_regression(size, user).slope,
            "memory": statistics.linear_regression(size, held).slope,
        }
    return exponents


def markdown(result: dict[str, Any]) -> str:
    """The figures as tables: whole pipelines against rensa, joins against datasketch's."""
    lines = [
        f"{result['corpus']}, {result['machine']['processor']}, one core, CPU time, median of {result['repeats']}",
    ]
    for rival, heading in (("rensa", "from texts to"), ("join-datasketch", "from ready signatures to")):
        rows = [row for row in result["rows"] if row["rival"] == rival]
        if not rows:
            continue
        shown = "rensa" if rival == "rensa" else "datasketch's LSH"
        columns = f"articles | µs an article (least–most) | the system's | × {shown} | MB beyond the corpus | found"
        lines += ["", f"| {heading} | {columns} |"]
        lines.append("|---|---:|---:|---:|---:|---:|---:|")
        for row in rows:
            ratio = "–" if row["times_rival"] is None else f"{row['times_rival']:.2f}"
            taken = f"{row['microseconds_per_article']:.1f} ({row['least']:.1f}–{row['most']:.1f})"
            found = f"{row['found']:,} {row['finds']}"
            cells = [row["contender"], f"{row['articles']:,}", taken, f"{row['system']:.1f}", ratio]
            cells += [f"{row['megabytes']:.0f}", found]
            lines.append(f"| {' | '.join(cells)} |")
    if result["growth"]:
        lines += ["", "Growth with the number of articles n:", ""]
        for name, exponents in result["growth"].items():
            time = f"time n^{exponents['time']:.2f} (n^{exponents['user']:.2f} without the system's)"
            lines.append(f"- {name}: {time}, memory n^{exponents['memory']:.2f}")
    if result["not_installed"]:
        lines += ["", f"Not installed: {', '.join(result['not_installed'])}."]
    return "\n".join(lines) + "\n"


def main(argv: Sequence[str]) -> int:
    """Measure, print the tables, write them with JSON and plots beside."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks speed", description=__doc__)
    parser.add_argument("--sizes", help="numbers of articles, with commas (1000,10000; of a file, all)")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--contenders", help="only these, with commas")
    parser.add_argument("--data", type=Path, help="real articles: JSON lines with id and text, also .gz")
    parser.add_argument("--sentences", type=Path, help="such a file, whose sentences synthetic articles are made of")
    parser.add_argument("--output", "-o", type=Path, default=RESULTS, help="a folder for the results")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    corpus = Corpus(options.data, options.sentences)
    given = [int(size) for size in options.sizes.split(",")] if options.sizes else []
    if options.one:
        print(json.dumps(measure(options.one, given[0] if given else None, corpus)))
        return 0
    from benchmarks.contenders import CONTENDERS

    names = options.contenders.split(",") if options.contenders else list(CONTENDERS)
    if unknown := set(names) - CONTENDERS.keys():
        parser.error(f"no contender {', '.join(sorted(unknown))}; known are {', '.join(CONTENDERS)}")
    sizes: list[int | None] = [*given] or ([None] if corpus.data else [*SIZES])
    write(run(sizes, options.repeats, names, corpus), options.output)
    return 0


def write(result: dict[str, Any], folder: Path) -> None:
    """JSON, Markdown and, where there are two sizes and matplotlib, plots; the Markdown is printed as well."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = "speed" if result["corpus"] == "synthetic" else f"speed-{result['corpus']}"
    (folder / f"{stem}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    table = markdown(result)
    (folder / f"{stem}.md").write_text(table, encoding="utf-8")
    print(table, end="")
    if result["growth"]:
        from benchmarks.plots import draw

        draw(result, folder / f"{stem}.svg")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
