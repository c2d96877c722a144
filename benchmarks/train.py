"""`python -m benchmarks train -o FILE`: the ledger's trees, from stories of both generators' training halves.

Five sets of boosted trees (LightGBM) under monotone constraints: `edge` for "the child took from the parent", `kin` for
"both took from an unseen text", `source` for "this unseen text stands behind this article"; and `again` and `beside`,
which go on from what `edge` and `source` say and have seen the claims of the whole story. What one set learns from
another's answers, it learns from answers about stories which that other has not seen (three folds). The stories' clocks
are of all kinds, so that no model learns to trust them; some stories have lost an article that others took from. The
same command gives the same file.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.calibrating import claimed, fitted, misnames
from benchmarks.tree_files import laid_out, write
from corpus import newsroom
from corpus.newsroom import bureau
from corpus.newsroom.lacking import lacking
from lineage import trace
from lineage.descent import trees
from lineage.descent.beside import BESIDE, Beside
from lineage.descent.claims import Pair, behind, first_round, kinship, of_versions
from lineage.descent.family import SECOND, Family
from lineage.descent.features import FEATURES
from lineage.descent.ledger import total
from lineage.descent.unseen import BEHIND, Proposal, propose
from lineage.tracing import Measured, measured

GENERATORS = {"newsroom": newsroom.generate, "bureau": bureau.generate}
LEVELS = ("easy", "medium", "hard")
# articles a story: mostly what a wire story brings, also a reporter's handful and large ones
SIZES = ((4, 14), (2, 5), (4, 14), (8, 22), (4, 14), (3, 8), (4, 14), (16, 32))
ALONE = 11  # of so many stories one is of reports that have nothing to do with each other
LACKING = 3  # of so many stories one lacks an article that others took from, as collections do
FOLDS = 3
SETTINGS = {
    "objective": "binary", "learning_rate": 0.1, "num_leaves": 16, "min_data_in_leaf": 100, "feature_fraction": 0.5,
    "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0, "verbose": -1, "num_threads": 1,
    "deterministic": True, "force_row_wise": True,
}  # fmt: skip
GROWN = 2  # times each set is grown, by other draws of cases and features; what they say is averaged
ROUNDS = {"edge": 320, "kin": 160, "source": 120, "again": 160, "beside": 120}
SIGNS: Mapping[str, Mapping[str, int]] = {
    "edge": FEATURES, "kin": dict.fromkeys(FEATURES, 0), "source": BEHIND, "again": SECOND, "beside": BESIDE,
}  # fmt: skip

Matrix = NDArray[np.float64]
Labels = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Example:
    """What is measured of one generated story, and the truth, by articles' numbers. `misnamed` are the sources that an
    article names and did not take from, by their keys.
    """

    measured: Measured
    edges: frozenset[Pair]
    unseen: tuple[frozenset[int], ...]
    misnamed: frozenset[tuple[int, str]]

    def kin(self, one: int, other: int) -> bool:
        """Whether two articles took from one unseen text."""
        return any({one, other} <= children for children in self.unseen)

    def behind(self, proposal: Proposal) -> frozenset[int]:
        """The children of the unseen text that a proposal is about: of those who name it with right, or two of its
        members; none where it is about no text that there was.
        """
        if proposal.named:
            sure = {number for number in proposal.named if (number, proposal.key) not in self.misnamed}
        else:
            sure = proposal.members
        best = max(self.unseen, key=lambda children: len(children & sure), default=frozenset[int]())
        return best if len(best & sure) >= (1 if proposal.named else 2) else frozenset()


@dataclass(frozen=True, slots=True)
class Job:
    """A story to be made: generator, seed, level, and the file for its example (or that of the ledger to be tried)."""

    generator: str
    seed: int
    level: str
    path: Path

    def story(self) -> Any:
        """The story itself."""
        generate: Any = GENERATORS[self.generator]
        size = SIZES[self.seed % len(SIZES)]
        alone = self.seed % ALONE == 0
        story = generate(self.seed, self.level, clocks="mixed", split="train", size=size, alone=alone)
        return story if self.seed % LACKING else lacking(story, Random(f"{self.seed}/{self.level}/lacking"))


def made(job: Job) -> Path:
    """Make a story, measure it, keep it."""
    if not job.path.exists():
        story = job.story()
        found = measured(story.articles)
        assert len(found.story.cases) == len(found.story.copies)  # and kept with it
        job.path.write_bytes(pickle.dumps(example(found, story.truth)))
    return job.path


def example(found: Measured, truth: Any) -> Example:
    """A measured story with its truth."""
    number = {witness.article.id: place for place, witness in enumerate(found.story.witnesses)}
    edges = frozenset((number[edge.parent], number[edge.child]) for edge in truth.edges)
    unseen = tuple(frozenset(number[id] for id in node.children) for node in truth.unseen)
    misnamed = frozenset(
        (place, credit.outlet or credit.name.casefold())
        for place, witness in enumerate(found.story.witnesses)
        for credit in witness.credits
        if credit.name and misnames(truth, credit)
    )
    return Example(found, edges, unseen, misnamed)


def first_cases(path: Path) -> tuple[Matrix, Labels, Labels]:
    """The pairs' features, which are edges, which are kin."""
    one: Example = pickle.loads(path.read_bytes())
    story = one.measured.story
    pairs = [pair for pair, _ in story.copies]
    kin = [one.kin(*pair) for pair in pairs]
    return story.cases, np.array([pair in one.edges for pair in pairs], bool), np.array(kin, bool)


