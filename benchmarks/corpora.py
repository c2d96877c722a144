"""Corpora to measure on: seeded articles with planted passages, of random words or of real sentences; or a file.

What was planted where is told beside, so that recall can be counted. No corpus is ever held whole: a million articles
take the memory of the last 5,000, from which passages are taken.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count as numbers
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import orjson
from numpy.typing import NDArray

from lineage.model import Article
from lineage.overlap.shingles import NO_SHINGLE, shingles
from lineage.text.tokens import batches, tokenize_batch

Ids = NDArray[np.int64]

VOCABULARY = 50_000  # words, drawn by Zipf's law with exponent 1
LENGTH = 512  # words an article, about 3.8 KB: the median of german-press is 467
REMEMBERED = 5_000  # articles that may be copied from: a few days of a large collection
DERIVED = 0.20  # share of articles that hold a passage of an earlier one
PASSAGE = (30, 400)  # words of such a passage, drawn evenly
CHANGED = (0.0, 0.03, 0.08)  # shares of its words that were changed: verbatim, edited, edited heavily
REPRINTED = 0.02  # share of articles that are an earlier one, word for word
FURNISHED = 0.10  # share of articles that end with their outlet's standing paragraph
FURNITURE = 40  # words of such a paragraph
OUTLETS = 20
_SENTENCE_END = re.compile(r"[.!?][\"”“»]?\s+")


@dataclass(frozen=True, slots=True)
class Planted:
    """Words `taken:taken + words` of article `parent` stand in article `child` at word `put`.

    A share `changed` of them (0..1, on average) was replaced by other words. `contained` is the share of the child's
    words that the parent has.
    """

    parent: int
    child: int
    taken: int
    put: int
    words: int
    changed: float
    contained: float


class Writing(Protocol):
    """Where words come from. `words` object[n] are all that exist."""

    words: NDArray[np.object_]

    def draw(self, rng: np.random.Generator, count: int) -> Ids:
        """The next `count` words, as indices into `words`."""


class RandomWords:
    """Words of 2 to 11 letters, each drawn for itself by Zipf's law."""

    def __init__(self, rng: np.random.Generator) -> None:
        letters = "abcdefghijklmnopqrstuvwxyz"
        lengths = rng.integers(2, 12, VOCABULARY)
        drawn = "".join(letters[i] for i in rng.integers(0, 26, int(lengths.sum())).tolist())
        ends = np.cumsum(lengths).tolist()
        spelt = [drawn[end - length : end] for end, length in zip(ends, lengths.tolist(), strict=True)]
        self.words = np.array(spelt, object)
        self._odds = np.cumsum(1 / np.arange(1, VOCABULARY + 1))
        self._odds /= self._odds[-1]

    def draw(self, rng: np.random.Generator, count: int) -> Ids:
        """Independent words."""
        return np.searchsorted(self._odds, rng.random(count))


class RealSentences:
    """The sentences of real articles, each once, in a seeded order; when all are used they come again in another.

    With `distinct`, a sentence that shares five words in a row with an earlier one is left out, so that nothing is
    shared but what is planted. A sentence that comes again is a shared passage that nobody planted.
    """

    def __init__(self, path: Path, rng: np.random.Generator, *, distinct: bool = False) -> None:
        found = list(dict.fromkeys(sentence for text in _texts(path) for sentence in _sentences(text)))
        if distinct:
            found = _distinct(found)
        spelt: dict[str, int] = {}
        ids = [[spelt.setdefault(word, len(spelt)) for word in sentence.split()] for sentence in found]
        self.words = np.array(list(spelt), object)
        self._sentences = [np.array(sentence, np.int64) for sentence in ids if sentence]
        self._stream = self._shuffled(rng)

    def _shuffled(self, rng: np.random.Generator) -> Iterator[Ids]:
        while self._sentences:
            for at in rng.permutation(len(self._sentences)).tolist():
                yield self._sentences[at]

    def draw(self, rng: np.random.Generator, count: int) -> Ids:
        """Whole sentences, the last one cut short."""
        drawn: list[Ids] = []
        while (missing := count - sum(map(len, drawn))) > 0:
            drawn.append(next(self._stream)[:missing])
        return np.concatenate(drawn)


def writing(rng: np.random.Generator, sentences: Path | None, *, distinct: bool = False) -> Writing:
    """Random words, or the real sentences of a file of articles."""
    return RandomWords(rng) if sentences is None else RealSentences(sentences, rng, distinct=distinct)


