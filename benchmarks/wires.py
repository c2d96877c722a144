"""`python -m benchmarks wires --data FOLDER`: is there a source that is not in the input, on clusters read by eye?

The labels are those of `labels/german-press-wires.json`; the folder holds the articles that they name (JSON lines).
Twice: with the author fields and every word that credits an agency taken out, where the overlaps alone must tell, and
with the credits visible, where the source should also have its right name. An answer says "there is one" if a source
stands above two articles or more. Clusters whose label is `unclear` or `house` (one house printed it twice) are not
scored.

Both also with what a scan of the folder's other articles learns of how usual such sources are. Masked also with the
setting `descent.wires` that does best on the clusters of one half, asked of the other half, so that no cluster is
scored under a value that it helped to choose. `python -m benchmarks lineage --wires NATS` tells what such a value costs
on generated stories.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.lineage import RESULTS
from benchmarks.machine import facts
from lineage import Article, Lineage, Settings, find_overlaps, scan, trace

LABELS = Path(__file__).parent / "labels" / "german-press-wires.json"
RESAMPLES = 2000
SAME_DAY_WORDS = 60  # narrated words that the simple rule asks for
WIRES = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)  # nats: values of `descent.wires` to choose from

LEARNT = "lineage, credits masked, `descent.wires` learnt from the other articles"
TUNED = "lineage, credits masked, `descent.wires` from the other half"

_AGENCY = r"(?:dpa(?:-\w+)?|DPA|Dpa|AFP|afp|rtr|Reuters|AP|epd|EPD|KNA|kna|SID|sid|APA|ddp|DJ|rts)"
_LISTED = rf"{_AGENCY}(?:(?:, | und | ?/ ?){_AGENCY})*"
_CREDITS = (
    re.compile(r"(?:\b(?:der|die|den) )?\bDeutschen? Presse-?\s?Agentur\b(?: \(dpa\))?"),
    re.compile(rf"(?:\b(?:der|die|den|mit) )?\b(?:Nachrichten|Presse)agentur(?:en)?:? (?:{_LISTED}|[A-Z]\w+)"),
    re.compile(rf"\((?:mit )?(?:\w+[/,] ?)*{_LISTED}(?:[/,] ?\w+)*\)"),
    re.compile(rf"(?<![\w/.-])(?:[\w.äöüÄÖÜß]+/)*(?<!\w){_AGENCY}(?!\w)(?:/[\w.]+)*"),
    re.compile(r"\bmit (?:Agenturmaterial|Agentur(?:en)?)\b"),
)
_NAMES = {
    "dpa": ("dpa", "deutsche presse-agentur", "deutschen presse-agentur"),
    "AFP": ("afp", "agence france-presse"),
    "Reuters": ("reuters", "rtr"),
    "epd": ("epd", "evangelischer pressedienst"),
}


def masked(text: str) -> str:
    """A text without the words that credit an agency, of its text or of a photo."""
    for pattern in _CREDITS:
        text = pattern.sub("", text)
    return text


def unnamed(article: Article) -> Article:
    """An article whose text and author field credit no agency."""
    return replace(article, text=masked(article.text), author=None)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Articles that share text, and what a reader said: `yes`, `no`, `unclear` or `house`."""

    articles: tuple[Article, ...]
    owners: Mapping[str, str]
    stratum: str
    unseen: str
    agencies: tuple[str, ...]


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """The rows of a folder's articles, by id."""
    held: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("articles*.jsonl.gz")):
        for line in gzip.decompress(path.read_bytes()).decode("utf-8").split("\n"):
            if line:
                row = json.loads(line)
                held[row["id"]] = row
    return held


def _article(row: Mapping[str, Any]) -> Article:
    return Article(row["id"], row["text"], row["outlet"], row["published"], author=row["author"])


def learnt(held: Mapping[str, Mapping[str, Any]], found: Sequence[Cluster]) -> float:
    """The nats that a scan learns for `descent.wires` from the articles that are in none of the clusters."""
    labelled = {article.id for cluster in found for article in cluster.articles}
    with scan(_article(row) for id, row in held.items() if id not in labelled) as done:
        return done.archive.base_rate


