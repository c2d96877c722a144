"""`python -m benchmarks lineage`: how often the inferred lineage is right, ours and baselines, on generated stories.

The stories are those of the generators' held-out halves (`corpus.newsroom`: events and sentence patterns, the bureau:
every template, lexicon set, name and credit form), which no number was fitted to. Beside the scores stands the ceiling:
what one could score at most who knows how the stories were made (`corpus.newsroom.bureau.ceiling`), and what each
generator's oracle scores, which knows the likelihood of its operators (`corpus.newsroom.oracle` and the bureau's).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.machine import facts
from benchmarks.scoring import MEASURES, Counts, Tally, difference, f1, measured, tally
from benchmarks.systems import OURS, SYSTEMS, WIRES, WITHOUT, system
from corpus import newsroom
from corpus.newsroom import bureau
from corpus.newsroom import oracle as newsroom_oracle
from corpus.newsroom.bureau import oracle as bureau_oracle
from corpus.newsroom.bureau.ceiling import ceiling
from lineage.descent import trees

RESULTS = Path(__file__).parent / "results"
LEVELS = ("easy", "medium", "hard")
GENERATORS: dict[str, Callable[..., Any]] = {"newsroom": newsroom.generate, "bureau": bureau.generate}
ORACLES: dict[str, Callable[..., Counts]] = {"newsroom": newsroom_oracle.oracle, "bureau": bureau_oracle.oracle}
CLOCKS = ("none", "good", "day", "edited", "lying")
REPORTS = 12  # independent reports of one event: as many as there are mostly wordings for
PAIRS = {"newsroom": 66, "bureau": 28}  # that they make, on average: the bureau runs out of words now and then
STRANGERS = "false edges per 10,000"
SURENESS = ("precision at .9", "calibration error", "error if calibrated")
WORTH = ("edge F1", "unseen-pair F1", "direction")
COMPARED = ("edge F1", "root F1", "leaf F1", "ancestry F1", "unseen-pair F1", "direction", STRANGERS)


@dataclass(frozen=True, slots=True)
class Task:
    """One story and the systems that are to be scored on it."""

    generator: str
    seed: int
    level: str
    clocks: str
    split: str
    systems: tuple[str, ...]
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """The tallies of a story by system, and what is to be known of the story: articles, edges, those that cannot be
    decided, the ceilings' parts, what the oracle says (of stories without clocks)."""

    tallies: dict[str, Tally]
    articles: int
    edges: int
    undecidable: int
    direction: float
    first_parents: int
    oracle: Counts | None


def scored(task: Task) -> Scored:
    """Make the story, ask the systems, compare."""
    generate = GENERATORS[task.generator]
    if task.alone:
        size = (REPORTS, REPORTS)
        story = generate(task.seed, task.level, clocks=task.clocks, split=task.split, size=size, alone=True)
    else:
        story = generate(task.seed, task.level, clocks=task.clocks, split=task.split)
    edges = story.truth.edges
    known = task.clocks == "none" and not task.alone
    return Scored(
        {name: tally(story, system(name)(story.articles)) for name in task.systems},
        len(story.articles),
        len(edges),
        sum(not edge.decidable for edge in edges),
        ceiling(story).direction * len(edges),
        len({edge.child for edge in edges}),
        ORACLES[task.generator](task.seed, task.level, task.split) if known else None,
    )


def use_ledger(path: Path | None) -> None:
    """Let the trees of another file be the ledger, in this process."""
    if path is not None:
        trees.use(path)


