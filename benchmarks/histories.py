"""`python -m benchmarks histories --data FOLDER`: which of two versions is the newer, and whose, in revision histories.

FOLDER holds `site-policy.jsonl.gz`: families of versions with the steps between them as they were recorded. Dates are
withheld and versions shuffled. Families that share text are kept in one half: the `tuned` one, from which the model of
versions was learnt, or the `held` one. A family counts as one, however many steps it has; a tie counts a half. Cover is
taken surest first. Intervals are 95 % by bootstrap over families.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import facts
from lineage.descent.arborescence import Edge, best_forest
from lineage.descent.groups import Groups
from lineage.descent.versions import Compared, weigh

RESULTS = Path(__file__).parent / "results"
FILE = "site-policy.jsonl.gz"
LARGEST = 40  # versions: of larger families one has 251 and 41 % of all characters
RELATED = 0.5  # containment of word 5-shingles from which two families are one document moved, or copied
COVERS = (0.5, 0.8, 1.0)
RESAMPLES = 1000
ONE_ROOT = -1e3  # expected steps: more than any tree has
TIE = 1e-9  # nats: below it there is no opinion

Pair = tuple[int, int]

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class History:
    """A family: its texts in no order, the steps (older, newer) as numbers of texts, and the texts by date."""

    name: str
    texts: tuple[str, ...]
    steps: frozenset[Pair]
    dated: tuple[int, ...]

    def ancestry(self) -> set[Pair]:
        """Every (older, newer) that steps join."""
        reach = np.zeros((len(self.texts), len(self.texts)), bool)
        for step in self.steps:
            reach[step] = True
        for middle in range(len(self.texts)):
            reach |= reach[:, middle : middle + 1] & reach[middle]
        return {(one, other) for one, other in np.argwhere(reach).tolist()}

    def thinned(self, kept: Sequence[int]) -> History:
        """The same family with some versions only: a step leads from each to the next ones that are kept."""
        above, place = self.ancestry(), {old: new for new, old in enumerate(kept)}
        pairs = {(one, other) for one, other in above if one in place and other in place}
        near = {p for p in pairs if not any((p[0], k) in pairs and (k, p[1]) in pairs for k in kept)}
        steps = frozenset((place[one], place[other]) for one, other in near)
        dated = tuple(place[k] for k in self.dated if k in place)
        return History(self.name, tuple(self.texts[k] for k in kept), steps, dated)

    def every(self, k: int) -> History:
        """The same family with every k-th version by date."""
        return self.thinned(sorted(self.dated[::k]))


def read(folder: Path, largest: int = LARGEST) -> tuple[list[History], list[History]]:
    """The families of up to `largest` versions, of the tuned and of the held half."""
    with gzip.open(folder / FILE, "rt", encoding="utf-8", newline="\n") as lines:
        families = [json.loads(line) for line in lines]
    group_of = _related(families)
    groups = sorted(set(group_of), key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    halves: tuple[list[History], list[History]] = ([], [])
    for family, group in zip(families, group_of, strict=True):
        if len(family["nodes"]) <= largest:
            halves[groups.index(group) % 2].append(shuffled(family))
    return halves


def shuffled(family: dict[str, Any]) -> History:
    """Versions by the digests of their texts, which say nothing of their age."""
    nodes = sorted(family["nodes"], key=lambda node: hashlib.sha256(node["text"].encode()).hexdigest())
    place = {node["id"]: number for number, node in enumerate(nodes)}
    steps = frozenset((place[parent], place[child]) for parent, child in family["edges"])
    dated = tuple(place[node["id"]] for node in family["nodes"])
    return History(family["path"], tuple(node["text"] for node in nodes), steps, dated)


def _related(families: Sequence[dict[str, Any]]) -> list[str]:
    """For each family the first path of those that share text with it, directly or by others."""
    ends = [[_shingles(family["nodes"][k]["text"]) for k in (0, -1)] for family in families]
    groups = Groups[int]()
    for one, other in combinations(range(len(families)), 2):
        if any(len(a & b) > RELATED * min(len(a), len(b)) for a in ends[one] for b in ends[other]):
            groups.join(one, other)
    first: dict[int, str] = {}
    for number, family in enumerate(families):
        leader = groups.find(number)
        first[leader] = min(first.get(leader, family["path"]), family["path"])
    return [first[groups.find(number)] for number in range(len(families))]


def _shingles(text: str) -> set[int]:
    words = _WORD.findall(text.lower())
    return {hash(tuple(words[k : k + 5])) for k in range(len(words) - 4)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system says of a family: for every pair (i, j), i < j, how surely i is the older (0: no opinion), and the
    steps that it finds.
    """

    older: dict[Pair, float]
    steps: set[Pair]