def clusters(held: Mapping[str, Mapping[str, Any]], labels: Path = LABELS) -> list[Cluster]:
    """The labelled clusters with their articles. A missing article is a `KeyError`."""
    return [
        Cluster(
            tuple(_article(held[id]) for id in entry["articles"]),
            {id: held[id]["owner"] for id in entry["articles"]},
            entry["stratum"],
            entry["unseen"],
            tuple(entry["agencies"]),
        )
        for entry in json.loads(labels.read_text(encoding="utf-8"))["clusters"]
    ]


def always(_: Cluster) -> bool:
    """Every cluster has one."""
    return True


def same_day(cluster: Cluster) -> bool:
    """Two articles of different owners share `SAME_DAY_WORDS` narrated words on one day."""
    day = {article.id: article.published for article in cluster.articles}
    return any(
        found.narrated >= SAME_DAY_WORDS
        and day[found.a] == day[found.b]
        and cluster.owners[found.a] != cluster.owners[found.b]
        for found in find_overlaps(list(cluster.articles))
    )


def says_unseen(found: Lineage) -> bool:
    """Whether a source that is not in the input stands above two articles or more."""
    return any(len(source.children) > 1 for source in found.sources)


def says_elsewhere(found: Lineage) -> bool:
    """The same, or that of an open link neither took from the other, so that both have it from elsewhere."""
    return says_unseen(found) or any(1 - link.a_from_b - link.b_from_a >= 0.5 for link in found.unresolved)


def instead(found: Lineage) -> str:
    """What a lineage says of a cluster, in a word or two."""
    if says_unseen(found):
        return "a common source"
    if found.derivations:
        return "one from the other"
    if found.unresolved:
        return "direction undetermined"
    return "brief or quotations only" if found.relations else "nothing shared"


def named_right(found: Lineage, agencies: Iterable[str]) -> bool | None:
    """Whether a common source bears the name of one of the agencies; None if none is named."""
    names = [source.name.casefold() for source in found.sources if source.name and len(source.children) > 1]
    if not names:
        return None
    wanted = {name for agency in agencies for name in _NAMES[agency]}
    return any(name in wanted for name in names)


Judged = Sequence[tuple[bool, bool]]  # said, true


def balanced(rows: Judged) -> float | None:
    """The mean of the shares that are right among those with a source and those without."""
    shares = [
        sum(said == true for said, true in rows if true is kind) / count
        for kind in (True, False)
        if (count := sum(true is kind for _, true in rows))
    ]
    return sum(shares) / 2 if len(shares) == 2 else None


def _share(rows: Judged, among: Callable[[bool, bool], bool]) -> float | None:
    held = [said and true for said, true in rows if among(said, true)]
    return sum(held) / len(held) if held else None


MEASURES: dict[str, Callable[[Judged], float | None]] = {
    "balanced accuracy": balanced,
    "precision": lambda rows: _share(rows, lambda said, _: said),
    "recall": lambda rows: _share(rows, lambda _, true: true),
}


def measured(rows: Judged, seed: int = 1) -> dict[str, Any]:
    """Each measure with its 95 % interval by bootstrap over clusters."""
    rng = random.Random(seed)
    samples = [[rows[rng.randrange(len(rows))] for _ in rows] for _ in range(RESAMPLES)]
    result: dict[str, Any] = {}
    for name, measure in MEASURES.items():
        spread = sorted(found for sample in samples if (found := measure(sample)) is not None)
        ends = (spread[int(0.025 * len(spread))], spread[int(0.975 * len(spread))]) if spread else (None, None)
        result[name] = {"value": measure(rows), "low": ends[0], "high": ends[1]}
    return result


def chosen(said: Mapping[float, Sequence[bool]], true: Sequence[bool]) -> tuple[list[float], list[bool]]:
    """The setting that each half of the clusters (every second one) is asked under, which is the one that does best on
    the other half, the least of the best; and what is then said of each cluster. `said` has that by setting.
    """

    def best(half: int) -> float:
        return max(said, key=lambda nats: (balanced([*zip(said[nats], true, strict=True)][half::2]) or 0.0, -nats))

    used = [best(1), best(0)]
    return used, [said[used[number % 2]][number] for number in range(len(true))]


