"""`python -m benchmarks.newsroom_realism --real FILE …`: does the newsroom's prose repeat itself as real news does?

Compares generated stories with real articles: how many different words so many words of text have, how long articles
and sentences are, how much of a text stands in quotation marks, and which share of an article's 3- and 5-grams also
stands in an unrelated article or in an independent report of the same event. In collections the two kinds of pairs are
guessed: a pair is of one event if the two share ten or more capitalised words that at most RARE articles hold, and
independent if it shares no run of twelve words.

Copies are pairs of different outlets that share such a run, and a fifth or more of the smaller one's 5-grams, in
collections and stories alike; of each the runs that both have, and how much was changed between the first and the last.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path
from random import Random
from statistics import mean, median

from corpus.newsroom import generate as generate_first
from corpus.newsroom.bureau import generate as generate_second

RUN = 12  # words in a row: more than two reporters have in common by chance
RARE = 25  # articles that hold a name at most, for it to speak of one event
NAMES = 10  # rare names in common make a pair one event
MOST = 40  # articles that hold a run, for it to be of a text and not of every page
COMPARED = 150  # copies that are aligned
SAMPLE = 400  # articles, and pairs of each kind, that are measured
TOKENS = (2_000, 20_000, 60_000)  # of running text at which different words are counted

COPIED = 0.2  # of the smaller text's 5-grams make a pair with a common run copies
SHORTEST_RUN = 3  # words in a row that count as kept

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_SENTENCE = re.compile(r"(?<=[.!?])[”\"’']?\s+")
_QUOTED = re.compile(r"[“\"]([^“”\"]{3,800})[”\"]")


@dataclass(frozen=True, slots=True)
class Collection:
    """Texts, and pairs of their numbers: unrelated articles, independent reports of one event, and copies."""

    name: str
    texts: Sequence[str]
    unrelated: Sequence[tuple[int, int]]
    same_event: Sequence[tuple[int, int]]
    copies: Sequence[tuple[int, int]]


def words(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return _WORD.findall(text.lower())


def grams(text: str, length: int) -> set[tuple[str, ...]]:
    """The different runs of so many words."""
    found = words(text)
    return set(zip(*(found[i:] for i in range(length)), strict=False))


def shared(one: str, other: str, length: int) -> float:
    """The share (0..1) of the smaller text's n-grams that the other has too."""
    mine, theirs = grams(one, length), grams(other, length)
    return len(mine & theirs) / max(1, min(len(mine), len(theirs)))


def copies(texts: Sequence[str], outlets: Sequence[str | None]) -> list[tuple[int, int]]:
    """Pairs of different outlets with a common run and enough common 5-grams, a sample of them."""
    holders: dict[tuple[str, ...], list[int]] = {}
    for number, text in enumerate(texts):
        for run in grams(text, RUN):
            holders.setdefault(run, []).append(number)
    pairs = {pair for held in holders.values() if 1 < len(held) <= MOST for pair in combinations(held, 2)}
    apart = sorted((a, b) for a, b in pairs if outlets[a] is None or outlets[a] != outlets[b])
    found = [
        pair for pair in Random(3).sample(apart, len(apart)) if shared(texts[pair[0]], texts[pair[1]], 5) >= COPIED
    ]
    return found[:SAMPLE]


def generated(name: str, generate: Callable[..., object], level: str, stories: int) -> Collection:
    """Stories of one level."""
    texts: list[str] = []
    outlets: list[str | None] = []
    one_event: list[tuple[int, int]] = []
    story_of: list[int] = []
    for seed in range(stories):
        story = generate(seed, level, split="all")
        place = {article.id: len(texts) + i for i, article in enumerate(story.articles)}  # type: ignore[attr-defined]
        texts += [article.text for article in story.articles]  # type: ignore[attr-defined]
        outlets += [article.outlet for article in story.articles]  # type: ignore[attr-defined]
        story_of += [seed] * len(place)
        one_event += [(place[a], place[b]) for a, b in sorted(story.truth.unrelated)]  # type: ignore[attr-defined]
    rng = Random(1)
    pairs = [rng.sample(range(len(texts)), 2) for _ in range(SAMPLE)]
    far = [(a, b) for a, b in pairs if story_of[a] != story_of[b]]
    near = rng.sample(one_event, min(SAMPLE, len(one_event)))
    return Collection(f"{name} {level}", texts, far, near, copies(texts, outlets))


