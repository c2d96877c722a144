"""`python -m benchmarks stories`: what it takes to tell the lineage of one large story, by its number of articles.

A wire's report and copies of it, of copies, and of copies of these, a seeded tree with words changed on every way.
Each size in a process of its own: CPU and wall seconds, peak memory, and how many parents were found.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.corpora import LENGTH, RandomWords
from benchmarks.machine import ONE_THREAD, facts, peak_megabytes
from lineage.model import Article

RESULTS = Path(__file__).parent / "results"
SIZES = (100, 1_000, 3_000, 10_000)
OUTLETS = 300  # papers that print the story, some of them again and again
FIRST_HAND = 0.5  # share of articles that were taken from the wire's own report; the others from any earlier article
CHANGED = (0.02, 0.08)  # share of a copy's words that it replaces, drawn evenly
TRIMMED = 0.5  # share of copies whose end is cut off, at most a third of it
CREDITED = 0.3  # share of copies that say where they are from


def story(count: int, seed: int = 1) -> Iterator[tuple[Article, int | None]]:
    """Articles of one story, each with the number of the one that it was made from."""
    rng = random.Random(f"{count}/{seed}")
    numbers = np.random.default_rng(seed)
    source = RandomWords(numbers)
    words = source.words.tolist()
    texts = [[words[at] for at in source.draw(numbers, LENGTH).tolist()]]
    yield Article("0", " ".join(texts[0]), "Brevik Wire Service"), None
    for number in range(1, count):
        parent = 0 if rng.random() < FIRST_HAND else rng.randrange(number)
        share = rng.uniform(*CHANGED)
        text = [rng.choice(words) if rng.random() < share else word for word in texts[parent]]
        if rng.random() < TRIMMED:
            text = text[: len(text) - rng.randrange(len(text) // 3)]
        texts.append(text)
        name = outlet_of(parent)
        credit = f". {name} reported." if rng.random() < CREDITED else ""
        yield Article(str(number), " ".join(text) + credit, outlet_of(number)), parent


def outlet_of(number: int) -> str:
    """The outlet that printed an article."""
    return "Brevik Wire Service" if number == 0 else f"Paper Number {number % OUTLETS}"


def told(count: int) -> dict[str, Any]:
    """The lineage of a story of so many articles, in this process."""
    from lineage import trace

    made = list(story(count))
    articles = [article for article, _ in made]
    before = peak_megabytes()
    wall, cpu = time.perf_counter(), time.process_time()
    found = trace(articles)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    true = {(article.id, str(parent)) for article, parent in made if parent is not None}
    said = {(claim.child, claim.parent) for claim in found.derivations}
    return {
        "articles": count, "wall": wall, "cpu": cpu, "megabytes": peak_megabytes(), "before": before,
        "said": len(said), "right": len(said & true), "true": len(true),
    }  # fmt: skip


def exponent(rows: Sequence[dict[str, Any]]) -> float:
    """The power of the number of articles with which CPU time grows, fitted over all sizes but the smallest."""
    sizes, seconds = (np.log([row[name] for row in rows[1:]]) for name in ("articles", "cpu"))
    return float(np.polyfit(sizes, seconds, 1)[0]) if len(sizes) > 1 else math.nan


def markdown(result: dict[str, Any]) -> str:
    """A row for each size."""
    lines = ["| articles | seconds | CPU seconds | most memory | parents said | of them right |"]
    lines.append("|---:|---:|---:|---:|---:|---:|")
    for row in result["rows"]:
        right = f"{row['right'] / max(1, row['said']):.3f}"
        cells = f"{row['wall']:.1f} | {row['cpu']:.1f} | {row['megabytes']:,.0f} MB | {row['said']:,} | {right}"
        lines.append(f"| {row['articles']:,} | {cells} |")
    machine = result["machine"]
    lines += ["", f"CPU time grows with the power {result['exponent']:.2f} of the number of articles."]
    lines += [f"{machine['processor']}, {machine['cores']} shared cores, Python {machine['python']}.", ""]
    return "\n".join(lines)


def main(argv: Sequence[str]) -> int:
    """Tell stories of all sizes, or of one in this process."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks stories", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of articles, with commas")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.one:
        print(json.dumps(told(options.one)))
        return 0
    rows = []
    for size in map(int, options.sizes.split(",")):
        call = [sys.executable, "-m", "benchmarks.stories", "--one", str(size)]
        done = subprocess.run(call, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, **ONE_THREAD})
        rows.append(json.loads(done.stdout))
        print(rows[-1], file=sys.stderr)
    result = {"machine": facts(), "rows": rows, "exponent": exponent(rows)}
    (RESULTS / "stories.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (RESULTS / "stories.md").write_text(markdown(result), encoding="utf-8")
    print(markdown(result))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