def source_cases(path: Path, edge: Matrix, kin: Matrix) -> tuple[Matrix, Labels, Labels]:
    """The features of what may stand behind an article, what does, and which are to be learnt from: not those about
    sources that nobody names and that there were not, for whether there is one is decided in another way.
    """
    one: Example = pickle.loads(path.read_bytes())
    first, both, proposals = _told(one, edge, kin)
    pairs, rows = behind(one.measured.story, proposals, first, both)
    right = [child in one.behind(proposals[number]) for number, child in pairs]
    shown = [bool(proposals[number].named or one.behind(proposals[number])) for number, _ in pairs]
    return rows, np.array(right, bool), np.array(shown, bool)


def second_cases(path: Path, edge: Matrix, kin: Matrix, source: Matrix) -> Matrix:
    """The second round's features of the pairs."""
    one: Example = pickle.loads(path.read_bytes())
    first, both, proposals = _told(one, edge, kin)
    pairs, _ = behind(one.measured.story, proposals, first, both)
    return Family(one.measured.story, first, both, _by_source(proposals, pairs, source)).cases


def beside_cases(path: Path, edge: Matrix, kin: Matrix, source: Matrix, again: Matrix) -> Matrix:
    """The second round's features of what may stand behind an article."""
    one: Example = pickle.loads(path.read_bytes())
    story = one.measured.story
    first, both, proposals = _told(one, edge, kin)
    pairs, rows = behind(story, proposals, first, both)
    second = {**first, **first_round(story, again)}
    return Beside(story, proposals, _by_source(proposals, pairs, source), second).rows(pairs, rows)


def _by_source(proposals: Sequence[Proposal], pairs: Sequence[Pair], odds: Matrix) -> list[dict[int, float]]:
    """Of each proposal the log odds by article."""
    found: list[dict[int, float]] = [{} for _ in proposals]
    for (number, child), value in zip(pairs, odds.tolist(), strict=True):
        found[number][child] = value
    return found


def _told(one: Example, edge: Matrix, kin: Matrix) -> tuple[dict[Pair, float], dict[Pair, float], list[Proposal]]:
    """The first round's log odds of claims and of kinship by pair, and the sources that they propose; by models that
    have not seen the story.
    """
    story = one.measured.story
    copies = first_round(story, edge)
    first = {**copies, **{pair: total(rows) for pair, rows in of_versions(story, copies).items()}}
    both = kinship(story, kin)
    return first, both, propose(story, one.measured.groups, both)


@dataclass(slots=True)
class Cases:
    """Cases of many stories one after another; `ends` are where each story's end, `shown` the cases to learn from."""

    rows: Matrix
    right: Labels
    ends: NDArray[np.int64]
    shown: Labels

    @classmethod
    def of(cls, parts: Sequence[tuple[Matrix, Labels]], shown: Sequence[Labels] = ()) -> Cases:
        """Of stories in order."""
        rows, right = (np.concatenate(column) for column in zip(*parts, strict=True))
        ends = np.cumsum([len(own) for _, own in parts])
        return cls(rows, right, ends, np.concatenate(shown) if shown else np.ones(len(rows), bool))

    @property
    def fold(self) -> NDArray[np.int64]:
        """Which fold each case is in: a third of the seeds, one after another, so that every fold has all kinds."""
        return np.searchsorted(self.ends, np.arange(len(self.rows)), side="right") * FOLDS // len(self.ends)

    def split(self, values: Matrix) -> list[Matrix]:
        """Values of the cases, by story."""
        return np.split(values, self.ends[:-1])


def boosted(name: str, cases: Cases, which: Labels, start: Matrix | None = None) -> list[Any]:
    """LightGBM's trees from some cases, grown several times; `start` are log odds that they go on from."""
    import lightgbm

    signs = SIGNS[name]
    data = lightgbm.Dataset(
        cases.rows[which],
        cases.right[which],
        feature_name=[feature.replace(".", "_") for feature in signs],
        init_score=None if start is None else start[which],
    )
    settings = {**SETTINGS, "monotone_constraints": list(signs.values())}
    return [lightgbm.train({**settings, "seed": seed}, data, ROUNDS[name]) for seed in range(1, GROWN + 1)]