def synthetic(
    count: int, seed: int = 1, *, truth: list[Planted] | None = None, sentences: Path | None = None
) -> Iterator[Article]:
    """Articles one after another, of which some reprint earlier ones or hold a passage of one, and some furniture.

    Their ids are their numbers. What was planted is appended to `truth` (not the furniture, which is each outlet's
    own). Two articles that took the same words of a third share them as well, and `truth` does not list such pairs.
    `sentences` names a file of real articles to take the wording from, in place of random words.
    """
    rng = np.random.default_rng(seed)
    source = writing(rng, sentences)
    standing = [source.draw(rng, FURNITURE) for _ in range(OUTLETS)]
    kept = np.empty((min(count, REMEMBERED), LENGTH), np.int32)
    for number in range(count):
        body = source.draw(rng, LENGTH)
        outlet = int(rng.integers(OUTLETS))
        tail = standing[outlet] if rng.random() < FURNISHED else body[:0]
        chance = rng.random()
        if number and chance < DERIVED + REPRINTED:
            parent = int(rng.integers(max(0, number - REMEMBERED), number))
            whole = chance >= DERIVED
            words = LENGTH if whole else int(rng.integers(PASSAGE[0], PASSAGE[1] + 1))
            taken, put = (int(rng.integers(0, LENGTH - words + 1)) for _ in range(2))
            changed = 0.0 if whole else float(rng.choice(CHANGED))
            passage, kept_words = _changed(kept[parent % len(kept), taken : taken + words], changed, source, rng)
            body[put : put + words] = passage
            if truth is not None:
                contained = kept_words / (LENGTH + len(tail))
                truth.append(Planted(parent, number, taken, put, words, changed, contained))
        kept[number % len(kept)] = body
        yield Article(str(number), " ".join(source.words[np.concatenate([body, tail])]), f"outlet {outlet}")


def planted_pairs(
    pairs: int, length: int, words: int, changed: float, seed: int, sentences: Path | None = None
) -> tuple[list[Article], list[Planted]]:
    """Articles of `length` words, the later half of which hold one passage each of their own one of the former half.

    No two of them share anything else, as far as `sentences` has enough to say (random words may agree by chance).
    """
    rng = np.random.default_rng(seed)
    source = writing(rng, sentences, distinct=True)
    bodies = [source.draw(rng, length) for _ in range(2 * pairs)]
    truth: list[Planted] = []
    for parent in range(pairs):
        taken, put = (int(rng.integers(0, length - words + 1)) for _ in range(2))
        passage, kept_words = _changed(bodies[parent][taken : taken + words], changed, source, rng)
        bodies[pairs + parent][put : put + words] = passage
        truth.append(Planted(parent, pairs + parent, taken, put, words, changed, kept_words / length))
    return [Article(str(n), " ".join(source.words[body])) for n, body in enumerate(bodies)], truth


def _changed(
    passage: NDArray[Any], share: float, source: Writing, rng: np.random.Generator
) -> tuple[NDArray[Any], int]:
    """The passage with a share of its words replaced by others, and the number of those that were not."""
    passage = passage.copy()
    at = np.flatnonzero(rng.random(len(passage)) < share)
    passage[at] = rng.integers(0, len(source.words), len(at))
    return passage, len(passage) - len(at)


def from_file(path: Path, most: int | None = None) -> list[Article]:
    """The articles of a JSON lines file, plain or gzipped, with their outlets; `most` of them."""
    rows = islice(_records(path), most)
    return [Article(str(row.get("id", n)), row["text"], row.get("outlet")) for n, row in zip(numbers(), rows)]


def _records(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a file, split at line feeds only."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        for line in file:
            if line.strip():
                yield orjson.loads(line)


def _texts(path: Path) -> Iterator[str]:
    return (row["text"] for row in _records(path))


def _distinct(sentences: list[str]) -> list[str]:
    """The sentences without those that share a shingle with an earlier one."""
    hashes, owners, done = [], [], 0
    for some in batches(sentences):
        batch = tokenize_batch(some)
        values = shingles(batch.hashes, batch.first, batch.alone)
        owner = np.repeat(np.arange(done, done + len(some)), np.diff(batch.first))
        hashes.append(values[values != NO_SHINGLE])
        owners.append(owner[values != NO_SHINGLE])
        done += len(some)
    if not done:
        return []
    owner = np.concatenate(owners)
    _, first, place = np.unique(np.concatenate(hashes), return_index=True, return_inverse=True)
    repeats = set(owner[owner[first[place]] < owner].tolist())
    return [sentence for number, sentence in enumerate(sentences) if number not in repeats]


def _sentences(text: str) -> Iterator[str]:
    """Sentences of at least three words: roughly, for abbreviations cut one too."""
    for paragraph in text.split("\n"):
        start = 0
        for found in _SENTENCE_END.finditer(paragraph):
            if paragraph.count(" ", start, found.start()) >= 2:
                yield paragraph[start : found.end()]
                start = found.end()
        if paragraph.count(" ", start) >= 2:
            yield paragraph[start:]