def all_scored(tasks: Sequence[Task], workers: int, ledger: Path | None) -> Iterator[Scored]:
    """The tasks' results in their order."""
    with ProcessPoolExecutor(workers, initializer=use_ledger, initargs=(ledger,)) as pool:
        yield from pool.map(scored, tasks, chunksize=4)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run: `stories` of each generator, level and kind of clocks, from `seed` on; `pairs` of independent
    reports."""

    generators: tuple[str, ...]
    clocks: tuple[str, ...]
    systems: tuple[str, ...]
    stories: int
    pairs: int
    split: str
    seed: int
    workers: int
    ledger: Path | None


def run(plan: Plan) -> dict[str, Any]:
    """All systems on all stories, then the independent reports."""
    rows: list[dict[str, Any]] = []
    about: list[dict[str, Any]] = []
    tallies: dict[str, list[Tally]] = {}
    worth: list[dict[str, Any]] = []
    for generator in plan.generators:
        for kind in plan.clocks:
            kept: list[Scored] = []
            for level in LEVELS:
                print(f"{generator}, {level}, clocks {kind}", file=sys.stderr)
                seeds = range(plan.seed, plan.seed + plan.stories)
                tasks = [Task(generator, seed, level, kind, plan.split, plan.systems) for seed in seeds]
                made = list(all_scored(tasks, plan.workers, plan.ledger))
                tallies.setdefault(kind, []).extend(story.tallies[plan.systems[0]] for story in made)
                key = {"generator": generator, "level": level, "clocks": kind}
                rows += [
                    {"system": name, **key, **measured([story.tallies[name] for story in made])}
                    for name in plan.systems
                ]
                about.append({**key, **_about(made)})
                kept += made
            worth += [
                {"generator": generator, "clocks": kind, "group": name.partition(WITHOUT)[2], **_worth(kept, name)}
                for name in plan.systems
                if WITHOUT in name
            ]
    strangers = [_strangers(plan, generator) for generator in plan.generators] if plan.pairs else []
    return {
        "machine": facts(), "split": plan.split, "stories": plan.stories, "seed": plan.seed,
        "ledger": "shipped" if plan.ledger is None else plan.ledger.name, "rows": rows, "about": about,
        "together": [{"clocks": kind, **measured(own, names=SURENESS)} for kind, own in tallies.items()],
        "independent": [row for own in strangers for row in own],
        "worth": worth,
    }  # fmt: skip


def _about(made: Sequence[Scored]) -> dict[str, Any]:
    """What the stories hold, and the ceilings: see `corpus.newsroom.bureau.ceiling`."""
    edges, first = sum(story.edges for story in made), sum(story.first_parents for story in made)
    return {
        "articles": sum(story.articles for story in made),
        "edges": edges,
        "undecidable": sum(story.undecidable for story in made),
        "direction ceiling": sum(story.direction for story in made) / edges if edges else None,
        "tree ceiling": 2 * first / (first + edges) if edges else None,
        "oracle": f1([story.oracle for story in made if story.oracle]),
    }


def _worth(made: Sequence[Scored], without: str) -> dict[str, Any]:
    """What is lost in the stories of all levels where the evidence of some groups is taken for nothing."""
    return difference([story.tallies[OURS] for story in made], [story.tallies[without] for story in made], WORTH)


def _strangers(plan: Plan, generator: str) -> list[dict[str, Any]]:
    """False edges among independent reports of one event, of the level `hard` (which has the widest events)."""
    stories = -(-plan.pairs // PAIRS[generator])
    print(f"{generator}, {stories} stories of {REPORTS} independent reports", file=sys.stderr)
    seeds = range(plan.seed, plan.seed + stories)
    tasks = [Task(generator, seed, "hard", "none", plan.split, plan.systems, alone=True) for seed in seeds]
    made = list(all_scored(tasks, plan.workers, plan.ledger))
    rows = []
    for name in plan.systems:
        tallies = [story.tallies[name] for story in made]
        counted = [row.shares["strangers"] for row in tallies]
        pairs, false = sum(int(whole) for _, whole in counted), sum(int(part) for part, _ in counted)
        rate = measured(tallies, names=(STRANGERS,))[STRANGERS]
        if not false:
            rate["high"] = 3e4 / pairs  # none in n: at most 3 in n, with 95 % confidence
        rows.append({"system": name, "generator": generator, "pairs": pairs, "false": false, STRANGERS: rate})
    return rows


def markdown(result: dict[str, Any]) -> str:
    """For each generator and kind of clocks ours with intervals, then all systems; the clocks beside each other; the
    independent reports."""
    rows = result["rows"]
    lines = [
        f"{result['stories']} stories a level, half `{result['split']}`, ledger: {result['ledger']}; easy/medium/hard; "
        "95 % intervals over stories, those of the baselines in the JSON beside."
    ]
    for key in dict.fromkeys((row["generator"], row["clocks"]) for row in rows):
        own = [row for row in rows if (row["generator"], row["clocks"]) == key]
        names = list(dict.fromkeys(row["system"] for row in own))
        lines += [
            "",
            f"## {key[0]}, clocks: {key[1]}",
            "",
            f"| {names[0]} | {' | '.join(LEVELS)} |",
            "|---|---|---|---|",
        ]
        mine = [row for row in own if row["system"] == names[0]]
        lines += [f"| {name} | {' | '.join(_cell(row[name]) for row in mine)} |" for name in MEASURES]
        lines += [_described(about) for about in result["about"] if (about["generator"], about["clocks"]) == key]
        if len(names) > 1:
            lines += ["", f"| system | {' | '.join(COMPARED)} |", "|---|" + "---|" * len(COMPARED)]
            for name in names:
                cells = [_levels([row for row in own if row["system"] == name], measure) for measure in COMPARED]
                lines.append(f"| {name} | {' | '.join(cells)} |")
    if len({row["clocks"] for row in rows}) > 1:
        lines += _by_clocks(rows)
    if result["worth"]:
        lines += ["", "## What is lost without a group of evidence: all levels together", ""]
        lines += [f"| group | generator | clocks | {' | '.join(WORTH)} |", "|---|---|---|" + "---|" * len(WORTH)]
        for row in sorted(result["worth"], key=lambda row: row["group"]):
            cells = [_cell(row[name]) for name in WORTH]
            lines.append(f"| {row['group']} | {row['generator']} | {row['clocks']} | {' | '.join(cells)} |")
    lines += ["", "## How sure: all stories together", "", f"| clocks | {' | '.join(SURENESS)} |", "|---|---|---|---|"]
    lines += [
        f"| {row['clocks']} | {' | '.join(_cell(row[name]) for name in SURENESS)} |" for row in result["together"]
    ]
    if result["independent"]:
        lines += ["", "## Independent reports of one event", ""]
        lines += [f"| system | generator | pairs | false | {STRANGERS} |", "|---|---|---:|---:|---:|"]
        for row in result["independent"]:
            cells = [
                row["system"],
                row["generator"],
                f"{row['pairs']:,}",
                f"{row['false']:,}",
                _cell(row[STRANGERS], 1),
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _levels(rows: Sequence[dict[str, Any]], measure: str) -> str:
    """Easy, medium and hard in one cell, without intervals."""
    values = [row[measure]["value"] for row in rows]
    return "/".join("–" if value is None else _number(value, _places(measure)) for value in values)


def _places(measure: str) -> int:
    return 1 if measure == STRANGERS else 3


def _number(value: float, places: int) -> str:
    return f"{value:.{places}f}"


def _described(about: dict[str, Any]) -> str:
    text = f"\n{about['level']}: {about['articles']:,} articles, {about['edges']} edges"
    if not about["edges"]:
        return text + "."
    return (
        f"{text}, {about['undecidable']} of them not decidable. Ceilings: direction {about['direction ceiling']:.3f}, "
        f"edge F1 of a tree {about['tree ceiling']:.3f}"
        + ("." if about["oracle"] is None else f"; an oracle that knows how copies are made: {about['oracle']:.3f}.")
    )


def _by_clocks(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """One table of all clocks."""
    kinds = list(dict.fromkeys(row["clocks"] for row in rows))
    yield from ("", "## By clocks", "", f"| system | generator | measure | {' | '.join(kinds)} |")
    yield "|---|---|---|" + "---|" * len(kinds)
    for name, generator in dict.fromkeys((row["system"], row["generator"]) for row in rows):
        own = [row for row in rows if (row["system"], row["generator"]) == (name, generator)]
        for measure in ("edge F1", "direction"):
            cells = [_levels([row for row in own if row["clocks"] == kind], measure) for kind in kinds]
            yield f"| {name} | {generator} | {measure} | {' | '.join(cells)} |"


def _cell(entry: dict[str, float | None], places: int = 3) -> str:
    if entry["value"] is None:
        return "–"
    value = _number(entry["value"], places)
    if entry["low"] is None or entry["high"] is None:
        return value
    return f"{value} ({_number(entry['low'], places)}–{_number(entry['high'], places)})"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks lineage", description=__doc__)
    parser.add_argument("--generator", default=",".join(GENERATORS), help="with commas; by default both")
    parser.add_argument("--stories", type=int, default=100, help="of each generator, level and kind of clocks")
    parser.add_argument("--clocks", default="none,good", help=f"with commas, or all: {', '.join(CLOCKS)}")
    parser.add_argument("--split", choices=["train", "held"], default="held")
    parser.add_argument("--systems", help="only these, with commas")
    parser.add_argument("--without", help="score ours with these groups of evidence taken for nothing, with commas")
    parser.add_argument("--wires", help="score ours also with these values of the setting descent.wires, with commas")
    parser.add_argument("--ablations", action="store_true", help="ours whole, and without each group in turn")
    parser.add_argument("--ledger", type=Path, help="trees to score instead of the shipped ones")
    parser.add_argument("--pairs", type=int, default=0, help="pairs of independent reports to look for false edges in")
    parser.add_argument("--seed", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--output", "-o", type=Path, default=RESULTS, help="a folder for the results")
    parser.add_argument("--name", default="lineage", help="of the results' files")
    return parser


def _systems(options: argparse.Namespace) -> tuple[str, ...]:
    groups = tuple(dict.fromkeys(group for name in trees.SETS for group in trees.shipped(name).groups))
    if options.ablations:
        return (OURS, *(OURS + WITHOUT + group for group in groups))
    if options.wires:
        return (OURS, *(f"{OURS}{WIRES}{float(nats):g}" for nats in options.wires.split(",")))
    if options.without:
        if unknown := set(options.without.split(",")) - set(groups):
            raise ValueError(f"no evidence {', '.join(sorted(unknown))}; there is {', '.join(groups)}")
        return (OURS, OURS + WITHOUT + options.without.replace(",", "+"))
    names = tuple(options.systems.split(",")) if options.systems else tuple(SYSTEMS)
    if unknown := set(names) - SYSTEMS.keys():
        raise ValueError(f"no system {', '.join(sorted(unknown))}; known are {', '.join(SYSTEMS)}")
    return names


def main(argv: Sequence[str]) -> int:
    """Measure, print the tables, write them with JSON beside."""
    parser = _parser()
    options = parser.parse_args(argv)
    generators = tuple(options.generator.split(","))
    if unknown := set(generators) - GENERATORS.keys():
        parser.error(f"no generator {', '.join(sorted(unknown))}; there are {', '.join(GENERATORS)}")
    try:
        systems = _systems(options)
    except ValueError as error:
        parser.error(str(error))
    clocks = CLOCKS if options.clocks == "all" else tuple(options.clocks.split(","))
    result = run(
        Plan(
            generators, clocks, systems, options.stories, options.pairs, options.split, options.seed, options.workers,
            options.ledger,
        )
    )  # fmt: skip
    options.output.mkdir(parents=True, exist_ok=True)
    table = markdown(result)
    (options.output / f"{options.name}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (options.output / f"{options.name}.md").write_text(table, encoding="utf-8")
    print(table, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