def ours(history: History) -> Answer:
    """Lineage's model of versions; the steps are the tree with one root of which most can be expected to be right."""
    count = len(history.texts)
    weighed = weigh(Compared.of(history.texts, list(combinations(range(count), 2))))
    edges = [Edge(0, k + 1, ONE_ROOT) for k in range(count)]
    edges += [Edge(a + 1, b + 1, weighed.step(a, b)) for a, b in sorted(weighed.older)]
    steps = {(edge.parent - 1, edge.child - 1) for edge in best_forest(count + 1, edges) if edge.parent}
    return Answer(dict(weighed.older), steps)


def longer(history: History) -> Answer:
    """The longer of two versions is the newer; each is joined to the most similar one, from the shortest on."""
    sizes = [len(_WORD.findall(text)) for text in history.texts]
    pairs = combinations(range(len(sizes)), 2)
    return _spanned(history, {(i, j): (sizes[j] - sizes[i]) / max(sizes[i], sizes[j], 1) for i, j in pairs})


def hashed(history: History) -> Answer:
    """The order of digests: no knowledge at all."""
    marks = [hashlib.md5(text.encode()).hexdigest() for text in history.texts]
    pairs = combinations(range(len(marks)), 2)
    return _spanned(history, {(i, j): 1.0 if marks[i] < marks[j] else -1.0 for i, j in pairs})


def _spanned(history: History, older: dict[Pair, float]) -> Answer:
    """The least spanning tree over the words that differ, away from the version that is older than most."""
    counts = [Counter(_WORD.findall(text)) for text in history.texts]
    apart = {(i, j): (counts[i] - counts[j]).total() + (counts[j] - counts[i]).total() for i, j in older}
    groups = Groups[int]()
    tree = [pair for pair in sorted(apart, key=lambda pair: (apart[pair], pair)) if groups.join(*pair)]
    score = [0.0] * len(counts)
    for (i, j), lean in older.items():
        score[i] += lean
        score[j] -= lean
    waiting, steps = [max(range(len(score)), key=score.__getitem__)], set[Pair]()
    while waiting:
        at = waiting.pop()
        below = [a + b - at for a, b in tree if at in (a, b) and (a + b - at, at) not in steps]
        steps |= {(at, other) for other in below}
        waiting += below
    return Answer(older, steps)


SYSTEMS: dict[str, Callable[[History], Answer]] = {"lineage": ours, "longer is newer": longer, "hash order": hashed}


@dataclass(frozen=True, slots=True)
class Tally:
    """What an answer is worth on one family. `directed` has, per step, how sure (0 or more), how right (0, ½, 1), and
    whether the newer is shorter; of ancestry: right, said, true. `root` is None where there are several.
    """

    directed: list[tuple[float, float, bool]]
    found: float
    joined: float
    root: bool | None
    ancestry: tuple[int, int, int]


def tally(history: History, answer: Answer) -> Tally:
    """Compare an answer with the record."""
    sizes = [len(_WORD.findall(text)) for text in history.texts]
    directed = []
    for one, other in sorted(history.steps):
        lean = answer.older[one, other] if one < other else -answer.older[other, one]
        right = 0.5 if abs(lean) < TIE else float(lean > 0)
        directed.append((abs(lean), right, sizes[other] < sizes[one]))
    count, steps = len(sizes), history.steps
    joined = sum(pair in answer.steps or pair[::-1] in answer.steps for pair in steps) / len(steps)
    roots, said = (set(range(count)) - {newer for _, newer in held} for held in (steps, answer.steps))
    true = history.ancestry()
    told = History("", history.texts, frozenset(answer.steps), ()).ancestry()
    return Tally(
        directed,
        len(answer.steps & steps) / len(steps),
        joined,
        said == roots if len(roots) == 1 else None,
        (len(true & told), len(told), len(true)),
    )


