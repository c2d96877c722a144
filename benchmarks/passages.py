"""`python -m benchmarks passages`: how many planted passages are found, by their length and the share of changed words.

Ours with windows of 4, 8 and 12 shingles, and as a baseline MinHash over whole articles (32 bands of 4), which gives
pairs only. The articles have 820 words, the length of a long news story.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders import PERMUTATIONS, ROWS, minhash_signatures
from benchmarks.corpora import Planted, planted_pairs, synthetic
from benchmarks.machine import facts
from lineage import Article, Overlap, Settings, Span, find_overlaps

Places = NDArray[np.int64]

RESULTS = Path(__file__).parent / "results"
LENGTHS = (15, 20, 30, 60, 120)  # words
RATES = (0.0, 0.03, 0.08)  # shares of changed words
WINDOWS = (4, 8, 12)  # shingles
WORDS = 820  # an article
CONTAINED = 0.3  # share of the child's words from which a pair is one that no tool should miss
LSH = "whole-article LSH 32×4"


@dataclass(frozen=True, slots=True)
class Score:
    """How a finder did on some planted passages.

    `recall` is the share of them of which the right stretch, or a part of it, was found between the right articles;
    `covered` the mean share of a found one's words inside the passages on the child's side. `pair_precision` is the
    share of the pairs that were planted, `precision` that of the words on the child's side. None where nothing was
    found, or no places are known.
    """

    recall: float
    pair_precision: float | None
    covered: float | None = None
    precision: float | None = None


def score(found: Iterable[Overlap], truth: Sequence[Planted], articles: Sequence[Article]) -> Score:
    """Compare what was found with what was planted. The articles' ids are their numbers."""
    overlaps = {(int(overlap.a), int(overlap.b)): overlap for overlap in found}
    hits, covered, planted_words, all_words = 0, 0.0, 0, 0
    places = {number: _places(articles[number].text) for pair in overlaps for number in pair}
    for planted in truth:
        overlap = overlaps.get((planted.parent, planted.child))
        if overlap is None:
            continue
        right = [
            words
            for passage in overlap.passages
            if _words(passage.a, places[planted.parent]) & _stretch(planted.taken, planted.words)
            and (words := _words(passage.b, places[planted.child]) & _stretch(planted.put, planted.words))
        ]
        hits += bool(right)
        inside = len(set().union(*right))
        covered += inside / planted.words
        planted_words += inside
    for (_, b), overlap in overlaps.items():
        all_words += len(set().union(*(_words(passage.b, places[b]) for passage in overlap.passages)))
    true = {(planted.parent, planted.child) for planted in truth}
    return Score(
        hits / len(truth),
        _share(len(true & overlaps.keys()), len(overlaps)),
        _share(covered, hits),
        _share(planted_words, all_words),
    )


def _places(text: str) -> tuple[Places, Places]:
    """Where the words of a text begin and end: words as they were planted, between blanks."""
    lengths = np.array([len(word) for word in text.split(" ")])
    ends = np.cumsum(lengths + 1) - 1
    return ends - lengths, ends


def _words(span: Span, places: tuple[Places, Places]) -> set[int]:
    """The numbers of the words that a span touches."""
    starts, ends = places
    return set(range(int(ends.searchsorted(span.start, "right")), int(starts.searchsorted(span.end))))


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _stretch(first: int, count: int) -> set[int]:
    return set(range(first, first + count))


def with_window(articles: Sequence[Article], window: int) -> list[Overlap]:
    """What `find_overlaps` finds with fingerprints from windows of so many shingles."""
    settings = Settings()
    return list(find_overlaps(articles, settings=replace(settings, overlap=replace(settings.overlap, window=window))))


def lsh_pairs(articles: Sequence[Article]) -> set[tuple[int, int]]:
    """Every pair of articles that shares a band of its MinHash signature."""
    values = minhash_signatures(articles).values
    pairs: set[tuple[int, int]] = set()
    for band in range(0, PERMUTATIONS, ROWS):
        holders: dict[bytes, list[int]] = {}
        for number, rows in enumerate(values[:, band : band + ROWS]):
            holders.setdefault(rows.tobytes(), []).append(number)
        pairs.update(pair for held in holders.values() for pair in combinations(held, 2))
    return pairs


def lsh_score(articles: Sequence[Article], truth: Sequence[Planted]) -> Score:
    """The baseline's pairs compared with the planted ones. It knows no places."""
    found = lsh_pairs(articles)
    true = {(planted.parent, planted.child) for planted in truth}
    return Score(len(true & found) / len(true), _share(len(true & found), len(found)))


