"""`python -m benchmarks.newsroom_realism --real FILE …`: does the newsroom's prose repeat itself as real news does?

Compares generated stories with real articles: how many different words so many words of text have, how long articles
and sentences are, how much of a text stands in quotation marks, and which share of an article's 3- and 5-grams also
stands in an unrelated article or in an independent report of the same event. In collections the two kinds of pairs are
guessed: a pair is of one event if the two share ten or more capitalised words that at most RARE articles hold, and
independent if it shares no run of twelve words.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from random import Random
from statistics import mean, median

from corpus.newsroom import generate as generate_first
from corpus.newsroom.bureau import generate as generate_second

RUN = 12  # words in a row: more than two reporters have in common by chance
RARE = 25  # articles that hold a name at most, for it to speak of one event
NAMES = 10  # rare names in common make a pair one event
SAMPLE = 400  # articles, and pairs of each kind, that are measured
TOKENS = (2_000, 20_000, 60_000)  # of running text at which different words are counted

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_SENTENCE = re.compile(r"(?<=[.!?])[”\"’']?\s+")
_QUOTED = re.compile(r"[“\"]([^“”\"]{3,800})[”\"]")


@dataclass(frozen=True, slots=True)
class Collection:
    """Texts, and pairs of their numbers: of unrelated articles, and of independent reports of one event."""

    name: str
    texts: Sequence[str]
    unrelated: Sequence[tuple[int, int]]
    same_event: Sequence[tuple[int, int]]


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


def generated(name: str, generate: Callable[..., object], stories: int) -> Collection:
    """Stories of the hard level; an article with an edge or a source is no independent report."""
    texts: list[str] = []
    one_event: list[tuple[int, int]] = []
    story_of: list[int] = []
    for seed in range(stories):
        story = generate(seed, "hard", split="all")
        place = {article.id: len(texts) + i for i, article in enumerate(story.articles)}  # type: ignore[attr-defined]
        texts += [article.text for article in story.articles]  # type: ignore[attr-defined]
        story_of += [seed] * len(place)
        one_event += [(place[a], place[b]) for a, b in sorted(story.truth.unrelated)]  # type: ignore[attr-defined]
    rng = Random(1)
    pairs = [rng.sample(range(len(texts)), 2) for _ in range(SAMPLE)]
    far = [(a, b) for a, b in pairs if story_of[a] != story_of[b]]
    return Collection(name, texts, far, rng.sample(one_event, min(SAMPLE, len(one_event))))


def collected(path: Path, name: str) -> Collection:
    """Real articles from a JSON-lines file, gzipped or not."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    texts = [text for line in raw.decode("utf-8").split("\n") if line and (text := json.loads(line).get("text"))]
    rng = Random(1)
    texts = rng.sample(texts, min(3 * SAMPLE, len(texts)))
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
    return Collection(name, texts, far, rng.sample(near, min(SAMPLE, len(near))))


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


def main(argv: Sequence[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.newsroom_realism", description=__doc__)
    parser.add_argument("--stories", type=int, default=60, help="generated stories of each newsroom")
    parser.add_argument("--real", type=Path, nargs="*", default=[], help="JSON lines of real articles")
    options = parser.parse_args(argv)
    collections = [
        generated("newsroom", generate_first, options.stories),
        generated("bureau", generate_second, options.stories),
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