def covered(rows: Sequence[Tally], cover: float, *, shorter: bool = False) -> float | None:
    """The share of steps whose direction is right among the surest, a family counting as one."""
    held: list[tuple[float, float, float]] = []
    for row in rows:
        own = [entry for entry in row.directed if entry[2] or not shorter]
        held += [(-sure, right, 1 / len(own)) for sure, right, _ in own]
    held.sort()
    budget, part, got = cover * sum(weight for _, _, weight in held), 0.0, 0.0
    for _, alike in groupby(held, key=itemgetter(0)):  # of those that are equally sure, an equal share of each
        rights, weights = zip(*((right, weight) for _, right, weight in alike), strict=True)
        whole = sum(weights)
        take = min(1.0, (budget - part) / whole)
        part += take * whole
        got += take * sum(right * weight for right, weight in zip(rights, weights, strict=True))
    return got / part if part else None


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _f1(right: int, said: int, true: int) -> float:
    return 2 * right / (said + true)


MEASURES: dict[str, Callable[[Sequence[Tally]], float | None]] = {
    **{f"direction at {cover:.0%}": partial(covered, cover=cover) for cover in COVERS},
    "direction, child shorter": partial(covered, cover=1.0, shorter=True),
    "steps found": lambda rows: _mean([row.found for row in rows]),
    "steps found, undirected": lambda rows: _mean([row.joined for row in rows]),
    "root": lambda rows: _mean([None if row.root is None else float(row.root) for row in rows]),
    "ancestry F1": lambda rows: _mean([_f1(*row.ancestry) for row in rows]),
}


def measured(rows: Sequence[Tally], seed: int = 1) -> dict[str, Any]:
    """Each measure with its interval."""
    rng = random.Random(seed)
    samples = [[rows[rng.randrange(len(rows))] for _ in rows] for _ in range(RESAMPLES)]
    result: dict[str, Any] = {}
    for name, measure in MEASURES.items():
        spread = sorted(found for sample in samples if (found := measure(sample)) is not None)
        low, high = (spread[int(end * len(spread))] if spread else None for end in (0.025, 0.975))
        result[name] = {"value": measure(rows), "low": low, "high": high}
    return result


def run(folder: Path, names: Sequence[str], every: Sequence[int]) -> dict[str, Any]:
    """All systems on both halves, on every k-th version."""
    rows = []
    tuned, held = read(folder)
    for half, families in (("held", held), ("tuned", tuned)):
        for k in every:
            made = [thin for family in families if (thin := family.every(k)).steps]
            about = {"half": half, "every": k, "families": len(made), "steps": sum(len(one.steps) for one in made)}
            for name in names:
                print(f"{name}, {half}, every {k}", file=sys.stderr)
                tallies = [tally(family, SYSTEMS[name](family)) for family in made]
                rows.append({"system": name, **about, **measured(tallies)})
    return {"machine": facts(), "resamples": RESAMPLES, "rows": rows}


def markdown(result: dict[str, Any]) -> str:
    """A table for each half and thinning."""
    lines = ["Revision histories without dates; families count alike, ties a half; 95 % intervals over families"]
    seen = None
    for row in result["rows"]:
        here = (row["half"], row["every"])
        if here != seen:
            what = "all versions" if row["every"] == 1 else f"every {row['every']}th version"
            lines += ["", f"Half `{row['half']}`, {what}: {row['families']} families, {row['steps']} steps", ""]
            lines += [f"| system | {' | '.join(MEASURES)} |", "|---|" + "---:|" * len(MEASURES)]
            seen = here
        lines.append(f"| {row['system']} | {' | '.join(cell(row[name]) for name in MEASURES)} |")
    return "\n".join(lines) + "\n"


def cell(entry: Mapping[str, float | None]) -> str:
    """A measure with its interval."""
    if entry["value"] is None:
        return "–"
    return f"{entry['value']:.3f} ({entry['low']:.3f}–{entry['high']:.3f})"


def main(argv: Sequence[str]) -> int:
    """Measure, print the tables, write them with JSON beside."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks histories", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the revision histories")
    parser.add_argument("--systems", default=",".join(SYSTEMS), help="only these, with commas")
    parser.add_argument("--every", default="1,4", help="with commas: every k-th version by date")
    parser.add_argument("--output", "-o", type=Path, default=RESULTS, help="a folder for the results")
    options = parser.parse_args(argv)
    result = run(options.data, options.systems.split(","), [int(k) for k in options.every.split(",")])
    options.output.mkdir(parents=True, exist_ok=True)
    table = markdown(result)
    (options.output / "histories.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (options.output / "histories.md").write_text(table, encoding="utf-8")
    print(table, end="")
    return 0
