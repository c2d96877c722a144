"""`python -m benchmarks lineage`: how often the inferred lineage is right, ours and baselines, on generated stories.

The stories are those of the generator's held-out half (events and sentence patterns that no number was fitted to), the
intervals 95 % by bootstrap over stories. The ceiling of a tree is what a perfect tree would score, as second parents
are edges too; edges that the texts cannot decide are counted all the same.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.machine import facts
from corpus.newsroom import GeneratedStory, generate
from lineage import Article, Overlap, Settings, find_overlaps, trace

RESULTS = Path(__file__).parent / "results"
LEVELS = ("easy", "medium", "hard")
RESAMPLES = 400

Edges = set[tuple[str, str]]


@dataclass(slots=True)
class Answer:
    """What a system says of a story: edges (child, parent), groups under an unseen source, articles with nothing above
    them; the probability of each edge; and how probable either direction of a linked pair is.
    """

    edges: Edges
    unseen_pairs: Edges = field(default_factory=set)
    roots: set[str] = field(default_factory=set)
    probability: dict[tuple[str, str], float] = field(default_factory=dict)
    directions: dict[tuple[str, str], float] = field(default_factory=dict)


def ours(articles: Sequence[Article]) -> Answer:
    """`lineage.trace`."""
    found = trace(articles)
    edges = {(d.child, d.parent): d.probability for d in found.derivations}
    pairs = {pair for source in found.sources for pair in _pairs(source.children)}
    below = {child for child, _ in edges} | {child for source in found.sources for child in source.children}
    directions = dict(edges)
    for open_question in found.unresolved:
        directions[open_question.a, open_question.b] = open_question.a_from_b
        directions[open_question.b, open_question.a] = open_question.b_from_a
    return Answer(set(edges), pairs, {a.id for a in articles} - below, edges, directions)


def most_similar_earlier(articles: Sequence[Article]) -> Answer:
    """RNewsflow's and Memetracker's way: of the earlier articles the most similar; by id where no clock tells."""
    when = {a.id: (str(a.published or ""), a.id) for a in articles}
    return _best_parent(articles, lambda child, parent: when[parent] < when[child])


def earliest_star(articles: Sequence[Article]) -> Answer:
    """Everything that is linked came from the earliest of it."""
    when = {a.id: (str(a.published or ""), a.id) for a in articles}
    shares = _shares(articles)
    edges: Edges = set()
    for group in _components(shares):
        first = min(group, key=lambda id: when[id])
        edges |= {(id, first) for id in group if id != first}
    return _answer(articles, edges)


def most_contained(articles: Sequence[Article]) -> Answer:
    """The parent is the article that holds most of the child, of the two the less contained one (containment)."""
    shares = _shares(articles)
    return _best_parent(articles, lambda child, parent: shares[child, parent] > shares[parent, child])


def longer(articles: Sequence[Article]) -> Answer:
    """The longer of two linked articles is the parent of the shorter."""
    length = {a.id: (len(a.text), a.id) for a in articles}
    return _best_parent(articles, lambda child, parent: length[parent] > length[child])


SYSTEMS: dict[str, Callable[[Sequence[Article]], Answer]] = {
    "lineage": ours,
    "most similar earlier": most_similar_earlier,
    "earliest star": earliest_star,
    "most contained": most_contained,
    "longer is the source": longer,
}


def _shares(articles: Sequence[Article]) -> dict[tuple[str, str], float]:
    """For linked pairs, the share of the first that stands in the second, narration of 25 words or more."""
    settings = replace(Settings(), overlap=replace(Settings().overlap, window=4))
    found: Iterable[Overlap] = find_overlaps(list(articles), settings=settings)
    shares: dict[tuple[str, str], float] = {}
    for overlap in found:
        if overlap.narrated >= 25:
            shares[overlap.a, overlap.b], shares[overlap.b, overlap.a] = overlap.a_in_b, overlap.b_in_a
    return shares


def _best_parent(articles: Sequence[Article], may: Callable[[str, str], bool]) -> Answer:
    shares = _shares(articles)
    edges: Edges = set()
    for child in {child for child, _ in shares}:
        allowed = [p for c, p in shares if c == child and may(child, p)]
        if allowed:
            edges.add((child, max(allowed, key=lambda p: (shares[child, p], p))))
    return _answer(articles, edges)


def _answer(articles: Sequence[Article], edges: Edges) -> Answer:
    below = {child for child, _ in edges}
    return Answer(edges, set(), {a.id for a in articles} - below, {}, dict.fromkeys(edges, 1.0))


def _components(shares: dict[tuple[str, str], float]) -> list[set[str]]:
    groups: list[set[str]] = []
    for pair in shares:
        touched = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if group not in touched]
        groups.append(set(pair).union(*touched))
    return groups


def _pairs(ids: Iterable[str]) -> Edges:
    ordered = sorted(ids)
    return {(one, other) for k, one in enumerate(ordered) for other in ordered[k + 1 :]}


@dataclass(slots=True)
class Tally:
    """Counts of one story, to be added up."""

    edges: tuple[int, int, int]  # right, said, true
    roots: tuple[int, int, int]
    unseen: tuple[int, int, int]
    directed: tuple[float, int]  # right (ties a half), true edges that are linked at all
    sure: tuple[int, int]  # right, said, of edges with a probability of .9 or more
    strangers: tuple[int, int]  # false edges, pairs of articles without a text behind both
    shown: list[tuple[float, bool]]  # probability and truth of shown edges


def tally(story: GeneratedStory, answer: Answer) -> Tally:
    """Compare an answer with the truth."""
    truth = story.truth
    edges = {(edge.child, edge.parent) for edge in truth.edges}
    below = {child for child, _ in edges} | {child for node in truth.unseen for child in node.children}
    roots = {a.id for a in story.articles} - below
    unseen = {pair for node in truth.unseen for pair in _pairs(node.children)}
    directed, linked = 0.0, 0
    for child, parent in edges:
        right, wrong = answer.directions.get((child, parent), 0.0), answer.directions.get((parent, child), 0.0)
        if right or wrong:
            linked += 1
            directed += 1.0 if right > wrong else 0.5 if right == wrong else 0.0
    sure = {edge for edge, p in answer.probability.items() if p >= 0.9}
    false = {tuple(sorted(edge)) for edge in answer.edges} & truth.unrelated
    return Tally(
        (len(answer.edges & edges), len(answer.edges), len(edges)),
        (len(answer.roots & roots), len(answer.roots), len(roots)),
        (len(answer.unseen_pairs & unseen), len(answer.unseen_pairs), len(unseen)),
        (directed, linked),
        (len(sure & edges), len(sure)),
        (len(false), len(truth.unrelated)),
        [(p, edge in edges) for edge, p in answer.probability.items()],
    )


def _f1(counts: Sequence[tuple[int, int, int]]) -> float | None:
    right, said, true = (sum(column) for column in zip(*counts, strict=True))
    return 2 * right / (said + true) if said + true else None


def _ratio(counts: Sequence[tuple[float, int]]) -> float | None:
    part, whole = (sum(column) for column in zip(*counts, strict=True))
    return part / whole if whole else None


def calibration_error(shown: Sequence[tuple[float, bool]], bins: int = 10) -> float | None:
    """The mean distance between probability and share of right ones, over bins of equal width, weighted by size."""
    if not shown:
        return None
    held: dict[int, list[tuple[float, bool]]] = {}
    for probability, right in shown:
        held.setdefault(min(bins - 1, int(probability * bins)), []).append((probability, right))
    gaps = (abs(sum(p for p, _ in own) - sum(r for _, r in own)) for own in held.values())
    return sum(gaps) / len(shown)


MEASURES: dict[str, Callable[[Sequence[Tally]], float | None]] = {
    "edge F1": lambda rows: _f1([row.edges for row in rows]),
    "root F1": lambda rows: _f1([row.roots for row in rows]),
    "unseen-pair F1": lambda rows: _f1([row.unseen for row in rows]),
    "direction": lambda rows: _ratio([row.directed for row in rows]),
    "precision at .9": lambda rows: _ratio([row.sure for row in rows]),
    "calibration error": lambda rows: calibration_error([entry for row in rows for entry in row.shown]),
    "false edges per 10,000": lambda rows: (
        None if (share := _ratio([row.strangers for row in rows])) is None else 1e4 * share
    ),
}


def measured(rows: Sequence[Tally], seed: int = 1) -> dict[str, Any]:
    """Each measure with its interval."""
    rng = random.Random(seed)
    samples = [[rows[rng.randrange(len(rows))] for _ in rows] for _ in range(RESAMPLES)]
    result: dict[str, Any] = {}
    for name, measure in MEASURES.items():
        value = measure(rows)
        spread = sorted(found for sample in samples if (found := measure(sample)) is not None)
        ends = (spread[int(0.025 * len(spread))], spread[int(0.975 * len(spread))]) if spread else (None, None)
        result[name] = {"value": value, "low": ends[0], "high": ends[1]}
    return result


def tree_ceiling(stories: Sequence[GeneratedStory]) -> float | None:
    """The edge F1 of a perfect tree: one parent a child."""
    counts = []
    for story in stories:
        children = {edge.child for edge in story.truth.edges}
        counts.append((len(children), len(children), len(story.truth.edges)))
    return _f1(counts)


def run(stories: int, clocks: Sequence[str], split: str, names: Sequence[str], seed: int) -> dict[str, Any]:
    """All systems on all levels and clocks."""
    rows = []
    for kind in clocks:
        for level in LEVELS:
            made = [
                generate(seed + number, level, clocks=kind, split=split)  # type: ignore[arg-type]
                for number in range(stories)
            ]
            for name in names:
                print(f"{name}, {level}, clocks {kind}", file=sys.stderr)
                tallies = [tally(story, SYSTEMS[name](story.articles)) for story in made]
                rows.append({"system": name, "level": level, "clocks": kind, **measured(tallies)})
            edges = [edge for story in made for edge in story.truth.edges]
            rows[-len(names)]["about"] = {
                "articles": sum(len(story.articles) for story in made),
                "edges": len(edges),
                "undecidable": sum(not edge.decidable for edge in edges),
                "tree ceiling": tree_ceiling(made),
            }
    return {"machine": facts(), "split": split, "stories": stories, "seed": seed, "rows": rows}


def markdown(result: dict[str, Any]) -> str:
    """A table for each kind of clock."""
    lines = [f"{result['stories']} stories a level, half `{result['split']}`; 95 % intervals over stories"]
    for kind in dict.fromkeys(row["clocks"] for row in result["rows"]):
        lines += ["", f"Clocks: {kind}", "", f"| system | level | {' | '.join(MEASURES)} |"]
        lines.append("|---|---|" + "---:|" * len(MEASURES))
        for row in result["rows"]:
            if row["clocks"] == kind:
                cells = [_cell(row[name]) for name in MEASURES]
                lines.append(f"| {row['system']} | {row['level']} | {' | '.join(cells)} |")
    for row in result["rows"]:
        if "about" in row:
            about = row["about"]
            lines += [
                "",
                f"{row['level']}, clocks {row['clocks']}: {about['articles']:,} articles, {about['edges']} edges, "
                f"{about['undecidable']} of them not decidable by the texts; a perfect tree has edge F1 "
                f"{about['tree ceiling']:.3f}.",
            ]
    return "\n".join(lines) + "\n"


def _cell(entry: dict[str, float | None]) -> str:
    if entry["value"] is None:
        return "–"
    if entry["low"] is None or entry["high"] is None:
        return f"{entry['value']:.3f}"
    return f"{entry['value']:.3f} ({entry['low']:.3f}–{entry['high']:.3f})"


def main(argv: Sequence[str]) -> int:
    """Measure, print the tables, write them with JSON beside."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks lineage", description=__doc__)
    parser.add_argument("--stories", type=int, default=100, help="of each level and kind of clocks")
    parser.add_argument(
        "--clocks", default="none,good", help="with commas: none, day, coarse, noisy, edited, lying, good"
    )
    parser.add_argument("--split", choices=["train", "held"], default="held")
    parser.add_argument("--systems", help="only these, with commas")
    parser.add_argument("--seed", type=int, default=100_000)
    parser.add_argument("--output", "-o", type=Path, default=RESULTS, help="a folder for the results")
    options = parser.parse_args(argv)
    names = options.systems.split(",") if options.systems else list(SYSTEMS)
    if unknown := set(names) - SYSTEMS.keys():
        parser.error(f"no system {', '.join(sorted(unknown))}; known are {', '.join(SYSTEMS)}")
    result = run(options.stories, options.clocks.split(","), options.split, names, options.seed)
    options.output.mkdir(parents=True, exist_ok=True)
    table = markdown(result)
    (options.output / "lineage.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (options.output / "lineage.md").write_text(table, encoding="utf-8")
    print(table, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
