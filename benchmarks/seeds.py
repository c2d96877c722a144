"""`python -m benchmarks seeds`: what is found in four real articles on one press conference, against their truth.

The truth's passages are runs of at least 8 equal words. Ours go on over small edits, such as a credit put in, so the
runs inside them are compared with it; how much the whole passages cover beyond is told beside. The other pairs share
quotations only: their share of the shorter text should be small, by the truth's own runs it is up to 6.25 % of the
words.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from lineage import Article, Overlap, Span, compare, read_articles
from lineage.text.tokens import tokenize

LEAST = 8  # words of a run, as the truth has it


def covered(spans: Iterable[Sequence[int]]) -> set[int]:
    """The characters of some spans."""
    return {at for start, end in spans for at in range(start, end)}


def f1(found: set[int], true: set[int]) -> float:
    """F1 of characters."""
    return 2 * len(found & true) / max(1, len(found) + len(true))


def words(article: Article, span: Span) -> int:
    """The words of a span."""
    starts = tokenize(article.text).starts
    return int(((starts >= span.start) & (starts < span.end)).sum())


def copied(overlap: Overlap, articles: Sequence[Article], truth: dict[str, Any]) -> dict[str, Any]:
    """F1 of the equal runs of at least `LEAST` words, and of whole passages, on each side."""
    scores: dict[str, Any] = {}
    for side, article in enumerate(articles):
        key = article.id.replace("-", "_")
        true = covered(item[key] for item in truth["passages"]["items"])
        runs = [match[side] for passage in overlap.passages for match in passage.matches]
        long = covered(run for run in runs if words(article, run) >= LEAST)
        whole = covered((passage.a, passage.b)[side] for passage in overlap.passages)
        scores[article.id] = {"runs": f1(long, true), "passages": f1(whole, true)}
    return scores


def quoted(overlap: Overlap, articles: Sequence[Article]) -> dict[str, Any]:
    """What a pair that shares quotations only has in common, as a share of the shorter text: in words, in characters,
    and in words outside quotation marks.
    """
    shorter = min((0, 1), key=lambda side: len(tokenize(articles[side].text)))
    size = len(tokenize(articles[shorter].text))
    spans = [(passage.a, passage.b)[shorter] for passage in overlap.passages]
    return {
        "words": (overlap.narrated + overlap.quoted) / size,
        "characters": len(covered(spans)) / len(articles[shorter].text),
        "narrated": overlap.narrated / size,
    }


def run(folder: Path) -> dict[str, Any]:
    """Compare every two of the articles with profile `news`."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    names = {truth["passages"]["child"], truth["passages"]["parent"]}
    others = {id for entry in truth["decoys"] for id in entry["spans"]} | names
    articles = sorted((a for a in read_articles(folder) if a.id in others), key=lambda article: article.id)
    result: dict[str, Any] = {}
    for pair in combinations(articles, 2):
        overlap = compare(*pair)
        same = {article.id for article in pair} == names
        result[" ".join(a.id for a in pair)] = copied(overlap, pair, truth) if same else quoted(overlap, pair)
    return result


def main(argv: Sequence[str]) -> int:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks seeds", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with the articles and their truth")
    print(json.dumps(run(parser.parse_args(argv).data), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
