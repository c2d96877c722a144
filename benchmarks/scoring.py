"""How an inferred lineage is scored against the truth of a story: counts for one story, measures over many.

Measures are ratios of sums over stories, so that a story with many articles counts for more; `measured` gives each
with its 95 % interval, by bootstrap over stories.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Protocol

RESAMPLES = 400
SAME_SOURCE = 0.5  # Jaccard of children above which a source is the true one: no other can be nearer

Edges = set[tuple[str, str]]
Counts = tuple[int, int, int]  # right, said, true


class Story(Protocol):
    """A story of either generator: articles with an `id`, and `truth`."""

    @property
    def articles(self) -> Sequence[Any]:
        """The articles."""

    @property
    def truth(self) -> Any:
        """Edges, unseen texts, classes, origins, unrelated pairs."""


@dataclass(slots=True)
class Answer:
    """What a system says of a story: edges (child, parent), the children of each unseen source, the probability of each
    edge, how probable either direction of a linked pair is, each article's class, and the origins (count, least, most).
    """

    edges: Edges
    sources: list[frozenset[str]] = field(default_factory=list)
    probability: Mapping[tuple[str, str], float] = field(default_factory=dict)
    directions: Mapping[tuple[str, str], float] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    origins: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """The truth of a story. `ancestry` are pairs of an article
    and one that it goes back to; `lineages` are, by article, the texts with nothing above them that it goes back to."""

    ids: tuple[str, ...]
    edges: Edges
    ancestry: Edges
    sources: tuple[frozenset[str], ...]
    lineages: Mapping[str, frozenset[str]]
    classes: Mapping[str, str]
    origins: int
    unrelated: Edges

    @classmethod
    def of(cls, story: Story) -> Known:
        """From a story of either generator."""
        truth = story.truth
        ids = tuple(article.id for article in story.articles)
        edges = {(edge.child, edge.parent) for edge in truth.edges}
        sources = tuple(frozenset(node.children) for node in truth.unseen)
        above: dict[str, set[str]] = {id: set() for id in ids}
        for child, parent in edges:
            above[child].add(parent)
        for number, children in enumerate(sources):
            for child in children:
                above[child].add(_name(number))
        reached = {id: {id} if not above[id] else {p for p in above[id] if p not in above} for id in ids}
        for _ in ids:
            for child, parent in edges:
                reached[child] |= reached[parent]
        lineages = {id: frozenset(found) for id, found in reached.items()}
        return cls(ids, edges, _ancestry(edges), sources, lineages, truth.classes, truth.origins, set(truth.unrelated))


@dataclass(slots=True)
class Tally:
    """Counts of one story, to be added up.

    `found` has (right, said, true) by what was looked for, `shares` (part, whole) by ratio; `directions` the confidence
    in a direction and 1, ½ or 0 of each true edge, `shown` probability and truth of each edge that was said, `classes`
    the class, said and true, of each article.
    """

    found: dict[str, Counts]
    shares: dict[str, tuple[float, float]]
    directions: list[tuple[float, float]]
    shown: list[tuple[float, bool]]
    classes: list[tuple[str, str]]


def tally(story: Story, answer: Answer) -> Tally:
    """Compare an answer with the truth."""
    known = Known.of(story)
    said = _shape(known.ids, answer.edges, answer.sources)
    true = _shape(known.ids, known.edges, known.sources)
    found = {name: _counts(said[name], true[name]) for name in said}
    found["unseen node"] = _sources(answer.sources, known.sources)
    found["second parent"] = _second_parents(known, answer)
    sure = {edge for edge, p in answer.probability.items() if p >= 0.9}
    linked = [edge for edge in known.edges if _either(answer, edge)]
    pairs = {(min(edge), max(edge)) for edge in answer.edges}
    directions = [_direction(answer, edge) for edge in sorted(known.edges)]
    shares: dict[str, tuple[float, float]] = {
        "sure": (len(sure & known.edges), len(sure)),
        "directed": (sum(_direction(answer, edge)[1] for edge in linked), len(linked)),
        "strangers": (len(pairs & known.unrelated), len(known.unrelated)),
    }
    if answer.origins is not None:
        count, low, high = answer.origins
        shares["origins"] = (count == known.origins, 1)
        shares["origins within"] = (low <= known.origins <= high, 1)
    return Tally(
        found,
        shares,
        directions,
        [(p, edge in known.edges) for edge, p in answer.probability.items()],
        [(answer.classes[id], known.classes[id]) for id in known.ids if id in answer.classes],
    )


def _shape(ids: Iterable[str], edges: Edges, sources: Sequence[frozenset[str]]) -> dict[str, set[Any]]:
    """Edges; roots (nothing above); leaves (something above, nothing below); pairs of an article and an ancestor; pairs
    under one unseen source."""
    below = {child for child, _ in edges} | {child for children in sources for child in children}
    return {
        "edge": set(edges),
        "root": set(ids) - below,
        "leaf": below - {parent for _, parent in edges},
        "ancestry": _ancestry(edges),
        "unseen pair": {pair for children in sources for pair in combinations(sorted(children), 2)},
    }


def _ancestry(edges: Edges) -> Edges:
    """Pairs of an article and one that it goes back to, through any number of edges."""
    parents: dict[str, list[str]] = {}
    for child, parent in edges:
        parents.setdefault(child, []).append(parent)
    found: Edges = set()
    for id in parents:
        waiting = list(parents[id])
        while waiting:
            above = waiting.pop()
            if (id, above) not in found:
                found.add((id, above))
                waiting += parents.get(above, ())
    return found


def _counts(said: set[Any], true: set[Any]) -> Counts:
    return len(said & true), len(said), len(true)


def _sources(said: Sequence[frozenset[str]], true: Sequence[frozenset[str]]) -> Counts:
    """A source is right if it has more than half of its and a true one's children in common (Jaccard)."""
    right = sum(any(_same(one, other) for one in said) for other in true)
    return min(right, len(said)), len(said), len(true)