def collected(path: Path, name: str) -> Collection:
    """Real articles from a JSON-lines file, gzipped or not."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    found = [row for line in raw.decode("utf-8").split("\n") if line and (row := json.loads(line)).get("text")]
    all_texts = [row["text"] for row in found]
    copied = copies(all_texts, [row.get("owner") or row.get("outlet") for row in found])
    kept = {number: all_texts[number] for pair in copied for number in pair}
    rng = Random(1)
    texts = rng.sample(all_texts, min(3 * SAMPLE, len(all_texts)))
    names = [{w for w in _WORD.findall(text) if w[0].isupper()} for text in texts]
    counts = Counter(name for found in names for name in found)
    rare = [{name for name in found if 1 < counts[name] <= RARE} for found in names]
    runs = [grams(text, RUN) for text in texts]
    near: list[tuple[int, int]] = []
    far: list[tuple[int, int]] = []
    for a, b in combinations(range(len(texts)), 2):
        if len(rare[a] & rare[b]) >= NAMES and not runs[a] & runs[b]:
            near.append((a, b))
    while len(far) < SAMPLE and len(texts) > 10:
        a, b = rng.sample(range(len(texts)), 2)
        if len(rare[a] & rare[b]) <= 1 and not runs[a] & runs[b]:
            far.append((a, b))
    far = far or [pair for pair in combinations(range(len(texts)), 2) if not runs[pair[0]] & runs[pair[1]]]
    place = {number: len(texts) + i for i, number in enumerate(kept)}
    moved = [(place[a], place[b]) for a, b in copied]
    return Collection(name, [*texts, *kept.values()], far, rng.sample(near, min(SAMPLE, len(near))), moved)


def kept_runs(one: str, other: str) -> tuple[list[int], float]:
    """The lengths of the runs of words that two texts have in common in one order, and the share of the first one's
    words, from the first run to the last, that stand in none."""
    mine, theirs = words(one), words(other)
    blocks = SequenceMatcher(None, mine, theirs, False).get_matching_blocks()
    blocks = [block for block in blocks if block.size >= SHORTEST_RUN]
    if not blocks:
        return [], 1.0
    stretch = blocks[-1].a + blocks[-1].size - blocks[0].a
    return [block.size for block in blocks], 1 - sum(block.size for block in blocks) / stretch


def rows(found: Collection) -> Iterator[tuple[str, str]]:
    """What is measured of a collection, as labels and figures."""
    sample = Random(2).sample(list(found.texts), min(SAMPLE, len(found.texts)))
    yield "articles", f"{len(found.texts):,}"
    yield "words an article, median", f"{median(len(words(text)) for text in sample):.0f}"
    sentences = [len(words(s)) for text in sample for s in _SENTENCE.split(text) if s]
    yield "words a sentence, mean", f"{mean(sentences):.1f}"
    quoted = sum(len(words(q)) for text in sample for q in _QUOTED.findall(text))
    yield "share of words quoted", f"{quoted / max(1, sum(len(words(text)) for text in sample)):.2f}"
    running = [word for text in sample for word in words(text)]
    for count in TOKENS:
        value = f"{len(set(running[:count])):,}" if len(running) >= count else "–"
        yield f"different words in {count:,}", value
    for label, pairs in (("unrelated", found.unrelated), ("one event", found.same_event)):
        for length in (3, 5):
            shares = [shared(found.texts[a], found.texts[b], length) for a, b in pairs]
            yield f"{length}-grams shared, {label}, %", f"{100 * mean(shares):.2f}" if shares else "–"
        yield f"pairs, {label}", f"{len(pairs)}"
    yield from _copied(found)


def _copied(found: Collection) -> Iterator[tuple[str, str]]:
    """What is measured of copies."""
    measured = [kept_runs(*sorted((found.texts[a], found.texts[b]), key=len)) for a, b in found.copies[:COMPARED]]
    runs = sorted(size for sizes, _ in measured for size in sizes)
    yield "copies", f"{len(found.copies)}"
    for share in (0.5, 0.9):
        yield f"kept run, quantile {share}, words", f"{runs[int(share * len(runs))]}" if runs else "–"
    longest = [max(sizes, default=0) for sizes, _ in measured]
    yield "longest kept run, median", f"{median(longest):.0f}" if longest else "–"
    changed = sorted(share for _, share in measured)
    for share in (0.1, 0.5, 0.9):
        yield f"share changed, quantile {share}", f"{changed[int(share * len(changed))]:.2f}" if changed else "–"


def main(argv: Sequence[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.newsroom_realism", description=__doc__)
    parser.add_argument("--stories", type=int, default=60, help="generated stories of each newsroom")
    parser.add_argument("--real", type=Path, nargs="*", default=[], help="JSON lines of real articles")
    parser.add_argument("--levels", nargs="+", default=["easy", "medium", "hard"], help="of the generated stories")
    options = parser.parse_args(argv)
    generators: dict[str, Callable[..., object]] = {"newsroom": generate_first, "bureau": generate_second}
    collections = [
        *(
            generated(name, generate, level, options.stories)
            for name, generate in generators.items()
            for level in options.levels
        ),
        *(collected(path, f"{path.parent.name}") for path in options.real),
    ]
    tables = [dict(rows(found)) for found in collections]
    print(f"{'':34}" + "".join(f"{found.name[:17]:>18}" for found in collections))
    for label in tables[0]:
        print(f"{label:34}" + "".join(f"{table[label]:>18}" for table in tables))
    return 0


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1:]))