def run(found: Sequence[Cluster], rate: float) -> dict[str, Any]:
    """Ours, masked and with credits, and the baselines; what was said instead; how often a name is right.

    `rate` is `descent.wires` as the collection's other articles tell it.
    """
    asked = [[unnamed(article) for article in cluster.articles] for cluster in found]
    values = sorted({*WIRES, rate})
    by_wires = {nats: [trace(articles, settings=_with(nats)) for articles in asked] for nats in values}
    hidden = by_wires[0.0]
    shown, as_learnt = ([trace(c.articles, settings=_with(nats)) for c in found] for nats in (0.0, rate))
    scored = [number for number, cluster in enumerate(found) if cluster.unseen in ("yes", "no")]
    said_by = {nats: [says_unseen(by_wires[nats][number]) for number in scored] for nats in WIRES}
    used, tuned = chosen(said_by, [found[number].unseen == "yes" for number in scored])
    told = dict(zip(scored, tuned, strict=True))
    answers: dict[str, Callable[[int], bool]] = {
        "lineage, credits masked": lambda number: says_unseen(hidden[number]),
        "lineage, credits masked, or both from elsewhere": lambda number: says_elsewhere(hidden[number]),
        f"{LEARNT} ({rate:g})": lambda number: says_unseen(by_wires[rate][number]),
        f"{TUNED} ({used[0]:g} and {used[1]:g})": lambda number: told[number],
        "lineage, credits visible": lambda number: says_unseen(shown[number]),
        "lineage, credits visible, or both from elsewhere": lambda number: says_elsewhere(shown[number]),
        "lineage, credits visible, learnt": lambda number: says_unseen(as_learnt[number]),
        "always yes": lambda number: always(found[number]),
        f"same day, {SAME_DAY_WORDS} narrated words": lambda number: same_day(found[number]),
    }
    rows = [
        {"system": name, **measured([(answer(number), found[number].unseen == "yes") for number in scored])}
        for name, answer in answers.items()
    ]
    said: Counter[tuple[str, str, str]] = Counter(
        (cluster.unseen, cluster.stratum, instead(lineage)) for cluster, lineage in zip(found, hidden, strict=True)
    )
    names = Counter(
        {True: "right", False: "wrong", None: "none"}[named_right(lineage, cluster.agencies)]
        for cluster, lineage in zip(found, shown, strict=True)
        if cluster.unseen == "yes" and cluster.agencies
    )
    return {
        "machine": facts(),
        "labels": dict(Counter(cluster.unseen for cluster in found)),
        "rows": rows,
        "names": dict(names),
        "said": [[*key, count] for key, count in sorted(said.items())],
    }


def _with(nats: float) -> Settings:
    return Settings.from_mapping({"descent": {"wires": nats}})


def markdown(result: Mapping[str, Any]) -> str:
    """The scores, and what was said of the clusters of each kind."""
    labels, names = result["labels"], result["names"]
    lines = [
        f"{labels['yes']} clusters with a source that is not in the input, {labels['no']} without; not scored: "
        f"{labels.get('unclear', 0)} unclear, {labels.get('house', 0)} printed twice by one house. 95 % intervals over "
        "clusters.",
        "",
        f"| system | {' | '.join(MEASURES)} |",
        "|---|" + "---:|" * len(MEASURES),
    ]
    for row in result["rows"]:
        cells = [
            "–" if row[name]["value"] is None
            else f"{row[name]['value']:.3f} ({row[name]['low']:.3f}–{row[name]['high']:.3f})"
            for name in MEASURES
        ]  # fmt: skip
        lines.append(f"| {row['system']} | {' | '.join(cells)} |")
    lines += [
        "",
        f"Name of the common source, credits visible, where the reader knows it: {names.get('right', 0)} right, "
        f"{names.get('wrong', 0)} wrong, {names.get('none', 0)} not named.",
        "",
        "What is said, credits masked:",
        "",
        "| label | clusters drawn as | said | clusters |",
        "|---|---|---|---:|",
    ]
    lines += [f"| {' | '.join(map(str, row))} |" for row in result["said"]]
    return "\n".join(lines) + "\n"


def main(argv: Sequence[str]) -> int:
    """Measure, print the tables, write them with JSON beside."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks wires", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with the labelled articles")
    parser.add_argument("--output", "-o", type=Path, default=RESULTS, help="a folder for the results")
    options = parser.parse_args(argv)
    held = read(options.data)
    found = clusters(held)
    result = run(found, learnt(held, found))
    options.output.mkdir(parents=True, exist_ok=True)
    table = markdown(result)
    (options.output / "wires.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (options.output / "wires.md").write_text(table, encoding="utf-8")
    print(table, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