def by_length(pairs: int, seed: int, sentences: Path | None) -> list[dict[str, Any]]:
    """A row for each finder, length and rate of change."""
    rows = []
    for words in LENGTHS:
        for rate in RATES:
            articles, truth = planted_pairs(pairs, WORDS, words, rate, seed, sentences)
            scores = {f"W = {window}": score(with_window(articles, window), truth, articles) for window in WINDOWS}
            scores[LSH] = lsh_score(articles, truth)
            rows += [{"finder": finder, "words": words, "changed": rate, **_fields(s)} for finder, s in scores.items()]
    return rows


def by_containment(count: int, seed: int, sentences: Path | None) -> list[dict[str, Any]]:
    """For each finder the recall of the pairs of a mixed corpus whose later text is to 30 % or more the earlier one's.

    Reprints and other passages of one article make more true pairs than were planted, so there is no precision here.
    """
    truth: list[Planted] = []
    articles = list(synthetic(count, seed, truth=truth, sentences=sentences))
    heavy = [planted for planted in truth if planted.contained >= CONTAINED]
    recall = {f"W = {window}": score(with_window(articles, window), heavy, articles).recall for window in WINDOWS}
    recall[LSH] = lsh_score(articles, heavy).recall
    return [{"finder": finder, "pairs": len(heavy), "recall": value} for finder, value in recall.items()]


def _fields(score: Score) -> dict[str, float | None]:
    return {name: getattr(score, name) for name in ("recall", "covered", "precision", "pair_precision")}


def markdown(result: dict[str, Any]) -> str:
    """Recall by length and rate, then what of it is covered and right, then the pairs with much in common."""
    finders = [row["finder"] for row in result["containment"]]
    rates = " / ".join(f"{100 * rate:.0f}" for rate in RATES)
    lines = [f"{result['corpus']}, {result['pairs']} planted passages a cell, in articles of {WORDS} words"]
    for what, about in (
        ("recall", "passages found"),
        ("covered", "share of a found passage that is covered"),
        ("precision", "share of the reported words that were planted"),
        ("pair_precision", "share of the reported pairs that were planted"),
    ):
        lines += ["", f"{about[0].upper()}{about[1:]}, by words ({rates} % of them changed)", ""]
        lines.append(f"| finder | {' | '.join(str(words) for words in LENGTHS)} |")
        lines.append(f"|---|{'---:|' * len(LENGTHS)}")
        for finder in finders:
            cells = []
            for words in LENGTHS:
                own = [row[what] for row in result["rows"] if (row["finder"], row["words"]) == (finder, words)]
                cells.append(" / ".join("–" if value is None else f"{value:.3f}" for value in own))
            lines.append(f"| {finder} | {' | '.join(cells)} |")
    pairs = result["containment"][0]["pairs"]
    among = f"of {pairs} among {result['mixed']:,} mixed articles"
    lines += ["", f"Pairs with containment ≥ {CONTAINED} found, {among}", ""]
    lines += [f"- {row['finder']}: {row['recall']:.3f}" for row in result["containment"]]
    return "\n".join(lines) + "\n"


def main(argv: Sequence[str]) -> int:
    """Measure, print the tables, write them with JSON beside."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks passages", description=__doc__)
    parser.add_argument("--pairs", type=int, default=3000, help="planted passages a cell: at .99, ± .002")
    parser.add_argument("--mixed", type=int, default=5_000, help="articles of the mixed corpus")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sentences", type=Path, help="JSON lines of articles whose sentences are to be used")
    parser.add_argument("--output", "-o", type=Path, default=RESULTS, help="a folder for the results")
    options = parser.parse_args(argv)
    source = options.sentences.name.partition(".")[0] if options.sentences else "synthetic"
    result = {
        "machine": facts(),
        "corpus": source,
        "pairs": options.pairs,
        "mixed": options.mixed,
        "rows": by_length(options.pairs, options.seed, options.sentences),
        "containment": by_containment(options.mixed, options.seed, options.sentences),
    }
    options.output.mkdir(parents=True, exist_ok=True)
    stem = "passages" if source == "synthetic" else f"passages-{source}"
    (options.output / f"{stem}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    table = markdown(result)
    (options.output / f"{stem}.md").write_text(table, encoding="utf-8")
    print(table, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