def unseen_answers(name: str, cases: Cases, start: Matrix | None = None) -> Matrix:
    """The log odds of every case by trees from the other folds' stories."""
    odds = np.zeros(len(cases.rows)) if start is None else start.copy()
    for fold in range(FOLDS):
        out = cases.fold == fold
        models = boosted(name, cases, ~out & cases.shown, start)
        odds[out] += np.mean([model.predict(cases.rows[out], raw_score=True) for model in models], axis=0)
    return odds


def learn(paths: Sequence[Path], pool: ProcessPoolExecutor) -> dict[str, Any]:
    """All sets of trees from examples."""
    parts = list(pool.map(first_cases, paths, chunksize=16))
    edge = Cases.of([(rows, right) for rows, right, _ in parts])
    kin = Cases(edge.rows, np.concatenate([own for _, _, own in parts]), edge.ends, edge.shown)
    _say(f"{len(paths)} stories, {len(edge.rows)} ordered pairs, {edge.right.sum()} edges")
    edge_odds, kin_odds = pool.map(unseen_answers, ("edge", "kin"), (edge, kin))
    firsts = edge.split(edge_odds), edge.split(kin_odds)
    stood = list(pool.map(source_cases, paths, *firsts, chunksize=16))
    source = Cases.of([(rows, right) for rows, right, _ in stood], [shown for _, _, shown in stood])
    source_odds = unseen_answers("source", source)
    _say(f"{len(source.rows)} sources and children, {source.right.sum()} right")
    seconds = list(pool.map(second_cases, paths, *firsts, source.split(source_odds), chunksize=16))
    again = Cases(np.concatenate(seconds), edge.right, edge.ends, edge.shown)
    again_odds = unseen_answers("again", again, edge_odds)
    thirds = list(
        pool.map(beside_cases, paths, *firsts, source.split(source_odds), again.split(again_odds), chunksize=16)
    )
    beside = Cases(np.concatenate(thirds), source.right, source.ends, np.ones(len(source.right), bool))
    whole = {"edge": edge, "kin": kin, "source": source, "again": again, "beside": beside}
    starts = [{"again": edge_odds, "beside": source_odds}.get(name) for name in whole]
    grown = pool.map(_grown, whole, whole.values(), starts)
    return dict(zip(whole, grown, strict=True))


def _grown(name: str, cases: Cases, start: Matrix | None) -> dict[str, Any]:
    models = boosted(name, cases, cases.shown, start)
    roots = [tree["tree_structure"] for model in models for tree in model.dump_model()["tree_info"]]
    return laid_out(list(SIGNS[name]), roots, 1 / len(models))


def outcomes(job: Job) -> list[tuple[str, float, bool]]:
    """The claims about a story that has not been learnt from: kind, log odds before calibration, whether right."""
    trees.use(job.path)
    story = job.story()
    return claimed(trace(story.articles), story.truth)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def jobs(first: int, seeds: int, folder: Path) -> list[Job]:
    """A story of each generator and level for every seed."""
    return [
        Job(generator, seed, level, folder / f"{seed}-{generator}-{level}.pickle")
        for seed in range(first, first + seeds)
        for generator in GENERATORS
        for level in LEVELS
    ]


def trained(options: argparse.Namespace) -> dict[str, Any]:
    """The file's content but for the calibration."""
    with ExitStack() as stack:
        pool = stack.enter_context(ProcessPoolExecutor(options.workers))
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        paths = list(pool.map(made, jobs(options.first, options.seeds, folder), chunksize=8))
        grown = learn(paths, pool)
    return {
        "made": f"python -m benchmarks train --seeds {options.seeds} --first {options.first}",
        "from": "stories of corpus.newsroom and corpus.newsroom.bureau, half `train`, all levels, clocks of all kinds",
        "stories": len(paths),
        **grown,
    }


def main(argv: Sequence[str]) -> int:
    """Train and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks train", description=__doc__)
    parser.add_argument("--seeds", type=int, default=700, help="six stories each: two generators, three levels")
    parser.add_argument("--calibrate", type=int, default=120, help="further seeds, to learn how often claims are right")
    parser.add_argument("--first", type=int, default=1000, help="the first seed")
    parser.add_argument("--keep", type=Path, help="a folder for what is measured; what is there is not measured anew")
    parser.add_argument("--trees", type=Path, help="keep the trees of this file, and learn only the calibration")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--output", "-o", type=Path, required=True)
    options = parser.parse_args(argv)
    content = json.loads(options.trees.read_text("utf-8")) if options.trees else trained(options)
    content.pop("calibration", None)  # what is not shown could not be counted
    if options.trees:  # the generators may be others than when the trees were made
        content["made"] = f"{content['made'].partition(';')[0]}; then with --trees, for the calibration"
    write(content, options.output)
    more = jobs(options.first + options.seeds, options.calibrate, options.output.parent)
    with ProcessPoolExecutor(options.workers) as pool:
        told = [
            claim for some in pool.map(outcomes, [replace(job, path=options.output) for job in more]) for claim in some
        ]
    write(content | {"calibration": fitted(told)}, options.output)
    return 0