def _second_parents(known: Known, answer: Answer) -> Counts:
    """Lineages beyond the first that an article has text of: by lineage, since the block that came from a second text
    stands in its relatives, too, and any of them is right (but what was made from the article itself).
    """
    right = said = true = 0
    for id in known.ids:
        own = [known.lineages[parent] for child, parent in known.edges if child == id]
        own += [frozenset((_name(number),)) for number, children in enumerate(known.sources) if id in children]
        named = [
            frozenset((f"below: {parent}",)) if (parent, id) in known.ancestry else known.lineages[parent]
            for child, parent in answer.edges
            if child == id
        ]
        for children in answer.sources:
            if id in children:
                near = [_name(number) for number, other in enumerate(known.sources) if _same(children, other)]
                named.append(frozenset(near or (f"nobody's: {sorted(children)}",)))
        held, told = _groups(own), _groups(named)
        hit = sum(any(group & other for other in told) for group in held)
        true += max(0, len(held) - 1)
        said += max(0, len(told) - 1)
        right += max(0, min(hit, len(told)) - 1)
    return right, said, true


def _name(number: int) -> str:
    return f"unseen text {number}"


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sources are one, by their children."""
    return len(one & other) > SAME_SOURCE * len(one | other)


def _groups(sets: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """The sets, those that touch as one."""
    made: list[frozenset[str]] = []
    for one in sets:
        touched = [other for other in made if other & one]
        made = [other for other in made if not other & one] + [one.union(*touched)]
    return made


def _either(answer: Answer, edge: tuple[str, str]) -> bool:
    return bool(answer.directions.get(edge) or answer.directions.get(edge[::-1]))


def _direction(answer: Answer, edge: tuple[str, str]) -> tuple[float, float]:
    """How much surer the answer is of one direction than of the other, and whether it is the true one (a tie: ½)."""
    right, wrong = answer.directions.get(edge, 0.0), answer.directions.get(edge[::-1], 0.0)
    return abs(right - wrong), 1.0 if right > wrong else 0.5 if right == wrong else 0.0


def f1(counts: Sequence[Counts]) -> float | None:
    """Of the sums of (right, said, true)."""
    right, said, true = (sum(count[place] for count in counts) for place in range(3))
    return 2 * right / (said + true) if said + true else None


def _f1(name: str) -> Callable[[Sequence[Tally]], float | None]:
    return lambda rows: f1([row.found[name] for row in rows])


def _ratio(name: str, scale: float = 1.0) -> Callable[[Sequence[Tally]], float | None]:
    def measure(rows: Sequence[Tally]) -> float | None:
        parts = [row.shares[name] for row in rows if name in row.shares]
        whole = sum(part[1] for part in parts)
        return scale * sum(part[0] for part in parts) / whole if whole else None

    return measure


def at_coverage(entries: Sequence[tuple[float, float]], coverage: float) -> float | None:
    """The mean score of the most confident share of the entries (confidence, score); of those that are equally
    confident, where only some are covered, each counts in part."""
    if not entries:
        return None
    left = wanted = coverage * len(entries)
    groups: dict[float, list[float]] = {}
    for confidence, score in entries:
        groups.setdefault(round(confidence, 9), []).append(score)
    total = 0.0
    for confidence in sorted(groups, reverse=True):
        taken = min(left, len(groups[confidence]))
        total += taken * math.fsum(groups[confidence]) / len(groups[confidence])
        left -= taken
    return total / wanted


def _directed(coverage: float) -> Callable[[Sequence[Tally]], float | None]:
    return lambda rows: at_coverage([entry for row in rows for entry in row.directions], coverage)


def calibration_error(shown: Sequence[tuple[float, bool]], bins: int = 10) -> float | None:
    """The mean distance between probability and share of right ones, over bins of equal width, weighted by size."""
    gaps = [abs(sum(p for p, _ in own) - sum(r for _, r in own)) for own in _bins(shown, bins)]
    return sum(gaps) / len(shown) if shown else None


def least_error(shown: Sequence[tuple[float, bool]], bins: int = 10) -> float | None:
    """The calibration error to expect if every probability were exactly right: so many claims are right by chance that
    many more or fewer than expected (for each bin the mean of a half-normal distribution).
    """
    spread = [math.sqrt(2 / math.pi * sum(p * (1 - p) for p, _ in own)) for own in _bins(shown, bins)]
    return sum(spread) / len(shown) if shown else None


def _bins(shown: Sequence[tuple[float, bool]], bins: int) -> list[list[tuple[float, bool]]]:
    held: dict[int, list[tuple[float, bool]]] = {}
    for probability, right in shown:
        held.setdefault(min(bins - 1, int(probability * bins)), []).append((probability, right))
    return list(held.values())


def weighted_f1(pairs: Sequence[tuple[str, str]]) -> float | None:
    """The F1 of each true class, weighted by how often it is true (as METER's results are given); pairs are (said,
    true)."""
    if not pairs:
        return None
    total = 0.0
    for name in {true for _, true in pairs}:
        right = sum(said == name == true for said, true in pairs)
        said, true = sum(said == name for said, _ in pairs), sum(true == name for _, true in pairs)
        total += true * 2 * right / (said + true)
    return total / len(pairs)


MEASURES: dict[str, Callable[[Sequence[Tally]], float | None]] = {
    "edge F1": _f1("edge"),
    "root F1": _f1("root"),
    "leaf F1": _f1("leaf"),
    "ancestry F1": _f1("ancestry"),
    "unseen-pair F1": _f1("unseen pair"),
    "unseen-node F1": _f1("unseen node"),
    "second-parent F1": _f1("second parent"),
    "direction": _ratio("directed"),
    "direction at 50 %": _directed(0.5),
    "direction at 80 %": _directed(0.8),
    "direction at 100 %": _directed(1.0),
    "precision at .9": _ratio("sure"),
    "calibration error": lambda rows: calibration_error([entry for row in rows for entry in row.shown]),
    "error if calibrated": lambda rows: least_error([entry for row in rows for entry in row.shown]),
    "false edges per 10,000": _ratio("strangers", 1e4),
    "classes, weighted F1": lambda rows: weighted_f1([pair for row in rows for pair in row.classes]),
    "origins exact": _ratio("origins"),
    "origins within the interval": _ratio("origins within"),
}


def measured(rows: Sequence[Tally], seed: int = 1, names: Iterable[str] = tuple(MEASURES)) -> dict[str, Any]:
    """Each measure with its interval, by bootstrap over stories: `value`, `low`, `high` (None where there is nothing to
    measure).
    """
    samples = [[rows[number] for number in drawn] for drawn in _draws(len(rows), seed)]
    return {name: _with_interval(map(MEASURES[name], samples)) for name in names}


def difference(
    rows: Sequence[Tally], others: Sequence[Tally], names: Iterable[str], seed: int = 1
) -> dict[str, dict[str, float | None]]:
    """By how much each measure of `rows` is above that of `others`, tallies of the same stories in the same order, with
    its interval, both drawn together; the counterpart of `measured`.
    """
    pairs = [[[own[number] for number in drawn] for own in (rows, others)] for drawn in _draws(len(rows), seed)]

    def above(name: str) -> Iterator[float | None]:
        for both in pairs:
            one, other = map(MEASURES[name], both)
            yield None if one is None or other is None else one - other

    return {name: _with_interval(above(name)) for name in names}


def _draws(count: int, seed: int) -> Iterator[Sequence[int]]:
    """The numbers of all stories, and then `RESAMPLES` times as many drawn from them."""
    rng = random.Random(seed)
    yield range(count)
    for _ in range(RESAMPLES):
        yield [rng.randrange(count) for _ in range(count)]


def _with_interval(values: Iterable[float | None]) -> dict[str, float | None]:
    """What is measured of all stories, and between what 95 % of the samples lie."""
    value, *sampled = values
    spread = sorted(found for found in sampled if found is not None)
    ends = (spread[int(0.025 * len(spread))], spread[int(0.975 * len(spread))]) if spread else (None, None)
    return {"value": value, "low": ends[0], "high": ends[1]}
